import { Agent, request } from "undici";
import type { MerchantAccount } from "../app/ports.ts";
import { DIALECTS } from "../protocol/dialect.ts";

/** What came back: a JSON object with Click's code, or nothing that says anything. */
export type HttpReply =
  | { readonly kind: "ANSWER"; readonly errorCode: number; readonly errorNote: string; readonly body: JsonObject }
  /** It never left, for certain: the connection was refused. */
  | { readonly kind: "NOT_SENT" }
  | { readonly kind: "UNKNOWN" };

type JsonObject = Readonly<Record<string, unknown>>;

export interface HttpCall {
  readonly method: "GET" | "POST";
  /** Under the base address, with its parts already encoded. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
}

const CONNECT_TIMEOUT_MS = 3_000;
const HEADERS_TIMEOUT_MS = 8_000;
const BODY_TIMEOUT_MS = 8_000;
const CALL_TIMEOUT_MS = 10_000;
const CONNECTIONS_MAX = 16;
const RESPONSE_BYTES_MAX = 64 * 1024;
const SERVER_FAULT_STATUS_MIN = 500;
const INTEGER_TEXT = /^-?\d{1,9}$/;

export interface MerchantHttpOptions {
  readonly baseUrl: string;
  readonly now: () => Date;
  /** Longest wait for a whole answer; by default CALL_TIMEOUT_MS. */
  readonly callTimeoutMs?: number;
}

/** Calls of the Merchant API as bare HTTP, with the Auth header. Never throws for what the network does. */
export class MerchantHttp {
  readonly #agent = new Agent({
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: HEADERS_TIMEOUT_MS,
    bodyTimeout: BODY_TIMEOUT_MS,
    connections: CONNECTIONS_MAX,
    maxResponseSize: RESPONSE_BYTES_MAX,
  });
  readonly #baseUrl: string;
  readonly #now: () => Date;
  readonly #callTimeoutMs: number;

  constructor({ baseUrl, now, callTimeoutMs = CALL_TIMEOUT_MS }: MerchantHttpOptions) {
    this.#baseUrl = baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`;
    this.#now = now;
    this.#callTimeoutMs = callTimeoutMs;
  }

  async call(account: MerchantAccount, { method, path, body }: HttpCall): Promise<HttpReply> {
    try {
      const response = await request(this.#baseUrl + path, {
        method,
        dispatcher: this.#agent,
        signal: AbortSignal.timeout(this.#callTimeoutMs),
        headers: { accept: "application/json", "content-type": "application/json", auth: this.#auth(account) },
        ...(body === undefined ? {} : { body }),
      });
      return read(response.statusCode, await response.body.text());
    } catch (error) {
      return { kind: neverLeft(error) ? "NOT_SENT" : "UNKNOWN" };
    }
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  #auth({ merchantId, merchantUserId, secretKey, dialect }: MerchantAccount): string {
    const timestampSeconds = Math.floor(this.#now().getTime() / 1_000);
    return DIALECTS[dialect].authHeader({ merchantId, merchantUserId, secretKey, timestampSeconds });
  }
}

/**
 * Click answers every call with an error_code, whatever the HTTP status (click-protocol.md 2). A body without one says nothing, and
 * neither does a server that failed: it may have failed after it acted.
 */
function read(httpStatus: number, text: string): HttpReply {
  if (httpStatus >= SERVER_FAULT_STATUS_MIN) return { kind: "UNKNOWN" };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { kind: "UNKNOWN" };
  }
  if (typeof body !== "object" || body === null) return { kind: "UNKNOWN" };
  const { error_code: code, error_note: note } = body as JsonObject;
  const isInteger = typeof code === "number" || (typeof code === "string" && INTEGER_TEXT.test(code));
  const errorCode = isInteger ? Number(code) : Number.NaN;
  if (!Number.isInteger(errorCode)) return { kind: "UNKNOWN" };
  return { kind: "ANSWER", errorCode, errorNote: typeof note === "string" ? note : "", body: body as JsonObject };
}

const CONNECT_CODES = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

function neverLeft(error: unknown): boolean {
  return error instanceof Error && CONNECT_CODES.has(String((error as { code?: unknown }).code));
}
