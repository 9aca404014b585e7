import { describe, expect, test } from "vitest";
import type { Attempt, AttemptState } from "../../../src/payment/attempt.ts";
import { anomalyIn } from "../../../src/payment/attempt-anomalies.ts";
import { NEW_ATTEMPT } from "../../../src/payment/effects.ts";
import { asAttemptId, asPaymentId, asServiceId } from "../../../src/payment/ids.ts";
import { judgePrepare } from "../../../src/payment/judge-prepare.ts";
import type { PrepareEvent, PrepareView } from "../../../src/payment/prepare-verdict.ts";
import { ANSWER } from "../../../src/protocol/answer.ts";
import { ATTEMPT_STATES, attempt, shopPayment, writtenBy } from "../../support/service/attempt-of-test.ts";

/**
 * The whole table of design.md section 3, Prepare: every state of this attempt × every situation. A cell is the answer, what
 * becomes of the attempt (`-`: nothing is written), and the anomaly. The types make a missing cell an error.
 */
const EVENT: PrepareEvent = {
  serviceId: asServiceId("11111"),
  clickTransId: "3000000001",
  merchantTransId: "57",
  ...{ errorNote: "", callerAddress: "" },
  isMalformed: false,
  amountTiyin: 100_000n,
  error: 0,
  clickPaydocId: "5000000009",
  takenAnswer: ANSWER.TRANSACTION_CANCELLED,
};
const OTHER = attempt({ id: asAttemptId(2), clickTransId: "3000000002", clickPaydocId: "5000000002" });

interface Situation {
  readonly event?: Partial<PrepareEvent>;
  readonly candidates?: PrepareView["candidates"];
  readonly others?: readonly Attempt[];
  readonly siblings?: readonly Attempt[];
}

const SITUATIONS = {
  payable: {},
  clicksError: { event: { error: -1 } },
  noOrder: { candidates: [] },
  otherCaptured: { others: [{ ...OTHER, state: "CAPTURED" }] },
  otherSettled: { others: [{ ...OTHER, state: "SETTLED" }] },
  sameMoneyCaptured: { others: [{ ...OTHER, state: "CAPTURED", clickPaydocId: "5000000009" }] },
  sameMoneyOwed: { others: [{ ...OTHER, state: "OWED", clickPaydocId: "5000000009" }] },
  sameMoneyForAnotherPayment: {
    others: [{ ...OTHER, state: "CAPTURED", clickPaydocId: "5000000009", paymentId: asPaymentId(8) }],
  },
  sameMoneyAndNoOrder: { candidates: [], others: [{ ...OTHER, state: "CAPTURED", clickPaydocId: "5000000009" }] },
  paidInCash: { candidates: [shopPayment({ paid: true })] },
  returned: { candidates: [shopPayment({ returned: true })] },
  orderCancelled: { candidates: [shopPayment({ orderCancelled: true })] },
  notUzs: { candidates: [shopPayment({ currency: "USD" })] },
  oneTiyinMore: { candidates: [shopPayment({ sumTiyin: 99_999n })] },
  oneTiyinLess: { candidates: [shopPayment({ sumTiyin: 100_001n })] },
  halfTiyin: { candidates: [shopPayment({ sumTiyin: undefined })] },
} as const satisfies Record<string, Situation>;

/** An attempt that may still be judged: nothing of it is decided. */
const OPEN = {
  payable: "0 PREPARED",
  clicksError: "-9 REFUSED",
  noOrder: "-5 REFUSED",
  otherCaptured: "-9 REFUSED",
  otherSettled: "-9 REFUSED",
  sameMoneyCaptured: "-4 REFUSED",
  sameMoneyOwed: "-4 REFUSED",
  sameMoneyForAnotherPayment: "-4 REFUSED",
  sameMoneyAndNoOrder: "-4 REFUSED",
  paidInCash: "-9 REFUSED",
  returned: "-9 REFUSED",
  orderCancelled: "-9 REFUSED",
  notUzs: "-2 REFUSED CURRENCY_NOT_UZS",
  oneTiyinMore: "-2 REFUSED",
  oneTiyinLess: "-2 REFUSED",
  halfTiyin: "-2 REFUSED",
};
function mapped(row: typeof OPEN, change: (cell: string) => string): typeof OPEN {
  return Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, change(cell)])) as typeof OPEN;
}
const always = (cell: string) => Object.fromEntries(Object.keys(SITUATIONS).map((name) => [name, cell])) as typeof OPEN;

