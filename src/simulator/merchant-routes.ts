import { timingSafeEqual } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { authHeader } from "../protocol/auth-header.ts";
import type { Account } from "./account.ts";
import { HANG_UP, type HttpAnswer, type HttpQuestion, html, json, type Route, readJson } from "./http.ts";
import { INVOICE_STATUS_NOTE, type Invoice } from "./invoice.ts";
import type { Payment } from "./payment.ts";
import { Refused, type StandIn } from "./stand-in.ts";

/**
 * Click's Merchant API v2 (click-protocol.md 2). Every answer has error_code and error_note; the codes are ours, for Click lists
 * none. How old a timestamp of the Auth header may be is undocumented; here it is not judged.
 */
const BASE = "/v2/merchant/";

const FAULT = { NOT_AUTHORISED: -1, BAD_REQUEST: -2, NOT_FOUND: -3, NOT_REVERSIBLE: -4 } as const;

type Answer = HttpAnswer | typeof HANG_UP;
type Call = (parts: readonly string[], question: HttpQuestion, account: Account) => Promise<Answer>;

export function merchantRoutes(standIn: StandIn): Route {
  const calls: readonly (readonly [method: string, path: RegExp, call: Call])[] = [
    ["POST", /^invoice\/create$/, (_, question, account) => createInvoice(standIn, question, account)],
    [
      "GET",
      /^invoice\/status\/([^/]+)\/([^/]+)$/,
      async ([, id = ""], _, account) => invoiceStatus(standIn, account, id),
    ],
    [
      "GET",
      /^payment\/status\/([^/]+)\/([^/]+)$/,
      async ([, id = ""], _, account) => paymentStatus(standIn, account, id),
    ],
    [
      "GET",
      /^payment\/status_by_mti\/([^/]+)\/([^/]+)\/([^/]+)$/,
      async ([, reference = "", day = ""], _, { serviceId }) =>
        statusByReference(standIn, { serviceId, reference, day }),
    ],
    [
      "DELETE",
      /^payment\/reversal\/([^/]+)\/([^/]+)$/,
      async ([, id = ""], _, account) => reversal(standIn, account, id),
    ],
  ];
  return async (question) => {
    if (!question.path.startsWith(BASE)) return undefined;
    try {
      return await answer(standIn, calls, question);
    } catch (error) {
      if (error instanceof Refused) return fault(400, FAULT.BAD_REQUEST, error.message);
      throw error;
    }
  };
}

async function answer(
  standIn: StandIn,
  calls: readonly (readonly [method: string, path: RegExp, call: Call])[],
  question: HttpQuestion,
): Promise<Answer> {
  const path = question.path.slice(BASE.length);
  for (const [method, pattern, call] of calls) {
    const parts = pattern.exec(path)?.slice(1).map(decoded);
    if (parts === undefined || method !== question.method) continue;
    if (method === "POST" && !isJson(question)) return fault(406, FAULT.BAD_REQUEST, "Content-Type must be JSON");
    const account = authorised(standIn, question, parts[0] ?? serviceIdOf(question));
    if (account === undefined) return fault(401, FAULT.NOT_AUTHORISED, "Not authorised: the Auth header is wrong");
    return call(parts, question, account);
  }
  return fault(404, FAULT.NOT_FOUND, "There is no such method");
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Refused(`"${part}" is not URL-encoded`);
  }
}

/** Click takes XML too; the stand-in does not. */
function isJson({ headers }: HttpQuestion): boolean {
  return /^application\/json\b/i.test(headers["content-type"] ?? "");
}

function authorised(standIn: StandIn, { headers }: HttpQuestion, serviceId: string): Account | undefined {
  const account = standIn.account(serviceId);
  const given = String(headers["auth"] ?? "");
  const timestamp = /^[^:]*:[0-9a-f]{40}:(\d{10})$/.exec(given)?.[1];
  if (account === undefined || timestamp === undefined) return undefined;
  const expected = Buffer.from(authHeader({ ...account, timestampSeconds: Number(timestamp) }));
  const received = Buffer.from(given);
  return expected.length === received.length && timingSafeEqual(expected, received) ? account : undefined;
}

