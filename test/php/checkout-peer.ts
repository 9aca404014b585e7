import pino from "pino";
import {
  type AnswerCheckoutRequest,
  type AnswerCheckoutResponse,
  CreatePaymentLinkRequest_CardType as CardType,
  type GetCheckoutPageRequest,
  type GetCheckoutPageResponse,
  type GetCheckoutResponse,
  CheckoutServiceService as SERVICE,
  GetCheckoutResponse_Stage as Stage,
  GetCheckoutResponse_State as State,
} from "../../src/gen/clickbridge/v1/checkout_service.ts";
import { CallsInFlight } from "../../src/grpc/server/calls-in-flight.ts";
import { parseListenAddress } from "../../src/grpc/server/listen-address.ts";
import { listen } from "../../src/grpc/server/listener.ts";
import { authorizer } from "../../src/grpc/server/tokens.ts";
import { unary } from "../../src/grpc/server/unary.ts";
import { fail } from "../../src/payment/failure.ts";
import { asPaymentId } from "../../src/payment/ids.ts";
import { Secret } from "../../src/protocol/secret.ts";

/**
 * The service's checkout without a database. A token is `v1.<payment id>.signed`; payment 9000 is captured. What is asked of the status page comes back
 * in its JSON; the method DOWN is not answered at all. Prints its address.
 */
const [token = ""] = process.argv.slice(2);

const CAPTURED_PAYMENT = 9_000n;

const address = parseListenAddress("tcp://127.0.0.1:0");
if (typeof address === "string") throw new Error(address);
const known = { name: "module", token: new Secret(token), scopes: ["checkout"] as const };
const guard = unary({
  log: pino({ level: "silent" }),
  authorize: authorizer([known], undefined),
  inFlight: new CallsInFlight(),
});

async function page(request: GetCheckoutPageRequest): Promise<GetCheckoutPageResponse> {
  const { paymentId, forBuyer, chooseCard, returnUrl } = request;
  const isCaptured = paymentId === CAPTURED_PAYMENT;
  if (isCaptured && !forBuyer) {
    fail({ reason: "PAYMENT_NOT_PAYABLE", paymentId: asPaymentId(Number(paymentId)), why: "TAKEN" });
  }
  const cards = chooseCard ? [CardType.CARD_TYPE_UZCARD, CardType.CARD_TYPE_HUMO] : [CardType.CARD_TYPE_UNSPECIFIED];
  return {
    links: isCaptured ? [] : cards.map((cardType) => ({ cardType, url: linkOf(paymentId, cardType, returnUrl) })),
    amountTiyin: 1n,
    feeTiyin: 0n,
    qrPath: "M0 .5h1",
    qrSize: 1,
    token: forBuyer ? `v1.${paymentId}.signed` : "",
    checkout: forBuyer ? checkout(isCaptured) : undefined,
    hint: "",
    open: true,
    stage: forBuyer ? (isCaptured ? "CAPTURED" : "PAYABLE") : "",
  };
}

function linkOf(paymentId: bigint, cardType: CardType, returnUrl: string): string {
  const url = new URL("https://my.click.uz/services/pay");
  url.searchParams.set("transaction_param", String(paymentId));
  if (cardType !== CardType.CARD_TYPE_UNSPECIFIED) url.searchParams.set("card_type", String(cardType));
  if (returnUrl !== "") url.searchParams.set("return_url", returnUrl);
  return url.href;
}

function checkout(isCaptured: boolean): GetCheckoutResponse {
  const [stage, state] = isCaptured
    ? [Stage.STAGE_CAPTURED, State.STATE_CAPTURED]
    : [Stage.STAGE_PAYABLE, State.STATE_PAYABLE];
  return { state, stage, amountTiyin: 1n, feeTiyin: 0n, lastAttemptDeclined: false, offersToPay: !isCaptured };
}

async function answer({ httpMethod, body, ...rest }: AnswerCheckoutRequest): Promise<AnswerCheckoutResponse> {
  if (httpMethod === "DOWN") fail({ reason: "DATABASE_UNAVAILABLE" });
  const jsonBody = JSON.stringify({ httpMethod, body: body?.toString() ?? null, ...rest });
  return { httpStatus: 429, jsonBody, word: "TOO_MANY", retryAfterSeconds: 1_200 };
}

const listener = await listen(address, { tls: undefined, trustedNetwork: false, socketGroup: undefined }, (server) => {
  const { getCheckoutPage, answerCheckout } = SERVICE;
  server.addService(
    { getCheckoutPage, answerCheckout },
    { getCheckoutPage: guard("checkout", page), answerCheckout: guard("checkout", answer) },
  );
});
console.log(listener.address);
process.stdin.resume().on("end", () => process.exit());
