import type { PaymentId, ServiceId } from "../../payment/ids.ts";
import { type CardType, payLink } from "../../protocol/pay-link.ts";
import { findPayable, type PayableDeps, payableSum, refuseSecondDebit } from "../payments/payable.ts";
import type { PaymentReader } from "../payments/payment-reader.ts";

export interface CreatePaymentLinkDeps extends PayableDeps {
  readonly payments: Pick<PaymentReader, "find">;
  /** Click's payment page. */
  readonly payUrl: string;
}

export interface PaymentLink {
  readonly url: string;
  readonly reference: string;
  readonly amountTiyin: bigint;
  /** What of it is the fee. */
  readonly feeTiyin: bigint;
  readonly serviceId: ServiceId;
}

/** The link to Click's page for one payment. Calls nobody, stores nothing about the payment; the same link every time. */
export async function createPaymentLink(
  deps: CreatePaymentLinkDeps,
  request: { readonly paymentId: PaymentId; readonly returnUrl: string; readonly cardType: CardType | undefined },
): Promise<PaymentLink> {
  const { payment, account, reference, feeTiyin } = await findPayable(deps, request.paymentId);
  const { attempts = [], charges = [] } = (await deps.payments.find(request.paymentId)) ?? {};
  refuseSecondDebit(request.paymentId, charges, attempts);
  const amountTiyin = payableSum(payment, attempts) + feeTiyin;
  const url = payLink({
    baseUrl: deps.payUrl,
    serviceId: account.serviceId,
    merchantId: account.merchantId,
    amountTiyin,
    reference: reference.text,
    returnUrl: request.returnUrl,
    cardType: request.cardType,
  });
  return { url, reference: reference.text, amountTiyin, feeTiyin, serviceId: account.serviceId };
}
