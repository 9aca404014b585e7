import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { NODE } from "./npm.mjs";
import { PATH, ROOT } from "./say.mjs";

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"];
const PARENT_CHECK_INTERVAL_MS = 300;

/** Runs a script of the checkout on our own Node, in the caller's terminal, and ends as it ends. */
export function run(script, args) {
  const child = spawn(NODE, [join(ROOT, script), ...args], {
    cwd: ROOT,
    env: { ...process.env, PATH: `${join(ROOT, "node_modules/.bin")}:${PATH}` },
    stdio: "inherit",
  });
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
  // npm hands on what the terminal sends, but not a SIGTERM of its own: when it is gone, nobody would stop what it started.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== parent) child.kill("SIGTERM");
  }, PARENT_CHECK_INTERVAL_MS);
  child.once("exit", () => clearInterval(watch));
  child.once("error", (error) => {
    console.error(`bootstrap: ${error.message}`);
    process.exitCode = 1;
  });
  child.once("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 1);
  });
}