const TABLE: Readonly<Record<AttemptState | "none", Record<keyof typeof SITUATIONS, string>>> = {
  none: OPEN,
  REFUSED: OPEN,
  // Accepted once, it is not un-accepted: its money may be on the way.
  EXPIRED: mapped(OPEN, (cell) => cell.replace("REFUSED", "-")),
  PREPARED: {
    payable: "0 -",
    clicksError: "0 -",
    noOrder: "0 -",
    otherCaptured: "-9 -",
    otherSettled: "-9 -",
    sameMoneyCaptured: "-4 -",
    sameMoneyOwed: "-4 -",
    sameMoneyForAnotherPayment: "-4 -",
    sameMoneyAndNoOrder: "-4 -",
    paidInCash: "-9 -",
    returned: "-9 -",
    orderCancelled: "0 -",
    notUzs: "0 -",
    oneTiyinMore: "0 -",
    oneTiyinLess: "0 -",
    halfTiyin: "0 -",
  },
  CAPTURED: always("-4 -"),
  SETTLED: always("-4 -"),
  OWED: always("-4 -"),
  CANCELLED: always("-9 -"),
  REVERSED: always("-9 -"),
};

function judged(state: AttemptState | "none", situation: Situation): string {
  const existing = state === "none" ? undefined : attempt({ state, clickPaydocId: EVENT.clickPaydocId });
  const attempts = [...(existing === undefined ? [] : [existing]), ...(situation.others ?? [])];
  const { candidates = [shopPayment()], siblings = [] } = situation;
  const view = { existing, attempts, candidates, siblings };
  const { answer, effects } = judgePrepare({ ...EVENT, ...situation.event }, view);
  return [answer, writtenBy(effects).state ?? "-", anomalyIn(effects)].filter((part) => part !== undefined).join(" ");
}

describe.each(Object.keys(TABLE) as (keyof typeof TABLE)[])("this attempt is %s", (state) => {
  test.each(Object.entries(TABLE[state]))("%s → %s", (name, cell) => {
    expect(judged(state, SITUATIONS[name as keyof typeof SITUATIONS])).toBe(cell);
  });
});

describe("the option to answer -4 on a payment that is taken", () => {
  const event = { ...EVENT, takenAnswer: ANSWER.ALREADY_PAID };

  test.each(["paidInCash", "returned", "otherCaptured"] as const)("holds when it is taken: %s", (name) => {
    expect(judged("none", { ...SITUATIONS[name], event })).toBe("-4 REFUSED");
  });

  test("holds for nothing else", () => {
    expect(judged("none", { ...SITUATIONS.orderCancelled, event })).toBe("-9 REFUSED");
  });
});

describe("which rule comes first", () => {
  const everythingWrong = { paid: true, orderCancelled: true, currency: "USD", sumTiyin: 1n };
  const sameMoney = [{ ...OTHER, state: "CAPTURED" as const, clickPaydocId: "5000000009" }];

  test.each([
    ["Click's own error", { event: { error: -1 }, candidates: [] }, "-9 REFUSED"],
    [
      "the same money, on a payment that is taken",
      { candidates: [shopPayment(everythingWrong)], others: sameMoney },
      "-4 REFUSED",
    ],
    ["a payment that is taken", { candidates: [shopPayment(everythingWrong)] }, "-9 REFUSED"],
    ["a cancelled order", { candidates: [shopPayment({ ...everythingWrong, paid: false })] }, "-9 REFUSED"],
    [
      "a foreign currency",
      { candidates: [shopPayment({ ...everythingWrong, paid: false, orderCancelled: false })] },
      "-2 REFUSED CURRENCY_NOT_UZS",
    ],
  ] satisfies [string, Situation, string][])("%s", (_, situation, cell) => {
    expect(judged("none", situation)).toBe(cell);
  });
});

