import type { ClickApi, MerchantAccount, PaymentStatusReply } from "../app/ports.ts";
import { formatSums } from "../protocol/amount.ts";
import type { HttpReply, MerchantHttp } from "./merchant-http.ts";

/** The calls of Merchant API v2 (click-protocol.md 2) that the use cases need. Sums go out in soums. */
export function merchantApi(http: MerchantHttp): ClickApi {
  return {
    createInvoice: async (account, { amountTiyin, phone, reference }) => {
      const reply = await http.call(account, {
        method: "POST",
        path: "invoice/create",
        body: invoiceBody({ serviceId: account.serviceId, amountTiyin, phone, reference }),
      });
      // A bill that never left is refused, not unknown: a new request may send another at once.
      if (reply.kind === "NOT_SENT") {
        return { kind: "REFUSED", clickErrorCode: 0, clickErrorNote: "Click could not be reached" };
      }
      if (reply.kind === "UNKNOWN") return { kind: "UNKNOWN" };
      if (reply.errorCode !== 0) {
        return { kind: "REFUSED", clickErrorCode: reply.errorCode, clickErrorNote: reply.errorNote };
      }
      const clickInvoiceId = idOf(reply.body["invoice_id"]);
      return clickInvoiceId === undefined ? { kind: "UNKNOWN" } : { kind: "DONE", clickInvoiceId };
    },
    paymentStatus: async (account, clickPaymentId) =>
      statusOf(
        await question(http, account, `payment/status/${account.serviceId}/${encodeURIComponent(clickPaymentId)}`),
      ),
    paymentOfReference: async (account, reference, day) => {
      const path = `payment/status_by_mti/${account.serviceId}/${encodeURIComponent(reference)}/${day}`;
      const reply = await question(http, account, path);
      return reply.kind === "ANSWER" && reply.errorCode === 0 ? idOf(reply.body["payment_id"]) : undefined;
    },
  };
}

const QUESTION_TRIES = 2;

/** Questions change nothing, so they are put again when no answer came. */
async function question(http: MerchantHttp, account: MerchantAccount, path: string): Promise<HttpReply> {
  let reply: HttpReply = { kind: "UNKNOWN" };
  for (let attempt = 0; attempt < QUESTION_TRIES && reply.kind !== "ANSWER"; attempt += 1) {
    reply = await http.call(account, { method: "GET", path });
  }
  return reply;
}

/** `amount` is a number in soums: its digits are written here, so that no float touches money. */
function invoiceBody(invoice: {
  readonly serviceId: string;
  readonly amountTiyin: bigint;
  readonly phone: string;
  readonly reference: string;
}): string {
  const { serviceId, amountTiyin, phone, reference } = invoice;
  return (
    `{"service_id":${serviceId},"amount":${formatSums(amountTiyin)},` +
    `"phone_number":${JSON.stringify(phone)},"merchant_trans_id":${JSON.stringify(reference)}}`
  );
}

const PAID_STATUS = 2;

/** Below 0 failed, 0 created, 1 processing, 2 paid; error_code 0 only means that the question was understood. */
function statusOf(reply: HttpReply): PaymentStatusReply {
  if (reply.kind !== "ANSWER" || reply.errorCode !== 0) return { kind: "UNKNOWN" };
  const value = reply.body["payment_status"];
  const status = typeof value === "number" || (typeof value === "string" && value !== "") ? Number(value) : Number.NaN;
  if (!Number.isInteger(status)) return { kind: "UNKNOWN" };
  if (status < 0) return { kind: "FAILED" };
  return { kind: status === PAID_STATUS ? "PAID" : "IN_PROGRESS" };
}

/** Click sends its numbers as numbers or as text. */
function idOf(value: unknown): string | undefined {
  const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === "string" && /^[1-9]\d{0,18}$/.test(text) ? text : undefined;
}
