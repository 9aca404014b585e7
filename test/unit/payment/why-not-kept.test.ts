import { describe, expect, test } from "vitest";
import { asAttemptId, asPaymentId } from "../../../src/payment/ids.ts";
import { type Captured, capturedBy, type KeeperView, whyNotKept } from "../../../src/payment/why-not-kept.ts";
import { ATTEMPT_STATES, attempt, shopPayment } from "../../support/service/attempt-of-test.ts";

const OTHER = attempt({ id: asAttemptId(2), clickTransId: "3000000002", state: "SETTLED" });

/** What the payment has become. */
const VIEWS = {
  unpaid: { others: [], payment: shopPayment() },
  otherPrepared: { others: [{ ...OTHER, state: "PREPARED" }], payment: shopPayment() },
  otherOwed: { others: [{ ...OTHER, state: "OWED" }], payment: shopPayment() },
  heldByAnother: { others: [OTHER], payment: shopPayment() },
  heldAndPaidInShop: { others: [OTHER], payment: shopPayment({ paid: true }) },
  anotherPaymentHeld: { others: [{ ...OTHER, paymentId: asPaymentId(8) }], payment: shopPayment() },
  paidInCash: { others: [], payment: shopPayment({ paid: true }) },
  returned: { others: [], payment: shopPayment({ returned: true }) },
  repriced: { others: [], payment: shopPayment({ sumTiyin: 100_001n }) },
  notUzs: { others: [], payment: shopPayment({ currency: "USD" }) },
  orderCancelled: { others: [], payment: shopPayment({ orderCancelled: true }) },
  gone: { others: [], payment: undefined },
} as const satisfies Record<string, KeeperView>;

type Row = Record<keyof typeof VIEWS, string>;

const ACCEPTED: Row = {
  unpaid: "kept",
  otherPrepared: "kept",
  otherOwed: "kept",
  heldByAnother: "SECOND_CAPTURE",
  heldAndPaidInShop: "SECOND_CAPTURE",
  anotherPaymentHeld: "kept",
  paidInCash: "PAID_OTHERWISE",
  returned: "PAID_OTHERWISE",
  repriced: "kept",
  notUzs: "kept",
  orderCancelled: "kept",
  gone: "kept",
};

const TABLE: Readonly<Record<Captured["after"], Row>> = {
  ACCEPTED_PREPARE: ACCEPTED,
  REFUSED_PREPARE: {
    ...ACCEPTED,
    paidInCash: "CAPTURED_AFTER_REFUSAL",
    returned: "CAPTURED_AFTER_REFUSAL",
    repriced: "CAPTURED_AFTER_REFUSAL",
    notUzs: "CAPTURED_AFTER_REFUSAL",
    gone: "CAPTURED_AFTER_REFUSAL",
  },
  CHARGE: { ...ACCEPTED, heldAndPaidInShop: "PAID_OTHERWISE", gone: "PAID_OTHERWISE" },
  NOTHING: Object.fromEntries(Object.keys(VIEWS).map((name) => [name, "PAID_WITHOUT_ATTEMPT"])) as Row,
};

describe.each(Object.keys(TABLE) as Captured["after"][])("money after %s", (after) => {
  test.each(Object.entries(TABLE[after]))("%s → %s", (name, cell) => {
    const captured = { after, paymentId: asPaymentId(7), orderTiyin: 100_000n };

    expect(whyNotKept(captured, VIEWS[name as keyof typeof VIEWS]) ?? "kept").toBe(cell);
  });
});

test.each(ATTEMPT_STATES)("what an attempt %s was promised", (state) => {
  const { after } = capturedBy(attempt({ state }));

  expect(after).toBe(state === "REFUSED" ? "REFUSED_PREPARE" : "ACCEPTED_PREPARE");
});

test("a refused Prepare was promised the order's part, without the fee", () => {
  expect(capturedBy(attempt({ state: "REFUSED", feeTiyin: 1_000n }))).toMatchObject({ orderTiyin: 99_000n });
});