describe("a click_paydoc_id is the same money only", () => {
  const captured = { ...OTHER, state: "CAPTURED" as const, clickPaydocId: "5000000009" };

  test.each([
    ["when it was captured", [{ ...captured, state: "PREPARED" as const }], "0 PREPARED"],
    ["when it is known", [{ ...captured, clickPaydocId: undefined }], "-9 REFUSED"],
  ])("%s", (_, others, cell) => {
    expect(judged("none", { others })).toBe(cell);
  });

  test("and an absent one equals no other absent one", () => {
    const others = [{ ...captured, clickPaydocId: undefined }];

    expect(judged("none", { others, event: { clickPaydocId: undefined } })).toBe("-9 REFUSED");
  });
});

describe("an accepted attempt with a repeated Prepare of another sum", () => {
  const asked = (sumTiyin: bigint) =>
    judged("PREPARED", { event: { amountTiyin: 50_000n }, candidates: [shopPayment({ sumTiyin })] });

  test("is judged again, and stays accepted when that sum is refused", () => {
    expect(asked(100_000n)).toBe("-2 -");
  });

  test("is accepted with that sum when the order asks for it now", () => {
    expect(asked(50_000n)).toBe("0 PREPARED");
  });
});

test("a payment that left the order's list keeps its attempt, unless another attempt captured it", () => {
  const foreign = [shopPayment({ paymentId: asPaymentId(8), sumTiyin: 1n })];

  expect(judged("PREPARED", { candidates: foreign })).toBe("0 -");
  expect(judged("PREPARED", { candidates: foreign, others: [{ ...OTHER, state: "CAPTURED" }] })).toBe("-9 -");
});

test.each([
  ["paid", { paid: true }, -9],
  ["returned", { returned: true }, -9],
  ["neither", {}, 0],
])("a payment that was moved to another pay system, and is %s there, is looked at there", (_, change, answer) => {
  const existing = attempt({ state: "PREPARED" });
  const view = {
    existing,
    attempts: [existing],
    candidates: [],
    siblings: [],
    ownPayment: shopPayment({ paySystemId: 9, ...change }),
  };

  expect(judgePrepare(EVENT, view)).toEqual({ answer, effects: [] });
});

test("another payment that was captured says nothing about one that left the order's list", () => {
  const captured = { ...OTHER, paymentId: asPaymentId(8), state: "CAPTURED" as const };

  expect(judged("PREPARED", { candidates: [shopPayment({ paymentId: asPaymentId(8) })], others: [captured] })).toBe(
    "0 -",
  );
});

test("an attempt that is judged again does not block itself", () => {
  const existing = attempt({ state: "PREPARED" });
  const candidates = [7, 8].map((id) => shopPayment({ paymentId: asPaymentId(id), sumTiyin: 50_000n }));

  const verdict = judgePrepare(
    { ...EVENT, amountTiyin: 50_000n },
    { existing, attempts: [existing], candidates, siblings: [] },
  );

  expect(writtenBy(verdict.effects).payment?.paymentId).toBe(7);
});

