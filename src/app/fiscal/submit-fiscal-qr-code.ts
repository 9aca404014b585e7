import { parseReceiptUrl } from "../../protocol/receipt-url.ts";
import type { ClickApi } from "../click/click-api.ts";
import { hashOf } from "../outbox/send-once.ts";
import { type SubmitDeps, type SubmitRequest, type Submitted, submitOnce } from "./submit-once.ts";

export interface SubmitFiscalQrCodeDeps extends SubmitDeps {
  readonly click: Pick<ClickApi, "fiscalData" | "submitFiscalQrCode">;
}

export interface SubmitFiscalQrCodeRequest extends SubmitRequest {
  /** A full address of the tax committee: see `isReceiptUrl`. */
  readonly qrCodeUrl: string;
}

/** Sends Click the address of a receipt made elsewhere, and stores it once Click accepted it. */
export async function submitFiscalQrCode(
  deps: SubmitFiscalQrCodeDeps,
  request: SubmitFiscalQrCodeRequest,
): Promise<Submitted> {
  const { caller, requestId, paymentId, attemptId, qrCodeUrl } = request;
  const submitted = await submitOnce(deps, {
    kind: "QR_CODE",
    key: { caller, requestId, requestHash: hashOf({ paymentId, attemptId: attemptId ?? 0, qrCodeUrl }) },
    request,
    send: (account, clickPaymentId) => deps.click.submitFiscalQrCode(account, clickPaymentId, qrCodeUrl),
  });
  const receipt = parseReceiptUrl(qrCodeUrl);
  // If the process died before this line, a repeat stores it.
  if (submitted.submission.state !== "DONE" || submitted.receipt !== undefined || receipt === undefined)
    return submitted;
  await deps.fiscal.keepReceipt(submitted.submission, receipt);
  return { ...submitted, receipt };
}
