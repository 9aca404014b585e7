import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

/** What `protoc` alone makes of the files that we ship, for languages whose compilers are not here. */
const PROTO = fileURLToPath(new URL("../../../proto", import.meta.url));
const FILES = readdirSync(join(PROTO, "clickbridge/v1")).map((name) => `clickbridge/v1/${name}`);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "clickbridge-foreign-"));
  execFileSync("protoc", [`--proto_path=${PROTO}`, `--java_out=${folder}`, `--csharp_out=${folder}`, ...FILES]);
});
afterAll(() => rmSync(folder, { recursive: true }));

test("Java has one file per message, in its own package", () => {
  expect(readFileSync(join(folder, "clickbridge/v1/Payment.java"), "utf8")).toContain("package clickbridge.v1;");
});

test("C# has its own namespace", () => {
  expect(readFileSync(join(folder, "Payment.cs"), "utf8")).toContain("namespace ClickBridge.Contract.V1 {");
});

test("each file of the contract names its packages for Java, C# and Go", () => {
  const options = [
    'csharp_namespace = "ClickBridge.Contract.V1"',
    'go_package = "clickbridge/v1;clickbridgev1"',
    ...["java_multiple_files = true", 'java_package = "clickbridge.v1"'],
  ];
  const lacking = FILES.filter((file) => {
    const text = readFileSync(join(PROTO, file), "utf8");
    return !options.every((option) => text.includes(`option ${option};`));
  });

  expect(lacking).toEqual([]);
});
