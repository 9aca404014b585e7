import { type AnsweredCallback, answerCallback } from "../../app/callbacks/answer-callback.ts";
import type { CallbackOutcome } from "../../app/callbacks/callback-outcome.ts";
import { type CompleteDeps, complete } from "../../app/callbacks/complete.ts";
import { type PrepareDeps, prepare } from "../../app/callbacks/prepare.ts";
import type { Callback, CallbackServiceServer } from "../../gen/clickbridge/v1/callback_service.ts";
import type { OrderUpdate } from "../../gen/clickbridge/v1/order_update.ts";
import { ANSWER } from "../../protocol/answer.ts";
import type { CallbackFields } from "../../protocol/callback.ts";
import { CALLER_ADDRESS_CHARACTERS_MAX } from "../server/check.ts";
import type { CallContext, Guard } from "../server/unary.ts";
import { toOrderUpdate } from "./order-update-message.ts";

export type CallbackServiceDeps = PrepareDeps & CompleteDeps;

/** CallbackService: a refusal for Click is an OK with `error != 0`. */
export function callbackService(guard: Guard, deps: CallbackServiceDeps): CallbackServiceServer {
  return {
    prepare: guard("callback", async ({ callback, callerAddress, certificationOnly }, context) => {
      const request = { fields: fieldsOf(callback), callerAddress: cut(callerAddress), certificationOnly };
      const outcome = await logged(context, async () => ({ call: "Prepare", outcome: await prepare(deps, request) }));
      return { ...answerOf(outcome), merchantPrepareId: outcome.id };
    }),
    complete: guard("callback", async ({ callback, callerAddress, ...request }, context) => {
      const input = { ...request, fields: fieldsOf(callback), callerAddress: cut(callerAddress) };
      const outcome = await logged(context, async () => ({
        call: "Complete",
        outcome: await complete(deps, input),
      }));
      return { ...answerOf(outcome), merchantConfirmId: outcome.id, orderUpdate: updateOf(outcome) };
    }),
    answerCallback: guard("callback", async ({ httpMethod: method, route, body, callerAddress, ...rest }, context) => {
      const request = { ...rest, method, route, body, callerAddress: cut(callerAddress) };
      const outcome = await logged(context, () => answerCallback(deps, request));
      return { jsonBody: outcome.json, error: outcome.answer, orderUpdate: updateOf(outcome) };
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

function updateOf({ orderUpdate }: CallbackOutcome): OrderUpdate | undefined {
  return orderUpdate && toOrderUpdate(orderUpdate);
}

/** Logs one line per callback with the fields that an operator needs, without signed texts and personal data. */
async function logged({ log }: CallContext, run: () => Promise<AnsweredCallback>): Promise<CallbackOutcome> {
  const startMs = performance.now();
  const { call, outcome } = await run();
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
  // A success with a reason needs the attention of an operator.
  if (outcome.answer === ANSWER.SUCCESS && why === undefined) log.info(line, "callback");
  else log.warn(line, "callback");
  return outcome;
}

/** An unsigned callback may contain any text here. */
function knownServiceId(serviceId: string | undefined): string | undefined {
  return serviceId !== undefined && /^\d{1,19}$/.test(serviceId) ? serviceId : undefined;
}
