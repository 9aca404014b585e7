import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Writes the wire bytes of every message in messages.json, by buf: neither of the two languages that are held to them has a part in it.
 * Review the diff: other bytes mean another contract.
 */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

interface Golden {
  readonly file: string;
  readonly type: string;
  readonly json: unknown;
}

for (const { file, type, json } of JSON.parse(
  readFileSync(new URL("messages.json", import.meta.url), "utf8"),
) as Golden[]) {
  const args = [
    "convert",
    "proto",
    "--type",
    `clickbridge.v1.${type}`,
    "--from",
    "-#format=json",
    "--to",
    "-#format=binpb",
  ];
  const bytes = execFileSync("node_modules/.bin/buf", args, { cwd: ROOT, input: JSON.stringify(json) });
  writeFileSync(new URL(file, import.meta.url), bytes);
}
