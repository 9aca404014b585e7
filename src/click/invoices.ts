import type { ClickApi } from "../app/click/click-api.ts";
import { cleanNote } from "../protocol/clean-note.ts";
import { idNumber, soums } from "./json-body.ts";
import type { MerchantCalls } from "./merchant-calls.ts";
import { readId, readInteger, readText } from "./reply-fields.ts";

/** Invoices to a phone. Our reference is named `merchant_trans_id` here. */
export function invoices(calls: MerchantCalls): Pick<ClickApi, "createInvoice" | "invoiceStatus"> {
  return {
    createInvoice: (account, { amountTiyin, phone, reference }) =>
      calls.mutate(account, {
        method: "POST",
        path: ["invoice", "create"],
        body: {
          service_id: idNumber(account.serviceId),
          amount: soums(amountTiyin),
          phone_number: phone,
          merchant_trans_id: reference,
        },
        read: (body) => {
          const clickInvoiceId = readId(body["invoice_id"]);
          return clickInvoiceId === undefined ? undefined : { clickInvoiceId };
        },
      }),
    invoiceStatus: (account, clickInvoiceId) =>
      calls.ask(account, {
        method: "GET",
        path: ["invoice", "status", account.serviceId, clickInvoiceId],
        // Older clients of Click read `status`.
        read: (body) => {
          const status = readInteger(body["invoice_status"] ?? body["status"]);
          const note = cleanNote(readText(body["invoice_status_note"] ?? body["status_note"]), []);
          return status === undefined ? undefined : { status, note };
        },
      }),
  };
}
