import { fail } from "../../payment/failure.ts";
import type { ClickReply, Refused } from "./click-api.ts";

type DoneReply<T> = { readonly kind: "DONE" } & T;

/** The result of a mutation that we do not store, or the failure. */
export function doneOrFail<T>(reply: ClickReply<T>): DoneReply<T> {
  if (reply.kind === "REFUSED") return failRefused(reply);
  return reply.kind === "DONE" ? reply : fail({ reason: "CLICK_REPLY_LOST" });
}

/** The result of a query, or the failure. */
export function answerOrFail<T>(reply: ClickReply<T>): DoneReply<T> {
  if (reply.kind === "REFUSED" && reply.refusal !== "NOT_SENT") return failRefused(reply);
  return reply.kind === "DONE" ? reply : fail({ reason: "CLICK_UNAVAILABLE" });
}

function failRefused({ refusal, clickErrorCode, clickErrorNote }: Refused): never {
  return fail({ reason: "CLICK_REFUSED", clickErrorCode, clickErrorNote, clickRefusal: refusal });
}
