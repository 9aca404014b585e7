import { describe, expect, test } from "vitest";
import type { Attempt } from "../../../src/payment/attempt.ts";
import type { OrderUpdate } from "../../../src/payment/order-update.ts";
import type { Refund, RefundEnd } from "../../../src/payment/refund.ts";
import { settleRefund } from "../../../src/payment/settle-refund.ts";
import { attempt } from "../../support/service/attempt-of-test.ts";
import { inShort, orderUpdate, refund } from "../../support/service/effects-of-test.ts";

const DONE: RefundEnd = { kind: "DONE" };
const NOT_DONE: RefundEnd = { kind: "NOT_DONE" };
const UNKNOWN: RefundEnd = { kind: "UNKNOWN" };
const REFUSED: RefundEnd = { kind: "REFUSED", refusal: "OTHER", clickErrorCode: -5, clickErrorNote: "no" };
const PART = refund({ partial: true, amountTiyin: 40_000n });

interface Situation {
  readonly of?: Refund;
  readonly end: RefundEnd;
  readonly state?: Attempt["state"];
  readonly mark?: OrderUpdate["state"];
  readonly returnedTiyin?: bigint;
}

function effectsOf({ of = refund(), end, state = "SETTLED", mark = "APPLIED", returnedTiyin = 0n }: Situation): string {
  const about = { attempt: attempt({ state }), updates: [orderUpdate({ state: mark })], returnedTiyin };
  return inShort(settleRefund(of, end, about));
}

const REVERSED = "SETTLED → REVERSED; attempt.reversed; close; owe MARK_REFUNDED PENDING";
const BOOKED = "refund.done [-100000 REFUNDED]";

describe("a refund that is", () => {
  test.each<[name: string, situation: Situation, effects: string]>([
    ["done reverses the attempt", { end: DONE }, `refund SENDING → DONE; ${BOOKED}; ${REVERSED}`],
    [
      "done of UNKNOWN does the same",
      { of: refund({ state: "UNKNOWN" }), end: DONE },
      `refund UNKNOWN → DONE; ${BOOKED}; ${REVERSED}`,
    ],
    [
      "done before the order update was applied withdraws it",
      { end: DONE, state: "CAPTURED", mark: "PENDING" },
      "refund SENDING → DONE; refund.done [-100000 REFUNDED]; CAPTURED → REVERSED; attempt.reversed; close; update 1 PENDING → WITHDRAWN, lease ended",
    ],
    [
      "done of owed money has no order update",
      { end: DONE, state: "OWED" },
      "refund SENDING → DONE; refund.done [-100000 REFUNDED]; OWED → REVERSED; attempt.reversed; close",
    ],
    [
      "done of money that was reversed elsewhere is only stored",
      { end: DONE, state: "REVERSED" },
      "refund SENDING → DONE; refund.done",
    ],
    ["done in part reverses nothing", { of: PART, end: DONE }, "refund SENDING → DONE; refund.done [-40000 REFUNDED]"],
    [
      "the last part makes it whole",
      { of: PART, end: DONE, returnedTiyin: 60_000n },
      `refund SENDING → DONE; refund.done [-40000 REFUNDED]; ${REVERSED}`,
    ],
    [
      "refused makes MARK_PAID due again",
      { end: REFUSED, state: "CAPTURED", mark: "WITHDRAWN" },
      "refund SENDING → REFUSED; refund.refused; update 1 WITHDRAWN → PENDING, due in 0 s",
    ],
    [
      "not done makes MARK_PAID due again",
      { end: NOT_DONE, state: "CAPTURED", mark: "WITHDRAWN" },
      "refund SENDING → NOT_DONE; refund.not_done; update 1 WITHDRAWN → PENDING, due in 0 s",
    ],
    [
      "refused after the money was reversed restores no order update",
      { end: REFUSED, state: "REVERSED", mark: "WITHDRAWN" },
      "refund SENDING → REFUSED; refund.refused",
    ],
    ["unknown is polled later", { end: UNKNOWN }, "refund SENDING → UNKNOWN; refund.unknown"],
    [
      "unknown partial raises an anomaly: the reported status does not show partial refunds",
      { of: PART, end: UNKNOWN },
      "refund SENDING → UNKNOWN; refund.unknown; raise REFUND_UNKNOWN",
    ],
    ["not known still is no news", { of: refund({ state: "UNKNOWN" }), end: UNKNOWN }, ""],
  ])("%s", (_, situation, effects) => {
    expect(effectsOf(situation)).toBe(effects);
  });

  test.each<Refund["state"]>(["DONE", "REFUSED", "NOT_DONE"])("%s is final", (state) => {
    for (const end of [DONE, REFUSED, NOT_DONE, UNKNOWN]) expect(effectsOf({ of: refund({ state }), end })).toBe("");
  });
});
