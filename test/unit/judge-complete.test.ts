import { describe, expect, test } from "vitest";
import type { Attempt, AttemptState } from "../../src/payment/attempt.ts";
import { asAttemptId, asPaymentId } from "../../src/payment/ids.ts";
import { type CompleteEvent, type CompleteView, judgeComplete } from "../../src/payment/judge-complete.ts";
import { ATTEMPT_STATES, attempt, shopPayment } from "../support/attempt-of-test.ts";

/**
 * The whole table of design.md section 3, Complete: every state of the attempt × every situation. A cell is the answer, what
 * becomes of the attempt (`-`: it stays), and the anomaly. The types make a missing cell an error.
 */
const TAKEN: CompleteEvent = { amountTiyin: 100_000n, error: 0, clickPaydocId: "5000000001" };
const OTHER = attempt({ id: asAttemptId(2), clickTransId: "3000000002", clickPaydocId: "5000000002" });

interface Situation {
  readonly event?: Partial<CompleteEvent>;
  readonly others?: readonly Attempt[];
  readonly payment?: CompleteView["payment"];
  readonly gone?: true;
}

const SITUATIONS = {
  taken: {},
  cancelledByCustomer: { event: { error: -1 } },
  failed: { event: { error: -5017 } },
  failedWithOtherSum: { event: { error: -5017, amountTiyin: 1n } },
  oneTiyinMore: { event: { amountTiyin: 100_001n } },
  oneTiyinLess: { event: { amountTiyin: 99_999n } },
  otherPrepared: { others: [{ ...OTHER, state: "PREPARED" }] },
  otherOwed: { others: [{ ...OTHER, state: "OWED" }] },
  otherCaptured: { others: [{ ...OTHER, state: "CAPTURED" }] },
  otherSettled: { others: [{ ...OTHER, state: "SETTLED" }] },
  sameMoneyCaptured: { others: [{ ...OTHER, state: "CAPTURED", clickPaydocId: "5000000001" }] },
  sameMoneyOwed: { others: [{ ...OTHER, state: "OWED", clickPaydocId: "5000000001" }] },
  sameMoneyForAnotherPayment: {
    others: [{ ...OTHER, state: "CAPTURED", clickPaydocId: "5000000001", paymentId: asPaymentId(8) }],
  },
  sameMoneyPrepared: { others: [{ ...OTHER, state: "PREPARED", clickPaydocId: "5000000001" }] },
  otherPaymentCaptured: { others: [{ ...OTHER, state: "CAPTURED", paymentId: asPaymentId(8) }] },
  paidInCash: { payment: shopPayment({ paid: true }) },
  returned: { payment: shopPayment({ returned: true }) },
  repriced: { payment: shopPayment({ sumTiyin: 100_001n }) },
  orderCancelled: { payment: shopPayment({ orderCancelled: true }) },
  notUzs: { payment: shopPayment({ currency: "USD" }) },
  gone: { gone: true },
} as const satisfies Record<string, Situation>;

type Row = Record<keyof typeof SITUATIONS, string>;

/** Nothing that the order has become changes the answer to an accepted attempt: 0, and the money is its own or owed. */
const ACCEPTED: Row = {
  taken: "0 CAPTURED",
  cancelledByCustomer: "-9 CANCELLED",
  failed: "-9 CANCELLED",
  failedWithOtherSum: "-9 CANCELLED",
  oneTiyinMore: "-2 - AMOUNT_MISMATCH",
  oneTiyinLess: "-2 - AMOUNT_MISMATCH",
  otherPrepared: "0 CAPTURED",
  otherOwed: "0 CAPTURED",
  otherCaptured: "0 OWED SECOND_CAPTURE",
  otherSettled: "0 OWED SECOND_CAPTURE",
  sameMoneyCaptured: "-4 -",
  sameMoneyOwed: "-4 -",
  sameMoneyForAnotherPayment: "-4 -",
  sameMoneyPrepared: "0 CAPTURED",
  otherPaymentCaptured: "0 CAPTURED",
  paidInCash: "0 OWED PAID_OTHERWISE",
  returned: "0 OWED PAID_OTHERWISE",
  repriced: "0 CAPTURED",
  orderCancelled: "0 CAPTURED",
  notUzs: "0 CAPTURED",
  gone: "0 CAPTURED",
};

