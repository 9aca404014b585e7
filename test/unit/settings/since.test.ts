import { expect, test } from "vitest";
import { readSince } from "../../../src/commands/since.ts";

const NOW = new Date("2026-01-15T10:00:00Z");

test.each([
  ["30m", "2026-01-15T09:30:00.000Z"],
  ["6h", "2026-01-15T04:00:00.000Z"],
  ["2d", "2026-01-13T10:00:00.000Z"],
  ["2026-01-14", "2026-01-14T00:00:00.000Z"],
  ["2026-01-14T12:00Z", "2026-01-14T12:00:00.000Z"],
  ["2026-01-14T12:00:00+05:00", "2026-01-14T07:00:00.000Z"],
])("%s is %s", (text, time) => {
  expect(readSince(text, NOW)?.toISOString()).toBe(time);
});

test.each([
  "",
  "2",
  "d",
  "-2d",
  "2 d",
  "1.5h",
  "2w",
  "yesterday",
  "2026-13-01",
  "2026-01-14T12:00",
  "2026-01-14 12:00:00Z",
])("%j is no time", (text) => {
  expect(readSince(text, NOW)).toBeUndefined();
});
