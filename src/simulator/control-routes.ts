import { BEHAVIOUR_HELP, type Behaviour, DEFAULT_BEHAVIOUR, isBehaviourFault, readBehaviour } from "./behaviour.ts";
import { type CardToken, SMS_CODE } from "./card-token.ts";
import { type HttpAnswer, json, type Route, readJson } from "./http.ts";
import type { Invoice } from "./invoice.ts";
import { REFUSED_OTP_PREFIX } from "./merchant-click-pass.ts";
import type { Payment } from "./payment.ts";
import { Refused } from "./refused.ts";
import type { StandIn } from "./stand-in.ts";
import { isWebUrl } from "./web-url.ts";

const REPEATS_MAX = 64;

const CONTROL_HELP = `click-bridge simulate: a stand-in for Click. JSON in, JSON out. What changes anything needs "Content-Type: application/json" and
"Authorization: Bearer TOKEN", the token that the stand-in prints when it starts.

GET    /simulator/ledger                     what was taken, every call with what was sent and answered, both ways
GET    /simulator/payments/ID                one payment
POST   /simulator/payments                   {merchant_trans_id, amount, service_id?, behaviour?, wait?} pays; waits for the end unless wait is false
POST   /simulator/payments/ID/resume         {outcome} the customer of a payment that hangs acts after all
POST   /simulator/payments/ID/ask-again      Prepare and Complete once more, about money that was taken
POST   /simulator/payments/ID/repeat         {call: "Prepare" | "Complete", error?, times?} sends a call again
POST   /simulator/payments/ID/reverse        gives the money back
POST   /simulator/payments/ID/refund         the same, by the button in Click's cabinet
POST   /simulator/invoices/ID/pay            {behaviour?} the customer pays an invoice
POST   /simulator/invoices/ID/delete         the customer deletes it
GET    /simulator/behaviour                  how the stand-in behaves
PUT    /simulator/behaviour                  some of it, for payments from now on; DELETE sets everything back
PUT    /simulator/urls                       {prepare_url, complete_url, service_id?} where the shop listens

A card's SMS code is always ${SMS_CODE}; a Click Pass code that begins with ${REFUSED_OTP_PREFIX} is refused, any other is taken.

Behaviour, with its defaults:
${BEHAVIOUR_HELP}
`;

type Body = Readonly<Record<string, unknown>>;
/** Called with the groups of the path and the body. */
type Call = (parts: readonly string[], body: Body) => Promise<unknown>;

/** The API by which tests and benches control the stand-in. `guard.ts` controls access. */
export function controlRoutes(standIn: StandIn): Route {
  const calls: readonly (readonly [method: string, path: RegExp, call: Call])[] = [
    ["GET", /^\/simulator\/ledger$/, async () => ledgerJson(standIn)],
    ["GET", /^\/simulator\/payments\/(\d+)$/, async ([id = ""]) => paymentJson(paymentOf(standIn, id))],
    ["POST", /^\/simulator\/payments$/, (_, body) => pay(standIn, body)],
    [
      "POST",
      /^\/simulator\/payments\/(\d+)\/([a-z-]+)$/,
      ([id = "", verb = ""], body) => actOn(standIn, paymentOf(standIn, id), { verb, body }),
    ],
    ["POST", /^\/simulator\/invoices\/(\d+)\/pay$/, ([id = ""], body) => payInvoice(standIn, id, body)],
    ["POST", /^\/simulator\/invoices\/(\d+)\/delete$/, async ([id = ""]) => deleteInvoice(standIn, id)],
    ["GET", /^\/simulator\/behaviour$/, async () => standIn.behaviour],
    [
      "PUT",
      /^\/simulator\/behaviour$/,
      async (_, body) => setBehaviour(standIn, { ...standIn.behaviour, ...behaviourOf(body) }),
    ],
    ["DELETE", /^\/simulator\/behaviour$/, async () => setBehaviour(standIn, DEFAULT_BEHAVIOUR)],
    ["PUT", /^\/simulator\/urls$/, async (_, body) => setUrls(standIn, body)],
  ];
  return async (request) => {
    if (request.path === "/simulator") return help();
    for (const [method, pattern, call] of calls) {
      const parts = pattern.exec(request.path)?.slice(1);
      if (parts !== undefined && method === request.method) return json(200, await call(parts, readJson(request)));
    }
    return undefined;
  };
}

function help(): HttpAnswer {
  return { status: 200, type: "text/plain; charset=utf-8", body: CONTROL_HELP };
}

