import type { Answer } from "./http.ts";
import { done, FAULT, isSum, type MerchantRequest, type MerchantRow, ofAccount, refuse } from "./merchant-call.ts";

/** A code that begins so is one that Click does not know (any more). */
export const REFUSED_OTP_PREFIX = "refuse";
/** Click cancels what is not confirmed by then. */
const CONFIRM_WITHIN_MS = 30_000;

/** Payments by the code that a customer shows at a till. */
export const CLICK_PASS_ROWS: readonly MerchantRow[] = [
  { name: "click_pass/payment", method: "POST", path: /^click_pass\/payment$/, call: pay },
  { name: "click_pass/confirm", method: "POST", path: /^click_pass\/confirm$/, call: confirm },
  {
    name: "click_pass/confirmation",
    method: "PUT",
    path: /^click_pass\/confirmation\/([^/]+)$/,
    call: (request) => setConfirmation(request, true),
  },
  {
    name: "click_pass/confirmation",
    method: "DELETE",
    path: /^click_pass\/confirmation\/([^/]+)$/,
    call: (request) => setConfirmation(request, false),
  },
];

async function pay({ standIn, account, body }: MerchantRequest): Promise<Answer> {
  const { otp_data: otp, amount, cashbox_code: cashbox = "", transaction_id: reference = "" } = body;
  if (typeof otp !== "string" || otp === "" || otp.startsWith(REFUSED_OTP_PREFIX))
    return refuse(FAULT.OTP_WRONG, "Wrong QR code");
  if (!isSum(amount)) return refuse(FAULT.BAD_REQUEST, "amount must be a number above 0");
  if (typeof cashbox !== "string") return refuse(FAULT.BAD_REQUEST, "cashbox_code must be text");
  if (typeof reference !== "string") return refuse(FAULT.BAD_REQUEST, "transaction_id must be text");
  const { serviceId } = account;
  const mustConfirm = standIn.services.get(serviceId).confirmsPayments;
  const payment = await standIn.settled(
    standIn.pay({
      serviceId,
      reference,
      amountText: String(amount),
      origin: "click pass",
      isQuiet: true,
      confirmWithinMs: mustConfirm ? CONFIRM_WITHIN_MS : undefined,
    }),
  );
  return done(standIn, {
    payment_id: payment.paymentId,
    payment_status: payment.status,
    confirm_mode: mustConfirm ? 1 : 0,
    card_type: "private",
    processing_type: "UZCARD",
    card_number: "8600 12** **** 1234",
    phone_number: "99890***4567",
  });
}

function confirm({ standIn, account, body }: MerchantRequest): Answer {
  const payment = ofAccount(account, standIn.ledger.payment(Number(body["payment_id"])));
  if (payment === undefined) return refuse(FAULT.NOT_FOUND, "Payment not found");
  if (payment.confirmBefore === undefined) return refuse(FAULT.BAD_REQUEST, "The payment does not wait");
  standIn.confirm(payment);
  return done(standIn);
}

function setConfirmation({ standIn, account }: MerchantRequest, on: boolean): Answer {
  standIn.services.get(account.serviceId).confirmsPayments = on;
  return done(standIn);
}
