import { hash } from "node:crypto";
import type { AttemptRecord } from "../../app/payments/payment-reader.ts";
import type { Attempt, AttemptState, CaptureSource } from "../../payment/attempt.ts";
import {
  type AttemptId,
  asAttemptId,
  asOrderId,
  asPaymentId,
  asServiceId,
  type PaymentId,
  type ServiceId,
} from "../../payment/ids.ts";
import {
  bigintOrNull,
  integer,
  integerOrUndefined,
  type Row,
  type SqlValue,
  type Statement,
  statement,
  text,
  textOrUndefined,
  time,
  timeOrUndefined,
} from "../driver/statement.ts";

/** The columns that decide about an attempt, without payment and order, which a join also has from the shop. */
const DECIDING = [
  ...["id", "service_id", "click_trans_id", "merchant_trans_id", "amount_tiyin", "fee_tiyin", "state"],
  ...["click_paydoc_id", "click_payment_id"],
];
const ATTEMPT = [...DECIDING, "payment_id", "order_id"];
const RECORD = [
  ...ATTEMPT,
  "last_answer",
  "capture_time",
  "capture_source",
  "create_time",
  "update_time",
  "click_error_code",
  "click_error_note",
];
/** The columns that `toAttempt` reads: in a callback every column costs. */
export const ATTEMPT_COLUMNS = ATTEMPT.join(", ");
/** The columns that `toAttemptRecord` reads. */
export const RECORD_COLUMNS = RECORD.join(", ");
/** The same in a join, where clickbridge_attempt is `a`. */
export const RECORD_COLUMNS_OF_A = ofA(RECORD);
/** The columns that `toAttempt` reads, when `a` is joined to its payment. */
export const DECIDING_COLUMNS_OF_A = ofA(DECIDING);

function ofA(columns: readonly string[]): string {
  return columns.map((column) => `a.${column}`).join(", ");
}

/** Selects attempts: a condition on clickbridge_attempt. */
export interface AttemptLookup {
  readonly condition: string;
  readonly values: readonly SqlValue[];
}

/** A digest of the exact bytes of a reference, because collations ignore padding and case. */
export function merchantTransKey(merchantTransId: string): Buffer {
  return hash("sha256", merchantTransId, "buffer");
}

/** By click_trans_id and reference: the binding of a Prepare, and of a Complete without prepare id. */
export function attemptBoundTo(serviceId: ServiceId, clickTransId: string, merchantTransId: string): AttemptLookup {
  return {
    condition: "service_id = ? AND click_trans_id = ? AND merchant_trans_key = ?",
    values: [BigInt(serviceId), BigInt(clickTransId), merchantTransKey(merchantTransId)],
  };
}

/** By our own id, with this service and exactly this reference, because an id alone must not reach another buyer's payment. */
export function byPrepareId(id: number, serviceId: ServiceId, merchantTransId: string): AttemptLookup {
  return {
    condition: "id = ? AND service_id = ? AND merchant_trans_key = ?",
    values: [id, BigInt(serviceId), merchantTransKey(merchantTransId)],
  };
}

export function attemptById(id: AttemptId): Statement {
  return statement(`SELECT ${ATTEMPT_COLUMNS} FROM clickbridge_attempt WHERE id = ?`, id);
}

export function attemptNamed({ condition, values }: AttemptLookup): Statement {
  return { sql: `SELECT ${ATTEMPT_COLUMNS} FROM clickbridge_attempt WHERE ${condition}`, values };
}

/** Attempts of several lookups in one statement; an attempt is repeated for each lookup that finds it. `namedBy` separates them. */
export function attemptsOfNames(names: readonly AttemptLookup[]): Statement {
  return {
    sql: names
      .map(
        ({ condition }, at) =>
          `SELECT ${at} AS name_at, ${ATTEMPT_COLUMNS} FROM clickbridge_attempt WHERE ${condition}`,
      )
      .join("\nUNION ALL\n"),
    values: names.flatMap((name) => name.values),
  };
}

/** The attempts that the given lookups found. */
export function namedBy(
  names: readonly AttemptLookup[],
  some: readonly AttemptLookup[],
  rows: readonly Row[],
): Attempt[] {
  return rows.filter((row) => some.some((name) => names[integer(row, "name_at")] === name)).map(toAttempt);
}

/** All attempts that one click_trans_id prepared or completed, under any reference. Two lookups, because each has its own key. */
export function byClickTransId(serviceId: ServiceId, clickTransId: string): readonly AttemptLookup[] {
  const values = [BigInt(serviceId), BigInt(clickTransId)];
  return [
    { condition: "service_id = ? AND click_trans_id = ?", values },
    { condition: "service_id = ? AND complete_click_trans_id = ?", values },
  ];
}

