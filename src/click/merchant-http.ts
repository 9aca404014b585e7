import { Agent, buildConnector, errors } from "undici";
import type { MerchantAccount } from "../app/click/click-api.ts";
import { DIALECTS } from "../protocol/dialect.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";

/** The HTTP answer, or none. */
export type HttpReply =
  | {
      readonly kind: "ANSWER";
      readonly httpStatus: number;
      readonly text: string;
      /** The server's clock, in whole seconds. */
      readonly date: Date | undefined;
    }
  /** Certainly not sent: there was no connection, or the circuit is open. */
  | { readonly kind: "NOT_SENT" }
  | { readonly kind: "UNKNOWN" };

export interface HttpCall {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below the base address, already encoded. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string | undefined;
}

const CONNECT_TIMEOUT_MS = 3_000;
const HEADERS_TIMEOUT_MS = 8_000;
/** Longest silence within an answer. */
const BODY_TIMEOUT_MS = 8_000;
const CALL_TIMEOUT_MS = 10_000;
const CONNECTIONS_MAX = 16;
const RESPONSE_BYTES_MAX = 64 * 1024;

export interface MerchantHttpOptions {
  readonly baseUrl: string;
  readonly now: () => Date;
  readonly connectTimeoutMs?: number;
  readonly headersTimeoutMs?: number;
  readonly bodyTimeoutMs?: number;
  /** Longest wait for the whole answer. */
  readonly callTimeoutMs?: number;
  readonly circuit?: CircuitBreaker;
}

/**
 * HTTP calls of the Merchant API, with the Auth header. One pool and one circuit per host. Never throws for network errors, never retries
 * and never follows a redirect.
 */
export class MerchantHttp {
  readonly #agent: Agent;
  readonly #origin: string;
  readonly #basePath: string;
  readonly #now: () => Date;
  readonly #callTimeoutMs: number;
  readonly #circuit: CircuitBreaker;

  constructor({ baseUrl, now, callTimeoutMs = CALL_TIMEOUT_MS, circuit, ...timeouts }: MerchantHttpOptions) {
    const { origin, pathname } = new URL(baseUrl);
    this.#origin = origin;
    this.#basePath = pathname.endsWith("/") ? pathname : `${pathname}/`;
    this.#now = now;
    this.#callTimeoutMs = callTimeoutMs;
    this.#circuit = circuit ?? new CircuitBreaker({ now });
    this.#agent = new Agent({
      connect: connector(timeouts.connectTimeoutMs ?? CONNECT_TIMEOUT_MS),
      headersTimeout: timeouts.headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
      bodyTimeout: timeouts.bodyTimeoutMs ?? BODY_TIMEOUT_MS,
      connections: CONNECTIONS_MAX,
      maxResponseSize: RESPONSE_BYTES_MAX,
    });
  }

  async call(account: MerchantAccount, call: HttpCall): Promise<HttpReply> {
    const passage = this.#circuit.pass();
    if (passage === undefined) return { kind: "NOT_SENT" };
    try {
      const reply = await this.#send(account, call);
      passage.end("REACHED");
      return reply;
    } catch (error) {
      // An answer that is too long still shows that the host is up.
      passage.end(error instanceof errors.ResponseExceededMaxSizeError ? "REACHED" : "FAILED");
      return { kind: error instanceof NotConnected ? "NOT_SENT" : "UNKNOWN" };
    }
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  async #send(account: MerchantAccount, { method, path, body }: HttpCall): Promise<HttpReply> {
    const response = await this.#agent.request({
      origin: this.#origin,
      path: this.#basePath + path,
      method,
      signal: AbortSignal.timeout(this.#callTimeoutMs),
      headers: { accept: "application/json", "content-type": "application/json", auth: this.#auth(account) },
      ...(body === undefined ? {} : { body }),
    });
    const date = readDate(response.headers["date"]);
    return { kind: "ANSWER", httpStatus: response.statusCode, text: await response.body.text(), date };
  }

  #auth({ merchantId, merchantUserId, secretKey, dialect }: MerchantAccount): string {
    const timestampSeconds = Math.floor(this.#now().getTime() / 1_000);
    return DIALECTS[dialect].authHeader({ merchantId, merchantUserId, secretKey, timestampSeconds });
  }
}

function readDate(header: string | string[] | undefined): Date | undefined {
  const date = new Date(typeof header === "string" ? header : "");
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** There was no connection, so nothing was sent. The cause is not kept. */
class NotConnected extends Error {}

/** Marks errors before the connection; their codes alone can look like those of a broken connection. */
function connector(timeoutMs: number): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs });
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error === null) callback(null, socket);
      else callback(new NotConnected("no connection to Click"), null);
    });
}
