import { judgeComplete } from "../../payment/judge-complete.ts";
import { ANSWER } from "../../protocol/answer.ts";
import { DIALECTS } from "../../protocol/dialect.ts";
import { instantOfSignTime } from "../../protocol/tashkent-time.ts";
import type { ClickService } from "../services/click-service.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";
import { type CallbackOutcome, type CallbackRequest, outcome } from "./callback-outcome.ts";
import { type CallbackStore, callbackEvent } from "./callback-store.ts";
import { type CertificationDeps, certificationComplete, notCertification, testComplete } from "./certification.ts";
import { verifyCallback } from "./verify-callback.ts";

export interface CompleteDeps extends CertificationDeps {
  readonly registry: ServiceRegistry;
  readonly store: Pick<CallbackStore, "complete">;
  readonly newToken: () => string;
}

export interface CompleteRequest extends CallbackRequest {
  /** The module applies order updates in its agent. */
  readonly leaveOrderUpdate: boolean;
  /** It came over plain HTTP: fields that Click does not sign prove nothing. */
  readonly unencrypted: boolean;
}

const HELD = "the order is marked when Click's status says paid";
const ID_NAME = "merchant_confirm_id";

/**
 * Click reports that it took the money, or that the payment failed. A repeat changes nothing. With answer 0, and with −4 when nobody
 * holds the lease, the order update is leased to the caller. Throws FailureError only when there is no verdict.
 */
export async function complete(deps: CompleteDeps, request: CompleteRequest): Promise<CallbackOutcome> {
  const { fields, callerAddress } = request;
  const verified = await verifyCallback(deps.registry, { fields, route: "complete", callerAddress });
  if (verified.kind === "REJECTED") {
    const tested = verified.answer === ANSWER.SIGN_CHECK_FAILED ? await testComplete(deps, request) : undefined;
    if (tested !== undefined) return tested;
    const about = { serviceId: fields.serviceId, attemptId: undefined, paymentId: undefined, orderId: undefined };
    const answer = { code: verified.answer, id: undefined, idName: ID_NAME, detail: verified.toClick } as const;
    return outcome(fields, answer, { about: { ...about, why: verified.detail } });
  }
  const tried = await certificationComplete(deps, request, verified);
  if (tried !== undefined) return tried;
  if (request.certificationOnly)
    return notCertification(request, { code: ANSWER.TRANSACTION_NOT_FOUND, id: undefined, idName: ID_NAME });
  const { callback, service } = verified;
  const hold = mustConfirm(service, request);
  const input = { serviceId: service.serviceId, callback, handOut: !request.leaveOrderUpdate };
  const event = {
    ...callbackEvent(input, callerAddress),
    merchantPrepareId: callback.raw.merchantPrepareId,
    signTime: instantOfSignTime(callback.raw.signTime),
    hold,
    token: deps.newToken(),
  };
  const judged = await deps.store.complete(input, (view) => judgeComplete(event, view));
  const { answer, anomaly, attemptId, paymentId, orderId, orderUpdate } = judged;
  const id = answer === ANSWER.SUCCESS ? attemptId : undefined;
  return outcome(
    fields,
    { code: answer, id, idName: ID_NAME },
    {
      about: {
        ...{ serviceId: service.serviceId, attemptId, paymentId, orderId },
        why: anomaly ?? callback.oddity ?? (hold && answer === ANSWER.SUCCESS ? HELD : undefined),
      },
      orderUpdate,
    },
  );
}

/** Whether the order update waits until Click reports the payment paid, because others could have sent or changed the callback. */
function mustConfirm({ override }: ClickService, { unencrypted }: CompleteRequest): boolean {
  return DIALECTS[override.dialect].needsConfirmation || (override.confirmBeforePaid ?? unencrypted);
}
