import { describe, expect, test } from "vitest";
import { asAttemptId } from "../../../src/payment/ids.ts";
import { askAboutHeld, releaseHeld, withdrawHeld } from "../../../src/payment/judge-held-capture.ts";
import type { OrderUpdateState } from "../../../src/payment/order-update.ts";
import { attempt } from "../../support/service/attempt-of-test.ts";
import { inShort, orderUpdate } from "../../support/service/effects-of-test.ts";

const HELD = orderUpdate({ state: "HELD", tryCount: 2 });
const CAPTURED = attempt({ state: "CAPTURED" });
const FAILED = { clickPaymentId: "5000000001", isRefunded: false };
const PAYMENT = { clickPaymentId: "5000000001", holder: undefined };

test.each([
  [0, "update 1 HELD → due in 5 s, try 1"],
  [4, "update 1 HELD → due in 80 s, try 5"],
  [5, "update 1 HELD → due in 160 s, try 6; raise CAPTURE_NOT_CONFIRMED"],
])("a poll after %d others: %s", (tryCount, effects) => {
  expect(inShort(askAboutHeld({ ...HELD, tryCount }))).toBe(effects);
});

describe("Click says that a held capture is paid", () => {
  test("and the order update is due", () => {
    expect(inShort(releaseHeld({ update: HELD, attempt: CAPTURED, returnedTiyin: 0n }, PAYMENT))).toBe(
      "bind 5000000001; update 1 HELD → PENDING, due in 0 s, try 0; ForgetDenial; close",
    );
  });

  test("by a payment that is noted already", () => {
    const noted = { ...CAPTURED, clickPaymentId: "5000000001" };

    expect(inShort(releaseHeld({ update: HELD, attempt: noted, returnedTiyin: 0n }, PAYMENT))).toBe(
      "update 1 HELD → PENDING, due in 0 s, try 0; ForgetDenial; close",
    );
  });

  test("by a payment that confirmed another attempt: it stays held, with an anomaly", () => {
    const effects = releaseHeld(
      { update: HELD, attempt: CAPTURED, returnedTiyin: 0n },
      { ...PAYMENT, holder: asAttemptId(2) },
    );

    expect(inShort(effects)).toBe("raise CAPTURE_NOT_CONFIRMED");
    expect(effects[0]).toMatchObject({ detail: { why: "PAID_ANOTHER_ATTEMPT", otherAttemptId: 2 } });
  });
});

describe("Click says that a held capture failed", () => {
  test("and there was no money", () => {
    expect(inShort(withdrawHeld({ update: HELD, attempt: CAPTURED, returnedTiyin: 0n }, FAILED))).toBe(
      "update 1 HELD → WITHDRAWN; raise CAPTURE_NOT_CONFIRMED; CAPTURED → CANCELLED; attempt.cancelled [-100000 CORRECTION]",
    );
  });

  test("after a refund was asked for: the refund or reconciliation ends it", () => {
    const refunded = { ...FAILED, isRefunded: true };

    expect(withdrawHeld({ update: HELD, attempt: CAPTURED, returnedTiyin: 0n }, refunded)).toEqual([]);
  });

  test("after the money was reversed elsewhere: the attempt is not changed", () => {
    expect(
      inShort(withdrawHeld({ update: HELD, attempt: attempt({ state: "REVERSED" }), returnedTiyin: 0n }, FAILED)),
    ).toBe("update 1 HELD → WITHDRAWN; raise CAPTURE_NOT_CONFIRMED");
  });
});

test.each<OrderUpdateState>(["PENDING", "APPLIED", "REFUSED", "WITHDRAWN"])(
  "an order update that is %s is no longer held: nothing happens",
  (state) => {
    const view = { update: orderUpdate({ state }), attempt: CAPTURED, returnedTiyin: 0n };

    expect([releaseHeld(view, PAYMENT), withdrawHeld(view, FAILED), askAboutHeld(view.update)]).toEqual([[], [], []]);
  },
);
