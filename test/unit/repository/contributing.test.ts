import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const ROOT = new URL("../../../", import.meta.url);
const read = (page: string) => readFileSync(new URL(page, ROOT), "utf8");
const names = (folder: string) => readdirSync(new URL(folder, ROOT)).filter((name) => !name.startsWith("."));

/** Files of the top, whose names the map gives with their endings, and folders, with a slash behind. */
function missingOn(map: string, folder: string): readonly string[] {
  return names(folder).filter((name) => !map.includes(name.includes(".") ? name : `${name}/`));
}

test("CONTRIBUTING.md's map has every room of the service, the tests and the pages", () => {
  const map = read("CONTRIBUTING.md");

  expect([...missingOn(map, "src"), ...missingOn(map, "test"), ...missingOn(map, "docs")]).toEqual([]);
});

test("every capability is named where the rooms are described", () => {
  const capabilities = [...new Set([...names("src/app"), ...names("src/mysql")])];

  for (const page of ["CONTRIBUTING.md", "docs/design.md"]) {
    const text = read(page);
    expect(capabilities.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  }
});
