import type { Reference } from "../../app/services/reference.ts";
import type { Attempt } from "../../payment/attempt.ts";
import { asOrderId, asPaymentId, type PaymentId } from "../../payment/ids.ts";
import type { ShopPayment } from "../../payment/shop-payment.ts";
import { parseDecimalTiyin } from "../../protocol/amount.ts";
import { hasForeignLetter } from "../driver/database-error.ts";
import { integer, type Row, type Statement, statement, textOrUndefined } from "../driver/statement.ts";
import { DECIDING_COLUMNS_OF_A, TARGET_PAYMENT, toAttempt } from "./attempt-rows.ts";

/** The shop's rows of a payment. SELECT only; never from a read replica. */

const COLUMNS = `p.ID AS payment_id, p.ORDER_ID AS order_id, p.ACCOUNT_NUMBER AS payment_number,
  o.ACCOUNT_NUMBER AS order_number, p.PAY_SYSTEM_ID AS pay_system_id, o.PERSON_TYPE_ID AS person_type_id,
  p.SUM AS sum, p.CURRENCY AS currency, p.PAID AS paid, p.IS_RETURN AS is_return, o.CANCELED AS canceled`;

/** A payment id in a reference: canonical decimal, within INT. */
const PAYMENT_ID = /^[1-9]\d{0,9}$/;
const PAYMENT_ID_MAX = 2 ** 31 - 1;

/** A payment with its order, as `p` and `o`. */
export const PAYMENT_AND_ORDER = "b_sale_order_payment p JOIN b_sale_order o ON o.ID = p.ORDER_ID";

export function shopPaymentById(paymentId: PaymentId): Statement {
  return statement(`SELECT ${COLUMNS} FROM ${PAYMENT_AND_ORDER} WHERE p.ID = ?`, paymentId);
}

export function shopPaymentsById(paymentIds: readonly number[]): Statement {
  return statement(`SELECT ${COLUMNS} FROM ${PAYMENT_AND_ORDER} WHERE p.ID IN (?)`, paymentIds);
}

/** The target payment. */
export const shopPaymentOfTarget: Statement = statement(
  `SELECT ${COLUMNS} FROM ${PAYMENT_AND_ORDER} WHERE p.ID = ${TARGET_PAYMENT}`,
);

export function shopPaymentsByOrder(orderId: number): Statement {
  return statement(`SELECT ${COLUMNS} FROM ${PAYMENT_AND_ORDER} WHERE o.ID = ? ORDER BY p.ID`, orderId);
}

/** A search for the payments that a reference may mean. */
export interface PaymentsWhere {
  /** On `p` and `o`, by an index of the shop. */
  readonly condition: string;
  readonly value: string | number;
  /** Excludes false matches of the shop's collation, which takes `abc` for `ABC`. */
  readonly isExact: (payment: ShopPayment) => boolean;
}

/** A reference that never matches. */
export const NO_REFERENCE: Reference = { kind: "payment_id", text: "" };

/**
 * Searches by a text from outside, or returns `none` when the text has letters that the shop's columns cannot store, so that no row can
 * match. Relies on the error of the search, because the possible letters depend on each column.
 */
export async function ifRepresentable<T>(search: () => Promise<T>, none: () => T | Promise<T>): Promise<T> {
  try {
    return await search();
  } catch (error) {
    if (hasForeignLetter(error)) return none();
    throw error;
  }
}

/** The searches in their order: the first one with an exact match decides. */
export function searchesFor({ kind, text }: Reference): readonly PaymentsWhere[] {
  if (kind === "payment_id") {
    const value = PAYMENT_ID.test(text) && Number(text) <= PAYMENT_ID_MAX ? Number(text) : 0;
    return [{ condition: "p.ID = ?", value, isExact: () => true }];
  }
  return [
    { condition: "o.ACCOUNT_NUMBER = ?", value: text, isExact: (payment) => payment.orderNumber === text },
    { condition: "p.ACCOUNT_NUMBER = ?", value: text, isExact: (payment) => payment.paymentNumber === text },
  ];
}

/**
 * Payments with their deciding attempts, one row per pair, and one with NULL for a payment without attempts; `attemptBesidePayment` reads
 * them. The attempt's own payment and order columns are left out, because the shop's columns have the same names.
 */
export function paymentsWithAttempts({ condition, value }: PaymentsWhere): Statement {
  return statement(
    `SELECT ${COLUMNS}, ${DECIDING_COLUMNS_OF_A} FROM ${PAYMENT_AND_ORDER}
     LEFT JOIN clickbridge_attempt a ON a.payment_id = p.ID AND a.decides = 1 WHERE ${condition}`,
    value,
  );
}

export function attemptBesidePayment(row: Row): Attempt | undefined {
  return row["id"] === null ? undefined : toAttempt(row);
}

export function toShopPayment(row: Row): ShopPayment {
  return {
    paymentId: asPaymentId(integer(row, "payment_id")),
    orderId: asOrderId(integer(row, "order_id")),
    orderNumber: textOrUndefined(row, "order_number") ?? "",
    paymentNumber: textOrUndefined(row, "payment_number") ?? "",
    paySystemId: integer(row, "pay_system_id"),
    personTypeId: integer(row, "person_type_id"),
    sumTiyin: parseDecimalTiyin(textOrUndefined(row, "sum") ?? ""),
    currency: textOrUndefined(row, "currency") ?? "",
    paid: row["paid"] === "Y",
    returned: row["is_return"] !== "N",
    orderCancelled: row["canceled"] === "Y",
  };
}
