import { describe, expect, test } from "vitest";
import type { OrderUpdate } from "../../../src/payment/order-update.ts";
import {
  enqueueMarkPaid,
  restoreMarkPaid,
  takeBackMarkPaid,
  withdrawUntouched,
} from "../../../src/payment/paid-mark.ts";
import { attempt } from "../../support/service/attempt-of-test.ts";
import { inWords, leasedTo, orderUpdate } from "../../support/service/effects-of-test.ts";

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
      "left by one who never began to save",
      leasedTo("a", { leaseLive: false }),
      "update 1 PENDING → WITHDRAWN, lease ended",
      "update 1 PENDING → WITHDRAWN, lease ended",
      "",
    ],
    [
      "left by one who may have saved",
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

  test("when the money went back", () => {
    expect(inWords(takeBackMarkPaid(CAPTURED, updates))).toBe(back);
  });

  test("while a refund is on its way", () => {
    expect(inWords(withdrawUntouched(updates))).toBe(onItsWay);
  });

  test("when the refund did not happen", () => {
    expect(inWords(restoreMarkPaid(updates))).toBe(notDone);
  });
});

test("the shop is owed the order's part, without the fee", () => {
  expect(enqueueMarkPaid(CAPTURED)[0]).toMatchObject({ kind: "MARK_PAID", state: "PENDING", amountTiyin: 99_000n });
});

test("nothing is owed for money that has no payment", () => {
  expect(enqueueMarkPaid(attempt({ paymentId: undefined, orderId: undefined }))).toEqual([]);
});
