import type { ClickPayment } from "../../payment/fiscal.ts";
import { type AttemptId, asOrderId, asPaymentId, asServiceId, type PaymentId } from "../../payment/ids.ts";
import { integer, type Row, type Statement, statement, text } from "../driver/statement.ts";

/** The Click payment that captured a payment of the shop. */

/** Captured attempts with a Click payment number. */
const WITH_CLICK_PAYMENT = `SELECT service_id, payment_id, order_id, COALESCE(click_payment_id, click_paydoc_id) AS click_payment_id
  FROM clickbridge_attempt WHERE COALESCE(click_payment_id, click_paydoc_id) IS NOT NULL`;

export function clickPaymentOfAttempt(paymentId: PaymentId, attemptId: AttemptId): Statement {
  return statement(
    `${WITH_CLICK_PAYMENT} AND payment_id = ? AND id = ? AND state IN ('CAPTURED', 'SETTLED', 'OWED', 'REVERSED')`,
    paymentId,
    attemptId,
  );
}

/** The attempt that holds the payment, else a charge by Click whose capture is not recorded yet. */
export function clickPaymentsOf(paymentId: PaymentId): readonly [Statement, Statement] {
  return [
    statement(`${WITH_CLICK_PAYMENT} AND captured_payment_id = ?`, paymentId),
    statement(
      `SELECT service_id, payment_id, order_id, click_payment_id FROM clickbridge_charge
       WHERE payment_id = ? AND state = 'DONE' AND click_payment_id IS NOT NULL ORDER BY id LIMIT 1`,
      paymentId,
    ),
  ];
}

export function toClickPayment(row: Row): ClickPayment {
  return {
    serviceId: asServiceId(text(row, "service_id")),
    paymentId: asPaymentId(integer(row, "payment_id")),
    orderId: asOrderId(integer(row, "order_id")),
    clickPaymentId: text(row, "click_payment_id"),
  };
}
