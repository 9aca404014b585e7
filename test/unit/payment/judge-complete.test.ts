import { describe, expect, test } from "vitest";
import type { Attempt, AttemptState } from "../../../src/payment/attempt.ts";
import { anomalyIn } from "../../../src/payment/attempt-anomalies.ts";
import { asAttemptId, asOrderUpdateId, asPaymentId, asServiceId } from "../../../src/payment/ids.ts";
import { type CompleteEvent, judgeComplete, type LockedCompleteView } from "../../../src/payment/judge-complete.ts";
import type { OrderUpdate } from "../../../src/payment/order-update.ts";
import { ATTEMPT_STATES, attempt, shopPayment, writtenBy } from "../../support/service/attempt-of-test.ts";

/**
 * The whole table of design.md section 3, Complete: every state of the attempt × every situation. A cell is the answer, what
 * becomes of the attempt (`-`: it stays), and the anomaly. The types make a missing cell an error.
 */
const TAKEN: CompleteEvent = {
  serviceId: asServiceId("11111"),
  clickTransId: "3000000001",
  merchantTransId: "57",
  merchantPrepareId: "1",
  clickPaydocId: "5000000001",
  amountTiyin: 100_000n,
  error: 0,
  ...{ errorNote: "", callerAddress: "" },
  signTime: new Date("2026-01-15T07:00:00Z"),
  hold: false,
  token: "token",
};
const NOW = new Date("2026-01-15T07:00:00Z");
const LOCKED = { handOut: true, open: [], now: NOW, isTransIdUsed: false } as const;
const OTHER = attempt({ id: asAttemptId(2), clickTransId: "3000000002", clickPaydocId: "5000000002" });

interface Situation {
  readonly event?: Partial<CompleteEvent>;
  readonly others?: readonly Attempt[];
  readonly payment?: LockedCompleteView["payment"];
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
  const view = { ...LOCKED, attempt: subject, others: situation.others ?? [], payment };
  const { answer, effects } = judgeComplete({ ...TAKEN, ...situation.event }, view);
  const state = writtenBy(effects).state ?? "-";
  const written = subject === undefined && state === "CANCELLED" ? "cancel ahead" : state;
  return [answer, written, anomalyIn(effects)].filter((part) => part !== undefined).join(" ");
}

describe.each(Object.keys(TABLE) as (keyof typeof TABLE)[])("the attempt is %s", (state) => {
  test.each(Object.entries(TABLE[state]))("%s → %s", (name, cell) => {
    const subject = state === "none" ? undefined : attempt({ state });

    expect(verdictOn(subject, SITUATIONS[name as keyof typeof SITUATIONS])).toBe(cell);
  });
});

test("the money of a refused attempt that matched no payment is owed: no payment is chosen again", () => {
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

  test("is owed when Click took the order's sum without fee", () => {
    expect(taken(100_000n)).toBe("0 OWED CAPTURED_AFTER_REFUSAL");
  });
});

describe("the order update of a capture", () => {
  const view = { ...LOCKED, attempt: attempt(), others: [], payment: shopPayment() };
  const lease = { token: "token", seconds: 30, started: false };
  const owed = { effect: "EnqueueOrderUpdate", kind: "MARK_PAID", attemptId: 1, amountTiyin: 100_000n };
  const enqueued = (judged: ReturnType<typeof judgeComplete>) =>
    judged.effects.find(({ effect }) => effect === "EnqueueOrderUpdate");

  test("is a MARK_PAID, leased to this caller", () => {
    const judged = judgeComplete(TAKEN, view);

    expect(enqueued(judged)).toMatchObject({ ...owed, state: "PENDING", lease });
    expect(judged.handedOut).toMatchObject({ madeBy: enqueued(judged), update: { token: "token", tryNumber: 1 } });
  });

  test.each([
    ["to a caller that leaves it to its agent", TAKEN, { ...view, handOut: false }, "PENDING"],
    ["while an older one is unfinished", TAKEN, { ...view, open: [orderUpdate({ state: "HELD" })] }, "PENDING"],
    ["before Click confirms it", { ...TAKEN, hold: true }, view, "HELD"],
  ] as const)("is not handed out %s", (_, event, locked, state) => {
    const judged = judgeComplete(event, locked);

    expect(enqueued(judged)).toEqual({ ...owed, state, payment: { paymentId: 7, orderId: 5 } });
    expect(judged.handedOut).toBeUndefined();
  });

  test("is without the buyer's fee", () => {
    const judged = judgeComplete(TAKEN, { ...view, attempt: attempt({ feeTiyin: 1_500n }) });

    expect(enqueued(judged)).toMatchObject({ amountTiyin: 98_500n });
  });
});

