import { answerCheckout } from "../../app/checkout/answer-checkout.ts";
import { checkoutPage } from "../../app/checkout/checkout-page.ts";
import {
  type CreateCheckoutTokenDeps,
  createCheckoutToken,
  paymentBehind,
} from "../../app/checkout/create-checkout-token.ts";
import { type CreateInvoiceDeps, createInvoice } from "../../app/checkout/create-invoice.ts";
import { type CreatePaymentLinkDeps, createPaymentLink } from "../../app/checkout/create-payment-link.ts";
import {
  type Checkout,
  type CheckoutStage,
  type CheckoutState,
  type GetCheckoutDeps,
  getCheckout,
} from "../../app/checkout/get-checkout.ts";
import { callerNetwork } from "../../app/checkout/invoice-limits.ts";
import {
  CreatePaymentLinkRequest_CardType as CardTypeMessage,
  type CheckoutServiceServer,
  type CreateInvoiceRequest,
  type GetCheckoutResponse,
  type SendInvoiceByTokenRequest,
  GetCheckoutResponse_Stage as Stage,
  GetCheckoutResponse_State as State,
} from "../../gen/clickbridge/v1/checkout_service.ts";
import type { CardType } from "../../protocol/pay-link.ts";
import { normalisePhone } from "../../protocol/phone.ts";
import {
  CALLER_ADDRESS_CHARACTERS_MAX,
  check,
  checkUserId,
  isPaymentId,
  PAYMENT_ID_RULE,
  paymentIdOf,
  requestIdOf,
} from "../server/check.ts";
import type { Guard } from "../server/unary.ts";
import { toInvoice } from "./payment-message.ts";

export type CheckoutServiceDeps = CreatePaymentLinkDeps & CreateInvoiceDeps & GetCheckoutDeps & CreateCheckoutTokenDeps;

const RETURN_URL_CHARACTERS_MAX = 1_024;
const PHONE_RULE = "must be an Uzbek number, as +998 90 123-45-67";

/** CheckoutService: RPCs of the shop's payment page. */
export function checkoutService(guard: Guard, deps: CheckoutServiceDeps): CheckoutServiceServer {
  return {
    createPaymentLink: guard("checkout", async ({ paymentId, returnUrl, cardType }) => {
      check(
        ["payment_id", isPaymentId(paymentId), PAYMENT_ID_RULE],
        ["return_url", returnUrl === "" || isReturnUrl(returnUrl), RETURN_URL_RULE],
        ["card_type", CARD_TYPE.has(cardType), "must be UZCARD, HUMO or unspecified"],
      );
      const request = { paymentId: paymentIdOf(paymentId), returnUrl, cardType: CARD_TYPE.get(cardType) };
      const { serviceId, qrCode, ...link } = await createPaymentLink(deps, request);
      return { ...link, serviceId: BigInt(serviceId), qrPath: qrCode.path, qrSize: qrCode.size };
    }),
    createInvoice: guard("checkout", async (request, { caller }) => {
      const { phone, requestId } = readInvoiceRequest(request);
      const paymentId = paymentIdOf(request.paymentId);
      const invoice = await createInvoice(deps, {
        caller: caller.name,
        requestId,
        paymentId,
        phone,
        userId: request.userId,
      });
      return { invoice: toInvoice(invoice) };
    }),
    getCheckout: guard("checkout", async ({ paymentId }) =>
      toCheckout(await getCheckout(deps, paymentIdOf(paymentId))),
    ),
    createCheckoutToken: guard("checkout", async (request) => {
      const paymentId = paymentIdOf(request.paymentId);
      const token = await createCheckoutToken(deps, paymentId);
      return { ...token, checkout: toCheckout(await getCheckout(deps, paymentId)) };
    }),
    getCheckoutByToken: guard("checkout", async ({ token }) => ({
      checkout: toCheckout(await getCheckout(deps, await paymentBehind(deps, token))),
    })),
    sendInvoiceByToken: guard("checkout", async (request, { caller }) => {
      const paymentId = await paymentBehind(deps, request.token);
      const { phone, requestId } = readTokenRequest(request);
      const network = callerNetwork(request.callerAddress);
      const invoice = { caller: caller.name, requestId, paymentId, phone, userId: "", callerNetwork: network };
      return { invoice: toInvoice(await createInvoice(deps, invoice)) };
    }),
    getCheckoutPage: guard("checkout", async ({ paymentId, returnUrl, chooseCard, forBuyer, returnedStatus }) => {
      const {
        links,
        buyer,
        qrCode,
        hint = "",
        isOpen,
        ...page
      } = await checkoutPage(deps, {
        paymentId: paymentIdOf(paymentId),
        returnUrl: isReturnUrl(returnUrl) ? returnUrl : "",
        cardTypes: chooseCard ? ["uzcard", "humo"] : [undefined],
        isBuyers: forBuyer,
        returnedStatus,
      });
      return {
        ...page,
        links: links.map(({ cardType, url }) => ({ cardType: toCardType(cardType), url })),
        qrPath: qrCode.path,
        qrSize: qrCode.size,
        token: buyer?.token ?? "",
        checkout: buyer && toCheckout(buyer.checkout),
        hint,
        open: isOpen,
        stage: buyer?.checkout.stage ?? "",
      };
    }),
    answerCheckout: guard("checkout", async ({ httpMethod: method, token, body, callerAddress }, { caller, log }) => {
      const request = { caller: caller.name, method, token, body, callerAddress };
      const { httpStatus, fields, retryAfterSeconds } = await answerCheckout(deps, request);
      const [word = ""] = Object.values(fields);
      if (httpStatus !== 200) log.info({ call: "AnswerCheckout", httpStatus, why: word }, "refused");
      return { httpStatus, jsonBody: JSON.stringify(fields), word, retryAfterSeconds };
    }),
  };
}

