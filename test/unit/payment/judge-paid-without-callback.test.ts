import { describe, expect, test } from "vitest";
import { asAttemptId, asOrderId, asPaymentId, asServiceId } from "../../../src/payment/ids.ts";
import {
  attemptOfPaid,
  judgePaidWithoutCallback,
  type PaidWithoutCallback,
} from "../../../src/payment/judge-paid-without-callback.ts";
import { attempt, shopPayment } from "../../support/service/attempt-of-test.ts";
import { inShort } from "../../support/service/effects-of-test.ts";

const PAYMENT = { paymentId: asPaymentId(7), orderId: asOrderId(5) };
const CHARGED: PaidWithoutCallback = {
  serviceId: asServiceId("11111"),
  paymentId: PAYMENT.paymentId,
  clickPaymentId: "900",
  amountTiyin: 101_000n,
  feeTiyin: 1_000n,
  source: "CARD",
  reference: "57",
};
const FOUND: PaidWithoutCallback = { ...CHARGED, source: "RECONCILIATION" };
const UNPAID = { others: [], payment: shopPayment() };

function verdictOn(paid: PaidWithoutCallback, view: Parameters<typeof judgePaidWithoutCallback>[2]): string {
  const { outcome, effects } = judgePaidWithoutCallback(paid, PAYMENT, view);
  return `${outcome}: ${inShort(effects)}`;
}

test("our own charge pays the payment, and enqueues an order update without the fee", () => {
  const { effects } = judgePaidWithoutCallback(CHARGED, PAYMENT, UNPAID);

  expect(verdictOn(CHARGED, UNPAID)).toBe(
    "CAPTURED: new CAPTURED by CARD; attempt.captured [101000 CAPTURED, fee 1000]; owe MARK_PAID PENDING",
  );
  expect(effects[0]).toMatchObject({ clickPaymentId: "900", clickPaydocId: "900", amountTiyin: 101_000n });
  expect(effects[2]).toMatchObject({ amountTiyin: 100_000n });
});

test("a charge of a payment that is now taken is owed", () => {
  const view = { others: [], payment: shopPayment({ paid: true }) };

  expect(verdictOn(CHARGED, view)).toBe(
    "OWED: new OWED by CARD; attempt.owed [101000 OWED, fee 1000]; raise PAID_OTHERWISE",
  );
});

test("money that reconciliation finds is owed, because its sum is unknown", () => {
  expect(verdictOn(FOUND, UNPAID)).toBe(
    "OWED: new OWED by RECONCILIATION; attempt.owed [101000 OWED, fee 1000]; raise PAID_WITHOUT_ATTEMPT",
  );
});

describe("the attempt that callbacks have made of it is", () => {
  const ours = attempt({ id: asAttemptId(1) });
  const stranger = attempt({ id: asAttemptId(2), paymentId: asPaymentId(8), merchantTransId: "58" });
  const withMoney = attempt({ id: asAttemptId(3), state: "OWED" });
  const confirmed = attempt({ id: asAttemptId(4), clickPaymentId: "900" });

  test.each([
    ["none when no attempt has the number", [], undefined],
    ["none of another payment under another reference", [stranger], undefined],
    ["one of the payment", [stranger, ours], 1],
    ["one under the reference, whatever its payment", [{ ...stranger, merchantTransId: "57" }], 2],
    ["the one that had the money before others", [ours, withMoney], 3],
    ["the one that Click confirmed before all", [ours, withMoney, confirmed], 4],
    ["a stranger's that Click confirmed", [{ ...stranger, clickPaymentId: "900" }], 2],
  ])("%s", (_, sameNumber, id) => {
    expect(attemptOfPaid(CHARGED, sameNumber)?.id).toBe(id);
  });
});
