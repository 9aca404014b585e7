import { INVOICE_WINDOW_SECONDS, INVOICES_MAX } from "../../app/checkout/invoice-limits.ts";
import { fail, type InvoiceLimit } from "../../payment/failure.ts";
import type { PaymentId } from "../../payment/ids.ts";
import { integer, type Statement, statement } from "../driver/statement.ts";
import type { Transaction } from "../driver/transaction.ts";

interface Counted {
  readonly paymentId: PaymentId;
  readonly phone: string;
  readonly network: string;
}

/**
 * Fails with TOO_MANY_INVOICES when one more invoice would exceed a limit. Takes its lock after the payment's lock, so that invoices of
 * payment pages are counted and stored one at a time. On a multi-master cluster the limits hold for each node.
 */
export async function checkInvoiceLimits(tx: Transaction, { paymentId, phone, network }: Counted): Promise<void> {
  const full = await tx.run(
    statement("SELECT id FROM clickbridge_checkout_key WHERE id = 1 FOR UPDATE"),
    secondsUntilRoom("payment_id = ?", INVOICES_MAX.PAYMENT, paymentId),
    secondsUntilRoom("phone = ?", INVOICES_MAX.PHONE, phone),
    secondsUntilRoom("caller_network = ?", INVOICES_MAX.ADDRESS, network),
    secondsUntilRoom("caller_network IS NOT NULL", INVOICES_MAX.ALL),
    secondsUntilRoom("payment_id = ?", 1, paymentId),
  );
  const ofThisPayment = full.at(-1)?.rows[0];
  const limits: readonly InvoiceLimit[] = ["PAYMENT", "PHONE", "ADDRESS", "ALL"];
  for (const [index, limit] of limits.entries()) {
    const row = full[index + 1]?.rows[0];
    const isFirst = limit === "ALL" && ofThisPayment === undefined;
    if (row !== undefined && !isFirst) {
      fail({ reason: "TOO_MANY_INVOICES", limit, retryAfterSeconds: Math.max(1, integer(row, "wait_seconds")) });
    }
  }
}

/** Returns a row when the window has `max` invoices: the next one is allowed when the oldest of them leaves the window. */
function secondsUntilRoom(condition: string, max: number, ...values: (string | number)[]): Statement {
  return statement(
    `SELECT TIMESTAMPDIFF(SECOND, NOW(3), create_time) + ${INVOICE_WINDOW_SECONDS} AS wait_seconds FROM clickbridge_invoice
     WHERE ${condition} AND create_time > NOW(3) - INTERVAL ${INVOICE_WINDOW_SECONDS} SECOND
     ORDER BY create_time DESC, id DESC LIMIT 1 OFFSET ${max - 1}`,
    ...values,
  );
}