async function pay(standIn: StandIn, body: Body): Promise<unknown> {
  const payment = standIn.pay({
    serviceId: textOf(body, "service_id", standIn.services.all[0]?.account.serviceId),
    reference: textOf(body, "merchant_trans_id"),
    amountText: textOf(body, "amount"),
    origin: "control",
    behaviour: behaviourOf(body["behaviour"] ?? {}),
  });
  return paymentJson(body["wait"] === false ? payment : await standIn.settled(payment));
}

async function actOn(
  standIn: StandIn,
  payment: Payment,
  { verb, body }: { readonly verb: string; readonly body: Body },
): Promise<unknown> {
  switch (verb) {
    case "resume":
      standIn.resume(payment, behaviourOf({ outcome: body["outcome"] ?? "confirm" }).outcome ?? "confirm");
      break;
    case "ask-again":
      standIn.askAgain(payment);
      break;
    case "repeat":
      standIn.repeat(payment, callOf(body["call"]), {
        error: integerOf(body["error"] ?? 0, "error", { from: -999_999, to: 0 }),
        times: integerOf(body["times"] ?? 1, "times", { from: 1, to: REPEATS_MAX }),
      });
      break;
    case "reverse":
      standIn.reverse(payment);
      break;
    case "refund":
      standIn.refundInCabinet(payment);
      break;
    default:
      throw new Refused(`there is no "${verb}"; there are resume, ask-again, repeat, reverse and refund`);
  }
  return paymentJson(await standIn.settled(payment));
}

async function payInvoice(standIn: StandIn, id: string, body: Body): Promise<unknown> {
  const payment = standIn.payInvoice(invoiceOf(standIn, id), behaviourOf(body["behaviour"] ?? {}));
  return paymentJson(await standIn.settled(payment));
}

function deleteInvoice(standIn: StandIn, id: string): Invoice {
  const invoice = invoiceOf(standIn, id);
  standIn.deleteInvoice(invoice);
  return invoice;
}

function setBehaviour(standIn: StandIn, behaviour: Behaviour): Behaviour {
  standIn.behaviour = behaviour;
  return behaviour;
}

function setUrls(standIn: StandIn, body: Body): unknown {
  const prepareUrl = httpUrl(body, "prepare_url");
  const completeUrl = httpUrl(body, "complete_url");
  standIn.setShop(
    { prepareUrl, completeUrl },
    body["service_id"] === undefined ? undefined : textOf(body, "service_id"),
  );
  return { prepare_url: prepareUrl, complete_url: completeUrl };
}

function ledgerJson(standIn: StandIn): unknown {
  const { ledger } = standIn;
  return {
    taken_tiyin: ledger.takenTiyin(),
    payments_forgotten: ledger.paymentsForgotten,
    payments: ledger.payments.map(paymentJson),
    invoices: ledger.invoices,
    card_tokens: ledger.cardTokens.map(cardJson),
    receipts: ledger.receipts,
    merchant_calls: ledger.merchantCalls,
  };
}

/** Hides the token, because it can be charged. */
function cardJson({ token: _token, ...shown }: CardToken): unknown {
  return shown;
}

function paymentJson(payment: Payment): unknown {
  const { visit: _visit, ...shown } = payment;
  return shown;
}

function paymentOf(standIn: StandIn, id: string): Payment {
  return standIn.ledger.payment(Number(id)) ?? refuse(`there is no payment ${id}`);
}

function invoiceOf(standIn: StandIn, id: string): Invoice {
  return standIn.ledger.invoice(Number(id)) ?? refuse(`there is no invoice ${id}`);
}

function behaviourOf(value: unknown): Partial<Behaviour> {
  if (typeof value !== "object" || value === null) return refuse("behaviour must be an object");
  const read = readBehaviour(value as Record<string, unknown>);
  return isBehaviourFault(read) ? refuse(read.fault) : read;
}

function callOf(value: unknown): "Prepare" | "Complete" {
  return value === "Prepare" || value === "Complete" ? value : refuse('call must be "Prepare" or "Complete"');
}

function integerOf(value: unknown, name: string, { from, to }: { readonly from: number; readonly to: number }): number {
  const number = Number(value);
  return Number.isInteger(number) && number >= from && number <= to
    ? number
    : refuse(`${name} must be a whole number from ${from} to ${to}`);
}

/** Text, or a number as it is written. */
function textOf(body: Body, name: string, initial?: string): string {
  const value = body[name] ?? initial;
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : refuse(`${name} is missing`);
}

function httpUrl(body: Body, name: string): string {
  const url = textOf(body, name);
  return isWebUrl(url) ? url : refuse(`${name} must be an http or https URL`);
}

function refuse(sentence: string): never {
  throw new Refused(sentence);
}
