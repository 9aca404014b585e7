import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import projects from "../../projects.json" with { type: "json" };

const ROOT = new URL("../../../", import.meta.url);
/** Plain JavaScript: it runs before anything is installed. */
const { needsOfTests } = await import(new URL("tools/bootstrap/test-projects.mjs", ROOT).href);

const NOTHING = { programs: [], php: undefined, dist: false };
const EVERYTHING = {
  programs: ["mariadb", "php", "protoc", "python", "curl", "php-fpm", "nginx", "composer", "apache", "chromium"],
  php: "tools",
  dist: true,
};
const DATABASE = { programs: ["mariadb", "php", "protoc", "python", "curl"], php: undefined, dist: false };

test.each([
  [[], EVERYTHING],
  [["test/unit/protocol/amount.test.ts"], NOTHING],
  [["test/unit/protocol/amount.test.ts", "-t", "soums"], NOTHING],
  [["test/unit"], NOTHING],
  [["test/contract/simulator/simulator.test.ts"], NOTHING],
  [["--project", "quick"], NOTHING],
  [["--project=quick", "--project=inner"], DATABASE],
  [["test/contract/callbacks/prepare.test.ts"], DATABASE],
  [["test/unit/protocol/amount.test.ts", "test/fault"], DATABASE],
  [["test/e2e/callbacks/module.test.ts"], EVERYTHING],
  [["amount"], EVERYTHING],
  [["-t", "soums"], EVERYTHING],
  [["--project", "!e2e"], EVERYTHING],
])("npm test -- %j installs and builds what these tests need, and no more", (args, needs) => {
  expect(needsOfTests(args)).toEqual(needs);
});

test("a test that is named for a project is there", () => {
  const named = Object.values(projects).flatMap(({ files }: { readonly files: readonly string[] }) => files);

  expect(named.filter((file) => !existsSync(new URL(file, ROOT)))).toEqual([]);
});
