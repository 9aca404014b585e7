import { timingSafeEqual } from "node:crypto";
import { authHeader } from "../protocol/auth-header.ts";
import type { Account } from "./account.ts";
import { type Answer, HANG, HANG_UP, type HttpRequest, type Route, readJson } from "./http.ts";
import { FAULT, fault, type MerchantRow } from "./merchant-call.ts";
import { type MerchantCallRecord, maskBody, maskPath } from "./merchant-call-record.ts";
import { CARD_TOKEN_ROWS } from "./merchant-card-token.ts";
import { CLICK_PASS_ROWS } from "./merchant-click-pass.ts";
import { misbehave } from "./merchant-fault.ts";
import { FISCAL_ROWS } from "./merchant-fiscal.ts";
import { INVOICE_ROWS } from "./merchant-invoice.ts";
import { PAYMENT_ROWS } from "./merchant-payment.ts";
import { Refused } from "./refused.ts";
import type { StandIn } from "./stand-in.ts";

/**
 * Click's Merchant API v2 (click-protocol.md 2). Every answer has error_code and error_note. How old a timestamp of the Auth header may
 * be is undocumented; here it is not judged.
 */
const BASE = "/v2/merchant/";

const ROWS: readonly MerchantRow[] = [
  ...INVOICE_ROWS,
  ...PAYMENT_ROWS,
  ...CARD_TOKEN_ROWS,
  ...CLICK_PASS_ROWS,
  ...FISCAL_ROWS,
];

export function merchantRoutes(standIn: StandIn): Route {
  return async (request) => {
    if (!request.path.startsWith(BASE)) return undefined;
    const path = request.path.slice(BASE.length);
    const row = ROWS.find((candidate) => candidate.method === request.method && candidate.path.test(path));
    const record: MerchantCallRecord = {
      call: row?.name,
      method: request.method,
      path: maskPath(request.path),
      at: standIn.now(),
      body: maskBody(request.body),
      result: "busy",
    };
    standIn.ledger.addMerchantCall(record);
    const answer = await answerTo(standIn, row, request);
    record.result = resultOf(answer);
    standIn.onMerchantCall(record);
    return answer;
  };
}

async function answerTo(standIn: StandIn, row: MerchantRow | undefined, request: HttpRequest): Promise<Answer> {
  if (row === undefined) return fault(404, FAULT.NOT_FOUND, "There is no such method");
  if (row.method === "POST" && !isJson(request)) return fault(406, FAULT.BAD_REQUEST, "Content-Type must be JSON");
  try {
    const [, ...groups] = row.path.exec(request.path.slice(BASE.length)) ?? [];
    const body = row.method === "POST" ? readJson(request) : {};
    const [inPath, ...parts] = groups.map(decoded);
    const account = authorised(standIn, request, inPath ?? String(body["service_id"] ?? ""));
    if (account === undefined) return fault(401, FAULT.NOT_AUTHORISED, "Not authorised: the Auth header is wrong");
    if (inPath === undefined && typeof body["service_id"] !== "number")
      return fault(400, FAULT.BAD_REQUEST, "service_id must be a number");
    return await misbehave(standIn, row.name, () => row.call({ standIn, account, parts, body }));
  } catch (error) {
    if (error instanceof Refused) return fault(400, FAULT.BAD_REQUEST, error.message);
    throw error;
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Refused(`"${part}" is not URL-encoded`);
  }
}

/** Click takes XML too; the stand-in does not. */
function isJson({ headers }: HttpRequest): boolean {
  return /^application\/json\b/i.test(headers["content-type"] ?? "");
}

function authorised(standIn: StandIn, { headers }: HttpRequest, serviceId: string): Account | undefined {
  const account = standIn.services.find(serviceId)?.account;
  const given = String(headers["auth"] ?? "");
  const timestamp = /^[^:]*:[0-9a-f]{40}:(\d{10})$/.exec(given)?.[1];
  if (account === undefined || timestamp === undefined) return undefined;
  const expected = Buffer.from(authHeader({ ...account, timestampSeconds: Number(timestamp) }));
  const received = Buffer.from(given);
  return expected.length === received.length && timingSafeEqual(expected, received) ? account : undefined;
}

/** For the ledger: enough to see what the shop was told, and nothing of what it must not see there. */
function resultOf(answer: Answer): string {
  if (answer === HANG_UP) return "hung up";
  if (answer === HANG) return "no answer";
  const code = /"error_code":(-?\d+)/.exec(answer.body)?.[1];
  const delivery = answer.delivery === undefined ? "" : `, ${answer.delivery}`;
  return `${answer.status} ${code ?? "without error_code"}${delivery}`;
}
