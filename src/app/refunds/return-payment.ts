import { fail } from "../../payment/failure.ts";
import type { AttemptId, PaymentId } from "../../payment/ids.ts";
import { type AskedReturn, judgeReturn } from "../../payment/judge-return.ts";
import type { Refund } from "../../payment/refund.ts";
import { requestIdNamed } from "../outbox/send-once.ts";
import { type RefundPaymentDeps, refundPayment } from "./refund-payment.ts";

export interface ReturnPaymentRequest extends AskedReturn {
  readonly caller: string;
  readonly userId: string;
  readonly note: string;
  readonly paymentId: PaymentId;
  readonly attemptId: AttemptId;
}

/**
 * What is left of the money of one attempt, for a caller that keeps no request ids: however often it is asked for, and by whomever, it is one refund,
 * until Click has refused that one or it is known that it did not happen. One that is done is told for as long as the shop has not heard
 * of it, so that whoever lost the reply may ask again.
 */
export async function returnPayment(deps: RefundPaymentDeps, request: ReturnPaymentRequest): Promise<Refund> {
  const { caller, userId, note, paymentId, attemptId } = request;
  const known = (await deps.refunds.returnsOf(attemptId)) ?? fail({ reason: "ATTEMPT_NOT_FOUND", attemptId });
  if (known.attempt.paymentId !== paymentId) fail({ reason: "ATTEMPT_NOT_FOUND", attemptId });
  const verdict = judgeReturn(known, request);
  switch (verdict.kind) {
    case "DONE":
      return verdict.refund;
    case "REFUSE":
      return fail({ reason: "PAYMENT_NOT_REFUNDABLE", paymentId, why: verdict.why });
    case "ASK":
      return refundPayment(deps, {
        caller,
        requestId: requestIdNamed(`return:${attemptId}:${verdict.failedCount}`),
        userId,
        note,
        about: { paymentId, attemptId },
        amountTiyin: undefined,
      });
    default:
      return verdict satisfies never;
  }
}
