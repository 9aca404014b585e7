import pino from "pino";
import {
  CreatePaymentLinkRequest_CardType as CardType,
  type CreatePaymentLinkRequest,
  type CreatePaymentLinkResponse,
  type GetCheckoutResponse,
  CheckoutServiceService as SERVICE,
  type SendInvoiceByTokenRequest,
  GetCheckoutResponse_Stage as Stage,
  GetCheckoutResponse_State as State,
} from "../../src/gen/clickbridge/v1/checkout_service.ts";
import { Invoice, Invoice_State } from "../../src/gen/clickbridge/v1/payment.ts";
import { CallsInFlight } from "../../src/grpc/server/calls-in-flight.ts";
import { parseListenAddress } from "../../src/grpc/server/listen-address.ts";
import { listen } from "../../src/grpc/server/listener.ts";
import { authorizer } from "../../src/grpc/server/tokens.ts";
import { unary } from "../../src/grpc/server/unary.ts";
import { type Failure, fail } from "../../src/payment/failure.ts";
import { asPaymentId } from "../../src/payment/ids.ts";
import { Secret } from "../../src/protocol/secret.ts";

/**
 * The service's checkout without a database. A token is `v1.<payment id>.signed`; payment 9000 is captured, 9404 is gone; the phone of an invoice
 * names what becomes of it. Prints its address, then a line for each invoice that was sent: its request id and whence.
 */
const [token = ""] = process.argv.slice(2);

const CAPTURED_PAYMENT = 9_000n;
/** The manager has removed it since. */
const GONE_PAYMENT = "9404";

const FAILURES: Readonly<Record<string, Failure>> = {
  "too many": { reason: "TOO_MANY_INVOICES", limit: "PHONE", retryAfterSeconds: 1_200 },
  "no phone": { reason: "INVALID_REQUEST", faults: [{ field: "phone_number", rule: "must be one" }] },
  paid: { reason: "PAYMENT_NOT_PAYABLE", paymentId: asPaymentId(1), why: "TAKEN" },
  refused: { reason: "CLICK_REFUSED", clickErrorCode: -1, clickErrorNote: "no" },
  ended: { reason: "CHECKOUT_TOKEN_INVALID" },
  gone: { reason: "PAYMENT_NOT_FOUND", paymentId: asPaymentId(1) },
  down: { reason: "DATABASE_UNAVAILABLE" },
};

const address = parseListenAddress("tcp://127.0.0.1:0");
if (typeof address === "string") throw new Error(address);
const known = { name: "front", token: new Secret(token), scopes: ["checkout"] as const };
const guard = unary({
  log: pino({ level: "silent" }),
  authorize: authorizer([known], undefined),
  inFlight: new CallsInFlight(),
});

async function link({ paymentId, returnUrl, cardType }: CreatePaymentLinkRequest): Promise<CreatePaymentLinkResponse> {
  if (paymentId === CAPTURED_PAYMENT) {
    fail({ reason: "PAYMENT_NOT_PAYABLE", paymentId: asPaymentId(Number(paymentId)), why: "TAKEN" });
  }
  const url = new URL("https://my.click.uz/services/pay");
  url.searchParams.set("transaction_param", String(paymentId));
  if (cardType !== CardType.CARD_TYPE_UNSPECIFIED) url.searchParams.set("card_type", String(cardType));
  if (returnUrl !== "") url.searchParams.set("return_url", returnUrl);
  return {
    url: url.href,
    reference: String(paymentId),
    amountTiyin: 1n,
    feeTiyin: 0n,
    serviceId: 1n,
    qrPath: "M0 .5h1",
    qrSize: 1,
  };
}

async function checkout(paymentId: string | undefined): Promise<GetCheckoutResponse> {
  if (paymentId === GONE_PAYMENT) fail({ reason: "PAYMENT_NOT_FOUND", paymentId: asPaymentId(Number(paymentId)) });
  const isCaptured = paymentId === String(CAPTURED_PAYMENT);
  const [stage, state] = isCaptured
    ? [Stage.STAGE_CAPTURED, State.STATE_CAPTURED]
    : [Stage.STAGE_PAYABLE, State.STATE_PAYABLE];
  return { state, stage, amountTiyin: 1n, feeTiyin: 0n, lastAttemptDeclined: false, offersToPay: !isCaptured };
}

async function invoice({ phoneNumber, requestId, callerAddress }: SendInvoiceByTokenRequest) {
  const failure = FAILURES[phoneNumber];
  if (failure !== undefined) fail(failure);
  const state = phoneNumber === "lost" ? Invoice_State.STATE_UNKNOWN : Invoice_State.STATE_CREATED;
  console.log(`${requestId} ${callerAddress}`);
  return { invoice: Invoice.fromPartial({ state }) };
}

const listener = await listen(address, { tls: undefined, trustedNetwork: false, socketGroup: undefined }, (server) => {
  const { createPaymentLink, createCheckoutToken, getCheckoutByToken, sendInvoiceByToken } = SERVICE;
  server.addService(
    { createPaymentLink, createCheckoutToken, getCheckoutByToken, sendInvoiceByToken },
    {
      createPaymentLink: guard("checkout", link),
      createCheckoutToken: guard("checkout", async ({ paymentId }: { paymentId: bigint }) => ({
        token: `v1.${paymentId}.signed`,
        expireTime: undefined,
        checkout: await checkout(String(paymentId)),
      })),
      getCheckoutByToken: guard("checkout", async ({ token: given }: { token: string }) => ({
        checkout: await checkout(given.split(".")[1]),
      })),
      sendInvoiceByToken: guard("checkout", invoice),
    },
  );
});
console.log(listener.address);
process.stdin.resume().on("end", () => process.exit());
