import { faultOfItems } from "./fiscal-receipt.ts";
import { type Answer, plainJson } from "./http.ts";
import { done, FAULT, type MerchantRequest, type MerchantRow, ofAccount, refuse, spelled } from "./merchant-call.ts";
import { PAYMENT_STATUS, type Payment } from "./payment.ts";

/** Receipts for the tax office. */
export const FISCAL_ROWS: readonly MerchantRow[] = [
  {
    name: "payment/ofd_data/submit_items",
    method: "POST",
    path: /^payment\/ofd_data\/submit_items$/,
    call: submitItems,
  },
  {
    name: "payment/ofd_data/submit_qrcode",
    method: "POST",
    path: /^payment\/ofd_data\/submit_qrcode$/,
    call: submitQrCode,
  },
  { name: "payment/ofd_data", method: "GET", path: /^payment\/ofd_data\/([^/]+)\/([^/]+)$/, call: read },
];

function submitItems(request: MerchantRequest): Answer {
  const { standIn, body } = request;
  const payment = paidPayment(request, body["payment_id"]);
  if (payment === undefined) return refuse(FAULT.NOT_FOUND, "Payment not found");
  const wrong = faultOfItems(body);
  if (wrong !== undefined) return refuse(FAULT.BAD_REQUEST, wrong);
  const { paymentId } = payment;
  const earlier = standIn.ledger.receipt(paymentId);
  const isReady = standIn.behaviour.fiscal_receipt_ready;
  standIn.ledger.setReceipt({
    paymentId,
    submissions: (earlier?.submissions ?? 0) + 1,
    items: JSON.stringify(body["items"]),
    qrCodeUrl: earlier?.qrCodeUrl ?? (isReady ? receiptUrl(payment) : undefined),
  });
  return done(standIn);
}

function submitQrCode(request: MerchantRequest): Answer {
  const { standIn, body } = request;
  const payment = paidPayment(request, body["payment_id"]);
  if (payment === undefined) return refuse(FAULT.NOT_FOUND, "Payment not found");
  const url = typeof body["qrcode"] === "string" ? URL.parse(body["qrcode"]) : null;
  if (url === null || url.hostname !== "ofd.soliq.uz")
    return refuse(FAULT.BAD_REQUEST, "qrcode must be an address at ofd.soliq.uz");
  const { paymentId } = payment;
  const earlier = standIn.ledger.receipt(paymentId) ?? { paymentId, submissions: 0, items: "[]" };
  standIn.ledger.setReceipt({ ...earlier, qrCodeUrl: url.href });
  return done(standIn);
}

function read({ standIn, account, parts: [id = ""] }: MerchantRequest): Answer {
  const payment = ofAccount(account, standIn.ledger.payment(Number(id)));
  if (payment === undefined) return refuse(FAULT.NOT_FOUND, "Payment not found");
  const { ids_as_text: asText, fiscal_read_error_code: hasCode } = standIn.behaviour;
  const qrCodeURL = standIn.ledger.receipt(payment.paymentId)?.qrCodeUrl ?? null;
  const fields = { paymentId: payment.paymentId, qrCodeURL };
  return hasCode ? done(standIn, fields) : plainJson(200, spelled(fields, asText));
}

function paidPayment({ standIn, account }: MerchantRequest, id: unknown): Payment | undefined {
  const payment = ofAccount(account, standIn.ledger.payment(Number(id)));
  return payment?.status === PAYMENT_STATUS.PAID ? payment : undefined;
}

/** With the four parameters of a real one: terminal, receipt, time, sign. */
function receiptUrl({ paymentId, createdAt }: Payment): string {
  const time = createdAt.toISOString().slice(0, 19).replace(/\D/g, "");
  return `https://ofd.soliq.uz/check?t=EP000000000001&r=${paymentId}&c=${time}&s=${String(paymentId % 1_000_000_000_000).padStart(12, "0")}`;
}