/** A click_paydoc_id as a value in a statement. */
export interface PaydocValue {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/**
 * Attempts that can decide about another one: neither refused nor cancelled. It is the last column of a key, so that the reads of a
 * callback do not grow with the number of refused attempts.
 */
const DECIDES = "decides = 1";

/**
 * The deciding attempts of one Click payment under one reference, also those of payments that the reference no longer finds. Limited to the
 * reference, because Click's certification tool uses one paydoc id for everything.
 */
export function withSamePaydoc(
  serviceId: ServiceId,
  merchantTransId: string,
  clickPaydocId: PaydocValue,
): AttemptLookup {
  const { condition, values } = ofSameMoneyAtAll(serviceId, merchantTransId, clickPaydocId);
  return { condition: `${condition} AND ${DECIDES}`, values };
}

/** The same with refused and cancelled ones: when no payment is locked, these rows are the lock. */
export function ofSameMoneyAtAll(
  serviceId: ServiceId,
  merchantTransId: string,
  clickPaydocId: PaydocValue,
): AttemptLookup {
  return {
    condition: `service_id = ? AND merchant_trans_key = ? AND click_paydoc_id = ${clickPaydocId.sql}`,
    values: [BigInt(serviceId), merchantTransKey(merchantTransId), ...clickPaydocId.values],
  };
}

/** The stored paydoc id of the attempt, or else the one of this callback. */
export function paydocOf({ condition, values }: AttemptLookup, clickPaydocId: string | undefined): PaydocValue {
  return {
    sql: `COALESCE((SELECT click_paydoc_id FROM clickbridge_attempt WHERE ${condition}), ?)`,
    values: [...values, bigintOrNull(clickPaydocId)],
  };
}

/** The target: payment and order of an attempt, for the other statements of the round trip; NULL without one. See `bindTarget`. */
export const TARGET_PAYMENT = "@clickbridge_payment_id";
export const TARGET_ORDER = "@clickbridge_order_id";
const TARGET_PAYDOC = "@clickbridge_click_paydoc_id";

/**
 * Resolves the target once, so that later statements need no subquery. It is read without a lock: compare it again under the lock. The
 * aggregates return a row of NULLs when there is no attempt; without a row the variables would keep their old values.
 */
export function bindTarget({ condition, values }: AttemptLookup): Statement {
  return {
    sql: `SELECT MAX(payment_id), MAX(order_id), MAX(click_paydoc_id) INTO ${TARGET_PAYMENT}, ${TARGET_ORDER}, ${TARGET_PAYDOC}
      FROM clickbridge_attempt WHERE ${condition}`,
    values,
  };
}

/** Locks the attempt if it belongs to the target payment, and reads the database's time and the paydoc id that `bindTarget` read. */
export function lockNamedOfTarget({ condition, values }: AttemptLookup): Statement {
  return {
    sql: `SELECT ${ATTEMPT_COLUMNS}, NOW(3) AS now, ${TARGET_PAYDOC} AS bound_paydoc_id FROM clickbridge_attempt
      WHERE ${condition} AND payment_id = ${TARGET_PAYMENT} FOR UPDATE`,
    values,
  };
}

/** The first paydoc id of the target, or else the one that came now. */
export function paydocOfTarget(clickPaydocId: string | undefined): PaydocValue {
  return {
    sql: `COALESCE(${TARGET_PAYDOC}, ?)`,
    values: [bigintOrNull(clickPaydocId)],
  };
}

/** The deciding attempts of the target payment. */
export const OF_TARGET_PAYMENT: AttemptLookup = {
  condition: `payment_id = ${TARGET_PAYMENT} AND ${DECIDES}`,
  values: [],
};

/** Locks the deciding attempts of some payments. The payments are locked first, so this never waits long. */
export function attemptsOfPaymentsForUpdate(paymentIds: readonly PaymentId[]): Statement {
  return statement(
    `SELECT ${ATTEMPT_COLUMNS} FROM clickbridge_attempt WHERE payment_id IN (?) AND ${DECIDES} ORDER BY id FOR UPDATE`,
    paymentIds.length > 0 ? paymentIds : [0],
  );
}

export function forUpdate({ sql, values }: Statement): Statement {
  return { sql: `${sql} FOR UPDATE`, values };
}

export function toAttempt(row: Row): Attempt {
  const paymentId = integerOrUndefined(row, "payment_id");
  const orderId = integerOrUndefined(row, "order_id");
  return {
    id: asAttemptId(integer(row, "id")),
    state: text(row, "state") as AttemptState,
    serviceId: asServiceId(text(row, "service_id")),
    clickTransId: textOrUndefined(row, "click_trans_id"),
    clickPaydocId: textOrUndefined(row, "click_paydoc_id"),
    clickPaymentId: textOrUndefined(row, "click_payment_id"),
    merchantTransId: text(row, "merchant_trans_id"),
    paymentId: paymentId === undefined ? undefined : asPaymentId(paymentId),
    orderId: orderId === undefined ? undefined : asOrderId(orderId),
    amountTiyin: BigInt(text(row, "amount_tiyin")),
    feeTiyin: BigInt(text(row, "fee_tiyin")),
  };
}

export function toAttemptRecord(row: Row): AttemptRecord {
  return {
    ...toAttempt(row),
    lastAnswer: integer(row, "last_answer"),
    createTime: time(row, "create_time"),
    updateTime: time(row, "update_time"),
    captureTime: timeOrUndefined(row, "capture_time"),
    captureSource: textOrUndefined(row, "capture_source") as CaptureSource | undefined,
    clickErrorCode: integer(row, "click_error_code"),
    clickErrorNote: text(row, "click_error_note"),
  };
}
