import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { RPCS } from "../../support/service/rpcs.ts";

const ROOT = new URL("../../../", import.meta.url);
const README = readFileSync(new URL("README.md", ROOT), "utf8");
const [, COVERED = ""] = /\n## What is covered\n(.*?)\n## /s.exec(README) ?? [];

test("the README names every RPC in its table of what is covered", () => {
  expect(RPCS.map(({ name }) => name).filter((name) => !new RegExp(`\\b${name}\\b`).test(COVERED))).toEqual([]);
});

test("docs/design.md names every RPC in its table of the contract", () => {
  const [, table = ""] = /\n## 7\. (.*?)\n## /s.exec(readFileSync(new URL("docs/design.md", ROOT), "utf8")) ?? [];

  expect(RPCS.map(({ name }) => name).filter((name) => !new RegExp(`\\b${name}\\b`).test(table))).toEqual([]);
});

/** The rows of click-protocol.md section 2. */
const MERCHANT_CALLS = [
  ["invoice/create", "invoice/status"],
  ["payment/status", "payment/status_by_mti"],
  ["payment/reversal"],
  ["payment/partial_reversal"],
  ["card_token/request", "verify", "payment", "DELETE"],
  ["click_pass/payment", "confirm", "confirmation", "PUT", "DELETE"],
  ["payment/ofd_data", "submit_items", "submit_qrcode", "read"],
];

test.each(MERCHANT_CALLS)("the README says who makes the call %s of the Merchant API", (...calls) => {
  const row = COVERED.split("\n").find((line) => line.startsWith(`| \`${calls[0]}\``));

  for (const call of calls) expect(row).toContain(call);
});

const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  "docs/api.md",
  "docs/bitrix.md",
  "docs/bitrix-contract.md",
  "docs/calling.md",
  "docs/click-protocol.md",
  "docs/design.md",
  "docs/events.md",
  "docs/installing.md",
  "docs/running.md",
  "docs/settings.md",
  "php-bridge/README.md",
  "examples/typescript/README.md",
  "test/bitrix-kernel/README.md",
];

test.each(PAGES)("%s links to files that are there", (page) => {
  const links = readFileSync(new URL(page, ROOT), "utf8").matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g);
  const missing = [...links].filter(([, path = ""]) => !existsSync(fileURLToPath(new URL(path, new URL(page, ROOT)))));

  expect(missing.map(([link]) => link)).toEqual([]);
});

/** As GitHub names a heading: lowercase, without punctuation, spaces as hyphens. */
function anchorsOf(page: string): readonly string[] {
  const headings = readFileSync(page, "utf8").matchAll(/^#{1,6} (.+)$/gm);
  return [...headings].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test.each(PAGES)("%s links to headings that are there", (page) => {
  const url = new URL(page, ROOT);
  const links = readFileSync(url, "utf8").matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g);
  const missing = [...links].filter(([, path = "", anchor = ""]) => {
    const target = fileURLToPath(path === "" ? url : new URL(path, url));
    return !anchorsOf(target).includes(anchor);
  });

  expect(missing.map(([link]) => link)).toEqual([]);
});

const SCRIPTS = Object.keys(JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8")).scripts);
const SUBCOMMANDS = ["program.ts", "certify/command.ts", "simulator/command.ts", "commands"].flatMap((place) => {
  const path = fileURLToPath(new URL(`src/${place}`, ROOT));
  const files = path.endsWith(".ts") ? [path] : readdirSync(path).map((name) => `${path}/${name}`);
  return files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/\.command\("([\w-]+)"\)/g)].map(([, name]) => name),
  );
});

test.each(PAGES)("%s names only commands that there are", (page) => {
  const text = readFileSync(new URL(page, ROOT), "utf8");
  const scripts = [...text.matchAll(/\bnpm run ([a-z][\w:]*)/g)].filter(([, name = ""]) => !SCRIPTS.includes(name));
  const called = text.matchAll(/(?:`|^ *|dist\/|-bridge\/)(?:click-bridge|cli\.js) ([a-z][a-z-]+)/gm);
  const subcommands = [...called].filter(([, name = ""]) => !SUBCOMMANDS.includes(name));

  expect([...scripts, ...subcommands].map(([found]) => found)).toEqual([]);
});
