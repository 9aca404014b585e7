import { constants, type ServerHttp2Stream } from "node:http2";
import {
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  status,
} from "@grpc/grpc-js";
import type { Logger } from "pino";
import { FailureError } from "../payment/failure.ts";
import { type StatusError, statusOf } from "./status.ts";
import type { Authenticate } from "./tokens.ts";

/** Whoever may connect may call these: of a load balancer and of a developer. */
const OPEN_TO_ALL = /^\/grpc\.(health|reflection)\./;
/** Streams of strangers that are kept while their peer has not ended its half: an honest one does so at once. */
const HALF_OPEN_MAX = 1_000;
const LOG_INTERVAL_MS = 1_000;
const TOO_LATE = { code: status.RESOURCE_EXHAUSTED, details: "the request did not come in time" };

/**
 * Stands before the handlers of a listener, and before the body is read: a call without a token is answered by its headers alone. A peer
 * that does not end its half of a stream would keep it in our memory; of strangers only so many may, and one more closes the oldest. Not
 * each at once: curl loses an answer that is followed by a reset.
 */
export function admission(authenticate: Authenticate, log: Logger): ServerInterceptor {
  const halfOpen = new HalfOpenStreams();
  const tellRefusal = counted((count, rpc) => log.info({ rpc, reason: "TOKEN_INVALID", count }, "refused"));
  return ({ path }, call) => {
    const isOpenToAll = OPEN_TO_ALL.test(path);
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            const refusal = isOpenToAll ? undefined : refusalOf(() => authenticate(metadata));
            if (isOpenToAll || refusal !== undefined) halfOpen.add(call);
            if (refusal === undefined) return pass(metadata);
            tellRefusal(path);
            return call.sendStatus(refusal);
          },
          onReceiveMessage: (message, pass) => {
            halfOpen.delete(call);
            pass(message);
          },
        }),
    });
  };
}

function refusalOf(check: () => void): StatusError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof FailureError) return statusOf(error.failure);
    throw error;
  }
}

/** Calls whose stream the peer may still send on. */
class HalfOpenStreams {
  readonly #streams = new Map<ServerInterceptingCallInterface, ServerHttp2Stream>();

  add(call: ServerInterceptingCallInterface): void {
    // The library does not hand it out.
    const { stream } = call as unknown as { readonly stream: ServerHttp2Stream };
    this.#streams.set(call, stream);
    stream.once("close", () => this.delete(call));
    if (this.#streams.size > HALF_OPEN_MAX) this.#closeOldest();
  }

  delete(call: ServerInterceptingCallInterface): void {
    this.#streams.delete(call);
  }

  #closeOldest(): void {
    const [oldest] = this.#streams;
    if (oldest === undefined) return;
    const [call, stream] = oldest;
    this.delete(call);
    // Does nothing where it was answered before.
    call.sendStatus(TOO_LATE);
    stream.close(constants.NGHTTP2_NO_ERROR);
  }
}

/** Tells the first, and of those that follow within LOG_INTERVAL_MS how many they were. */
function counted(tell: (count: number, rpc: string) => void): (rpc: string) => void {
  let count = 0;
  let toldMs = Number.NEGATIVE_INFINITY;
  return (rpc) => {
    count += 1;
    if (performance.now() - toldMs < LOG_INTERVAL_MS) return;
    toldMs = performance.now();
    tell(count, rpc);
    count = 0;
  };
}
