import { describe, expect, test } from "vitest";
import {
  enqueueMarkPaid,
  restoreMarkPaid,
  takeBackMarkPaid,
  withdrawUntouched,
} from "../../../src/payment/mark-paid.ts";
import type { OrderUpdate } from "../../../src/payment/order-update.ts";
import { attempt } from "../../support/service/attempt-of-test.ts";
import { inShort, leasedTo, orderUpdate } from "../../support/service/effects-of-test.ts";

const CAPTURED = attempt({ state: "CAPTURED", feeTiyin: 1_000n });

/** What happens to the shop's mark when the money goes back, while a refund is on its way, and when that refund did not happen. */
const MARKS: readonly [name: string, mark: OrderUpdate | undefined, back: string, onItsWay: string, notDone: string][] =
  [
    ["none", undefined, "", "", ""],
    [
      "nobody's",
      orderUpdate(),
      "update 1 PENDING → WITHDRAWN, lease ended",
      "update 1 PENDING → WITHDRAWN, lease ended",
      "",
    ],
    ["held", orderUpdate({ state: "HELD" }), "update 1 HELD → WITHDRAWN, lease ended", "", ""],
    ["in somebody's hands", leasedTo("a"), "owe MARK_REFUNDED PENDING", "", ""],
    [
      "leased before, but never started",
      leasedTo("a", { leaseLive: false }),
      "update 1 PENDING → WITHDRAWN, lease ended",
      "update 1 PENDING → WITHDRAWN, lease ended",
      "",
    ],
    [
      "leased before, and perhaps saved",
      leasedTo("a", { leaseLive: false, started: true }),
      "owe MARK_REFUNDED PENDING",
      "",
      "",
    ],
    ["applied", orderUpdate({ state: "APPLIED" }), "owe MARK_REFUNDED PENDING", "", ""],
    ["refused", orderUpdate({ state: "REFUSED" }), "", "", ""],
    ["withdrawn", orderUpdate({ state: "WITHDRAWN" }), "", "", "update 1 WITHDRAWN → PENDING, due in 0 s"],
  ];

describe.each(MARKS)("a mark: %s", (_, mark, back, onItsWay, notDone) => {
  const updates = mark === undefined ? [] : [mark];

  test("when the money is reversed", () => {
    expect(inShort(takeBackMarkPaid(CAPTURED, updates))).toBe(back);
  });

  test("while a refund is open", () => {
    expect(inShort(withdrawUntouched(updates))).toBe(onItsWay);
  });

  test("when the refund did not happen", () => {
    expect(inShort(restoreMarkPaid(updates))).toBe(notDone);
  });
});

test("the order update has the sum without the fee", () => {
  expect(enqueueMarkPaid(CAPTURED)[0]).toMatchObject({ kind: "MARK_PAID", state: "PENDING", amountTiyin: 99_000n });
});

test("money without payment has no order update", () => {
  expect(enqueueMarkPaid(attempt({ paymentId: undefined, orderId: undefined }))).toEqual([]);
});
