import type { ClickRefusal, ClickReply, MerchantAccount, Refused } from "../app/click/click-api.ts";
import { cleanNote } from "../protocol/clean-note.ts";
import { Secret } from "../protocol/secret.ts";
import { type JsonField, writeJson } from "./json-body.ts";
import type { HttpReply, MerchantHttp } from "./merchant-http.ts";
import { type JsonObject, parseObject, readInteger, readText } from "./reply-fields.ts";

/** One call of the Merchant API, and how its answer is read. */
export interface MerchantCall<Done> {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Parts of the path as they are; they are encoded here. */
  readonly path: readonly (string | Secret)[];
  readonly body?: JsonField;
  /** What must not come back in Click's note. */
  readonly secrets?: readonly Secret[];
  /** For an answer whose documented example has no error_code: a body without one counts as done. */
  readonly withoutErrorCode?: boolean;
  /** Undefined: the answer lacks what it is for, so it says nothing. */
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

/** HTTP answers by which Click turns a call away before it acts: click-protocol.md 2. */
const REFUSAL_OF_STATUS: Readonly<Record<number, ClickRefusal>> = {
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "METHOD_UNAVAILABLE",
  406: "REQUEST_REJECTED",
  410: "METHOD_UNAVAILABLE",
};

/** Click publishes no list; these were seen in its own code and live answers. */
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

/** Turns HTTP answers into what became of a call. */
export class MerchantCalls {
  readonly #http: MerchantHttp;

  constructor(http: MerchantHttp) {
    this.#http = http;
  }

  /** Sent at most once. */
  async mutate<Done>(account: MerchantAccount, call: MerchantCall<Done>): Promise<ClickReply<Done>> {
    const reply = await this.#send(account, call);
    // What never left can be asked for again at once, so it is refused and not unknown.
    return reply.kind === "NOT_SENT" ? NOT_SENT : outcomeOf(reply, withKey(account, call), refusedByStatus);
  }

  /** Changes nothing, so it is put again when no answer came. */
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

/** Whether Click itself spoke, whatever it said: asked again, it would say the same. */
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
  // A server that failed may have failed after it acted.
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
  // A success under a status that denies it contradicts itself.
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
 * By the HTTP status alone, when the body says nothing. A proxy in between may have written it: then Click never saw the call, which
 * is as good. 400 is left out: Click's own comes with an error_code, and another's may stand for anything.
 */
function refusedByStatus(httpStatus: number): Refused | typeof UNKNOWN {
  const refusal = REFUSAL_OF_STATUS[httpStatus];
  return refusal === undefined
    ? UNKNOWN
    : { kind: "REFUSED", refusal, clickErrorCode: 0, clickErrorNote: `HTTP ${httpStatus}` };
}

/** Click documents its HTTP statuses and not its codes. */
function refusalOf(httpStatus: number, errorCode: number): ClickRefusal {
  const byCode = REFUSAL_OF_CODE[errorCode] ?? "OTHER";
  if (httpStatus === 400 && byCode === "OTHER") return "REQUEST_REJECTED";
  return REFUSAL_OF_STATUS[httpStatus] ?? byCode;
}

/** The key of the account is a secret of every call: Click's note may repeat what it was sent, in a header too. */
function withKey<Done>({ secretKey }: MerchantAccount, call: MerchantCall<Done>): MerchantCall<Done> {
  return { ...call, secrets: [...(call.secrets ?? []), new Secret(secretKey)] };
}
