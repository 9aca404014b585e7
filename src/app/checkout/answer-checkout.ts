import { type Failure, FailureError } from "../../payment/failure.ts";
import { normalisePhone } from "../../protocol/phone.ts";
import { requestIdNamed } from "../outbox/send-once.ts";
import { type CheckoutTokenDeps, paymentBehind } from "./create-checkout-token.ts";
import { type CreateInvoiceDeps, createInvoice } from "./create-invoice.ts";
import { type GetCheckoutDeps, getCheckout } from "./get-checkout.ts";
import { callerNetwork } from "./invoice-limits.ts";

export type AnswerCheckoutDeps = GetCheckoutDeps & CreateInvoiceDeps & CheckoutTokenDeps;

/** What a payment page asks of its shop, as the web server received it. */
export interface CheckoutHttpRequest {
  /** Name of the caller's token: the module that forwards it. */
  readonly caller: string;
  readonly method: string;
  /** Of a GET. In a header, so that tokens do not end up in access logs and other sites cannot send it. */
  readonly token: string;
  /** Of a POST: a form with `token`, `phone` and `nonce`. Undefined when it is longer than CHECKOUT_BODY_BYTES_MAX. */
  readonly body: Uint8Array | undefined;
  readonly callerAddress: string;
}

/** Nothing of the request is in it. */
export interface CheckoutAnswer {
  readonly httpStatus: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly retryAfterSeconds: number;
}

const CHECKOUT_BODY_BYTES_MAX = 4_096;
const NONCE = /^[0-9a-z-]{1,64}$/;

/** Tells where the payment of a token stands (GET), or has its invoice sent to a phone (POST). Throws FailureError only when it cannot be said. */
export async function answerCheckout(deps: AnswerCheckoutDeps, request: CheckoutHttpRequest): Promise<CheckoutAnswer> {
  if (request.body === undefined || request.body.length > CHECKOUT_BODY_BYTES_MAX) return refusal(413, "FORM");
  const answer = request.method === "GET" ? stageOf : request.method === "POST" ? invoiceOf : undefined;
  if (answer === undefined) return refusal(405, "METHOD");
  try {
    return await answer(deps, request);
  } catch (error) {
    const refused = error instanceof FailureError ? refusedFor(error.failure) : undefined;
    if (refused === undefined) throw error;
    return refused;
  }
}

async function stageOf(deps: AnswerCheckoutDeps, { token }: CheckoutHttpRequest): Promise<CheckoutAnswer> {
  const paymentId = await paymentBehind(deps, token);
  try {
    return said({ stage: (await getCheckout(deps, paymentId)).stage });
  } catch (error) {
    // Removed by a manager: a page that is open must not ask for ever.
    if (error instanceof FailureError && error.failure.reason === "PAYMENT_NOT_FOUND")
      return said({ stage: "NOT_PAYABLE" });
    throw error;
  }
}

async function invoiceOf(deps: AnswerCheckoutDeps, request: CheckoutHttpRequest): Promise<CheckoutAnswer> {
  const form = new URLSearchParams(Buffer.from(request.body ?? []).toString());
  const [token, phone, nonce] = ["token", "phone", "nonce"].map((name) => form.get(name) ?? "") as [
    string,
    string,
    string,
  ];
  const paymentId = await paymentBehind(deps, token);
  const digits = normalisePhone(phone);
  if (digits === undefined) return refusal(422, "PHONE");
  if (!NONCE.test(nonce)) return refusal(422, "FORM");
  const invoice = await createInvoice(deps, {
    caller: request.caller,
    // The same form sent twice is one request, with another phone another one.
    requestId: requestIdNamed(`${token}\n${nonce}\n${phone}`),
    paymentId,
    phone: digits,
    userId: "",
    callerNetwork: callerNetwork(request.callerAddress),
  });
  return said({ invoice: invoice.state === "CREATED" ? "SENT" : "UNKNOWN" });
}

/** Undefined: nobody knows, and the page may ask again. */
function refusedFor(failure: Failure): CheckoutAnswer | undefined {
  switch (failure.reason) {
    case "CHECKOUT_TOKEN_INVALID":
      return refusal(403, "TOKEN");
    case "TOO_MANY_INVOICES":
      return { ...refusal(429, "TOO_MANY"), retryAfterSeconds: failure.retryAfterSeconds };
    case "PAYMENT_NOT_PAYABLE":
    case "PAYMENT_NOT_FOUND":
      return refusal(409, "NOT_PAYABLE");
    case "CLICK_REFUSED":
      return refusal(422, "REFUSED");
    default:
      return undefined;
  }
}

function said(fields: CheckoutAnswer["fields"]): CheckoutAnswer {
  return { httpStatus: 200, fields, retryAfterSeconds: 0 };
}

/** `error` is a word of the contract with the page's script. */
function refusal(httpStatus: number, error: string): CheckoutAnswer {
  return { httpStatus, fields: { error }, retryAfterSeconds: 0 };
}
