import type { ClickRefusal, ClickReply, MerchantAccount, Refused } from "../app/click/click-api.ts";
import { cleanNote } from "../protocol/clean-note.ts";
import { Secret } from "../protocol/secret.ts";
import { type JsonField, writeJson } from "./json-body.ts";
import type { HttpReply, MerchantHttp } from "./merchant-http.ts";
import { type JsonObject, parseObject, readInteger, readText } from "./reply-fields.ts";

/** One call of the Merchant API, with the reader of its answer. */
export interface MerchantCall<Done> {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Unencoded parts of the path. */
  readonly path: readonly (string | Secret)[];
  readonly body?: JsonField;
  /** Secrets that are removed from Click's note. */
  readonly secrets?: readonly Secret[];
  /** Set when the documented answer has no error_code: then a body without one counts as done. */
  readonly withoutErrorCode?: boolean;
  /** Undefined when required fields are missing: then the result is unknown. */
  readonly read: (body: JsonObject) => Done | undefined;
}

const QUERY_TRIES = 2;
const REDIRECT_STATUS_MIN = 300;
const SERVER_FAULT_STATUS_MIN = 500;
const CLICK_SERVER_ERROR = -500;

const NOT_SENT: Refused = {
  kind: "REFUSED",
  refusal: "NOT_SENT",
  clickErrorCode: 0,
  clickErrorNote: "Click could not be reached",
};
const UNKNOWN = { kind: "UNKNOWN" } as const;

/** HTTP statuses with which Click refuses a call before it acts: click-protocol.md 2. */
const REFUSAL_OF_STATUS: Readonly<Record<number, ClickRefusal>> = {
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "METHOD_UNAVAILABLE",
  406: "REQUEST_REJECTED",
  410: "METHOD_UNAVAILABLE",
};

/** Click publishes no list; these codes are from its own code and live answers. */
const REFUSAL_OF_CODE: Readonly<Record<number, ClickRefusal>> = {
  [-1]: "SERVICE_WRONG",
  [-6]: "AMOUNT_TOO_SMALL",
  7: "AMOUNT_TOO_LARGE",
  [-21]: "SERVICE_UNAVAILABLE",
  [-301]: "SMS_CODE_EXPIRED",
  [-302]: "SMS_CODE_WRONG",
  [-400]: "CARD_NUMBER_WRONG",
  [-406]: "TOO_MANY_TRIES",
};

/** Turns HTTP answers into results of calls. */
export class MerchantCalls {
  readonly #http: MerchantHttp;

  constructor(http: MerchantHttp) {
    this.#http = http;
  }

  /** Sent at most once. */
  async mutate<Done>(account: MerchantAccount, call: MerchantCall<Done>): Promise<ClickReply<Done>> {
    const reply = await this.#send(account, call);
    // A request that was not sent can be repeated at once, so it is refused, not unknown.
    return reply.kind === "NOT_SENT" ? NOT_SENT : outcomeOf(reply, withKey(account, call), refusedByStatus);
  }

  /** A query changes nothing, so it is retried when no answer came. */
  async ask<Done>(account: MerchantAccount, call: MerchantCall<Done>): Promise<ClickReply<Done>> {
    let reply = await this.#send(account, call);
    for (let tries = 1; tries < QUERY_TRIES && !isAnswer(reply); tries += 1) reply = await this.#send(account, call);
    return outcomeOf(reply, withKey(account, call), () => UNKNOWN);
  }

  #send(account: MerchantAccount, { method, path, body }: MerchantCall<unknown>): Promise<HttpReply> {
    return this.#http.call(account, {
      method,
      path: path.map(encodePart).join("/"),
      body: body === undefined ? undefined : writeJson(body),
    });
  }
}

/** Whether Click itself answered: a retry would give the same answer. */
function isAnswer(reply: HttpReply): boolean {
  const isClicks = reply.kind === "ANSWER" && reply.httpStatus < SERVER_FAULT_STATUS_MIN;
  return isClicks && parseObject(reply.text) !== undefined;
}

/** A lone surrogate would make encodeURIComponent throw. */
function encodePart(part: string | Secret): string {
  return encodeURIComponent((typeof part === "string" ? part : part.reveal()).toWellFormed());
}

function outcomeOf<Done>(
  reply: HttpReply,
  call: MerchantCall<Done>,
  withoutCode: (httpStatus: number) => Refused | typeof UNKNOWN,
): ClickReply<Done> {
  // A server error may come after the call was executed.
  if (reply.kind !== "ANSWER" || reply.httpStatus >= SERVER_FAULT_STATUS_MIN) return UNKNOWN;
  const { httpStatus } = reply;
  const body = parseObject(reply.text);
  if (body === undefined) return withoutCode(httpStatus);
  const errorCode = errorCodeOf(body, httpStatus, call);
  if (errorCode === undefined) return withoutCode(httpStatus);
  if (errorCode === CLICK_SERVER_ERROR) return UNKNOWN;
  if (errorCode !== 0) {
    const clickErrorNote = cleanNote(readText(body["error_note"]), call.secrets ?? []);
    return { kind: "REFUSED", refusal: refusalOf(httpStatus, errorCode), clickErrorCode: errorCode, clickErrorNote };
  }
  // A success in the body contradicts an error status.
  const done = httpStatus < REDIRECT_STATUS_MIN ? call.read(body) : undefined;
  return done === undefined ? UNKNOWN : { kind: "DONE", ...done };
}

function errorCodeOf(
  body: JsonObject,
  httpStatus: number,
  { withoutErrorCode = false }: MerchantCall<unknown>,
): number | undefined {
  const value = body["error_code"];
  return value === undefined && withoutErrorCode && httpStatus === 200 ? 0 : readInteger(value);
}

/**
 * Decides by the HTTP status alone when the body has no error_code. The status may come from a proxy; then Click never got the call, so a
 * refusal is right too. 400 is not included: Click's own 400 has an error_code, and one from a proxy may mean anything.
 */
function refusedByStatus(httpStatus: number): Refused | typeof UNKNOWN {
  const refusal = REFUSAL_OF_STATUS[httpStatus];
  return refusal === undefined
    ? UNKNOWN
    : { kind: "REFUSED", refusal, clickErrorCode: 0, clickErrorNote: `HTTP ${httpStatus}` };
}

/** Click documents its HTTP statuses, but not its codes. */
function refusalOf(httpStatus: number, errorCode: number): ClickRefusal {
  const byCode = REFUSAL_OF_CODE[errorCode] ?? "OTHER";
  if (httpStatus === 400 && byCode === "OTHER") return "REQUEST_REJECTED";
  return REFUSAL_OF_STATUS[httpStatus] ?? byCode;
}

/** The account's key is a secret of every call, because Click's note may repeat the request, headers included. */
function withKey<Done>({ secretKey }: MerchantAccount, call: MerchantCall<Done>): MerchantCall<Done> {
  return { ...call, secrets: [...(call.secrets ?? []), new Secret(secretKey)] };
}
