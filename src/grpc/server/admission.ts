import { ServerInterceptingCall, type ServerInterceptingCallInterface, type ServerInterceptor } from "@grpc/grpc-js";
import type { Logger } from "pino";
import { FailureError } from "../../payment/failure.ts";
import { allowMessageOf } from "./message-size.ts";
import { type StatusError, statusOf } from "./status.ts";
import type { Authenticate } from "./tokens.ts";

/** Open to everyone who can connect: used by load balancers and developers. */
export const OPEN_TO_ALL = /^\/grpc\.(health|reflection)\./;
const LOG_INTERVAL_MS = 1_000;
/** A normal peer sends its message right after its headers. */
const REFUSAL_WAIT_MS_MAX = 200;
/** Limit of waiting refusals; further ones are sent at once. */
const REFUSALS_WAITING_MAX = 500;

/**
 * Runs before the handlers of a listener. A call without token is refused by its headers alone, and its message is dropped. The answer waits
 * a short time for the end of the message, because curl 7.88 waits until its own deadline when the answer arrives earlier.
 */
export function admission(authenticate: Authenticate, log: Logger): ServerInterceptor {
  const tellRefusal = refusalCounter(log);
  const waiting = new Set<ServerInterceptingCallInterface>();
  return ({ path }, call) => {
    const answer = (refusal: StatusError) => {
      if (waiting.delete(call)) call.sendStatus(refusal);
    };
    let refused: StatusError | undefined;
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            const refusal = OPEN_TO_ALL.test(path) ? undefined : refusalOf(() => authenticate(metadata));
            if (refusal === undefined) {
              allowMessageOf(path, call);
              return pass(metadata);
            }
            refused = refusal;
            tellRefusal(path);
            waiting.add(call);
            if (waiting.size > REFUSALS_WAITING_MAX) return answer(refusal);
            setTimeout(answer, REFUSAL_WAIT_MS_MAX, refusal).unref();
            call.startRead();
          },
          onReceiveMessage: (message, pass) => (refused === undefined ? pass(message) : call.startRead()),
          onReceiveHalfClose: (pass) => (refused === undefined ? pass() : answer(refused)),
          onCancel: () => waiting.delete(call),
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

/** Logs the first refusal, and the number of those that follow within LOG_INTERVAL_MS. */
export function refusalCounter(log: Logger): (rpc: string) => void {
  let count = 0;
  let toldMs = Number.NEGATIVE_INFINITY;
  return (rpc) => {
    count += 1;
    if (performance.now() - toldMs < LOG_INTERVAL_MS) return;
    toldMs = performance.now();
    log.info({ rpc, reason: "TOKEN_INVALID", count }, "refused");
    count = 0;
  };
}
