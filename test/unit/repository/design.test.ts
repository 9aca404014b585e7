import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = new URL("../../../", import.meta.url);
const DESIGN = readFileSync(new URL("docs/design.md", ROOT), "utf8");

/** A function as the walks name it: `src/app/callbacks/prepare.ts:prepare`. */
const STEP = /`((?:src|php-bridge)\/[\w./-]+\.(?:ts|php)):(\w+)`/g;
const WALKS = ["A Prepare", "A Complete", "A refund", "A reconciliation"];

function stepsOf(text: string): readonly (readonly [file: string, name: string])[] {
  return [...text.matchAll(STEP)].map(([, file = "", name = ""]) => [file, name] as const);
}

function walk(heading: string): string {
  const [, text = ""] = new RegExp(`\n### ${heading}\n(.*?)(?=\n##|$)`, "s").exec(DESIGN) ?? [];
  return text;
}

/** Whether the file declares it: as a function, a method, or a constant that holds one. */
function declares(file: string, name: string): boolean {
  const path = fileURLToPath(new URL(file, ROOT));
  if (!existsSync(path)) return false;
  const declaration = new RegExp(
    `\\bfunction ${name}\\b|\\bconst ${name}\\b|^\\s+(?:(?:async|private|public|static) )*#?${name}(?:\\(|: (?:async )?\\()`,
    "m",
  );
  return declaration.test(readFileSync(path, "utf8"));
}

test.each(WALKS)("the walk of %s names functions that are in their files", (heading) => {
  const steps = stepsOf(walk(heading));

  expect(steps.length).toBeGreaterThan(5);
  expect(steps.filter(([file, name]) => !declares(file, name)).map((step) => step.join(":"))).toEqual([]);
});
