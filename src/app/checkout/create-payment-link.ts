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

export interface PaymentLinks {
  /** In the order of the kinds of card. */
  readonly urls: readonly string[];
  readonly reference: string;
  readonly amountTiyin: bigint;
  /** What of it is the fee. */
  readonly feeTiyin: bigint;
  readonly serviceId: ServiceId;
  /** Of the link without a way back and a kind of card: the phone that reads it is another browser. */
  readonly qrCode: QrCode;
}

interface LinkRequest {
  readonly paymentId: PaymentId;
  readonly returnUrl: string;
}

/** The link to Click's page for one payment. Calls nobody, stores nothing about the payment; the same link every time. */
export async function createPaymentLink(
  deps: CreatePaymentLinkDeps,
  { cardType, ...request }: LinkRequest & { readonly cardType: CardType | undefined },
): Promise<Omit<PaymentLinks, "urls"> & { readonly url: string }> {
  const { urls, ...rest } = await createPaymentLinks(deps, { ...request, cardTypes: [cardType] });
  return { ...rest, url: urls[0] ?? "" };
}

/** The same for several kinds of card. */
export async function createPaymentLinks(
  deps: CreatePaymentLinkDeps,
  { paymentId, returnUrl, cardTypes }: LinkRequest & { readonly cardTypes: readonly (CardType | undefined)[] },
): Promise<PaymentLinks> {
  const { payment, account, reference, feeTiyin } = await findPayable(deps, paymentId);
  const { attempts = [], charges = [] } = (await deps.payments.find(paymentId)) ?? {};
  refuseSecondDebit(paymentId, charges, attempts);
  const amountTiyin = payableSum(payment, attempts) + feeTiyin;
  const link = {
    baseUrl: deps.payUrl,
    serviceId: account.serviceId,
    merchantId: account.merchantId,
    amountTiyin,
    reference: reference.text,
  };
  return {
    urls: cardTypes.map((cardType) => payLink({ ...link, returnUrl, cardType })),
    reference: reference.text,
    amountTiyin,
    feeTiyin,
    serviceId: account.serviceId,
    qrCode: qrCode(payLink(link)),
  };
}
