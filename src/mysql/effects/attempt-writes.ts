import type { AnomalyKind } from "../../payment/anomaly.ts";
import { type Attempt, type AttemptState, orderTiyin } from "../../payment/attempt.ts";
import { eventOf } from "../../payment/audit.ts";
import { CURRENCY } from "../../payment/shop-payment.ts";
import { type Statement, statement } from "../driver/statement.ts";
import type { OrderUpdateRow } from "../rows/order-update-rows.ts";
import { type EventType, insertEvent } from "../rows/record-rows.ts";
import { closeAnomaliesOf } from "./anomaly-writes.ts";

/** The statements that move an attempt when no callback does it, and tell the shop and other services. The payment's lock is held. */

type Moved = Extract<AttemptState, "CAPTURED" | "OWED" | "EXPIRED" | "REVERSED" | "CANCELLED">;

const EVENT_OF: Readonly<Record<Moved, EventType>> = {
  CAPTURED: "attempt.captured",
  OWED: "attempt.owed",
  EXPIRED: "attempt.expired",
  REVERSED: "attempt.reversed",
  CANCELLED: "attempt.cancelled",
};

/** Why it moved, for other services. No personal data. */
export type Cause = Readonly<Record<string, string | number | undefined>>;

/** Moves it, if it still is where it was read. */
export function move(attempt: Attempt, next: Moved, cause: Cause): readonly Statement[] {
  const captureTime = next === "CAPTURED" || next === "OWED" ? "COALESCE(capture_time, NOW(3))" : "capture_time";
  return [
    statement(
      `UPDATE clickbridge_attempt SET state = ?, capture_time = ${captureTime} WHERE id = ? AND state = ?`,
      next,
      attempt.id,
      attempt.state,
    ),
    tell(attempt, EVENT_OF[next], cause),
    ...(next === "REVERSED" ? closeAnomaliesOf(attempt.id, SETTLED_BY_REVERSAL) : []),
  ];
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

function tell(attempt: Attempt, type: EventType, cause: Cause): Statement {
  return insertEvent({
    type,
    aggregateId: attempt.id,
    serviceId: attempt.serviceId,
    paymentId: attempt.paymentId,
    payload: {
      amountTiyin: String(attempt.amountTiyin),
      feeTiyin: String(attempt.feeTiyin),
      currency: CURRENCY,
      clickTransId: attempt.clickTransId,
      clickPaydocId: attempt.clickPaydocId,
      clickPaymentId: attempt.clickPaymentId,
      merchantTransId: attempt.merchantTransId,
      ...cause,
    },
  });
}

/** The event of the state that it is in, which was lost. */
export function tellState(attempt: Attempt): Statement {
  return tell(attempt, eventOf(attempt.state) as EventType, { source: "AUDIT" });
}

/** The shop is owed a mark that its payment is paid. HELD: not before Click confirms it. */
export function oweMarkPaid(attempt: Attempt, state: "PENDING" | "HELD" = "PENDING"): readonly Statement[] {
  return oweUpdate(attempt, "MARK_PAID", state);
}

/**
 * Kept money went back: a mark that nobody has in hands yet is withdrawn, and one that was given out, or applied, is followed by its
 * opposite. A mark that the shop refused needs none.
 */
export function takeBackMark(attempt: Attempt, updates: readonly OrderUpdateRow[]): readonly Statement[] {
  const mark = markOf(updates);
  if (mark === undefined || mark.state === "REFUSED" || mark.state === "WITHDRAWN") return [];
  return isUntouched(mark) ? [withdraw(mark)] : oweUpdate(attempt, "MARK_REFUNDED");
}

/** A refund is on its way: a mark that nobody has in hands is not given out meanwhile. */
export function withdrawUntouched(updates: readonly OrderUpdateRow[]): readonly Statement[] {
  const mark = markOf(updates);
  // What is HELD is not given out anyway, and must not come back as PENDING.
  return mark?.state === "PENDING" && isUntouched(mark) ? [withdraw(mark)] : [];
}

/** It did not happen: the shop is owed its mark again. */
export function restoreMark(attempt: Attempt): Statement {
  return statement(
    `UPDATE clickbridge_order_update SET state = 'PENDING', due_time = NOW(3)
     WHERE attempt_id = ? AND kind = 'MARK_PAID' AND state = 'WITHDRAWN'`,
    attempt.id,
  );
}

function markOf(updatesOfAttempt: readonly OrderUpdateRow[]): OrderUpdateRow | undefined {
  return updatesOfAttempt.find(({ update }) => update.kind === "MARK_PAID");
}

function isUntouched({ state, leaseLive, started }: OrderUpdateRow): boolean {
  return (state === "HELD" || state === "PENDING") && !leaseLive && !started;
}

function withdraw({ id }: OrderUpdateRow): Statement {
  return statement(
    "UPDATE clickbridge_order_update SET state = 'WITHDRAWN', lease_expire_time = NULL WHERE id = ? AND state IN ('HELD', 'PENDING')",
    id,
  );
}

function oweUpdate(
  attempt: Attempt,
  kind: "MARK_PAID" | "MARK_REFUNDED",
  state: "PENDING" | "HELD" = "PENDING",
): readonly Statement[] {
  const { id, paymentId, orderId } = attempt;
  if (paymentId === undefined || orderId === undefined) return [];
  return [
    statement(
      `INSERT INTO clickbridge_order_update (attempt_id, kind, state, payment_id, order_id, amount_tiyin)
       VALUES (?, ?, ?, ?, ?, ?)`,
      id,
      kind,
      state,
      paymentId,
      orderId,
      orderTiyin(attempt),
    ),
  ];
}
