import { type Attempt, holdsMoney, holdsPayment } from "./attempt.ts";
import { raiseAnomaly } from "./attempt-anomalies.ts";
import { type Move, moveAttempt } from "./attempt-moves.ts";
import type { Effect } from "./effects.ts";
import type { EventType } from "./event.ts";
import { type Booking, bookRefund } from "./ledger.ts";
import { restoreMarkPaid, takeBackMarkPaid } from "./mark-paid.ts";
import type { OrderUpdate } from "./order-update.ts";
import { type Refund, type RefundEnd, type RefundState, settledRefund } from "./refund.ts";

/** The attempt of a refund, read under the payment's lock. */
export interface RefundedAttempt {
  readonly attempt: Attempt;
  /** All updates of the attempt. */
  readonly updates: readonly OrderUpdate[];
  /** Partial refunds so far. */
  readonly returnedTiyin: bigint;
}

const EVENT_OF: Readonly<Record<RefundState, EventType | undefined>> = {
  STORED: undefined,
  SENDING: undefined,
  DONE: "refund.done",
  REFUSED: "refund.refused",
  UNKNOWN: "refund.unknown",
  NOT_DONE: "refund.not_done",
};

/** Ends an open refund. */
export function settleRefund(refund: Refund, end: RefundEnd, about: RefundedAttempt): readonly Effect[] {
  const next = settledRefund(refund, end);
  return next === undefined ? [] : refundMoved(next, refund, about);
}

/** The effects of a refund's transition on its attempt, the order update and anomalies. */
export function refundMoved(next: Refund, before: Refund, about: RefundedAttempt): readonly Effect[] {
  const type = EVENT_OF[next.state];
  return [
    { effect: "SetRefund", refund: next, from: before.state },
    ...(type === undefined ? [] : [eventOf(next, type, about)]),
    ...followUp(next, about),
  ];
}

function followUp(refund: Refund, { attempt, updates, returnedTiyin }: RefundedAttempt): readonly Effect[] {
  switch (refund.state) {
    case "DONE": {
      // The last partial refund completes the reversal.
      const isWhole = !refund.partial || returnedTiyin + refund.amountTiyin >= attempt.amountTiyin;
      if (!isWhole || !holdsMoney(attempt)) return [];
      // The refund itself has booked its amount.
      const rest = { booking: bookingOf(refund), returnedTiyin: returnedTiyin + refund.amountTiyin };
      return reverseAttempt(attempt, updates, { cause: { refundId: refund.id }, ...rest });
    }
    case "REFUSED":
    case "NOT_DONE":
      // The money may have been reversed elsewhere meanwhile: then no order update is due.
      return refund.partial || !holdsPayment(attempt) ? [] : restoreMarkPaid(updates);
    case "UNKNOWN":
      // The payment's status shows only a full reversal.
      return refund.partial ? [unknownForGood(refund)] : [];
    case "STORED":
    case "SENDING":
      return [];
    default:
      return refund.state satisfies never;
  }
}

/** The money was reversed: if the payment kept it, the order update is taken back. */
export function reverseAttempt(attempt: Attempt, updates: readonly OrderUpdate[], move: Move): readonly Effect[] {
  return [
    ...moveAttempt(attempt, "REVERSED", move),
    ...(holdsPayment(attempt) ? takeBackMarkPaid(attempt, updates) : []),
  ];
}

/** Only a done refund books money, not a requested one. */
function eventOf(refund: Refund, type: EventType, about: RefundedAttempt): Effect {
  const { id, serviceId, paymentId, attemptId, amountTiyin, clickPaymentId, clickRefusal, clickErrorCode } = refund;
  const payload = { attemptId, amountTiyin: String(amountTiyin), clickPaymentId, clickRefusal, clickErrorCode };
  const told: Effect = { effect: "AppendEvent", type, aggregateId: id, serviceId, paymentId, payload };
  const entries = refund.state === "DONE" ? bookRefund(about, refund, bookingOf(refund)) : [];
  return entries.length === 0 ? told : { ...told, booked: { attemptId, entries } };
}

function bookingOf({ caller, clickPaymentId }: Refund): Booking {
  return { source: "OPERATOR", actor: caller, clickPaymentId };
}

function unknownForGood({ id, attemptId, serviceId, amountTiyin, clickPaymentId }: Refund): Effect {
  const detail = { refundId: id, amountTiyin: String(amountTiyin), clickPaymentId };
  return raiseAnomaly({ attemptId, serviceId }, "REFUND_UNKNOWN", detail);
}
