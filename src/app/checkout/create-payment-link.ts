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
  /** In the order of the card types. */
  readonly urls: readonly string[];
  readonly reference: string;
  readonly amountTiyin: bigint;
  /** The fee that the amount includes. */
  readonly feeTiyin: bigint;
  readonly serviceId: ServiceId;
  /** Of the link without return URL and card type, because the phone that scans it is another browser. */
  readonly qrCode: QrCode;
}

interface LinkRequest {
  readonly paymentId: PaymentId;
  readonly returnUrl: string;
}

/** Makes the link to Click's page for one payment. Calls nobody, stores nothing about the payment, and returns the same link each time. */
export async function createPaymentLink(
  deps: CreatePaymentLinkDeps,
  { cardType, ...request }: LinkRequest & { readonly cardType: CardType | undefined },
): Promise<Omit<PaymentLinks, "urls"> & { readonly url: string }> {
  const { urls, ...rest } = await createPaymentLinks(deps, { ...request, cardTypes: [cardType] });
  return { ...rest, url: urls[0] ?? "" };
}

/** The same for several card types. */
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
