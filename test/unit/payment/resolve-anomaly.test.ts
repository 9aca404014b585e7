import { describe, expect, test } from "vitest";
import { type Decision, RESOLUTIONS, type Resolution } from "../../../src/payment/anomaly.ts";
import type { Attempt, AttemptState } from "../../../src/payment/attempt.ts";
import type { Effect } from "../../../src/payment/effects.ts";
import { FailureError } from "../../../src/payment/failure.ts";
import { asAnomalyId, asAttemptId, asPaymentId } from "../../../src/payment/ids.ts";
import type { OrderUpdate } from "../../../src/payment/order-update.ts";
import {
  type AnomalousAttemptView,
  resolveAboutAttempt,
  resolveAboutCharge,
  resolveAboutNothing,
} from "../../../src/payment/resolve-anomaly.ts";
import { ATTEMPT_STATES, attempt, shopPayment } from "../../support/service/attempt-of-test.ts";
import { charge, inShort, leasedTo, orderUpdate, refund } from "../../support/service/effects-of-test.ts";

const by = (resolution: Resolution, more: Partial<Decision> = {}): Decision => ({
  anomalyId: asAnomalyId(9),
  resolution,
  paymentId: undefined,
  note: "",
  caller: "office",
  userId: "1",
  ...more,
});

function viewOf(subject: Attempt, more: Partial<AnomalousAttemptView> = {}): AnomalousAttemptView {
  return {
    view: { attempt: subject, others: [], payment: shopPayment() },
    updates: [],
    kind: "SECOND_CAPTURE",
    openRefund: undefined,
    returnedTiyin: 0n,
    keeper: { payment: shopPayment(), attempts: [subject] },
    ...more,
  };
}

/** The effects, or why not. */
function outcomeOf(resolve: () => readonly Effect[]): string {
  try {
    return inShort(resolve());
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    const { failure } = error;
    return `not possible: ${failure.reason === "RESOLUTION_NOT_POSSIBLE" ? failure.why : failure.reason}`;
  }
}

describe("RETRY_APPLY", () => {
  const ANEW = (from: string) => `update 1 ${from} → PENDING, lease ended, due in 0 s, try 0, save 0, NONE`;

  test.each<[name: string, state: AttemptState, mark: OrderUpdate | undefined, outcome: string]>([
    ["of a refused update", "CAPTURED", orderUpdate({ state: "REFUSED" }), ANEW("REFUSED")],
    ["of an update that the shop no longer shows", "SETTLED", orderUpdate({ state: "APPLIED" }), ANEW("APPLIED")],
    ["of one that waits for its next try", "CAPTURED", orderUpdate(), ANEW("PENDING")],
    ["of one that is leased", "CAPTURED", leasedTo("a"), "not possible: the order update is leased now"],
    [
      "of one that Click has not confirmed",
      "CAPTURED",
      orderUpdate({ state: "HELD" }),
      "not possible: the order update is HELD",
    ],
    [
      "of one that was taken back",
      "CAPTURED",
      orderUpdate({ state: "WITHDRAWN" }),
      "not possible: the order update is WITHDRAWN",
    ],
    ["of none", "CAPTURED", undefined, "not possible: the attempt holds no payment"],
    ["of owed money", "OWED", orderUpdate({ state: "REFUSED" }), "not possible: the attempt holds no payment"],
  ])("%s", (_, state, mark, outcome) => {
    const view = viewOf(attempt({ state }), { updates: mark === undefined ? [] : [mark] });

    expect(outcomeOf(() => resolveAboutAttempt(by("RETRY_APPLY"), view))).toBe(outcome);
  });
});

describe("ACCEPT", () => {
  const OWED = attempt({ state: "OWED", feeTiyin: 0n });
  const HOLDER = attempt({ id: asAttemptId(2), state: "CAPTURED" });
  const HOMELESS = { ...OWED, paymentId: undefined, orderId: undefined };
  const OTHER = shopPayment({ paymentId: asPaymentId(8) });
  const keeper = (change: Parameters<typeof shopPayment>[0]) => ({ payment: shopPayment(change), attempts: [OWED] });

  test.each<[name: string, subject: Attempt, more: Partial<AnomalousAttemptView>, outcome: string]>([
    [
      "for its own payment",
      OWED,
      {},
      "OWED → CAPTURED of 7; attempt.captured [-100000 OWED] [100000 ACCEPTED]; owe MARK_PAID PENDING",
    ],
    [
      "with another one that holds the payment",
      OWED,
      { keeper: { payment: shopPayment(), attempts: [OWED, HOLDER] } },
      "not possible: attempt 2 pays that payment",
    ],
    [
      "after the shop was paid",
      OWED,
      { keeper: keeper({ paid: true }) },
      "not possible: the shop shows that payment paid or returned",
    ],
    [
      "after the order was cancelled",
      OWED,
      { keeper: keeper({ orderCancelled: true }) },
      "not possible: the order is cancelled",
    ],
    ["for another sum", OWED, { keeper: keeper({ sumTiyin: 1n }) }, "not possible: that payment asks for another sum"],
    ["for a payment that is gone", OWED, { keeper: undefined }, "not possible: PAYMENT_NOT_FOUND"],
    ["without a payment", HOMELESS, { keeper: undefined }, "not possible: payment_id is needed: the attempt has none"],
    ["after a partial refund", OWED, { returnedTiyin: 1n }, "not possible: a part of it went back"],
    ["while a refund is open", OWED, { openRefund: refund() }, "not possible: refund 1 is under way"],
  ])("%s", (_, subject, more, outcome) => {
    expect(outcomeOf(() => resolveAboutAttempt(by("ACCEPT"), viewOf(subject, more)))).toBe(outcome);
  });

  test("for another payment", () => {
    const view = viewOf(HOMELESS, { keeper: { payment: OTHER, attempts: [] } });

    expect(outcomeOf(() => resolveAboutAttempt(by("ACCEPT", { paymentId: OTHER.paymentId }), view))).toBe(
      "OWED → CAPTURED of 8; attempt.captured [-100000 OWED] [100000 ACCEPTED]; owe MARK_PAID PENDING",
    );
  });

  test.each(ATTEMPT_STATES.filter((state) => state !== "OWED"))("of an attempt %s", (state) => {
    expect(outcomeOf(() => resolveAboutAttempt(by("ACCEPT"), viewOf(attempt({ state }))))).toBe(
      "not possible: the attempt is not OWED",
    );
  });
});

