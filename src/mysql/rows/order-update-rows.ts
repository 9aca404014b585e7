import type { OrderUpdateRecord } from "../../app/payments/payment-reader.ts";
import {
  type AttemptId,
  asAttemptId,
  asOrderId,
  asOrderUpdateId,
  asPaymentId,
  asServiceId,
  type PaymentId,
} from "../../payment/ids.ts";
import {
  type ApplyRefusal,
  LEASE_SECONDS,
  type OrderUpdate,
  type OrderUpdateKind,
  type OrderUpdateState,
  RETRY_DELAY_SECONDS_FIRST,
  RETRY_DELAY_SECONDS_MAX,
  STARTED_LEASE_SECONDS,
} from "../../payment/order-update.ts";
import { isDue, isFree, isLive } from "../driver/clock.ts";
import { integer, type Row, type Statement, statement, text, textOrUndefined, time } from "../driver/statement.ts";
import { TARGET_PAYMENT } from "./attempt-rows.ts";

/** Duration of the row's lease. */
const LEASE_OF_ROW_SECONDS = `IF(u.start_time IS NULL, ${LEASE_SECONDS}, ${STARTED_LEASE_SECONDS})`;
/** The same as retryDelaySeconds(); ten doublings exceed the longest delay. */
const DELAY_OF_ROW_SECONDS = `LEAST(${RETRY_DELAY_SECONDS_MAX}, ${RETRY_DELAY_SECONDS_FIRST} * POW(2, LEAST(GREATEST(u.try_count - 1, 0), 10)))`;

/** A condition on an order update `u`. */
export const UPDATE_IS_DUE = isDue("u.due_time", DELAY_OF_ROW_SECONDS);
export const UPDATE_IS_UNLEASED = isFree("u.lease_expire_time", LEASE_OF_ROW_SECONDS);
const UPDATE_IS_LEASED = isLive("u.lease_expire_time", LEASE_OF_ROW_SECONDS);

const UPDATE_AND_ATTEMPT = "clickbridge_order_update u JOIN clickbridge_attempt a ON a.id = u.attempt_id";
const OPEN = "u.state IN ('HELD', 'PENDING') ORDER BY u.id";
const COLUMNS = `u.id, u.state, u.kind, u.payment_id, u.order_id, u.attempt_id, u.amount_tiyin, u.try_count, u.save_count, u.token, u.detail,
  (u.start_time IS NOT NULL) AS started, (u.lease_expire_time IS NOT NULL) AS leased,
  a.service_id, a.fee_tiyin, a.click_trans_id, a.click_paydoc_id, COALESCE(a.capture_time, u.create_time) AS capture_time,
  ${UPDATE_IS_LEASED} AS lease_live, ${UPDATE_IS_DUE} AS due`;

/** The unfinished updates of a payment in the order of delivery. The payment's lock must be held. */
export function openUpdatesOfPayment(paymentId: PaymentId): Statement {
  return statement(`SELECT ${COLUMNS} FROM ${UPDATE_AND_ATTEMPT} WHERE u.payment_id = ? AND ${OPEN}`, paymentId);
}

/** All updates of one attempt, finished or not. The payment's lock must be held. */
export function updatesOfAttempt(attemptId: AttemptId): Statement {
  return statement(`SELECT ${COLUMNS} FROM ${UPDATE_AND_ATTEMPT} WHERE u.attempt_id = ? ORDER BY u.id`, attemptId);
}

/** The same for many attempts, read without a lock. */
export function updatesOfAttempts(attemptIds: readonly number[]): Statement {
  return statement(`SELECT ${COLUMNS} FROM ${UPDATE_AND_ATTEMPT} WHERE u.attempt_id IN (?) ORDER BY u.id`, attemptIds);
}

/** The same for the target payment. */
export const openUpdatesOfTarget: Statement = statement(
  `SELECT ${COLUMNS} FROM ${UPDATE_AND_ATTEMPT} WHERE u.payment_id = ${TARGET_PAYMENT} AND ${OPEN}`,
);

export function toOrderUpdate(row: Row): OrderUpdate {
  return {
    id: asOrderUpdateId(integer(row, "id")),
    state: text(row, "state") as OrderUpdateState,
    leased: integer(row, "leased") === 1,
    leaseLive: integer(row, "lease_live") === 1,
    started: integer(row, "started") === 1,
    token: textOrUndefined(row, "token"),
    due: integer(row, "due") === 1,
    tryCount: integer(row, "try_count"),
    saveCount: integer(row, "save_count"),
    detail: textOrUndefined(row, "detail") ?? "",
    serviceId: asServiceId(text(row, "service_id")),
    update: {
      id: asOrderUpdateId(integer(row, "id")),
      kind: text(row, "kind") as OrderUpdateKind,
      paymentId: asPaymentId(integer(row, "payment_id")),
      orderId: asOrderId(integer(row, "order_id")),
      attemptId: asAttemptId(integer(row, "attempt_id")),
      amountTiyin: BigInt(text(row, "amount_tiyin")),
      feeTiyin: BigInt(text(row, "fee_tiyin")),
      clickTransId: textOrUndefined(row, "click_trans_id"),
      clickPaymentId: textOrUndefined(row, "click_paydoc_id"),
      captureTime: time(row, "capture_time"),
    },
  };
}

export function toOrderUpdateRecord(row: Row): OrderUpdateRecord {
  return {
    id: asOrderUpdateId(integer(row, "id")),
    state: text(row, "state") as OrderUpdateState,
    attemptId: asAttemptId(integer(row, "attempt_id")),
    tryCount: integer(row, "try_count"),
    refusal: textOrUndefined(row, "refusal") as ApplyRefusal | undefined,
  };
}

/** Held updates whose status poll is due, with the references that the poll needs. Read without a lock. */
export function heldUpdatesDue(limit: number): Statement {
  return statement(
    `SELECT ${COLUMNS}, a.merchant_trans_id, a.create_time AS prepare_time FROM ${UPDATE_AND_ATTEMPT}
     WHERE u.state = 'HELD' AND ${UPDATE_IS_DUE} ORDER BY u.due_time, u.id LIMIT ?`,
    limit,
  );
}

/** The row of the payment exists, because the attempt inserted it. */
export function lockPaymentOfUpdate(paymentId: PaymentId): Statement {
  return statement("UPDATE clickbridge_payment SET version = version + 1 WHERE payment_id = ?", paymentId);
}
