import { randomUUID } from "node:crypto";
import type { handleUnaryCall } from "@grpc/grpc-js";
import type { Logger } from "pino";
import { FailureError } from "../../payment/failure.ts";
import type { CallsInFlight } from "./calls-in-flight.ts";
import { acceptedRequest } from "./read-request.ts";
import { internal, statusOf } from "./status.ts";
import type { Authorize, Caller, Scope } from "./tokens.ts";

export interface CallContext {
  readonly caller: Caller;
  readonly requestId: string;
  readonly log: Logger;
}

export type Handler<Request, Response> = (request: Request, context: CallContext) => Promise<Response>;

/** What every handler of a listener shares. */
export interface Gate {
  readonly log: Logger;
  readonly authorize: Authorize;
  readonly inFlight: CallsInFlight;
}

/** Puts a scope and this wrapper around a handler: nothing else may be registered with the server. */
export type Guard = <Request, Response>(
  scope: Scope,
  handle: Handler<Request, Response>,
) => handleUnaryCall<Request, Response>;

/**
 * Gives a handler a caller, a request id, a logger, and an answer in every case: grpc-js lets an async handler that throws kill the
 * process, and sends the text of plain errors to the client. A refusal is logged as info; a bug with its stack, while the caller
 * learns its request id only.
 */
export function unary(gate: Gate): Guard {
  return (scope, handle) => (call, reply) => {
    const requestId = randomUUID();
    const log = gate.log.child({ requestId });
    gate.inFlight.enter();
    const run = async () => {
      gate.inFlight.checkOpen();
      const caller = gate.authorize(call.metadata, scope);
      return handle(acceptedRequest(call.request), { caller, requestId, log });
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

/** Of a failure that hides an error of the database: its code and no more. */
function causeOf(error: FailureError): string | undefined {
  return error.cause instanceof Error ? error.cause.message : undefined;
}
