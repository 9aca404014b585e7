import { randomUUID } from "node:crypto";
import type { handleServerStreamingCall, ServerWritableStream } from "@grpc/grpc-js";
import { FailureError, fail } from "../../payment/failure.ts";
import { acceptedRequest } from "./read-request.ts";
import { internal, statusOf } from "./status.ts";
import type { NeededScope } from "./tokens.ts";
import { type CallContext, type Gate, moduleVersionOf } from "./unary.ts";

export interface StreamContext extends CallContext {
  /** Aborted when the caller is gone or the service drains. */
  readonly signal: AbortSignal;
}

export type StreamHandler<Request, Response> = (request: Request, context: StreamContext) => AsyncIterable<Response>;

/** Puts a scope and this wrapper around a handler that streams: no other one may be registered with the server. */
export type StreamGuard = <Request, Response>(
  scope: NeededScope,
  handle: StreamHandler<Request, Response>,
) => handleServerStreamingCall<Request, Response>;

export interface StreamLimits {
  /** Messages that wait for a reader, in our memory. */
  readonly waitingMax: number;
  /** How long so many may wait while none is taken. */
  readonly stallMs: number;
  /** How long a stream lasts at most. */
  readonly ageMs: number;
}

/** A connection that is old is given a little more than this to end its streams: see `listener.ts`. */
export const STREAM_AGE_MS_MAX = 5 * 60_000;
const LIMITS: StreamLimits = { waitingMax: 100, stallMs: 10_000, ageMs: STREAM_AGE_MS_MAX };
/** Streams that began together, after a restart for instance, do not end together. */
const AGE_SPREAD = 0.2;

/**
 * What `unary` is for calls with one answer. A stream is not waited for by a drain: it is ended at once with DRAINING. A reader that
 * takes nothing while messages wait is cut with WATCHER_TOO_SLOW, which it learns after what it left unread; keepalive ends one that is
 * gone. A stream ends with STREAM_AGED before the age of its connection would cut it without a word.
 */
export function serverStream(gate: Gate, limits = LIMITS): StreamGuard {
  return (scope, handle) => (call) => {
    const requestId = randomUUID();
    const log = gate.log.child({ requestId });
    const gone = new AbortController();
    call.on("cancelled", () => gone.abort());
    const { draining } = gate.inFlight;
    const aged = new AbortController();
    const ageTimer = setTimeout(() => aged.abort(), limits.ageMs * (1 - AGE_SPREAD * Math.random()));
    const signal = AbortSignal.any([gone.signal, draining, aged.signal]);
    const run = async () => {
      gate.inFlight.checkOpen();
      const caller = gate.authorize(call.metadata, scope);
      const context = { caller, requestId, log, moduleVersion: moduleVersionOf(call.metadata) };
      const write = writer(call, signal, limits);
      for await (const response of handle(acceptedRequest(call.request), { ...context, signal })) {
        await write(response);
        if (signal.aborted) break;
      }
      if (gone.signal.aborted) return;
      gate.inFlight.checkOpen();
      if (aged.signal.aborted) fail({ reason: "STREAM_AGED" });
    };
    const ended = run().finally(() => clearTimeout(ageTimer));
    ended.then(
      () => call.end(),
      (error: unknown) => {
        if (error instanceof FailureError) {
          log.info({ rpc: call.getPath(), reason: error.failure.reason }, "stream ended");
          return call.emit("error", statusOf(error.failure));
        }
        log.error({ rpc: call.getPath(), err: error }, "bug");
        return call.emit("error", internal(requestId));
      },
    );
  };
}

/** Writes, and waits when too much is waiting. */
function writer<Response>(
  call: ServerWritableStream<unknown, Response>,
  signal: AbortSignal,
  { waitingMax, stallMs }: StreamLimits,
): (response: Response) => Promise<void> {
  let waiting = 0;
  let onTaken = () => {};
  return async (response) => {
    waiting += 1;
    call.write(response, () => {
      waiting -= 1;
      onTaken();
    });
    while (waiting >= waitingMax && !signal.aborted) {
      const taken = await new Promise<boolean>((resolve) => {
        const settle = (result: boolean) => {
          clearTimeout(timer);
          signal.removeEventListener("abort", abort);
          resolve(result);
        };
        const timer = setTimeout(() => settle(false), stallMs);
        const abort = () => settle(true);
        signal.addEventListener("abort", abort);
        onTaken = () => settle(true);
      });
      if (!taken) fail({ reason: "WATCHER_TOO_SLOW", waitedMs: stallMs });
    }
  };
}
