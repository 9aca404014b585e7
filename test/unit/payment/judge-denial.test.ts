import { expect, test } from "vitest";
import { judgeDenial } from "../../../src/payment/judge-denial.ts";
import { attempt } from "../../support/service/attempt-of-test.ts";
import { inShort } from "../../support/service/effects-of-test.ts";

test.each<[name: string, ageSeconds: number | undefined, isTold: boolean, verdict: string]>([
  ["the first", undefined, false, "UNCHANGED NoteDenial"],
  ["one soon after the first", 3_599, false, "UNCHANGED NoteDenial"],
  ["one an hour after the first", 3_600, false, "CAPTURE_NOT_CONFIRMED raise CAPTURE_NOT_CONFIRMED once"],
  ["one after the anomaly was raised", 90_000, true, "UNCHANGED "],
  ["a new first one, long after the anomaly was raised", undefined, true, "UNCHANGED NoteDenial"],
])("Click denies a capture: %s", (_, ageSeconds, isTold, verdict) => {
  const { outcome, effects } = judgeDenial(attempt({ state: "CAPTURED" }), "NOT_FOUND", { ageSeconds, isTold });

  expect(`${outcome} ${inShort(effects)}`).toBe(verdict);
});
