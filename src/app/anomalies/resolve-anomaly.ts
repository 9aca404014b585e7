import type { Anomaly, Resolution } from "../../payment/anomaly.ts";
import { fail } from "../../payment/failure.ts";
import type { AnomalyId, PaymentId } from "../../payment/ids.ts";
import type { Refund } from "../../payment/refund.ts";
import { recordPaid } from "../charges/charge-once.ts";
import type { ChargeStore } from "../charges/charge-store.ts";
import { answerOrFail } from "../click/done-or-fail.ts";
import { requestIdNamed } from "../outbox/send-once.ts";
import type { PaidByClick } from "../payments/paid-by-click.ts";
import { type RefundPaymentDeps, refundPayment } from "../refunds/refund-payment.ts";
import { accountOfService } from "../services/service-account.ts";
import type { AnomalyStore } from "./anomaly-store.ts";

export type ResolveAnomalyDeps = RefundPaymentDeps & {
  readonly anomalies: AnomalyStore;
  readonly charges: Pick<ChargeStore, "byId">;
  readonly paidByClick: PaidByClick;
};

export interface ResolveAnomalyRequest {
  readonly anomalyId: AnomalyId;
  readonly resolution: Resolution;
  /** For ACCEPT: the payment that receives the money; undefined: the attempt's own. */
  readonly paymentId: PaymentId | undefined;
  /** For CHARGED: Click's number of the payment. */
  readonly clickPaymentId?: string | undefined;
  readonly note: string;
  /** Name of the caller's token. */
  readonly caller: string;
  readonly userId: string;
}

/** Keeps the request ids of refunds that resolve an anomaly apart from those of callers. */
const REFUND_CALLER = "anomaly";

/**
 * Carries out one resolution of an anomaly and stores who decided it. A refund uses a request id derived from the anomaly, so that a
 * repeat, or two operators at once, get the same refund.
 */
export async function resolveAnomaly(
  deps: ResolveAnomalyDeps,
  request: ResolveAnomalyRequest,
): Promise<{ readonly anomaly: Anomaly; readonly refund: Refund | undefined }> {
  const { anomalyId, resolution } = request;
  if (resolution === "CHARGED") return { anomaly: await decideCharged(deps, request), refund: undefined };
  if (resolution !== "REFUND") return { anomaly: await deps.anomalies.decide(request), refund: undefined };
  const found = (await deps.anomalies.find(anomalyId)) ?? fail({ reason: "ANOMALY_NOT_FOUND", anomalyId });
  if (found.state !== "OPEN") fail({ reason: "ANOMALY_NOT_OPEN", anomalyId });
  const { attemptId, paymentId } = found;
  if (attemptId === undefined)
    return fail({ reason: "RESOLUTION_NOT_POSSIBLE", anomalyId, why: "it is about no attempt" });
  const refund = await refundPayment(deps, {
    caller: REFUND_CALLER,
    token: request.caller,
    // A new refund is made only after Click refused the last one.
    requestId: requestIdNamed(`anomaly:${anomalyId}:${await deps.anomalies.endedRefunds(attemptId)}`),
    userId: request.userId,
    note: request.note,
    about: { paymentId, attemptId },
    amountTiyin: undefined,
    decision: request,
  });
  if (refund.state === "DONE") await deps.anomalies.close(anomalyId);
  const anomaly = (await deps.anomalies.find(anomalyId)) ?? found;
  return { anomaly, refund };
}

/** Asks Click first: only money that Click has is recorded. If the process dies after the decision, reconciliation records the money. */
async function decideCharged(deps: ResolveAnomalyDeps, request: ResolveAnomalyRequest): Promise<Anomaly> {
  const { anomalyId, clickPaymentId = "" } = request;
  const found = (await deps.anomalies.find(anomalyId)) ?? fail({ reason: "ANOMALY_NOT_FOUND", anomalyId });
  if (found.chargeId === undefined)
    return fail({ reason: "RESOLUTION_NOT_POSSIBLE", anomalyId, why: "it is about no charge" });
  const account = await accountOfService(deps.registry, found.serviceId);
  const { status } = answerOrFail(await deps.click.paymentStatus(account, clickPaymentId));
  if (status !== "PAID") {
    const why = `Click shows its payment ${clickPaymentId} as ${status} and not as PAID`;
    return fail({ reason: "RESOLUTION_NOT_POSSIBLE", anomalyId, why });
  }
  const decided = await deps.anomalies.decide(request);
  const charge = await deps.charges.byId(found.chargeId);
  if (charge !== undefined) await recordPaid(deps, charge);
  return decided;
}
