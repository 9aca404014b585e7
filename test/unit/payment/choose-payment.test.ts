import { expect, test } from "vitest";
import { choosePayment } from "../../../src/payment/choose-payment.ts";
import { asAttemptId, asPaymentId } from "../../../src/payment/ids.ts";
import type { AskedPayment } from "../../../src/payment/shop-payment.ts";
import { type ATTEMPT_STATES, attempt, shopPayment } from "../../support/service/attempt-of-test.ts";

const SUM = 100_000n;
const payment = (id: number, change: Partial<AskedPayment> = {}) =>
  shopPayment({ paymentId: asPaymentId(id), ...change });
const attemptFor = (id: number, state: (typeof ATTEMPT_STATES)[number]) =>
  attempt({ id: asAttemptId(id * 10), paymentId: asPaymentId(id), state });

const chosen = (
  candidates: readonly AskedPayment[],
  attempts: readonly ReturnType<typeof attempt>[] = [],
  clickPaydocId?: string,
) => choosePayment({ candidates, attempts, amountTiyin: SUM, clickPaydocId })?.paymentId;

test("no payment, no choice", () => {
  expect(chosen([])).toBeUndefined();
});

test("among equals the lowest id, whatever the order of reading", () => {
  expect(chosen([payment(9), payment(7), payment(8)])).toBe(7);
  expect(chosen([payment(8), payment(9), payment(7)])).toBe(7);
});

test("the payment of that sum, to the tiyin", () => {
  expect(chosen([payment(7, { sumTiyin: SUM + 1n }), payment(8), payment(9, { sumTiyin: SUM - 1n })])).toBe(8);
});

test("a payment that is not whole tiyin, or not in UZS, fits no sum", () => {
  expect(chosen([payment(6, { sumTiyin: undefined }), payment(7, { currency: "USD" }), payment(8)])).toBe(8);
});

test.each([
  ["paid", { paid: true }],
  ["returned", { returned: true }],
])("an untaken payment before one that is %s", (_, change) => {
  expect(chosen([payment(7, change), payment(8)])).toBe(8);
});

test.each([
  ["REFUSED", 7],
  ["PREPARED", 8],
  ["EXPIRED", 7],
  ["CAPTURED", 8],
  ["SETTLED", 8],
  ["OWED", 7],
  ["CANCELLED", 7],
  ["REVERSED", 7],
] as const satisfies readonly (readonly [(typeof ATTEMPT_STATES)[number], number])[])(
  "with an attempt %s on the first, payment %d is chosen",
  (state, id) => {
    expect(chosen([payment(7), payment(8)], [attemptFor(7, state)])).toBe(id);
  },
);

test("when all have a live attempt, the lowest id again", () => {
  expect(chosen([payment(8), payment(7)], [attemptFor(7, "PREPARED"), attemptFor(8, "PREPARED")])).toBe(7);
});

test("a live attempt is a lesser evil than a taken payment", () => {
  expect(chosen([payment(7, { paid: true }), payment(8)], [attemptFor(8, "PREPARED")])).toBe(8);
});

test("when none matches, a taken payment of that sum explains the refusal best", () => {
  expect(chosen([payment(7, { sumTiyin: 1n }), payment(8, { paid: true })])).toBe(8);
});

test("when none has that sum, an untaken payment explains the refusal better than a taken one", () => {
  expect(chosen([payment(7, { sumTiyin: 1n, paid: true }), payment(8, { sumTiyin: 2n })])).toBe(8);
});

test.each(["PREPARED", "EXPIRED"] as const)(
  "when Click asks again about a payment under a new number, the one whose attempt is %s for it",
  (state) => {
    const attempts = [attemptFor(7, "PREPARED"), { ...attemptFor(8, state), clickPaydocId: "5000000008" }];

    expect(chosen([payment(7), payment(8), payment(9)], attempts, "5000000008")).toBe(8);
  },
);

test.each(["REFUSED", "CANCELLED", "REVERSED"] as const)("not one whose attempt for it is %s", (state) => {
  const attempts = [{ ...attemptFor(8, state), clickPaydocId: "5000000008" }];

  expect(chosen([payment(7), payment(8)], attempts, "5000000008")).toBe(7);
});

test("absent numbers of Click's payment are not the same number", () => {
  const attempts = [{ ...attemptFor(8, "PREPARED"), clickPaydocId: undefined }];

  expect(chosen([payment(7), payment(8)], attempts)).toBe(7);
});

test("of two of one sum, the one whose fee makes it ask for that amount", () => {
  const candidates = [
    payment(7, { sumTiyin: SUM - 1_500n, feeTiyin: 1_000n }),
    payment(8, { sumTiyin: SUM - 1_500n, feeTiyin: 1_500n }),
  ];

  expect(chosen(candidates)).toBe(8);
});
