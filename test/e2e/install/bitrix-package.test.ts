import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { bitrixModule, trackedFiles } from "../../../tools/package/bitrix-module.ts";
import { guarded } from "../../../tools/package/web-guard.ts";
import { zipOf } from "../../../tools/package/zip.ts";

const module = bitrixModule();
const GUARD = "if (debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS, 1) === []) return;";

/** The files of an archive of ours, by the headers before each. */
function filesOf(zip: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = 0; zip.readUInt32LE(at) === 0x04034b50; ) {
    const [size, nameLength] = [zip.readUInt32LE(at + 18), zip.readUInt16LE(at + 26)];
    const start = at + 30 + nameLength;
    files.set(zip.toString("utf8", at + 30, start), inflateRawSync(zip.subarray(start, start + size)));
    at = start + size;
  }
  return files;
}

function versionFile(): string {
  return readFileSync(new URL("../../../php-bridge/install/version.php", import.meta.url), "utf8");
}

/** Of the first file, as install/version.php writes times. */
function timeOf(zip: Buffer): string {
  const [time, date] = [zip.readUInt16LE(10), zip.readUInt16LE(12)];
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = [1980 + (date >> 9), two((date >> 5) & 15), two(date & 31)].join("-");
  return `${day} ${[time >> 11, (time >> 5) & 63, (time & 31) * 2].map(two).join(":")}`;
}

test("the same tree gives the same bytes", () => {
  const again = bitrixModule();

  expect(again.zip.equals(module.zip)).toBe(true);
  expect(again.marketplaceZip.equals(module.marketplaceZip)).toBe(true);
});

test("the archive is the module's folder, the marketplace's the folder .last_version, with the same files", () => {
  const names = [...filesOf(module.zip).keys()];
  const forMarketplace = [...filesOf(module.marketplaceZip).keys()];

  expect(names.every((name) => name.startsWith("clickbridge.payment/"))).toBe(true);
  expect(forMarketplace).toEqual(names.map((name) => name.replace("clickbridge.payment", ".last_version")));
  for (const name of ["install/index.php", "install/version.php", "include.php", "options.php", "LICENSE"]) {
    expect(forMarketplace).toContain(`.last_version/${name}`);
  }
});

test("it has all that a shop without Composer needs, and nothing of developers", () => {
  const names = [...filesOf(module.zip).keys()].map((name) => name.replace("clickbridge.payment/", ""));

  expect(names).toContain("vendor/google/protobuf/src/Google/Protobuf/Internal/Message.php");
  expect(names).toContain("vendor/google/protobuf/LICENSE");
  expect(names.filter((name) => /composer\.|phpcs|phpstan|phpdoc|-stamp|\/tests?\/|\.dist/i.test(name))).toEqual([]);
});

test("a file that git does not track is not packed, wherever it lies", () => {
  const folder = mkdtempSync(join(tmpdir(), "clickbridge-tracked-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "lib"));
  for (const name of ["lib/A.php", "lib/secret.key", "B.php"]) writeFileSync(join(folder, name), "");
  for (const args of [
    ["init", "-q"],
    ["add", "lib/A.php", "B.php"],
  ])
    execFileSync("git", args, { cwd: folder });

  expect(trackedFiles(folder)).toEqual(["B.php", "lib/A.php"]);
});

test("the version is the package's own, and the files have its time: PHP compiles none anew whose time is the old one's", () => {
  const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };

  expect(module.version).toBe(version);
  expect(timeOf(module.zip)).toBe(/"VERSION_DATE" => "([^"]+)"/.exec(versionFile())?.[1]);
});

test("no PHP file has a byte order mark or a line before its tag: Bitrix includes them while a page is being made", () => {
  const php = [...filesOf(module.zip)].filter(([name]) => name.endsWith(".php"));

  for (const [name, bytes] of php) expect([name, bytes.toString("latin1", 0, 6)]).toEqual([name, "<?php\n"]);
});

test("apart from its guard each file is byte for byte the checkout's, the binary ones among them", () => {
  for (const name of ["generated/ClickBridge/Contract/Metadata/Charge.php", "lib/Config.php", "lang/uz/options.php"]) {
    const packed = filesOf(module.zip).get(`clickbridge.payment/${name}`)?.toString("latin1");
    const kept = readFileSync(new URL(`../../../php-bridge/${name}`, import.meta.url), "latin1");

    expect(packed?.replace(`\n\n${GUARD}`, "")).toBe(kept);
  }
});

test("the guard stands where PHP allows a statement", () => {
  const strict = "<?php\n\ndeclare(strict_types=1);";

  expect(guarded(`${strict}\n\nnamespace A\\B;\n\nuse C;`)).toBe(`${strict}\n\nnamespace A\\B;\n\n${GUARD}\n\nuse C;`);
  expect(guarded(`${strict}\n\necho 1;`)).toBe(`${strict}\n\n${GUARD}\n\necho 1;`);
  expect(guarded("<?php\n\n$MESS = 1;")).toBe(`<?php\n\n${GUARD}\n\n$MESS = 1;`);
  expect(() => guarded("<?php echo 1;")).toThrow("a line of its own");
});

test("entries come in the order of their names, whatever order they were given in", () => {
  const time = new Date("2026-01-02T03:04:06Z");
  const [a, b] = ["a", "b"].map((name) => ({ name, bytes: Buffer.from(name) }));
  if (a === undefined || b === undefined) throw new Error("no entries");

  expect(zipOf([b, a], time).equals(zipOf([a, b], time))).toBe(true);
  expect([...filesOf(zipOf([b, a], time)).keys()]).toEqual(["a", "b"]);
});
