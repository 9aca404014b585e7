import type { RefundEnd } from "../app/ports.ts";
import { type Attempt, holdsPayment } from "../payment/attempt.ts";
import { isOpen, type Refund, type RefundState } from "../payment/refund.ts";
import { move, restoreMark, takeBackMark } from "./attempt-writes.ts";
import type { LockedAttempt } from "./locked-attempt.ts";
import { type EventType, insertAnomaly, insertEvent } from "./record-rows.ts";
import { type Statement, statement } from "./statement.ts";

const NOTE_CHARACTERS_MAX = 250;

const STATE_OF: Readonly<Record<RefundEnd["kind"], RefundState>> = {
  DONE: "DONE",
  REFUSED: "REFUSED",
  UNKNOWN: "UNKNOWN",
  NOT_DONE: "NOT_DONE",
};
const EVENT_OF: Readonly<Record<RefundEnd["kind"], EventType>> = {
  DONE: "refund.done",
  REFUSED: "refund.refused",
  UNKNOWN: "refund.unknown",
  NOT_DONE: "refund.not_done",
};

/** What a refund's end writes: on the refund, its attempt, the shop's mark and the anomalies. What has ended stays. */
export function settleWrites(
  refund: Refund,
  locked: LockedAttempt,
  end: RefundEnd,
): { readonly next: Refund; readonly writes: readonly Statement[] } {
  const isNews = isOpen(refund) && STATE_OF[end.kind] !== refund.state;
  if (!isNews) return { next: refund, writes: [] };
  const next: Refund = {
    ...refund,
    state: STATE_OF[end.kind],
    clickErrorCode: end.kind === "REFUSED" ? end.clickErrorCode : 0,
    clickErrorNote: end.kind === "REFUSED" ? end.clickErrorNote.slice(0, NOTE_CHARACTERS_MAX) : "",
  };
  return {
    next,
    writes: [updateRefund(next, refund), refundEvent(next, EVENT_OF[end.kind]), ...followUp(next, locked)],
  };
}

function followUp(refund: Refund, { view: { attempt }, updates }: LockedAttempt): readonly Statement[] {
  switch (refund.state) {
    case "DONE":
      return refund.partial ? [] : reversedWrites(refund, attempt, updates);
    case "REFUSED":
    case "NOT_DONE":
      // The money may have gone back by another way meanwhile: then nothing is owed to the shop.
      return refund.partial || !holdsPayment(attempt) ? [] : [restoreMark(attempt)];
    case "UNKNOWN":
      // Click's word on the payment tells of a whole reversal only.
      return refund.partial ? [unknownForGood(refund)] : [];
    default:
      return [];
  }
}

function reversedWrites(refund: Refund, attempt: Attempt, updates: LockedAttempt["updates"]): readonly Statement[] {
  if (attempt.state !== "CAPTURED" && attempt.state !== "SETTLED" && attempt.state !== "OWED") return [];
  return [
    ...move(attempt, "REVERSED", { refundId: refund.id }),
    ...(attempt.state === "OWED" ? [] : takeBackMark(attempt, updates)),
    statement(
      `UPDATE clickbridge_anomaly SET state = 'CLOSED' WHERE attempt_id = ? AND state = 'OPEN'
         AND kind IN ('SECOND_CAPTURE', 'CAPTURED_AFTER_REFUSAL', 'PAID_OTHERWISE', 'APPLY_REFUSED', 'APPLY_STUCK')`,
      attempt.id,
    ),
  ];
}

function updateRefund(next: Refund, before: Refund): Statement {
  return statement(
    "UPDATE clickbridge_refund SET state = ?, click_error_code = ?, click_error_note = ? WHERE id = ? AND state = ?",
    next.state,
    next.clickErrorCode,
    next.clickErrorNote,
    next.id,
    before.state,
  );
}

function refundEvent(refund: Refund, type: EventType): Statement {
  const { id, serviceId, paymentId, attemptId, amountTiyin, clickPaymentId, clickErrorCode } = refund;
  const payload = { attemptId, amountTiyin: String(amountTiyin), clickPaymentId, clickErrorCode };
  return insertEvent({ type, aggregateId: id, serviceId, paymentId, payload });
}

function unknownForGood({ id, attemptId, serviceId, amountTiyin, clickPaymentId }: Refund): Statement {
  const detail = { refundId: id, amountTiyin: String(amountTiyin), clickPaymentId };
  return insertAnomaly({ kind: "REFUND_UNKNOWN", serviceId, subject: { attemptId }, detail });
}
