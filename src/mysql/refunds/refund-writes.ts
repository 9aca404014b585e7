import { type Attempt, holdsPayment } from "../../payment/attempt.ts";
import { type Refund, type RefundEnd, type RefundState, settledRefund } from "../../payment/refund.ts";
import { type Statement, statement } from "../driver/statement.ts";
import { raiseAnomaly } from "../effects/anomaly-writes.ts";
import { move, restoreMark, takeBackMark } from "../effects/attempt-writes.ts";
import type { LockedAttempt } from "../payments/locked-attempt.ts";
import { type EventType, insertEvent } from "../rows/record-rows.ts";

const EVENT_OF: Readonly<Record<RefundState, EventType | undefined>> = {
  STORED: undefined,
  SENDING: undefined,
  DONE: "refund.done",
  REFUSED: "refund.refused",
  UNKNOWN: "refund.unknown",
  NOT_DONE: "refund.not_done",
};

/**
 * What a refund's end writes: on the refund, its attempt, the shop's mark and the anomalies. What has ended stays. `returnedTiyin` went
 * back in parts before.
 */
export function settleWrites(
  refund: Refund,
  locked: LockedAttempt,
  end: RefundEnd,
  returnedTiyin: bigint,
): readonly Statement[] {
  const next = settledRefund(refund, end);
  return next === undefined ? [] : movedRefund(next, refund, locked, returnedTiyin);
}

export function movedRefund(
  next: Refund,
  before: Refund,
  locked: LockedAttempt,
  returnedTiyin: bigint,
): readonly Statement[] {
  const type = EVENT_OF[next.state];
  return [
    updateRefund(next, before),
    ...(type === undefined ? [] : [refundEvent(next, type)]),
    ...followUp(next, locked, returnedTiyin),
  ];
}

function followUp(
  refund: Refund,
  { view: { attempt }, updates }: LockedAttempt,
  returnedTiyin: bigint,
): readonly Statement[] {
  switch (refund.state) {
    case "DONE": {
      // The last part makes it whole.
      const isWhole = !refund.partial || returnedTiyin + refund.amountTiyin >= attempt.amountTiyin;
      return isWhole ? reversedWrites(refund, attempt, updates) : [];
    }
    case "REFUSED":
    case "NOT_DONE":
      // The money may have gone back by another way meanwhile: then nothing is owed to the shop.
      return refund.partial || !holdsPayment(attempt) ? [] : restoreMark(updates);
    case "UNKNOWN":
      // Click's word on the payment tells of a whole reversal only.
      return refund.partial ? unknownForGood(refund) : [];
    default:
      return [];
  }
}

function reversedWrites(refund: Refund, attempt: Attempt, updates: LockedAttempt["updates"]): readonly Statement[] {
  if (attempt.state !== "CAPTURED" && attempt.state !== "SETTLED" && attempt.state !== "OWED") return [];
  return [
    ...move(attempt, "REVERSED", { refundId: refund.id }),
    ...(attempt.state === "OWED" ? [] : takeBackMark(attempt, updates)),
  ];
}

const NOTE_CHARACTERS_MAX = 250;

function updateRefund(next: Refund, before: Refund): Statement {
  return statement(
    "UPDATE clickbridge_refund SET state = ?, click_refusal = ?, click_error_code = ?, click_error_note = ? WHERE id = ? AND state = ?",
    next.state,
    next.clickRefusal ?? null,
    next.clickErrorCode,
    next.clickErrorNote.slice(0, NOTE_CHARACTERS_MAX),
    next.id,
    before.state,
  );
}

function refundEvent(refund: Refund, type: EventType): Statement {
  const { id, serviceId, paymentId, attemptId, amountTiyin, clickPaymentId, clickRefusal, clickErrorCode } = refund;
  const payload = { attemptId, amountTiyin: String(amountTiyin), clickPaymentId, clickRefusal, clickErrorCode };
  return insertEvent({ type, aggregateId: id, serviceId, paymentId, payload });
}

function unknownForGood({ id, attemptId, serviceId, amountTiyin, clickPaymentId }: Refund): readonly Statement[] {
  const detail = { refundId: id, amountTiyin: String(amountTiyin), clickPaymentId };
  return raiseAnomaly({ kind: "REFUND_UNKNOWN", serviceId, subject: { attemptId }, detail });
}
