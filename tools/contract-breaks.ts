import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const BUF = fileURLToPath(new URL("../node_modules/.bin/buf", import.meta.url));
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** `WIRE_JSON` is buf.yaml's own: bytes and JSON go on fitting. `FILE` besides: what callers generate from our files compiles as before. */
type Category = "WIRE_JSON" | "FILE";

export interface Comparison {
  /** What the contract was compared with. */
  readonly note: string;
  /** What it breaks; undefined: nothing. */
  readonly faults: string | undefined;
}

/**
 * Compares the contract of a checkout with the last release tag, down to the sources; and with main and the commit before this one, for a checkout that is
 * main itself, by its wire: what was never released may still be renamed.
 */
export function contractBreaks(root: string): Comparison {
  const tag = output(root, "git", ["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*.[0-9]*.[0-9]*"]);
  const commits = ["origin/main", "main", "HEAD", "HEAD~1"].map((ref) => commitWithProto(root, ref));
  const earlier = new Set(commits.filter((id) => id !== undefined));
  const found = [...earlier].map((commit) => breaksSince(root, commit, "WIRE_JSON"));
  if (tag !== undefined) found.push(breaksSince(root, tag, "FILE"), sameVersionSince(root, tag));
  const faults = found.filter((fault) => fault !== undefined);
  const released = tag === undefined ? "no release tag is here; compared with" : `compared with ${tag} and with`;
  return {
    note: `${released} ${earlier.size} earlier commits`,
    faults: faults.length === 0 ? undefined : faults.join("\n"),
  };
}

function commitWithProto(root: string, ref: string): string | undefined {
  if (output(root, "git", ["cat-file", "-t", `${ref}:proto`]) === undefined) return undefined;
  return output(root, "git", ["rev-parse", ref]);
}

/** A contract that has grown since a release says so by its number: docs/versioning.md. */
function sameVersionSince(root: string, tag: string): string | undefined {
  if (failure(root, "git", ["diff", "--quiet", tag, "--", "proto/clickbridge"]) === undefined) return undefined;
  const versionIn = (text: string | undefined) => /CONTRACT_VERSION = "(.*)"/.exec(text ?? "")?.[1];
  const file = "src/app/setup/server-version.ts";
  const now = versionIn(readFileSync(join(root, file), "utf8"));
  const before = versionIn(output(root, "git", ["show", `${tag}:${file}`]));
  return now === before ? `the contract has changed since ${tag}, and CONTRACT_VERSION is ${now} still` : undefined;
}

/** Read out of git into a folder: a worktree's .git is no folder that buf could clone. */
function breaksSince(root: string, commit: string, category: Category): string | undefined {
  const copy = mkdtempSync(join(tmpdir(), "clickbridge-breaking-"));
  try {
    const archive = join(copy, "earlier.tar");
    const config = join(copy, "rules.yaml");
    writeFileSync(config, readFileSync(join(root, "buf.yaml"), "utf8").replace(/\bWIRE_JSON\b/, category));
    const fault =
      failure(root, "git", ["archive", "--output", archive, commit, "--", "proto", "buf.yaml"]) ??
      failure(root, "tar", ["-xf", archive, "-C", copy]) ??
      failure(root, BUF, ["breaking", "--against", copy, "--config", config]);
    return fault === undefined ? undefined : `since ${commit} (${category}):\n${fault}`;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function ran(cwd: string, command: string, args: readonly string[]) {
  return spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: OUTPUT_BYTES_MAX });
}

function output(cwd: string, command: string, args: readonly string[]): string | undefined {
  const { status, stdout } = ran(cwd, command, args);
  return status === 0 ? stdout.trim() : undefined;
}

function failure(cwd: string, command: string, args: readonly string[]): string | undefined {
  const { status, stdout, stderr, error } = ran(cwd, command, args);
  if (error !== undefined) return String(error);
  return status === 0 ? undefined : `${stdout}${stderr}`.trimEnd();
}
