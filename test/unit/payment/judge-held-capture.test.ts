import { describe, expect, test } from "vitest";
import { asAttemptId } from "../../../src/payment/ids.ts";
import { askAboutHeld, releaseHeld, withdrawHeld } from "../../../src/payment/judge-held-capture.ts";
import type { OrderUpdateState } from "../../../src/payment/order-update.ts";
import { attempt } from "../../support/service/attempt-of-test.ts";
import { inWords, orderUpdate } from "../../support/service/effects-of-test.ts";

const HELD = orderUpdate({ state: "HELD", tryCount: 2 });
const CAPTURED = attempt({ state: "CAPTURED" });
const PAYMENT = { clickPaymentId: "5000000001", holder: undefined };

test.each([
  [0, "update 1 HELD → due in 5 s, try 1"],
  [4, "update 1 HELD → due in 80 s, try 5"],
  [5, "update 1 HELD → due in 160 s, try 6; raise CAPTURE_NOT_CONFIRMED"],
])("a question after %d others: %s", (tryCount, effects) => {
  expect(inWords(askAboutHeld({ ...HELD, tryCount }))).toBe(effects);
});

describe("Click says that a held capture is paid", () => {
  test("and the shop is owed its mark", () => {
    expect(inWords(releaseHeld({ update: HELD, attempt: CAPTURED, returnedTiyin: 0n }, PAYMENT))).toBe(
      "bind 5000000001; update 1 HELD → PENDING, due in 0 s, try 0; ForgetDenial; close",
    );
  });

  test("by a payment that is noted already", () => {
    const noted = { ...CAPTURED, clickPaymentId: "5000000001" };

    expect(inWords(releaseHeld({ update: HELD, attempt: noted, returnedTiyin: 0n }, PAYMENT))).toBe(
      "update 1 HELD → PENDING, due in 0 s, try 0; ForgetDenial; close",
    );
  });

  test("by a payment that confirmed another attempt: it stays held, and a person is told", () => {
    const effects = releaseHeld(
      { update: HELD, attempt: CAPTURED, returnedTiyin: 0n },
      { ...PAYMENT, holder: asAttemptId(2) },
    );

    expect(inWords(effects)).toBe("raise CAPTURE_NOT_CONFIRMED");
    expect(effects[0]).toMatchObject({ detail: { why: "PAID_ANOTHER_ATTEMPT", otherAttemptId: 2 } });
  });
});

describe("Click says that a held capture failed", () => {
  test("and there was no money", () => {
    expect(inWords(withdrawHeld({ update: HELD, attempt: CAPTURED, returnedTiyin: 0n }, "5000000001"))).toBe(
      "update 1 HELD → WITHDRAWN; raise CAPTURE_NOT_CONFIRMED; CAPTURED → CANCELLED; attempt.cancelled [-100000 CORRECTION]",
    );
  });

  test("after the money went back by another way: the attempt stays as it is", () => {
    expect(
      inWords(withdrawHeld({ update: HELD, attempt: attempt({ state: "REVERSED" }), returnedTiyin: 0n }, "5000000001")),
    ).toBe("update 1 HELD → WITHDRAWN; raise CAPTURE_NOT_CONFIRMED");
  });
});

test.each<OrderUpdateState>(["PENDING", "APPLIED", "REFUSED", "WITHDRAWN"])(
  "a mark that is %s is held no more: nothing happens",
  (state) => {
    const view = { update: orderUpdate({ state }), attempt: CAPTURED, returnedTiyin: 0n };

    expect([releaseHeld(view, PAYMENT), withdrawHeld(view, "5000000001"), askAboutHeld(view.update)]).toEqual([
      [],
      [],
      [],
    ]);
  },
);
