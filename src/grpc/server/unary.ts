import { randomUUID } from "node:crypto";
import type { handleUnaryCall, Metadata } from "@grpc/grpc-js";
import type { Logger } from "pino";
import { FailureError } from "../../payment/failure.ts";
import type { CallsInFlight } from "./calls-in-flight.ts";
import { acceptedRequest } from "./read-request.ts";
import { internal, statusOf } from "./status.ts";
import type { Authorize, Caller, NeededScope } from "./tokens.ts";

export interface CallContext {
  readonly caller: Caller;
  readonly requestId: string;
  readonly log: Logger;
  /** Version of the calling module; undefined for other callers. */
  readonly moduleVersion: string | undefined;
}

const MODULE_VERSION_KEY = "clickbridge-module-version";
const MODULE_VERSION = /^\d{1,5}\.\d{1,5}\.\d{1,5}$/;

export type Handler<Request, Response> = (request: Request, context: CallContext) => Promise<Response>;

/** Shared by all handlers of a listener. */
export interface Gate {
  readonly log: Logger;
  readonly authorize: Authorize;
  readonly inFlight: CallsInFlight;
}

/** Wraps a handler with a scope: no other kind may be registered with the server. */
export type Guard = <Request, Response>(
  scope: NeededScope,
  handle: Handler<Request, Response>,
) => handleUnaryCall<Request, Response>;

/**
 * Gives a handler its caller, a request id and a logger, and makes sure that it answers: in grpc-js an async handler that throws kills the
 * process, and the text of plain errors is sent to the client. A refusal is logged as info; a bug with its stack, and the caller gets only
 * the request id.
 */
export function unary(gate: Gate): Guard {
  return (scope, handle) => (call, reply) => {
    const requestId = randomUUID();
    const log = gate.log.child({ requestId });
    gate.inFlight.enter();
    const run = async () => {
      gate.inFlight.checkOpen();
      const caller = gate.authorize(call.metadata, scope);
      const moduleVersion = moduleVersionOf(call.metadata);
      return handle(acceptedRequest(call.request), { caller, requestId, log, moduleVersion });
    };
    run()
      .then(
        (response) => reply(null, response),
        (error: unknown) => {
          if (error instanceof FailureError) {
            log.info({ rpc: call.getPath(), reason: error.failure.reason, cause: causeOf(error) }, "refused");
            return reply(statusOf(error.failure));
          }
          log.error({ rpc: call.getPath(), err: error }, "bug");
          return reply(internal(requestId));
        },
      )
      .finally(() => gate.inFlight.leave());
  };
}

export function moduleVersionOf(metadata: Metadata): string | undefined {
  const [version] = metadata.get(MODULE_VERSION_KEY);
  return typeof version === "string" && MODULE_VERSION.test(version) ? version : undefined;
}

/** The code of the database error that caused a failure. */
function causeOf(error: FailureError): string | undefined {
  return error.cause instanceof Error ? error.cause.message : undefined;
}
