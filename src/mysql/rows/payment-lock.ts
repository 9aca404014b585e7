import type { OrderId, PaymentId } from "../../payment/ids.ts";
import { type Statement, statement } from "../driver/statement.ts";
import { TARGET_ORDER } from "./attempt-rows.ts";
import { PAYMENT_AND_ORDER, type PaymentsWhere } from "./shop-rows.ts";

export interface PaymentKey {
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
}

/**
 * Locks payments in the order of their ids and inserts missing rows. Every transaction about a payment begins with this, so that races
 * meet at one lock, and on a multi-master cluster at one certified row (that is why the version is incremented). Needs at least one key.
 */
export function lockPayments(keys: readonly PaymentKey[]): Statement {
  const sorted = [...keys].sort((a, b) => a.paymentId - b.paymentId);
  return statement(
    `INSERT INTO clickbridge_payment (payment_id, order_id) VALUES ${sorted.map(() => "(?, ?)").join(", ")}
     ON DUPLICATE KEY UPDATE version = version + 1`,
    ...sorted.flatMap((key) => [key.paymentId, key.orderId]),
  );
}

const BUMP = "ON DUPLICATE KEY UPDATE version = clickbridge_payment.version + 1";

/**
 * The same lock for payments that a reference may mean, before their ids are known, which saves a round trip. Only payments of these pay
 * systems get a row.
 */
export function lockPaymentsWhere({ condition, value }: PaymentsWhere, paySystemIds: readonly number[]): Statement {
  return statement(
    `INSERT INTO clickbridge_payment (payment_id, order_id)
     SELECT p.ID, p.ORDER_ID FROM ${PAYMENT_AND_ORDER} WHERE ${condition} AND p.PAY_SYSTEM_ID IN (?) ORDER BY p.ID
     ${BUMP}`,
    value,
    paySystemIds.length > 0 ? paySystemIds : [0],
  );
}

/**
 * The same lock for all payments of the target order: Click may send one debit for two payments of an order, and the answers must not
 * race. The rows exist, because the attempts inserted them. Locks nothing without a target order.
 */
export const lockOrderOfTarget: Statement = statement(
  `UPDATE clickbridge_payment SET version = version + 1 WHERE order_id = ${TARGET_ORDER}`,
);
