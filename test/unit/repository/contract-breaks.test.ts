import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { contractBreaks } from "../../../tools/contract-breaks.ts";

/** A checkout with a contract of one message, under the rules of our own. */
let root: string;

const FOLDER = "proto/clickbridge/v1";

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "clickbridge-breaks-"));
  await mkdir(join(root, FOLDER), { recursive: true });
  await mkdir(join(root, "src/app/setup"), { recursive: true });
  await writeVersion("v1.0");
  await writeFile(join(root, "buf.yaml"), await readFile(new URL("../../../buf.yaml", import.meta.url)));
  git("init", "--initial-branch=main", "--quiet");
  await write("shop.proto", 'option java_package = "shop.v1";', "message Item { string name = 1; }");
  commit();
});
afterEach(() => rm(root, { recursive: true }));

function git(...args: readonly string[]): void {
  const who = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
  const { status, stderr } = spawnSync("git", [...who, ...args], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

function commit(): void {
  git("add", "--all");
  git("commit", "--quiet", "--message", "a step");
}

function write(file: string, ...lines: readonly string[]): Promise<void> {
  const text = ['syntax = "proto3";', "package clickbridge.v1;", ...lines, ""].join("\n");
  return writeFile(join(root, FOLDER, file), text);
}

function writeVersion(version: string): Promise<void> {
  return writeFile(join(root, "src/app/setup/server-version.ts"), `export const CONTRACT_VERSION = "${version}";\n`);
}

describe("what was never released", () => {
  test("may lose its names for generated code, and the check says what it compared with", async () => {
    await write("shop.proto", 'option java_package = "uz.shop";', "message Item { string name = 1; }");

    expect(contractBreaks(root)).toEqual({
      note: "no release tag is here; compared with 1 earlier commits",
      faults: undefined,
    });
  });

  test("may not change what bytes mean", async () => {
    await write("shop.proto", 'option java_package = "shop.v1";', "message Item { bool name = 1; }");

    expect(contractBreaks(root).faults).toMatch(/WIRE_JSON[\s\S]*Field "1"/);
  });
});

test("what was released must go on compiling", async () => {
  git("tag", "v1.0.0");
  await write("shop.proto", 'option java_package = "uz.shop";', "message Item { string name = 1; }");
  commit();

  const { note, faults } = contractBreaks(root);

  expect(note).toContain("compared with v1.0.0");
  expect(faults).toMatch(/since v1\.0\.0 \(FILE\)[\s\S]*java_package/);
});

test("a contract that has grown since its release needs another number", async () => {
  git("tag", "v1.0.0");
  await write("shop.proto", 'option java_package = "shop.v1";', "message Item { string name = 1; int64 sum = 2; }");
  commit();

  const withTheOld = contractBreaks(root).faults;
  await writeVersion("v1.1");

  expect(withTheOld).toBe("the contract has changed since v1.0.0, and CONTRACT_VERSION is v1.0 still");
  expect(contractBreaks(root).faults).toBeUndefined();
});