describe("REFUNDED_ELSEWHERE", () => {
  const updates = [orderUpdate({ state: "APPLIED" })];
  const NO_MONEY = "not possible: the attempt holds no money";
  const KEPT = (from: string) =>
    `${from} → REVERSED; attempt.reversed [-100000 REVERSED]; close; owe MARK_REFUNDED PENDING`;
  const OUTCOMES: Readonly<Record<AttemptState, string>> = {
    REFUSED: NO_MONEY,
    PREPARED: NO_MONEY,
    EXPIRED: NO_MONEY,
    CANCELLED: NO_MONEY,
    REVERSED: NO_MONEY,
    CAPTURED: KEPT("CAPTURED"),
    SETTLED: KEPT("SETTLED"),
    OWED: "OWED → REVERSED; attempt.reversed [-100000 REVERSED]; close",
  };

  test.each(ATTEMPT_STATES)("of an attempt %s", (state) => {
    const view = viewOf(attempt({ state }), { updates });

    expect(outcomeOf(() => resolveAboutAttempt(by("REFUNDED_ELSEWHERE"), view))).toBe(OUTCOMES[state]);
  });
});

describe("a refund with unknown result", () => {
  const view = viewOf(attempt({ state: "SETTLED" }), {
    kind: "REFUND_UNKNOWN",
    openRefund: refund({ state: "UNKNOWN", partial: true, amountTiyin: 1n }),
  });

  test.each<[Resolution, string]>([
    ["REFUNDED_ELSEWHERE", "refund UNKNOWN → DONE; refund.done [-1 REFUNDED]"],
    ["CLOSE", "refund UNKNOWN → NOT_DONE; refund.not_done"],
    ["ACCEPT", "not possible: refund 1 is under way"],
    ["RETRY_APPLY", "not possible: refund 1 is under way"],
  ])("%s", (resolution, outcome) => {
    expect(outcomeOf(() => resolveAboutAttempt(by(resolution), view))).toBe(outcome);
  });

  test("stays open when another anomaly of its attempt is closed", () => {
    expect(outcomeOf(() => resolveAboutAttempt(by("CLOSE"), { ...view, kind: "APPLY_STUCK" }))).toBe("");
  });
});

describe("a charge with unknown result", () => {
  const UNKNOWN = { charge: charge({ state: "UNKNOWN" }), sameNumber: [] };
  const STRANGER = attempt({ id: asAttemptId(2), paymentId: asPaymentId(8) });

  test.each<[name: string, decision: Decision, view: Parameters<typeof resolveAboutCharge>[1], outcome: string]>([
    ["was taken", by("CHARGED", { clickPaymentId: "900" }), UNKNOWN, "charge UNKNOWN → DONE; charge.done"],
    ["was not taken", by("NOT_CHARGED"), UNKNOWN, "charge UNKNOWN → FAILED; charge.refused"],
    [
      "is not closed: it would block its payment for good",
      by("CLOSE"),
      UNKNOWN,
      "not possible: say whether it was charged",
    ],
    [
      "was taken by a payment of Click's that is another's",
      by("CHARGED", { clickPaymentId: "900" }),
      { ...UNKNOWN, sameNumber: [STRANGER] },
      "not possible: payment 900 of Click's is attempt 2's",
    ],
    [
      "has ended since",
      by("NOT_CHARGED"),
      { ...UNKNOWN, charge: charge({ state: "DONE" }) },
      "not possible: the charge is DONE",
    ],
    ["has ended since, and is closed", by("CLOSE"), { ...UNKNOWN, charge: charge({ state: "DONE" }) }, ""],
    ["is gone", by("CHARGED"), undefined, "not possible: the charge is gone"],
    ["is gone, and is closed", by("CLOSE"), undefined, ""],
  ])("%s", (_, decision, view, outcome) => {
    expect(outcomeOf(() => resolveAboutCharge(decision, view))).toBe(outcome);
  });
});

test.each(RESOLUTIONS)("an anomaly about no attempt: %s", (resolution) => {
  expect(outcomeOf(() => resolveAboutNothing(by(resolution)))).toBe(
    resolution === "CLOSE" ? "" : "not possible: it is about no attempt",
  );
});
