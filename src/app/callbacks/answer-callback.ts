import { ANSWER } from "../../protocol/answer.ts";
import { type CallbackHttpRequest, readCallbackRequest } from "../../protocol/callback-request.ts";
import { type CallbackOutcome, outcome } from "./callback-outcome.ts";
import { type CompleteDeps, type CompleteRequest, complete } from "./complete.ts";
import { type PrepareDeps, prepare } from "./prepare.ts";

export interface AnswerCallbackRequest extends CallbackHttpRequest, Omit<CompleteRequest, "fields"> {
  /** Which address of the shop Click called; undefined when the cabinet has one address for both callbacks. */
  readonly route: string | undefined;
}

export interface AnsweredCallback {
  /** The kind of callback that it was read as; undefined when it is no callback. */
  readonly call: "Prepare" | "Complete" | undefined;
  readonly outcome: CallbackOutcome;
}

/** Answers an HTTP request from Click. A request that is not a valid form is answered −8 and stores nothing. */
export async function answerCallback(
  deps: PrepareDeps & CompleteDeps,
  request: AnswerCallbackRequest,
): Promise<AnsweredCallback> {
  const fields = readCallbackRequest(request);
  if (typeof fields === "string") return refused(fields);
  // Anything but a Complete is for Prepare to refuse.
  const route = request.route ?? (fields.action === "1" ? "complete" : "prepare");
  switch (route) {
    case "prepare":
      return { call: "Prepare", outcome: await prepare(deps, { ...request, fields }) };
    case "complete":
      return { call: "Complete", outcome: await complete(deps, { ...request, fields }) };
    default:
      return refused("the route must be prepare or complete");
  }
}

function refused(rule: string): AnsweredCallback {
  const answer = { code: ANSWER.BAD_REQUEST, id: undefined, idName: "merchant_prepare_id", detail: rule } as const;
  const about = { serviceId: undefined, attemptId: undefined, paymentId: undefined, orderId: undefined, why: rule };
  return { call: undefined, outcome: outcome({}, answer, { about }) };
}
