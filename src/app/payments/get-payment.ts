import { fail } from "../../payment/failure.ts";
import type { PaymentId } from "../../payment/ids.ts";
import type { PaymentReader, PaymentRecord } from "./payment-reader.ts";

/** One payment with its attempts, refunds and other records; these are empty when Click has not sent anything yet. */
export async function getPayment(
  deps: { readonly payments: Pick<PaymentReader, "find"> },
  paymentId: PaymentId,
): Promise<PaymentRecord> {
  return (await deps.payments.find(paymentId)) ?? fail({ reason: "PAYMENT_NOT_FOUND", paymentId });
}
