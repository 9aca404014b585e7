import { Agent, request } from "undici";

/** Longer than Click itself probably waits, to distinguish a slow shop from a dead one. */
export const CALL_TIMEOUT_MS = 15_000;
/** A normal answer is one line of JSON. */
const ANSWER_BYTES_MAX = 64 * 1024;

/** The answer of a shop, or why there is none. */
export type CallOutcome =
  | {
      readonly kind: "reply";
      readonly httpStatus: number;
      readonly location: string | undefined;
      readonly body: string;
    }
  | { readonly kind: "nothing"; readonly reason: string };

export interface CallbackPoster {
  /** Sends one form and reads the whole answer. Never throws, never follows a redirect, never retries. */
  post(url: string, form: string): Promise<CallOutcome>;
  close(): Promise<void>;
}

export function callbackPoster(timeoutMs: number, bytesMax = ANSWER_BYTES_MAX): CallbackPoster {
  const agent = new Agent({ connectTimeout: timeoutMs, headersTimeout: 0, bodyTimeout: 0 });
  return {
    post: (url, form) => post({ agent, url, form, timeoutMs, bytesMax }),
    close: () => agent.destroy(),
  };
}

interface Post {
  readonly agent: Agent;
  readonly url: string;
  readonly form: string;
  readonly timeoutMs: number;
  readonly bytesMax: number;
}

async function post({ agent, url, form, timeoutMs, bytesMax }: Post): Promise<CallOutcome> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await request(url, {
      method: "POST",
      dispatcher: agent,
      signal,
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: form,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > bytesMax) return { kind: "nothing", reason: `the answer is longer than ${bytesMax} bytes` };
      chunks.push(chunk);
    }
    const location = response.headers["location"];
    return {
      kind: "reply",
      httpStatus: response.statusCode,
      location: typeof location === "string" ? location : undefined,
      body: Buffer.concat(chunks).toString("utf8"),
    };
  } catch (error) {
    return { kind: "nothing", reason: signal.aborted ? `no answer within ${timeoutMs} ms` : whyNothing(error) };
  }
}

/** By code only: a library's message may contain the address with its query. */
function whyNothing(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  switch (code) {
    case "ECONNREFUSED":
      return "the connection was refused: nobody listens there";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the host name was not found";
    case "UND_ERR_SOCKET":
    case "ECONNRESET":
      return "the connection was closed before an answer came";
    default:
      return `the call failed${code && ` (${code})`}`;
  }
}
