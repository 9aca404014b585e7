import type { PaymentId } from "../../payment/ids.ts";
import type { CardType } from "../../protocol/pay-link.ts";
import { type CreateCheckoutTokenDeps, createCheckoutToken } from "./create-checkout-token.ts";
import { type CreatePaymentLinkDeps, createPaymentLinks } from "./create-payment-link.ts";
import { type Checkout, type CheckoutStage, type GetCheckoutDeps, getCheckout } from "./get-checkout.ts";
import { NO_QR_CODE, type QrCode } from "./qr-code.ts";

export type CheckoutPageDeps = CreatePaymentLinkDeps & GetCheckoutDeps & CreateCheckoutTokenDeps;

export interface CheckoutPageRequest {
  readonly paymentId: PaymentId;
  readonly returnUrl: string;
  /** One link for each; undefined lets Click decide. */
  readonly cardTypes: readonly (CardType | undefined)[];
  /** The page is for the buyer of the order: it may follow the payment and send its invoice. */
  readonly isBuyers: boolean;
  /** `payment_status` of the address by which the buyer came back from Click; anybody can write it. */
  readonly returnedStatus: string;
}

type Hint = "PAID" | "FAILED";

/** What a payment page shows. */
export interface CheckoutPage {
  /** Empty: there is nothing to pay. */
  readonly links: readonly { readonly cardType: CardType | undefined; readonly url: string }[];
  readonly amountTiyin: bigint;
  readonly feeTiyin: bigint;
  readonly qrCode: QrCode;
  /** The buyer's; undefined for everybody else. */
  readonly buyer: { readonly token: string; readonly checkout: Checkout } | undefined;
  /** What Click says, while its word is all there is; undefined: tell the stage. */
  readonly hint: Hint | undefined;
  /** False while the money may be on its way: paying twice takes a decision then. */
  readonly isOpen: boolean;
}

/** Everything that a payment page needs, in one reading. Nothing is made for it but a token, and that for the buyer only. */
export async function checkoutPage(deps: CheckoutPageDeps, request: CheckoutPageRequest): Promise<CheckoutPage> {
  const { paymentId, isBuyers, returnedStatus } = request;
  const buyer = isBuyers
    ? { checkout: await getCheckout(deps, paymentId), token: (await createCheckoutToken(deps, paymentId)).token }
    : undefined;
  const stage = buyer?.checkout.stage;
  if (buyer?.checkout.offersToPay === false) {
    return { links: [], amountTiyin: 0n, feeTiyin: 0n, qrCode: NO_QR_CODE, buyer, hint: undefined, isOpen: true };
  }
  const said = stage === undefined ? undefined : hintOf(returnedStatus);
  const { urls, amountTiyin, feeTiyin, qrCode } = await createPaymentLinks(deps, request);
  return {
    links: request.cardTypes.map((cardType, index) => ({ cardType, url: urls[index] ?? "" })),
    amountTiyin,
    feeTiyin,
    qrCode,
    buyer,
    hint: stage !== undefined && STAGES_OF_HINT.has(stage) ? said : undefined,
    isOpen: stage !== "IN_PROGRESS" && said !== "PAID",
  };
}

const RETURNED_STATUS = /^-?\d{1,9}$/;

/** What Click says on the way back (click-protocol.md 3.2). */
function hintOf(status: string): Hint | undefined {
  if (!RETURNED_STATUS.test(status)) return undefined;
  return Number(status) < 0 ? "FAILED" : "PAID";
}

/** Beside any other, what Click said on the way back is old. */
const STAGES_OF_HINT: ReadonlySet<CheckoutStage> = new Set(["PAYABLE", "INVOICE_SENT", "IN_PROGRESS"]);