function serviceIdOf(question: HttpQuestion): string {
  return String(readJson(question)["service_id"] ?? "");
}

async function createInvoice(standIn: StandIn, question: HttpQuestion, { serviceId }: Account): Promise<Answer> {
  const { invoice_create: manner, invoice_create_delay_ms: delayMs } = standIn.behaviour;
  if (manner === "http_500") return fault(500, FAULT.BAD_REQUEST, "Internal error");
  if (manner === "html") return html("<h1>502 Bad Gateway</h1>", 502);
  const { amount, phone_number: phone, merchant_trans_id: reference } = readJson(question);
  if (typeof phone !== "string" || !/^998\d{9}$/.test(phone)) {
    return fault(200, FAULT.BAD_REQUEST, "phone_number must be 12 digits, 998…");
  }
  if (typeof reference !== "string" || reference === "")
    return fault(200, FAULT.BAD_REQUEST, "merchant_trans_id is empty");
  if (typeof amount !== "number" || !(amount > 0))
    return fault(200, FAULT.BAD_REQUEST, "amount must be a number above 0");
  const invoice = standIn.createInvoice({ serviceId, phone, reference, amountText: String(amount) });
  await delay(delayMs);
  if (manner === "lose_reply") return HANG_UP;
  if (manner === "http_500_after_acting") return fault(500, FAULT.BAD_REQUEST, "Internal error");
  return done({ invoice_id: invoice.invoiceId });
}

function invoiceStatus(standIn: StandIn, account: Account, id: string): Answer {
  const invoice = ofAccount(account, standIn.ledger.invoice(Number(id)));
  if (invoice === undefined) return fault(200, FAULT.NOT_FOUND, "Invoice not found");
  return done({ invoice_status: invoice.status, invoice_status_note: INVOICE_STATUS_NOTE[invoice.status] ?? "" });
}

function paymentStatus(standIn: StandIn, account: Account, id: string): Answer {
  const payment = ofAccount(account, standIn.ledger.payment(Number(id)));
  return payment === undefined
    ? fault(200, FAULT.NOT_FOUND, "Payment not found")
    : done({ payment_id: payment.paymentId, payment_status: payment.status });
}

/** Click's table lists payment_status, its example merchant_trans_id: both are sent. */
function statusByReference(
  standIn: StandIn,
  of: { readonly serviceId: string; readonly reference: string; readonly day: string },
): Answer {
  const payment = standIn.ledger.paymentOfDay(of);
  if (payment === undefined) return fault(200, FAULT.NOT_FOUND, "Payment not found");
  return done({ payment_id: payment.paymentId, payment_status: payment.status, merchant_trans_id: payment.reference });
}

function reversal(standIn: StandIn, account: Account, id: string): Answer {
  const payment = ofAccount(account, standIn.ledger.payment(Number(id)));
  if (payment === undefined) return fault(200, FAULT.NOT_FOUND, "Payment not found");
  if (payment.money !== "taken" || payment.stage === "busy") {
    return fault(200, FAULT.NOT_REVERSIBLE, "The payment cannot be reversed");
  }
  standIn.reverse(payment);
  return done({ payment_id: payment.paymentId });
}

/** A service is told of nothing that is another's. */
function ofAccount<T extends Invoice | Payment>({ serviceId }: Account, found: T | undefined): T | undefined {
  return found?.serviceId === serviceId ? found : undefined;
}

function done(fields: Readonly<Record<string, unknown>>): HttpAnswer {
  return json(200, { error_code: 0, error_note: "Success", ...fields });
}

function fault(status: number, code: number, note: string): HttpAnswer {
  return json(status, { error_code: code, error_note: note });
}