describe("what it does", () => {
  const view = { existing: undefined, attempts: [], candidates: [shopPayment({ feeTiyin: 0n })], siblings: [] };

  test("a new attempt has the buyer's fee, and its event refers to it as NEW_ATTEMPT", () => {
    const asked = shopPayment({ feeTiyin: 1_500n });
    const { effects } = judgePrepare({ ...EVENT, amountTiyin: 101_500n }, { ...view, candidates: [asked] });

    expect(effects).toMatchObject([
      { effect: "NewAttempt", state: "PREPARED", feeTiyin: 1_500n, payment: { paymentId: 7, orderId: 5 }, answer: 0 },
      { effect: "AppendEvent", type: "attempt.prepared", aggregateId: NEW_ATTEMPT, paymentId: 7 },
    ]);
  });

  test("an attempt that is refused again is moved without an event", () => {
    const existing = attempt({ state: "REFUSED" });
    const { effects } = judgePrepare({ ...EVENT, error: -1 }, { ...view, existing, attempts: [existing] });

    expect(effects).toMatchObject([{ effect: "MoveAttempt", attemptId: 1, from: "REFUSED", to: "REFUSED" }]);
  });

  test("a refused attempt that is accepted now has an event", () => {
    const existing = attempt({ state: "REFUSED" });
    const { effects } = judgePrepare(EVENT, { ...view, existing, attempts: [existing] });

    expect(effects).toMatchObject([
      { effect: "MoveAttempt", attemptId: 1, from: "REFUSED", to: "PREPARED" },
      { effect: "AppendEvent", type: "attempt.prepared", aggregateId: 1 },
    ]);
  });
});

test("what is written names the payment that was chosen", () => {
  const candidates = [shopPayment({ sumTiyin: 1n }), shopPayment({ paymentId: asPaymentId(8) })];

  const verdict = judgePrepare(EVENT, { existing: undefined, attempts: [], candidates, siblings: [] });

  expect(writtenBy(verdict.effects).payment?.paymentId).toBe(8);
});

describe("a click_trans_id that serves another reference", () => {
  const sibling = attempt({ id: asAttemptId(2), merchantTransId: "58" });
  const unknown = { ...sibling, state: "REFUSED", paymentId: undefined, orderId: undefined } as const;

  test.each(ATTEMPT_STATES)("as %s: no attempt is made, not even a refused one", (state) => {
    expect(judged("none", { siblings: [{ ...sibling, state }] })).toBe("-8 - SIGNATURE_REPLAY");
  });

  test.each(["5", "572", "", "57/2"])("that nobody has, %j, and one begins the other: the same", (merchantTransId) => {
    expect(judged("none", { siblings: [{ ...unknown, merchantTransId }] })).toBe("-8 - SIGNATURE_REPLAY");
  });

  test("that nobody has, and neither begins the other: it is judged as ever", () => {
    expect(judged("none", { siblings: [unknown] })).toBe("0 PREPARED");
  });

  test.each(["PREPARED", "CAPTURED", "CANCELLED"] as const)("says nothing about its own attempt, %s", (state) => {
    expect(judged(state, { siblings: [sibling] })).toBe(judged(state, {}));
  });

  test.each(["REFUSED", "EXPIRED"] as const)("keeps its own attempt, %s, from being judged anew", (state) => {
    expect(judged(state, { siblings: [sibling] })).toBe("-8 - SIGNATURE_REPLAY");
  });
});

describe("what Click signed and what breaks a rule of shape", () => {
  const event = { isMalformed: true };

  test("is refused in writing, for no payment", () => {
    expect(judged("none", { event })).toBe("-8 REFUSED");
  });

  test.each(ATTEMPT_STATES)("changes nothing about an attempt that is %s", (state) => {
    expect(judged(state, { event })).toBe("-8 -");
  });

  test("makes no attempt when its click_trans_id serves another reference", () => {
    const siblings = [attempt({ id: asAttemptId(2), merchantTransId: "58" })];

    expect(judged("none", { event, siblings })).toBe("-8 - SIGNATURE_REPLAY");
  });
});

test.each([
  ["the sum and the fee", 101_500n, "0 PREPARED"],
  ["the bare sum", 100_000n, "-2 REFUSED"],
  ["a tiyin less than both", 101_499n, "-2 REFUSED"],
])("of a payment with a fee, %s → %s", (_, amountTiyin, cell) => {
  const candidates = [shopPayment({ feeTiyin: 1_500n })];

  expect(judged("none", { event: { amountTiyin }, candidates })).toBe(cell);
});
