import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

test("every type of event that is written stands in docs/events.md, and no other one", () => {
  const written = [...read("src/payment/event.ts").matchAll(/^ {2}\| "([a-z_]+\.[a-z_]+)"/gm)].map(([, type]) => type);
  const types = /## Types\n([\s\S]*?)\n## /.exec(read("docs/events.md"))?.[1] ?? "";
  const told = [...types.matchAll(/`([a-z_]+\.[a-z_]+)`(?!\])/g)].map(([, type]) => type);

  expect(told.sort()).toEqual(written.sort());
});
