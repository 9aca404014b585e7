import { expect, test } from "vitest";
import { tashkentDay } from "../../../src/protocol/tashkent-time.ts";

test.each([
  ["2026-01-14T18:59:59.999Z", "2026-01-14"],
  ["2026-01-14T19:00:00.000Z", "2026-01-15"],
  ["2026-01-15T12:00:00.000Z", "2026-01-15"],
  ["2025-12-31T19:00:00.000Z", "2026-01-01"],
  // No summer time: the same hour in July.
  ["2026-07-14T18:59:59.999Z", "2026-07-14"],
  ["2026-07-14T19:00:00.000Z", "2026-07-15"],
  ["2028-02-28T19:00:00.000Z", "2028-02-29"],
])("%s is on %s in Tashkent", (instant, day) => {
  expect(tashkentDay(new Date(instant))).toBe(day);
});
