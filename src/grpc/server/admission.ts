import { ServerInterceptingCall, type ServerInterceptor } from "@grpc/grpc-js";
import type { Logger } from "pino";
import { FailureError } from "../../payment/failure.ts";
import { type StatusError, statusOf } from "./status.ts";
import type { Authenticate } from "./tokens.ts";

/** Whoever may connect may call these: of a load balancer and of a developer. */
export const OPEN_TO_ALL = /^\/grpc\.(health|reflection)\./;
const LOG_INTERVAL_MS = 1_000;
/** Stands before the handlers of a listener, and before the body is read: a call without a token is answered by its headers alone. */
export function admission(authenticate: Authenticate, log: Logger): ServerInterceptor {
  const tellRefusal = counted((count, rpc) => log.info({ rpc, reason: "TOKEN_INVALID", count }, "refused"));
  return ({ path }, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            const refusal = OPEN_TO_ALL.test(path) ? undefined : refusalOf(() => authenticate(metadata));
            if (refusal === undefined) return pass(metadata);
            tellRefusal(path);
            return call.sendStatus(refusal);
          },
        }),
    });
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
