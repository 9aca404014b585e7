import type { PaymentId, ServiceId } from "../../payment/ids.ts";
import { type CardType, payLink } from "../../protocol/pay-link.ts";
import { findPayable, type PayableDeps, payableSum, refuseSecondDebit } from "../payments/payable.ts";
import type { PaymentReader } from "../payments/payment-reader.ts";
import { type QrCode, qrCode } from "./qr-code.ts";

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
  /** Of the link without a way back and a kind of card: the phone that reads it is another browser. */
  readonly qrCode: QrCode;
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
  const link = {
    baseUrl: deps.payUrl,
    serviceId: account.serviceId,
    merchantId: account.merchantId,
    amountTiyin,
    reference: reference.text,
  };
  const { returnUrl, cardType } = request;
  const url = payLink({ ...link, returnUrl, cardType });
  const code = qrCode(payLink(link));
  return { url, reference: reference.text, amountTiyin, feeTiyin, serviceId: account.serviceId, qrCode: code };
}
