import type { Reference } from "../app/reference.ts";
import { asOrderId, asPaymentId, type PaymentId } from "../payment/ids.ts";
import type { ShopPayment } from "../payment/shop-payment.ts";
import { parseDecimalTiyin } from "../protocol/amount.ts";
import { integer, type Row, type Statement, statement, textOrUndefined } from "./statement.ts";

/** The shop's rows about a payment. SELECT only; never from a read replica. */

const COLUMNS = `p.ID AS payment_id, p.ORDER_ID AS order_id, p.ACCOUNT_NUMBER AS payment_number,
  o.ACCOUNT_NUMBER AS order_number, p.PAY_SYSTEM_ID AS pay_system_id, o.PERSON_TYPE_ID AS person_type_id,
  p.SUM AS sum, p.CURRENCY AS currency, p.PAID AS paid, p.IS_RETURN AS is_return, o.CANCELED AS canceled`;

/** A payment's id as we use it in a reference: canonical decimal, within INT. */
const PAYMENT_ID = /^[1-9]\d{0,9}$/;
const PAYMENT_ID_MAX = 2 ** 31 - 1;

export function shopPaymentById(paymentId: PaymentId): Statement {
  return statement(
    `SELECT ${COLUMNS} FROM b_sale_order_payment p JOIN b_sale_order o ON o.ID = p.ORDER_ID WHERE p.ID = ?`,
    paymentId,
  );
}

export function shopPaymentsByOrder(orderId: number): Statement {
  return statement(
    `SELECT ${COLUMNS} FROM b_sale_order o JOIN b_sale_order_payment p ON p.ORDER_ID = o.ID WHERE o.ID = ? ORDER BY p.ID`,
    orderId,
  );
}

/** Rows that may be meant by a reference; `exactly` sorts out what the shop's collation let through. */
export function shopPaymentsByReference({ kind, text }: Reference): Statement {
  if (kind === "payment_id") {
    const id = PAYMENT_ID.test(text) && Number(text) <= PAYMENT_ID_MAX ? Number(text) : 0;
    return shopPaymentById(asPaymentId(id));
  }
  return statement(
    `SELECT ${COLUMNS} FROM b_sale_order o JOIN b_sale_order_payment p ON p.ORDER_ID = o.ID WHERE o.ACCOUNT_NUMBER = ?
     UNION ALL
     SELECT ${COLUMNS} FROM b_sale_order_payment p JOIN b_sale_order o ON o.ID = p.ORDER_ID WHERE p.ACCOUNT_NUMBER = ?`,
    text,
    text,
  );
}

/** The payments that a reference names exactly: by the order's number, else by the payment's own. */
export function exactly({ kind, text }: Reference, payments: readonly ShopPayment[]): readonly ShopPayment[] {
  if (kind === "payment_id") return payments;
  const byOrder = unique(payments.filter((payment) => payment.orderNumber === text));
  return byOrder.length > 0 ? byOrder : unique(payments.filter((payment) => payment.paymentNumber === text));
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

function unique(payments: readonly ShopPayment[]): readonly ShopPayment[] {
  return [...new Map(payments.map((payment) => [payment.paymentId, payment])).values()];
}
