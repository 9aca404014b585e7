import type { OrderId, PaymentId } from "../payment/ids.ts";
import type { AttemptName } from "./attempt-rows.ts";
import { PAYMENT_AND_ORDER, type PaymentsWhere } from "./shop-rows.ts";
import { type Statement, statement } from "./statement.ts";

export interface PaymentKey {
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
}

/**
 * Takes the lock of payments, in the order of their ids, and makes their rows where they are missing. Every transaction about a
 * payment begins with this, so that a race meets one lock, and on a multi-master cluster one certified row (the version is bumped
 * for that). At least one key.
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
 * The same lock, for payments that a reference may mean, without knowing their ids yet: it saves a round trip. Only payments of these
 * pay systems get a row.
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

/** The same lock, for the payment of an attempt. Locks nothing when the attempt is not there or has no payment. */
export function lockPaymentOf({ condition, values }: AttemptName): Statement {
  return statement(
    `INSERT INTO clickbridge_payment (payment_id, order_id)
     SELECT payment_id, order_id FROM clickbridge_attempt WHERE ${condition} AND payment_id IS NOT NULL
     ${BUMP}`,
    ...values,
  );
}
