import type { AnomalyKind } from "./anomaly.ts";
import type { Attempt, AttemptState } from "./attempt.ts";
import { closeAnomalies } from "./attempt-anomalies.ts";
import { eventOf } from "./audit.ts";
import type { AppendEvent, AttemptChange, Detail, Effect } from "./effects.ts";
import type { EventType } from "./event.ts";
import { type Booking, bookMove } from "./ledger.ts";
import { CURRENCY } from "./shop-payment.ts";

/** The effects of an attempt's transition: its row, the event with its ledger entries, and the anomalies that it closes. */

type Moved = Extract<AttemptState, "CAPTURED" | "OWED" | "EXPIRED" | "REVERSED" | "CANCELLED">;

export interface Move {
  /** The cause of the transition, for other services. */
  readonly cause: Detail;
  readonly set?: AttemptChange;
  readonly booking: Booking;
  /** Partial refunds so far. */
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

/** Appends the lost event of the present state. */
export function tellState(attempt: Attempt): AppendEvent {
  return tellOf(attempt, attempt.state, { source: "AUDIT" });
}

/** Anomalies that need no decision once the money is reversed. */
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

/** Binds Click's payment number that Click confirmed for the attempt. A bound number is kept. */
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
