import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout this file lies in, whatever folder it was started from. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Debian keeps servers where a plain user's PATH does not look. */
export const PATH = `${process.env.PATH ?? ""}:/usr/local/sbin:/usr/sbin:/sbin`;

const KEPT_OUTPUT_LINES = 40;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** One line about what is being done. */
export function say(line) {
  console.error(`bootstrap: ${line}`);
}

/** Ends with the reason: nothing after it would work. */
export function refuse(reason) {
  console.error(`bootstrap: ${reason}`);
  process.exit(1);
}

/**
 * Runs a program in the checkout without showing its output.
 * Returns undefined when it succeeded, else the last of what it said.
 */
export function attempt(command, args, env = {}) {
  const done = spawnSync(command, args, {
    cwd: ROOT,
    env: { ...process.env, PATH, ...env },
    encoding: "utf8",
    maxBuffer: OUTPUT_BYTES_MAX,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (done.error !== undefined) return String(done.error);
  if (done.status === 0) return undefined;
  return `${done.stdout}${done.stderr}`.trimEnd().split("\n").slice(-KEPT_OUTPUT_LINES).join("\n");
}

/** The same, for what everything after depends on: a failure is shown and ends the start. */
export function must(command, args, env) {
  const failure = attempt(command, args, env);
  if (failure !== undefined) refuse(`${command} ${args.join(" ")} failed:\n${failure}`);
}

/** What a program of the machine says, or nothing when it fails. */
export function output(command, args) {
  const { status, stdout } = spawnSync(command, args, { cwd: ROOT, env: { ...process.env, PATH }, encoding: "utf8" });
  return status === 0 ? stdout : "";
}
