import type { InvoiceStore, NewInvoice } from "../../app/checkout/invoice-store.ts";
import type { InvoiceId } from "../../payment/ids.ts";
import { cancelledInvoice, type Invoice, settledInvoice } from "../../payment/invoice.ts";
import { invoiceMoved } from "../../payment/invoice-moved.ts";
import { settledOnce } from "../../payment/outbox.ts";
import type { Pool } from "../driver/pool.ts";
import { statement } from "../driver/statement.ts";
import { inTransaction, read } from "../driver/transaction.ts";
import {
  claiming,
  findRequest,
  moveRequest,
  type OutboxKind,
  requestNamed,
  storedIn,
  storing,
} from "../outbox/outbox.ts";
import { attemptsOfPaymentsForUpdate, toAttempt } from "../rows/attempt-rows.ts";
import { chargesOfPaymentForUpdate, toCharge } from "../rows/charge-rows.ts";
import { INVOICE_COLUMNS, toInvoice } from "../rows/invoice-rows.ts";
import { lockPayments } from "../rows/payment-lock.ts";
import { shopPaymentById, toShopPayment } from "../rows/shop-rows.ts";
import { checkInvoiceLimits } from "./invoice-limits.ts";

export const INVOICES: OutboxKind<Invoice, Invoice> = {
  subject: "invoice",
  table: "clickbridge_invoice",
  columns: INVOICE_COLUMNS,
  toRequest: toInvoice,
  lock: (tx, invoice) => tx.run(lockPayments([invoice])),
  moved: invoiceMoved,
};

export function invoiceStore(pool: Pool): InvoiceStore {
  return {
    find: (caller, requestId) => findRequest(pool, INVOICES, { caller, requestId }),
    store: (invoice, refuse) => store(pool, invoice, refuse),
    claimForSending: (id, token) => inTransaction(pool, async () => claiming(INVOICES, id, token)),
    settle: (invoice, reply) =>
      moveRequest(pool, INVOICES, invoice, (current) =>
        settledOnce(current, (sending) => settledInvoice(sending, reply)),
      ),
    unpaid: (id) => unpaid(pool, id),
    cancel: (invoice) => moveRequest(pool, INVOICES, invoice, cancelledInvoice),
  };
}

/** An invoice whose payment has a capture needs no more polls. */
export const INVOICE_IS_UNPAID = `i.state = 'CREATED' AND i.click_invoice_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM clickbridge_attempt a WHERE a.captured_payment_id = i.payment_id)`;

async function unpaid(pool: Pool, id: InvoiceId): ReturnType<InvoiceStore["unpaid"]> {
  const sql = `SELECT ${INVOICE_COLUMNS} FROM clickbridge_invoice i WHERE i.id = ? AND ${INVOICE_IS_UNPAID}`;
  const [invoice] = ((await read(pool, statement(sql, id)))[0]?.rows ?? []).map(toInvoice);
  const clickInvoiceId = invoice?.clickInvoiceId;
  return invoice === undefined || clickInvoiceId === undefined ? undefined : { ...invoice, clickInvoiceId };
}

/** Runs under the payment's lock, so that no invoice is stored during a capture. */
function store(
  pool: Pool,
  invoice: NewInvoice,
  refuse: Parameters<InvoiceStore["store"]>[1],
): ReturnType<InvoiceStore["store"]> {
  const { userId, serviceId, paymentId, orderId, reference, amountTiyin, feeTiyin, phone, callerNetwork } = invoice;
  return inTransaction(pool, async (tx) => {
    const [, found, attempts, payment, charges] = await tx.run(
      lockPayments([invoice]),
      requestNamed(INVOICES, invoice),
      attemptsOfPaymentsForUpdate([paymentId]),
      shopPaymentById(paymentId),
      chargesOfPaymentForUpdate(paymentId),
    );
    const existing = storedIn(INVOICES, found);
    if (existing !== undefined) return { writes: [], value: existing };
    refuse(
      payment?.rows.map(toShopPayment)[0],
      (attempts?.rows ?? []).map(toAttempt),
      (charges?.rows ?? []).map(toCharge),
    );
    if (callerNetwork !== undefined) await checkInvoiceLimits(tx, { ...invoice, network: callerNetwork });
    return storing(INVOICES, invoice, {
      user_id: userId,
      service_id: BigInt(serviceId),
      payment_id: paymentId,
      order_id: orderId,
      reference,
      amount_tiyin: amountTiyin,
      fee_tiyin: feeTiyin,
      phone,
      caller_network: callerNetwork ?? null,
    });
  });
}
