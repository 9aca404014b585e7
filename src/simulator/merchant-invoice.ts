import type { Answer } from "./http.ts";
import { INVOICE_STATUS_NOTE } from "./invoice.ts";
import { done, FAULT, isSum, type MerchantRequest, type MerchantRow, ofAccount, refuse } from "./merchant-call.ts";

/** Invoices to a phone. */
export const INVOICE_ROWS: readonly MerchantRow[] = [
  { name: "invoice/create", method: "POST", path: /^invoice\/create$/, call: createInvoice },
  { name: "invoice/status", method: "GET", path: /^invoice\/status\/([^/]+)\/([^/]+)$/, call: invoiceStatus },
];

function createInvoice({ standIn, account, body }: MerchantRequest): Answer {
  const { amount, phone_number: phone, merchant_trans_id: reference } = body;
  if (typeof phone !== "string" || !/^998\d{9}$/.test(phone)) {
    return refuse(FAULT.BAD_REQUEST, "phone_number must be 12 digits, 998…");
  }
  if (typeof reference !== "string" || reference === "") return refuse(FAULT.BAD_REQUEST, "merchant_trans_id is empty");
  if (!isSum(amount)) return refuse(FAULT.BAD_REQUEST, "amount must be a number above 0");
  const { serviceId } = account;
  const invoice = standIn.createInvoice({ serviceId, phone, reference, amountText: String(amount) });
  return done(standIn, { invoice_id: invoice.invoiceId });
}

function invoiceStatus({ standIn, account, parts: [id = ""] }: MerchantRequest): Answer {
  const invoice = ofAccount(account, standIn.ledger.invoice(Number(id)));
  if (invoice === undefined) return refuse(FAULT.NOT_FOUND, "Invoice not found");
  const key = standIn.behaviour.invoice_status_key;
  return done(standIn, { [key]: invoice.status, [`${key}_note`]: INVOICE_STATUS_NOTE[invoice.status] ?? "" });
}
