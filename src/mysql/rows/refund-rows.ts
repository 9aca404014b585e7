import {
  type AttemptId,
  asAttemptId,
  asOrderId,
  asPaymentId,
  asRefundId,
  asServiceId,
  type RefundId,
} from "../../payment/ids.ts";
import type { Refund, RefundState } from "../../payment/refund.ts";
import {
  integer,
  integerOrUndefined,
  type Row,
  type Statement,
  type StatementResult,
  statement,
  text,
  textOrUndefined,
  time,
  timeOrUndefined,
} from "../driver/statement.ts";

export const REFUND_COLUMNS = `id, state, attempt_id, service_id, payment_id, order_id, amount_tiyin, is_partial, click_payment_id,
  click_refusal, click_error_code, click_error_note, still_paid_reads, create_time, done_time, request_id, caller, user_id, note`;

export function refundById(id: RefundId): Statement {
  return statement(`SELECT ${REFUND_COLUMNS} FROM clickbridge_refund WHERE id = ?`, id);
}

/** At most one, by the unique key. */
export function openRefundOf(attemptId: AttemptId): Statement {
  return statement(`SELECT ${REFUND_COLUMNS} FROM clickbridge_refund WHERE open_attempt_id = ?`, attemptId);
}

/** The amount of an attempt that is already refunded. */
export function refundedTiyin(attemptId: AttemptId): Statement {
  return statement(
    "SELECT CAST(COALESCE(SUM(amount_tiyin), 0) AS CHAR) AS tiyin FROM clickbridge_refund WHERE attempt_id = ? AND state = 'DONE'",
    attemptId,
  );
}

export function toTiyin(refunded: StatementResult | undefined): bigint {
  return BigInt(text(refunded?.rows[0] ?? {}, "tiyin"));
}

export function toRefund(row: Row): Refund {
  const paymentId = integerOrUndefined(row, "payment_id");
  const orderId = integerOrUndefined(row, "order_id");
  return {
    id: asRefundId(integer(row, "id")),
    state: text(row, "state") as RefundState,
    attemptId: asAttemptId(integer(row, "attempt_id")),
    serviceId: asServiceId(text(row, "service_id")),
    paymentId: paymentId === undefined ? undefined : asPaymentId(paymentId),
    orderId: orderId === undefined ? undefined : asOrderId(orderId),
    amountTiyin: BigInt(text(row, "amount_tiyin")),
    partial: integer(row, "is_partial") === 1,
    clickPaymentId: text(row, "click_payment_id"),
    clickRefusal: textOrUndefined(row, "click_refusal"),
    clickErrorCode: integer(row, "click_error_code"),
    clickErrorNote: text(row, "click_error_note"),
    createTime: time(row, "create_time"),
    doneTime: timeOrUndefined(row, "done_time"),
    requestId: text(row, "request_id"),
    caller: text(row, "caller"),
    userId: text(row, "user_id"),
    note: text(row, "note"),
  };
}
