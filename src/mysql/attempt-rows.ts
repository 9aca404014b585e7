import { createHash } from "node:crypto";
import type { AttemptRecord } from "../app/ports.ts";
import type { Attempt, AttemptState } from "../payment/attempt.ts";
import { asAttemptId, asOrderId, asPaymentId, asServiceId, type PaymentId, type ServiceId } from "../payment/ids.ts";
import {
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
} from "./statement.ts";

const COLUMNS = [
  ...["id", "service_id", "click_trans_id", "merchant_trans_id", "payment_id", "order_id", "amount_tiyin", "fee_tiyin"],
  ...["state", "last_answer", "click_paydoc_id", "click_payment_id", "capture_time", "create_time", "update_time"],
];
export const ATTEMPT_COLUMNS = COLUMNS.join(", ");
/** The same in a join, where clickbridge_attempt is `a`. */
export const ATTEMPT_COLUMNS_OF_A = COLUMNS.map((column) => `a.${column}`).join(", ");

/** What names one attempt, as a condition on clickbridge_attempt. */
export interface AttemptName {
  readonly condition: string;
  readonly values: readonly SqlValue[];
}

/** The exact bytes of a reference as a key: collations pad and fold, digests do not. As hexadecimal for UNHEX. */
export function merchantTransKey(merchantTransId: string): string {
  return createHash("sha256").update(merchantTransId, "utf8").digest("hex");
}

/** By Click's number and our reference: what a Prepare, and a Complete without prepare id, is bound to. */
export function attemptBoundTo(serviceId: ServiceId, clickTransId: string, merchantTransId: string): AttemptName {
  return {
    condition: "service_id = ? AND click_trans_id = ? AND merchant_trans_key = UNHEX(?)",
    values: [BigInt(serviceId), BigInt(clickTransId), merchantTransKey(merchantTransId)],
  };
}

/** By our own number, of this service and with this very reference: a number alone must not reach a stranger's payment. */
export function attemptNumbered(id: number, serviceId: ServiceId, merchantTransId: string): AttemptName {
  return {
    condition: "id = ? AND service_id = ? AND merchant_trans_key = UNHEX(?)",
    values: [id, BigInt(serviceId), merchantTransKey(merchantTransId)],
  };
}

export function attemptNamed({ condition, values }: AttemptName): Statement {
  return { sql: `SELECT ${ATTEMPT_COLUMNS} FROM clickbridge_attempt WHERE ${condition}`, values };
}

/** All attempts that one number of Click's prepared or completed, under whatever reference. */
export function attemptsOfClicksNumber(serviceId: ServiceId, clickTransId: string): Statement {
  return statement(
    `SELECT ${ATTEMPT_COLUMNS} FROM clickbridge_attempt
     WHERE (service_id = ? AND click_trans_id = ?) OR (complete_click_trans_id = ? AND service_id = ?)`,
    BigInt(serviceId),
    BigInt(clickTransId),
    BigInt(clickTransId),
    BigInt(serviceId),
  );
}

/**
 * All attempts about one payment of Click's under one reference, also those of payments that the reference does not find any more.
 * Not under any reference: Click's certification tool has one paydoc id for everything.
 */
export function attemptsOfSameMoney(
  serviceId: ServiceId,
  merchantTransId: string,
  clickPaydocId: { readonly sql: string; readonly values: readonly SqlValue[] },
): Statement {
  return statement(
    `SELECT ${ATTEMPT_COLUMNS} FROM clickbridge_attempt
     WHERE service_id = ? AND merchant_trans_key = UNHEX(?) AND click_paydoc_id = ${clickPaydocId.sql}`,
    BigInt(serviceId),
    merchantTransKey(merchantTransId),
    ...clickPaydocId.values,
  );
}

/** The first paydoc id of a named attempt, or else the one that came now. */
export function paydocOf(
  { condition, values }: AttemptName,
  clickPaydocId: string | undefined,
): { readonly sql: string; readonly values: readonly SqlValue[] } {
  return {
    sql: `COALESCE((SELECT click_paydoc_id FROM clickbridge_attempt WHERE ${condition}), ?)`,
    values: [...values, clickPaydocId === undefined ? null : BigInt(clickPaydocId)],
  };
}

/** The payment of a named attempt, as a value in other statements of the same round trip. */
export function paymentOf({ condition, values }: AttemptName): {
  readonly sql: string;
  readonly values: readonly SqlValue[];
} {
  return { sql: `(SELECT payment_id FROM clickbridge_attempt WHERE ${condition})`, values };
}

/** All attempts of a named attempt's payment, locked, and the database's time beside each. */
export function attemptsBesideForUpdate(name: AttemptName): Statement {
  const payment = paymentOf(name);
  return {
    sql: `SELECT ${ATTEMPT_COLUMNS}, NOW(3) AS now FROM clickbridge_attempt WHERE payment_id = ${payment.sql}
     ORDER BY id FOR UPDATE`,
    values: payment.values,
  };
}

/** All attempts of some payments, locked: the payments' own locks come first, so this never waits for long. */
export function attemptsOfPaymentsForUpdate(paymentIds: readonly PaymentId[]): Statement {
  return statement(
    `SELECT ${ATTEMPT_COLUMNS} FROM clickbridge_attempt WHERE payment_id IN (?) ORDER BY id FOR UPDATE`,
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
  };
}
