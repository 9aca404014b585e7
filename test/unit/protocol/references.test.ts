import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PLACES = [
  "src",
  "php-bridge",
  "test",
  "tools",
  "proto",
  "docs",
  "examples",
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
];
const IS_TEXT = /\.(?:ts|mjs|js|php|sql|proto|md|sh|neon|css)$/;
/** Written by others, or made from what is read here anyway. */
const IS_FOREIGN = /(?:^|\/)(?:node_modules|vendor|gen|generated|\.phpunit\.cache|proto\/google|proto\/grpc)\//;

interface Reference {
  readonly file: string;
  /** As it is written, to be found by. */
  readonly text: string;
  readonly page: string;
  /** The numbers behind it: "1.2" and "1.3" of "click-protocol.md 1.2, 1.3". */
  readonly sections: readonly string[];
}

const NUMBER = String.raw`\d+(?:\.\d+)*`;
const SECTIONS = String.raw`(?:,? sections?)? §?${NUMBER}(?:(?:, | and | to |–)§?${NUMBER}(?![\w%]))*`;
/** A page of Markdown, as a comment or a sentence names it, and the numbers of its sections if there are any. */
const REFERENCE = new RegExp(String.raw`(?<![\w*/…-])((?:[\w.-]+\/)*[\w.-]+\.md)(?:\]\([^)]*\))?(${SECTIONS})?`, "g");

function filesIn(place: string): readonly string[] {
  if (place.endsWith(".md")) return [place];
  const names = readdirSync(join(ROOT, place), { recursive: true, encoding: "utf8" });
  return names.map((name) => `${place}/${name}`).filter((name) => IS_TEXT.test(name) && !IS_FOREIGN.test(name));
}

/** Comment signs between two lines are no part of a sentence. */
function sentencesOf(text: string): string {
  return text.replace(/\s*\n\s*(?:\*|\/\/|--|#)?\s*/g, " ");
}

function referencesOf(file: string): readonly Reference[] {
  const text = sentencesOf(readFileSync(join(ROOT, file), "utf8"));
  return [...text.matchAll(REFERENCE)].map(([found, page = "", sections = ""]) => ({
    file,
    text: found,
    page,
    sections: [...sections.matchAll(new RegExp(NUMBER, "g"))].map(([number]) => number),
  }));
}

/** Beside the file that names it, in docs/ or at the root. */
function pathOf({ file, page }: Reference): string | undefined {
  const paths = [join(dirname(file), page), join("docs", page), page].filter((path) => !path.startsWith(".."));
  return paths.find((path) => existsSync(join(ROOT, path)));
}

function headingsOf(path: string): ReadonlySet<string> {
  const headings = readFileSync(join(ROOT, path), "utf8").matchAll(/^#{2,4} (\d+(?:\.\d+)*)\.? /gm);
  return new Set([...headings].map(([, number = ""]) => number));
}

const FILES = PLACES.flatMap(filesIn);
const REFERENCES = FILES.flatMap(referencesOf);

test("every page that a comment or a page names is in the repository", () => {
  const dangling = REFERENCES.filter((reference) => pathOf(reference) === undefined);

  expect(dangling.map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
});

test("every section that a comment or a page names is a heading of its page", () => {
  const dangling = REFERENCES.filter(({ sections }) => sections.length > 0).filter((reference) => {
    const path = pathOf(reference);
    return path !== undefined && !reference.sections.every((number) => headingsOf(path).has(number));
  });

  expect(dangling.map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
});

test("the sections that the comments name are found at all", () => {
  const pages = ["click-protocol.md", "bitrix-contract.md", "design.md"];

  expect(pages.filter((page) => REFERENCES.some((r) => r.page.endsWith(page) && r.sections.length > 0))).toEqual(pages);
});

/** A file or a folder of ours by its path from the root; one with a star, a brace or a placeholder in it is a pattern. */
const OWN_PATH =
  /(?<![\w./-])((?:src|test|tools|php-bridge|proto|docs|examples)\/[\w./-]*\w\.(?:ts|mjs|php|sql|proto)\b|(?<=`)(?:src|test|tools|php-bridge|proto)\/[\w./-]+(?=`))/g;

test("every file of ours that a comment or a page names is in the repository", () => {
  const named = FILES.flatMap((file) =>
    [...readFileSync(join(ROOT, file), "utf8").matchAll(OWN_PATH)].map(([, path = ""]) => ({ file, path })),
  );
  const dangling = named.filter(({ path }) => !existsSync(join(ROOT, path)));

  expect(named.length).toBeGreaterThan(0);
  expect(dangling.map(({ file, path }) => `${file}: ${path}`)).toEqual([]);
});