/** The money is in already: whatever comes, it stays. */
const IN: Row = {
  ...sameForAll("-4 -"),
  cancelledByCustomer: "-4 - CANCEL_AFTER_CAPTURE",
  failed: "-9 - CANCEL_AFTER_CAPTURE",
  failedWithOtherSum: "-9 - CANCEL_AFTER_CAPTURE",
};

const TABLE: Readonly<Record<AttemptState | "none", Row>> = {
  none: {
    ...sameForAll("-6 - MONEY_WITHOUT_ATTEMPT"),
    cancelledByCustomer: "-9 cancel ahead",
    failed: "-9 cancel ahead",
    failedWithOtherSum: "-9 cancel ahead",
  },
  PREPARED: ACCEPTED,
  EXPIRED: ACCEPTED,
  REFUSED: {
    ...ACCEPTED,
    paidInCash: "0 OWED CAPTURED_AFTER_REFUSAL",
    returned: "0 OWED CAPTURED_AFTER_REFUSAL",
    repriced: "0 OWED CAPTURED_AFTER_REFUSAL",
    notUzs: "0 OWED CAPTURED_AFTER_REFUSAL",
    gone: "0 OWED CAPTURED_AFTER_REFUSAL",
  },
  CAPTURED: IN,
  SETTLED: IN,
  OWED: IN,
  REVERSED: IN,
  CANCELLED: {
    ...sameForAll("-9 - CONFIRM_AFTER_CANCEL"),
    cancelledByCustomer: "-9 -",
    failed: "-9 -",
    failedWithOtherSum: "-9 -",
  },
};

function sameForAll(cell: string): Row {
  return Object.fromEntries(Object.keys(SITUATIONS).map((name) => [name, cell])) as Row;
}

function verdictOn(subject: Attempt | undefined, situation: Situation): string {
  const payment = situation.gone === true ? undefined : (situation.payment ?? shopPayment());
  const view: CompleteView = { attempt: subject, others: situation.others ?? [], payment };
  const { answer, next, cancelAhead, anomaly } = judgeComplete({ ...TAKEN, ...situation.event }, view);
  return [answer, next ?? (cancelAhead ? "cancel ahead" : "-"), anomaly].filter((part) => part !== undefined).join(" ");
}

describe.each(Object.keys(TABLE) as (keyof typeof TABLE)[])("the attempt is %s", (state) => {
  test.each(Object.entries(TABLE[state]))("%s → %s", (name, cell) => {
    const subject = state === "none" ? undefined : attempt({ state });

    expect(verdictOn(subject, SITUATIONS[name as keyof typeof SITUATIONS])).toBe(cell);
  });
});

test("a refused attempt that fitted no payment is owed: nothing is resolved anew", () => {
  const homeless = attempt({ state: "REFUSED", paymentId: undefined, orderId: undefined });

  expect(verdictOn(homeless, { gone: true })).toBe("0 OWED CAPTURED_AFTER_REFUSAL");
});

test.each(ATTEMPT_STATES)(
  "after the money was taken with its own sum, an attempt %s answers only 0, -4 or -9",
  (state) => {
    const answers = Object.values(SITUATIONS)
      .filter((situation) => !("event" in situation))
      .map((situation) => verdictOn(attempt({ state }), situation).split(" ")[0]);

    expect(answers.filter((answer) => !["0", "-4", "-9"].includes(answer ?? ""))).toEqual([]);
  },
);

describe("a refused attempt whose payment asked for a fee of 15 soums", () => {
  const refused = (amountTiyin: bigint) => attempt({ state: "REFUSED", amountTiyin, feeTiyin: 1_500n });
  const taken = (amountTiyin: bigint) => verdictOn(refused(amountTiyin), { event: { amountTiyin } });

  test("pays the order with what is left without the fee", () => {
    expect(taken(101_500n)).toBe("0 CAPTURED");
  });

  test("is owed when Click took the order's bare sum all the same", () => {
    expect(taken(100_000n)).toBe("0 OWED CAPTURED_AFTER_REFUSAL");
  });
});
