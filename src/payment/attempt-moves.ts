import type { AnomalyKind } from "./anomaly.ts";
import type { Attempt, AttemptState } from "./attempt.ts";
import { closeAnomalies } from "./attempt-anomalies.ts";
import { eventOf } from "./audit.ts";
import type { AppendEvent, AttemptChange, Detail, Effect } from "./effects.ts";
import type { EventType } from "./event.ts";
import { type Booking, bookMove } from "./ledger.ts";
import { CURRENCY } from "./shop-payment.ts";

/** What happens when an attempt moves: the row, the event for other services with what it books, and the anomalies that it settles. */

type Moved = Extract<AttemptState, "CAPTURED" | "OWED" | "EXPIRED" | "REVERSED" | "CANCELLED">;

export interface Move {
  /** Why it moved, for other services. */
  readonly cause: Detail;
  readonly set?: AttemptChange;
  readonly booking: Booking;
  /** Went back in parts before. */
  readonly returnedTiyin: bigint;
}

export function moveAttempt(
  attempt: Attempt,
  to: Moved,
  { cause, set = {}, booking, returnedTiyin }: Move,
): readonly Effect[] {
  const after = { ...attempt, ...set.payment, state: to };
  const entries = bookMove({ attempt, returnedTiyin }, after, booking);
  const told = tellOf(after, to, cause);
  return [
    { effect: "MoveAttempt", attemptId: attempt.id, from: attempt.state, to, set },
    entries.length === 0 ? told : { ...told, booked: { attemptId: attempt.id, entries } },
    ...(to === "REVERSED" ? [closeAnomalies(attempt.id, SETTLED_BY_REVERSAL)] : []),
  ];
}

/** The event of the state that it is in, which was lost. */
export function tellState(attempt: Attempt): AppendEvent {
  return tellOf(attempt, attempt.state, { source: "AUDIT" });
}

/** What nobody has to decide any more once the money is back. */
const SETTLED_BY_REVERSAL: readonly AnomalyKind[] = [
  "SECOND_CAPTURE",
  "CAPTURED_AFTER_REFUSAL",
  "PAID_OTHERWISE",
  "PAID_WITHOUT_ATTEMPT",
  "APPLY_REFUSED",
  "APPLY_STUCK",
  "UNPAID_IN_SHOP",
  "CAPTURE_NOT_CONFIRMED",
];

/** Click itself says whose payment this is of its own. A number that is noted already stays. */
export function bindClickPayment(attempt: Attempt, clickPaymentId: string): readonly Effect[] {
  if (attempt.clickPaymentId !== undefined) return [];
  return [{ effect: "BindClickPayment", attemptId: attempt.id, clickPaymentId }];
}

function tellOf(attempt: Attempt, state: AttemptState, cause: Detail): AppendEvent {
  return {
    effect: "AppendEvent",
    type: eventOf(state) as EventType,
    aggregateId: attempt.id,
    serviceId: attempt.serviceId,
    paymentId: attempt.paymentId,
    payload: {
      amountTiyin: String(attempt.amountTiyin),
      feeTiyin: String(attempt.feeTiyin),
      currency: CURRENCY,
      clickTransId: attempt.clickTransId,
      clickPaymentId: attempt.clickPaymentId ?? attempt.clickPaydocId,
      merchantTransId: attempt.merchantTransId,
      ...cause,
    },
  };
}
