import { Agent, request } from "undici";
import { callbackFields, callbackForm, type OutgoingCallback, signCallback } from "../protocol/callback-form.ts";
import { isUnreadable, readAnswer } from "../protocol/read-answer.ts";
import type { CallRecord, CallResult } from "./call-record.ts";

/** An answer is a line of JSON. */
const ANSWER_BYTES_MAX = 64 * 1024;
/** What is kept of it to look at. */
const BODY_CHARACTERS_MAX = 1_000;
/** Enough for the most parallel repeats of several payments at once. */
const CONNECTIONS_MAX = 256;

export interface ShopCall {
  readonly callback: OutgoingCallback;
  /** Undefined when the stand-in was not told where the shop is. */
  readonly url: string | undefined;
  readonly timeoutMs: number;
  readonly hasWrongSignature: boolean;
  /** Close the connection when the answer begins to come: the shop has acted, and Click does not know. */
  readonly dropsAnswer: boolean;
}

/** Sends signed callbacks to a shop. */
export class ShopCaller {
  readonly #secretKey: string;
  readonly #stopped: AbortSignal;
  readonly #agent = new Agent({ connections: CONNECTIONS_MAX, maxResponseSize: ANSWER_BYTES_MAX });

  constructor({ secretKey, stopped }: { readonly secretKey: string; readonly stopped: AbortSignal }) {
    this.#secretKey = secretKey;
    this.#stopped = stopped;
  }

  /** Never throws for what the shop or the network does; never repeats. */
  async call(call: ShopCall): Promise<CallRecord> {
    const at = new Date();
    const result = await this.#result(call);
    return {
      call: call.callback.action === "0" ? "Prepare" : "Complete",
      at,
      durationMs: Date.now() - at.getTime(),
      sent: callbackFields(call.callback),
      result,
    };
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #result({ callback, url, timeoutMs, hasWrongSignature, dropsAnswer }: ShopCall): Promise<CallResult> {
    if (url === undefined) return { kind: "no answer", reason: "the stand-in was not told the shop's URLs" };
    const timeout = AbortSignal.timeout(timeoutMs);
    const secretKey = hasWrongSignature ? `not ${this.#secretKey}` : this.#secretKey;
    try {
      const response = await request(url, {
        method: "POST",
        dispatcher: this.#agent,
        signal: AbortSignal.any([timeout, this.#stopped]),
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: callbackForm(callback, signCallback(callback, secretKey)),
      });
      if (dropsAnswer) {
        response.body.on("error", () => {}).destroy();
        return { kind: "dropped" };
      }
      return resultOf(response.statusCode, (await response.body.text()).replaceAll(this.#secretKey, "[secret]"));
    } catch (error) {
      return { kind: "no answer", reason: timeout.aborted ? `no answer within ${timeoutMs} ms` : codeOf(error) };
    }
  }
}

function resultOf(httpStatus: number, text: string): CallResult {
  const body = text.length > BODY_CHARACTERS_MAX ? `${text.slice(0, BODY_CHARACTERS_MAX)}…` : text;
  if (httpStatus !== 200) return { kind: "no answer", reason: `HTTP ${httpStatus}`, body };
  const answer = readAnswer(text);
  if (isUnreadable(answer)) return { kind: "no answer", reason: answer.unreadable, body };
  const prepareId = answer.fields["merchant_prepare_id"];
  return {
    kind: "answer",
    error: answer.error,
    errorNote: answer.errorNote,
    prepareId: typeof prepareId === "number" || typeof prepareId === "string" ? String(prepareId) : undefined,
    body,
  };
}

/** By code only: a library's message may repeat what was sent. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code === "ECONNREFUSED" ? "the connection was refused" : `the call failed${code && ` (${code})`}`;
}
