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

/** Wraps a streaming handler with a scope: no other kind may be registered with the server. */
export type StreamGuard = <Request, Response>(
  scope: NeededScope,
  handle: StreamHandler<Request, Response>,
) => handleServerStreamingCall<Request, Response>;

export interface StreamLimits {
  /** Messages waiting in memory for the reader. */
  readonly waitingMax: number;
  /** How long a full queue may wait while the reader takes none. */
  readonly stallMs: number;
  /** Longest duration of a stream. */
  readonly ageMs: number;
}

/** An old connection gets a little more time than this to end its streams: see `listener.ts`. */
export const STREAM_AGE_MS_MAX = 5 * 60_000;
const LIMITS: StreamLimits = { waitingMax: 100, stallMs: 10_000, ageMs: STREAM_AGE_MS_MAX };
/** Spreads the ends of streams that began together, for example after a restart. */
const AGE_SPREAD = 0.2;

/**
 * The same as `unary` for streams. A drain ends streams at once with DRAINING. A reader that takes no messages while some wait is ended with
 * WATCHER_TOO_SLOW, which arrives after the unread messages; keepalive ends one that is gone. A stream ends with STREAM_AGED before the age
 * limit of its connection would cut it without a status.
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

/** Writes, and waits while the queue is full. */
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
