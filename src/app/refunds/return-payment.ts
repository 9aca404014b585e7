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
 * Refunds what is left of one attempt, for a caller that keeps no request ids. All calls, from any caller, get the same refund until Click
 * refuses it or it is known not done. A done refund is returned until the shop has its order update, so that a caller that lost the reply
 * may call again.
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
        token: caller,
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