function toCheckout({ state, stage, ...rest }: Checkout): GetCheckoutResponse {
  return { ...rest, state: STATE[state], stage: STAGE[stage] };
}

const CARD_TYPE: ReadonlyMap<CardTypeMessage, CardType | undefined> = new Map([
  [CardTypeMessage.CARD_TYPE_UNSPECIFIED, undefined],
  [CardTypeMessage.CARD_TYPE_UZCARD, "uzcard"],
  [CardTypeMessage.CARD_TYPE_HUMO, "humo"],
]);

function toCardType(cardType: CardType | undefined): CardTypeMessage {
  return [...CARD_TYPE].find(([, name]) => name === cardType)?.[0] ?? CardTypeMessage.CARD_TYPE_UNSPECIFIED;
}

const STATE: Readonly<Record<CheckoutState, State>> = {
  PAYABLE: State.STATE_PAYABLE,
  IN_PROGRESS: State.STATE_IN_PROGRESS,
  CAPTURED: State.STATE_CAPTURED,
  PAID: State.STATE_PAID,
  NOT_PAYABLE: State.STATE_NOT_PAYABLE,
};

const STAGE: Readonly<Record<CheckoutStage, Stage>> = {
  PAYABLE: Stage.STAGE_PAYABLE,
  INVOICE_SENT: Stage.STAGE_INVOICE_SENT,
  IN_PROGRESS: Stage.STAGE_IN_PROGRESS,
  DECLINED: Stage.STAGE_DECLINED,
  EXPIRED: Stage.STAGE_EXPIRED,
  CAPTURED: Stage.STAGE_CAPTURED,
  PAID: Stage.STAGE_PAID,
  RETURNED: Stage.STAGE_RETURNED,
  NOT_PAYABLE: Stage.STAGE_NOT_PAYABLE,
};

const RETURN_URL_RULE = `must be an absolute http or https address without a fragment, at most ${RETURN_URL_CHARACTERS_MAX} characters`;

/** Needs a host, because `new URL` reads the path of `https:///shop` as one. No fragment, because Click appends its parameters at the end. */
const RETURN_URL = /^https?:\/\/[^/?#\s]+[^#\s]*$/i;

function isReturnUrl(text: string): boolean {
  return text.length <= RETURN_URL_CHARACTERS_MAX && RETURN_URL.test(text) && URL.canParse(text);
}

function readInvoiceRequest(request: CreateInvoiceRequest): { readonly phone: string; readonly requestId: string } {
  const phone = normalisePhone(request.phoneNumber);
  const { requestId, check: checkRequestId } = requestIdOf(request.requestId);
  check(
    checkRequestId,
    ["payment_id", isPaymentId(request.paymentId), PAYMENT_ID_RULE],
    ["phone_number", phone !== undefined, PHONE_RULE],
    checkUserId(request.userId),
  );
  return { phone: phone ?? "", requestId };
}

function readTokenRequest(request: SendInvoiceByTokenRequest): {
  readonly phone: string;
  readonly requestId: string;
} {
  const phone = normalisePhone(request.phoneNumber);
  const { requestId, check: checkRequestId } = requestIdOf(request.requestId);
  const isAddress = request.callerAddress.length <= CALLER_ADDRESS_CHARACTERS_MAX;
  check(
    checkRequestId,
    ["phone_number", phone !== undefined, PHONE_RULE],
    ["caller_address", isAddress, `must have at most ${CALLER_ADDRESS_CHARACTERS_MAX} characters`],
  );
  return { phone: phone ?? "", requestId };
}
