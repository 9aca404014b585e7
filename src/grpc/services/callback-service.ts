import type { CallbackOutcome } from "../../app/callbacks/callback-outcome.ts";
import { type CompleteDeps, complete } from "../../app/callbacks/complete.ts";
import { type PrepareDeps, prepare } from "../../app/callbacks/prepare.ts";
import type { Callback, CallbackServiceServer } from "../../gen/clickbridge/v1/callback_service.ts";
import { ANSWER } from "../../protocol/answer.ts";
import type { CallbackFields } from "../../protocol/callback.ts";
import type { CallContext, Guard } from "../server/unary.ts";
import { toOrderUpdate } from "./order-update-message.ts";

export type CallbackServiceDeps = PrepareDeps & CompleteDeps;

const CALLER_ADDRESS_CHARACTERS_MAX = 64;

/** CallbackService: a refusal that Click must hear is an OK with `error != 0`. */
export function callbackService(guard: Guard, deps: CallbackServiceDeps): CallbackServiceServer {
  return {
    prepare: guard("callback", async ({ callback, callerAddress, certificationOnly }, context) => {
      const outcome = await logged("Prepare", context, () =>
        prepare(deps, { fields: fieldsOf(callback), callerAddress: cut(callerAddress), certificationOnly }),
      );
      return { ...answerOf(outcome), merchantPrepareId: outcome.id };
    }),
    complete: guard("callback", async ({ callback, callerAddress, ...request }, context) => {
      const { leaveOrderUpdate, certificationOnly, unencrypted } = request;
      const outcome = await logged("Complete", context, () =>
        complete(deps, {
          fields: fieldsOf(callback),
          callerAddress: cut(callerAddress),
          leaveOrderUpdate,
          certificationOnly,
          unencrypted,
        }),
      );
      return {
        ...answerOf(outcome),
        merchantConfirmId: outcome.id,
        orderUpdate: outcome.orderUpdate && toOrderUpdate(outcome.orderUpdate),
      };
    }),
  };
}

/** Absent stays absent: absent and empty are different faults. */
function fieldsOf(callback: Callback | undefined): CallbackFields {
  return callback ?? {};
}

function cut(address: string): string {
  return address.slice(0, CALLER_ADDRESS_CHARACTERS_MAX).replace(/[^\x20-\x7e]/g, "?");
}

function answerOf({ json, answer, note }: CallbackOutcome) {
  return { jsonBody: json, error: answer, errorNote: note };
}

/** One line a callback, with what an operator looks for, and nothing that was signed or that names a person. */
async function logged(
  call: "Prepare" | "Complete",
  { log }: CallContext,
  run: () => Promise<CallbackOutcome>,
): Promise<CallbackOutcome> {
  const startMs = performance.now();
  const outcome = await run();
  const { serviceId, attemptId, paymentId, orderId, why } = outcome.about;
  const durationMs = Math.round((performance.now() - startMs) * 10) / 10;
  const line = {
    call,
    serviceId: knownServiceId(serviceId),
    orderId,
    paymentId,
    attemptId,
    verdict: outcome.answer,
    why,
    orderUpdateId: outcome.orderUpdate?.id,
    durationMs,
  };
  // A success with a reason beside it is one that somebody should look at.
  if (outcome.answer === ANSWER.SUCCESS && why === undefined) log.info(line, "callback");
  else log.warn(line, "callback");
  return outcome;
}

/** An unsigned callback may put anything here. */
function knownServiceId(serviceId: string | undefined): string | undefined {
  return serviceId !== undefined && /^\d{1,19}$/.test(serviceId) ? serviceId : undefined;
}
