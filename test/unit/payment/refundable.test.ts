import { describe, expect, test } from "vitest";
import type { Attempt, AttemptState } from "../../../src/payment/attempt.ts";
import { asAttemptId } from "../../../src/payment/ids.ts";
import { type AskedRefund, type RefundView, whyNotRefundable } from "../../../src/payment/refundable.ts";
import { ATTEMPT_STATES, attempt } from "../../support/service/attempt-of-test.ts";

const ASKED: AskedRefund = { amountTiyin: 100_000n, clickPaymentId: "5000000001" };
const KEPT: RefundView = { attempt: attempt({ state: "SETTLED" }), returnedTiyin: 0n, sameNumber: [] };
const OTHER = attempt({ id: asAttemptId(2), clickTransId: "3000000002" });

const OF_STATE: Readonly<Record<AttemptState, string | undefined>> = {
  REFUSED: "NO_MONEY",
  PREPARED: "NO_MONEY",
  EXPIRED: "NO_MONEY",
  CANCELLED: "NO_MONEY",
  REVERSED: "REFUNDED",
  CAPTURED: undefined,
  SETTLED: undefined,
  OWED: undefined,
};

test.each(ATTEMPT_STATES)("money of an attempt %s", (state) => {
  expect(whyNotRefundable(ASKED, { ...KEPT, attempt: attempt({ state }) })).toBe(OF_STATE[state]);
});

test.each([
  ["CAPTURED", "NOT_OWED"],
  ["SETTLED", "NOT_OWED"],
  ["OWED", undefined],
] as const)("only owed money, of an attempt %s: %s", (state, why) => {
  expect(whyNotRefundable({ ...ASKED, onlyOwed: true }, { ...KEPT, attempt: attempt({ state }) })).toBe(why);
});

test.each([
  [100_000n, 0n, undefined],
  [1n, 0n, undefined],
  [60_000n, 40_000n, undefined],
  [60_001n, 40_000n, "AMOUNT_NOT_REFUNDABLE"],
  [100_001n, 0n, "AMOUNT_NOT_REFUNDABLE"],
  [0n, 0n, "AMOUNT_NOT_REFUNDABLE"],
  [-1n, 0n, "AMOUNT_NOT_REFUNDABLE"],
])("%d tiyin of 100000, after %d went back: %s", (amountTiyin, returnedTiyin, why) => {
  expect(whyNotRefundable({ ...ASKED, amountTiyin }, { ...KEPT, returnedTiyin })).toBe(why);
});

describe("Click's number of the payment that", () => {
  const confirmed = attempt({ state: "SETTLED", clickPaymentId: "5000000001" });

  test.each<[name: string, subject: Attempt, sameNumber: readonly Attempt[], why: string | undefined]>([
    ["is nobody else's", KEPT.attempt, [KEPT.attempt], undefined],
    ["another attempt with money has", confirmed, [{ ...OTHER, state: "OWED" }], "CLICK_PAYMENT_AMBIGUOUS"],
    ["another attempt without money has under the same reference", KEPT.attempt, [OTHER], undefined],
    [
      "came with another reference too, and Click has not said whose it is",
      KEPT.attempt,
      [{ ...OTHER, merchantTransId: "58" }],
      "CLICK_PAYMENT_AMBIGUOUS",
    ],
    ["Click has confirmed to be this attempt's", confirmed, [{ ...OTHER, merchantTransId: "58" }], undefined],
  ])("%s", (_, subject, sameNumber, why) => {
    expect(whyNotRefundable(ASKED, { attempt: subject, returnedTiyin: 0n, sameNumber })).toBe(why);
  });
});
