import { expect, test } from "vitest";
import type { ChargeState } from "../../../src/payment/charge.ts";
import { chargeMoved } from "../../../src/payment/charge-moved.ts";
import { charge } from "../../support/service/effects-of-test.ts";

const SENDING = charge();

test.each<[from: ChargeState, to: ChargeState, told: readonly string[]]>([
  ["SENDING", "DONE", ["charge.done"]],
  ["SENDING", "PROCESSING", []],
  ["SENDING", "REFUSED", ["charge.refused"]],
  ["SENDING", "UNKNOWN", ["charge.unknown", "CHARGE_UNKNOWN"]],
  ["PROCESSING", "DONE", ["charge.done"]],
  ["PROCESSING", "FAILED", ["charge.refused"]],
  ["STORED", "REFUSED", ["charge.refused"]],
  ["UNKNOWN", "UNKNOWN", []],
  ["DONE", "DONE", []],
])("%s → %s tells %j", (from, to, told) => {
  const [row, ...others] = chargeMoved({ ...SENDING, state: to }, { ...SENDING, state: from });

  expect(row).toMatchObject({ effect: "SetCharge", charge: { state: to }, from });
  expect(others.map((effect) => ("type" in effect ? effect.type : "kind" in effect ? effect.kind : ""))).toEqual(told);
});
