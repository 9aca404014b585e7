import { expect, test } from "vitest";
import type { Charge, ChargeState } from "../../src/payment/charge.ts";
import { chargeMoved } from "../../src/payment/charge-moved.ts";
import { asChargeId, asOrderId, asPaymentId, asServiceId } from "../../src/payment/ids.ts";

const SENDING: Charge = {
  id: asChargeId(1),
  kind: "CARD",
  state: "SENDING",
  serviceId: asServiceId("11111"),
  paymentId: asPaymentId(2),
  orderId: asOrderId(3),
  reference: "57",
  amountTiyin: 100_000n,
  feeTiyin: 0n,
  sendTime: new Date(0),
  clickPaymentId: undefined,
  clickStatus: undefined,
  cardType: undefined,
  processing: undefined,
  confirmation: "NOT_NEEDED",
  clickRefusal: undefined,
  clickErrorCode: 0,
  clickErrorNote: "",
  createTime: new Date(0),
};

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
