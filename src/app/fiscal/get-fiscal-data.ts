import { fail } from "../../payment/failure.ts";
import type { AttemptId, PaymentId } from "../../payment/ids.ts";
import type { FiscalReceiptUrl } from "../../protocol/receipt-url.ts";
import { answerOrFail } from "../click/done-or-fail.ts";
import { accountOfService } from "../services/service-account.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";
import { type ReadReceiptDeps, readReceipt } from "./fiscal-receipt.ts";

export interface GetFiscalDataDeps extends ReadReceiptDeps {
  readonly registry: ServiceRegistry;
}

/** The receipt of a payment from Click, or the last stored one when Click returns none. */
export async function getFiscalData(
  deps: GetFiscalDataDeps,
  { paymentId, attemptId }: { readonly paymentId: PaymentId; readonly attemptId: AttemptId | undefined },
): Promise<FiscalReceiptUrl | undefined> {
  const payment = await deps.fiscal.clickPayment(paymentId, attemptId);
  if (payment === undefined) return fail({ reason: "CLICK_PAYMENT_NOT_FOUND", paymentId });
  const account = await accountOfService(deps.registry, payment.serviceId);
  const reply = await readReceipt(deps, account, payment);
  if (reply.kind === "DONE" && reply.receipt !== undefined) return reply.receipt;
  return (await deps.fiscal.receipt(payment)) ?? answerOrFail(reply).receipt;
}
