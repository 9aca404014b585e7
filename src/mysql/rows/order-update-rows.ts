import type { OrderUpdateRecord } from "../../app/payments/payment-reader.ts";
import {
  type AttemptId,
  asAttemptId,
  asOrderId,
  asOrderUpdateId,
  asPaymentId,
  asServiceId,
  type OrderUpdateId,
  type PaymentId,
  type ServiceId,
} from "../../payment/ids.ts";
import {
  type ApplyRefusal,
  LEASE_SECONDS,
  type LeasedOrderUpdate,
  type OrderUpdateKind,
  type OrderUpdateState,
  RETRY_DELAY_SECONDS_FIRST,
  RETRY_DELAY_SECONDS_MAX,
  STARTED_LEASE_SECONDS,
} from "../../payment/order-update.ts";
import { isDue, isFree, isLive } from "../driver/clock.ts";
import { integer, type Row, type Statement, statement, text, textOrUndefined, time } from "../driver/statement.ts";
import { PAYMENT_IN_HAND } from "./attempt-rows.ts";

/** An unfinished order update with what its applier has to know, and whether somebody holds it. */
export interface OrderUpdateRow {
  readonly id: OrderUpdateId;
  readonly state: OrderUpdateState;
  readonly leaseLive: boolean;
  /** Its last holder announced a save: the shop may have it. */
  readonly started: boolean;
  /** Of the lease that was given last. */
  readonly token: string | undefined;
  readonly due: boolean;
  readonly tryCount: number;
  readonly serviceId: ServiceId;
  readonly update: Omit<LeasedOrderUpdate, "token" | "leaseExpireTime" | "tryNumber">;
}

/** How long the lease of this row lasts. */
const LEASE_OF_ROW_SECONDS = `IF(u.start_time IS NULL, ${LEASE_SECONDS}, ${STARTED_LEASE_SECONDS})`;
/** As retryDelaySeconds() has it; ten doublings are more than the longest delay. */
const DELAY_OF_ROW_SECONDS = `LEAST(${RETRY_DELAY_SECONDS_MAX}, ${RETRY_DELAY_SECONDS_FIRST} * POW(2, LEAST(GREATEST(u.try_count - 1, 0), 10)))`;

/** Of an order update `u`. */
export const UPDATE_IS_DUE = isDue("u.due_time", DELAY_OF_ROW_SECONDS);
export const UPDATE_IS_UNLEASED = isFree("u.lease_expire_time", LEASE_OF_ROW_SECONDS);
const UPDATE_IS_LEASED = isLive("u.lease_expire_time", LEASE_OF_ROW_SECONDS);

const UPDATE_AND_ATTEMPT = "clickbridge_order_update u JOIN clickbridge_attempt a ON a.id = u.attempt_id";
const OPEN = "u.state IN ('HELD', 'PENDING') ORDER BY u.id";
const COLUMNS = `u.id, u.state, u.kind, u.payment_id, u.order_id, u.attempt_id, u.amount_tiyin, u.try_count, u.token, (u.start_time IS NOT NULL) AS started,
  a.service_id, a.fee_tiyin, a.click_trans_id, a.click_paydoc_id, COALESCE(a.capture_time, u.create_time) AS capture_time,
  ${UPDATE_IS_LEASED} AS lease_live, ${UPDATE_IS_DUE} AS due`;

/** The unfinished updates of a payment, in the order in which they have to go out. The payment's lock must be held. */
export function openUpdatesOfPayment(paymentId: PaymentId): Statement {
  return statement(`SELECT ${COLUMNS} FROM ${UPDATE_AND_ATTEMPT} WHERE u.payment_id = ? AND ${OPEN}`, paymentId);
}

/** All updates of one attempt, finished or not. The payment's lock must be held. */
export function updatesOfAttempt(attemptId: AttemptId): Statement {
  return statement(`SELECT ${COLUMNS} FROM ${UPDATE_AND_ATTEMPT} WHERE u.attempt_id = ? ORDER BY u.id`, attemptId);
}

/** The same, of the payment in hand. */
export const openUpdatesInHand: Statement = statement(
  `SELECT ${COLUMNS} FROM ${UPDATE_AND_ATTEMPT} WHERE u.payment_id = ${PAYMENT_IN_HAND} AND ${OPEN}`,
);

/** Hands one out: a new token, a lease, one try more. Whoever had it before loses it with this. */
export function leaseUpdate(id: OrderUpdateId, token: string): Statement {
  return statement(
    `UPDATE clickbridge_order_update
     SET token = ?, lease_expire_time = NOW(3) + INTERVAL ${LEASE_SECONDS} SECOND, start_time = NULL,
       try_count = try_count + 1
     WHERE id = ? AND state = 'PENDING'`,
    token,
    id,
  );
}

/**
 * Whether the holder of this token may have it. A live lease of the very same token is one whose COMMIT was answered to nobody, for
 * the wire broke: it is given once more, or nobody would apply the update before it ends.
 */
export function isFreeFor(token: string, { state, leaseLive, token: holder }: OrderUpdateRow): boolean {
  return state === "PENDING" && (!leaseLive || holder === token);
}

export function toOrderUpdateRow(row: Row): OrderUpdateRow {
  return {
    id: asOrderUpdateId(integer(row, "id")),
    state: text(row, "state") as OrderUpdateState,
    leaseLive: integer(row, "lease_live") === 1,
    started: integer(row, "started") === 1,
    token: textOrUndefined(row, "token"),
    due: integer(row, "due") === 1,
    tryCount: integer(row, "try_count"),
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
      clickPaydocId: textOrUndefined(row, "click_paydoc_id"),
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

/** The end of a lease given at `now`. */
export function leaseEnd(now: Date): Date {
  return new Date(now.getTime() + LEASE_SECONDS * 1_000);
}

/** One update with the service and the state of its attempt. */
export function orderUpdateById(id: OrderUpdateId): Statement {
  return statement(
    `SELECT u.id, u.state, u.kind, u.token, u.lease_expire_time, u.start_time, u.try_count, u.save_count, u.payment_id, u.order_id, u.attempt_id, u.refusal, u.detail,
       a.amount_tiyin AS attempt_amount_tiyin, a.fee_tiyin, a.service_id, a.state AS attempt_state
     FROM clickbridge_order_update u JOIN clickbridge_attempt a ON a.id = u.attempt_id WHERE u.id = ?`,
    id,
  );
}

/** The payment of an order update always has its row: its attempt made it. */
export function lockPaymentOfUpdate(row: Row): Statement {
  return statement(
    "UPDATE clickbridge_payment SET version = version + 1 WHERE payment_id = ?",
    integer(row, "payment_id"),
  );
}

/** The token is the lease, also past its end: it is replaced when the update is handed out anew, and given back by a RETRY. */
export function holdsLease(row: Row, token: string): boolean {
  return isOfLastHolder(row, token) && row["lease_expire_time"] !== null;
}

/** The last holder gave the update back with a RETRY, and nobody has got it since. */
export function gaveBack(row: Row, token: string): boolean {
  return isOfLastHolder(row, token) && row["lease_expire_time"] === null;
}

function isOfLastHolder(row: Row, token: string): boolean {
  return text(row, "state") === "PENDING" && token !== "" && textOrUndefined(row, "token") === token;
}
