import { FailureError } from "../../payment/failure.ts";
import { requestIdNamed } from "../outbox/send-once.ts";
import type { Discrepancy } from "../payments/finding.ts";
import { type RefundPaymentDeps, refundPayment } from "./refund-payment.ts";

const ATTEMPTS_A_ROUND_MAX = 20;
const CALLER = "policy";

/**
 * The policy `refund`: owed money is refunded automatically when Click has confirmed the payment number for that attempt alone and still
 * shows it paid (refundPayment checks). Each attempt is tried once; a refusal by Click waits for an operator.
 */
export async function applyOwedPolicy(deps: RefundPaymentDeps): Promise<readonly Discrepancy[]> {
  const services = [...(await deps.registry.all()).values()].filter((s) => s.override.owedPolicy === "refund");
  if (services.length === 0) return [];
  const findings: Discrepancy[] = [];
  const serviceIds = services.map(({ serviceId }) => serviceId);
  for (const { attemptId, paymentId } of await deps.refunds.owedConfirmed(serviceIds, ATTEMPTS_A_ROUND_MAX)) {
    const request = {
      caller: CALLER,
      requestId: requestIdNamed(`policy:${attemptId}`),
      ...{ token: undefined, userId: "", note: "" },
      about: { paymentId, attemptId },
      onlyOwed: true,
    };
    const outcome = await refundPayment(deps, { ...request, amountTiyin: undefined }).then(
      (refund) => `refund ${refund.id} ${refund.state}`,
      (error: unknown) => {
        if (error instanceof FailureError) return error.failure.reason;
        throw error;
      },
    );
    findings.push({ subject: `attempt ${attemptId} (OWED)`, said: "PAID", outcome });
  }
  return findings;
}
