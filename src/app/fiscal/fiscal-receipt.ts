import type { ClickPayment } from "../../payment/fiscal.ts";
import { type FiscalReceiptUrl, parseReceiptUrl } from "../../protocol/receipt-url.ts";
import type { ClickApi, ClickReply, MerchantAccount } from "../click/click-api.ts";
import type { FiscalStore } from "./fiscal-store.ts";

export interface ReadReceiptDeps {
  readonly fiscal: FiscalStore;
  readonly click: Pick<ClickApi, "fiscalData">;
}

/** Reads a receipt from Click and stores it when there is one. */
export async function readReceipt(
  { fiscal, click }: ReadReceiptDeps,
  account: MerchantAccount,
  payment: ClickPayment,
): Promise<ClickReply<{ readonly receipt: FiscalReceiptUrl | undefined }>> {
  const reply = await click.fiscalData(account, payment.clickPaymentId);
  if (reply.kind !== "DONE") return reply;
  const receipt = reply.qrCodeUrl === undefined ? undefined : parseReceiptUrl(reply.qrCodeUrl);
  if (receipt !== undefined) await fiscal.keepReceipt(payment, receipt);
  return { kind: "DONE", receipt };
}
