import { asInvoiceId, asOrderId, asPaymentId, asServiceId } from "../../payment/ids.ts";
import type { Invoice, InvoiceState } from "../../payment/invoice.ts";
import { integer, type Row, text, textOrUndefined, time } from "../driver/statement.ts";

/** The columns that `toInvoice` reads. */
export const INVOICE_COLUMNS = `id, state, service_id, payment_id, order_id, reference, amount_tiyin, fee_tiyin, phone, click_invoice_id,
  click_error_code, click_error_note, create_time`;

export function toInvoice(row: Row): Invoice {
  return {
    id: asInvoiceId(integer(row, "id")),
    state: text(row, "state") as InvoiceState,
    serviceId: asServiceId(text(row, "service_id")),
    paymentId: asPaymentId(integer(row, "payment_id")),
    orderId: asOrderId(integer(row, "order_id")),
    reference: text(row, "reference"),
    amountTiyin: BigInt(text(row, "amount_tiyin")),
    feeTiyin: BigInt(text(row, "fee_tiyin")),
    phone: text(row, "phone"),
    clickInvoiceId: textOrUndefined(row, "click_invoice_id"),
    clickErrorCode: integer(row, "click_error_code"),
    clickErrorNote: text(row, "click_error_note"),
    createTime: time(row, "create_time"),
  };
}
