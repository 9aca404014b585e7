import type { OrderId, PaymentId } from "../payment/ids.ts";
import { type Statement, statement } from "./statement.ts";

export interface PaymentKey {
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
}

/**
 * Takes the lock of payments, in the order of their ids, and makes their rows where they are missing. Every transaction about a
 * payment begins with this, so that a race meets one lock, and on a multi-master cluster one certified row (the version is bumped
 * for that). Undefined when there is nothing to lock.
 */
export function lockPayments(keys: readonly PaymentKey[]): Statement | undefined {
  if (keys.length === 0) return undefined;
  const sorted = [...keys].sort((a, b) => a.paymentId - b.paymentId);
  return statement(
    `INSERT INTO clickbridge_payment (payment_id, order_id) VALUES ${sorted.map(() => "(?, ?)").join(", ")}
     ON DUPLICATE KEY UPDATE version = version + 1`,
    ...sorted.flatMap((key) => [key.paymentId, key.orderId]),
  );
}