describe("a repeat about money that is in", () => {
  const view = { ...LOCKED, attempt: attempt({ state: "CAPTURED" }), others: [], payment: shopPayment() };

  test("leases an unfinished update again when its lease allows", () => {
    const judged = judgeComplete(TAKEN, { ...view, open: [orderUpdate({})] });

    expect(judged).toMatchObject({ answer: -4, effects: [{ effect: "SetOrderUpdate", id: 3 }], handedOut: { id: 3 } });
  });

  test.each([
    ["under a live lease", { ...view, open: [orderUpdate({ leaseLive: true, token: "another" })] }],
    ["held back", { ...view, open: [orderUpdate({ state: "HELD" })] }],
    ["not requested", { ...view, open: [orderUpdate({})], handOut: false }],
  ] as const)("hands out nothing that is %s", (_, locked) => {
    expect(judgeComplete(TAKEN, locked)).toEqual({ answer: -4, effects: [], handedOut: undefined });
  });
});

describe("a Complete that is about no attempt", () => {
  const view = { ...LOCKED, attempt: undefined, others: [], payment: undefined, now: undefined };

  test("leaves no cancelled attempt under a click_trans_id that is used", () => {
    expect(judgeComplete({ ...TAKEN, error: -5017 }, { ...view, isTransIdUsed: true })).toMatchObject({
      answer: -9,
      effects: [],
    });
  });

  test("has its money looked for under the reference that it named", () => {
    const { effects } = judgeComplete(TAKEN, { ...view, paymentOfReference: asPaymentId(7) });

    expect(effects).toMatchObject([
      { effect: "RaiseAnomaly", kind: "MONEY_WITHOUT_ATTEMPT", subject: { clickTransId: "3000000001" } },
      { effect: "AskUnderReference", paymentId: 7 },
    ]);
  });
});

test("unsigned fields are stored only when empty, and a new click_trans_id in addition to the first", () => {
  const view = { ...LOCKED, attempt: attempt(), others: [], payment: shopPayment() };

  expect(judgeComplete({ ...TAKEN, clickTransId: "3000000009" }, view).effects[0]).toMatchObject({
    effect: "MoveAttempt",
    from: "PREPARED",
    to: "CAPTURED",
    set: { answer: 0, completeClickTransId: "3000000009", clickPaydocId: "5000000001" },
  });
});

test.each([
  ["is the order's own", shopPayment(), 0, "CAPTURED", "CALLBACK"],
  ["is owed", shopPayment({ paid: true }), 0, "OWED", "CALLBACK"],
  ["was not taken", shopPayment(), -5017, "CANCELLED", undefined],
])("money that %s says how it was known to be taken", (_, payment, error, to, captureSource) => {
  const view = { ...LOCKED, attempt: attempt(), others: [], payment };

  const [moved] = judgeComplete({ ...TAKEN, error }, view).effects;

  expect(moved).toMatchObject({ effect: "MoveAttempt", to, set: { captureSource } });
});

function orderUpdate(change: Partial<OrderUpdate>): OrderUpdate {
  return {
    id: asOrderUpdateId(3),
    ...{ state: "PENDING", leased: false, leaseLive: false, started: false, token: undefined, due: true },
    ...{ tryCount: 0, saveCount: 0, detail: "", serviceId: asServiceId("11111") },
    update: { id: asOrderUpdateId(3) } as OrderUpdate["update"],
    ...change,
  };
}
