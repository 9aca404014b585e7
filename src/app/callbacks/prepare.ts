import { judgePrepare } from "../../payment/judge-prepare.ts";
import { ANSWER } from "../../protocol/answer.ts";
import { isProbeReference, PROBE_DETAIL } from "../../protocol/probe.ts";
import { type ClickService, quoteFor } from "../services/click-service.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";
import type { ServiceStore } from "../services/service-store.ts";
import { type CallbackOutcome, type CallbackRequest, outcome } from "./callback-outcome.ts";
import { type CallbackStore, callbackEvent, type Judged, type PrepareInput } from "./callback-store.ts";
import { type CertificationDeps, certificationPrepare, notCertification, testPrepare } from "./certification.ts";
import { verifyCallback } from "./verify-callback.ts";

export interface PrepareDeps extends CertificationDeps {
  readonly registry: ServiceRegistry;
  readonly store: Pick<CallbackStore, "prepare">;
  readonly services: ServiceStore;
}

const ID_NAME = "merchant_prepare_id";

/**
 * Click asks whether it may take this sum for this reference. A repeat finds the same attempt and is judged by the current state.
 * Throws FailureError only when there is no verdict.
 */
export async function prepare(deps: PrepareDeps, request: CallbackRequest): Promise<CallbackOutcome> {
  const { fields, callerAddress } = request;
  const verified = await verifyCallback(deps.registry, { fields, route: "prepare", callerAddress });
  if (verified.kind === "REJECTED") {
    const tested = verified.answer === ANSWER.SIGN_CHECK_FAILED ? await testPrepare(deps, request) : undefined;
    if (tested !== undefined) return tested;
    if (verified.signed !== undefined && !request.certificationOnly) {
      const { callback, service } = verified.signed;
      await judged(
        deps,
        { ...NO_MATCH, serviceId: service.serviceId, callback },
        { service, callerAddress, isMalformed: true },
      );
    }
    const about = { serviceId: fields.serviceId, attemptId: undefined, paymentId: undefined, orderId: undefined };
    const answer = { code: verified.answer, id: undefined, idName: ID_NAME, detail: verified.toClick } as const;
    return outcome(fields, answer, { about: { ...about, why: verified.detail } });
  }
  const tried = await certificationPrepare(deps, request, verified);
  if (tried !== undefined) return tried;
  if (request.certificationOnly)
    return notCertification(request, { code: ANSWER.ORDER_NOT_FOUND, id: undefined, idName: ID_NAME });
  const { callback, service } = verified;
  if (isProbeReference(callback.raw.merchantTransId)) {
    const about = { serviceId: service.serviceId, attemptId: undefined, paymentId: undefined, orderId: undefined };
    const answer = { code: ANSWER.ORDER_NOT_FOUND, id: undefined, idName: ID_NAME, detail: PROBE_DETAIL } as const;
    return outcome(fields, answer, { about: { ...about, why: "a check of the set-up: nothing is stored" } });
  }
  const kind = await deps.services.fixReference(service.serviceId, service.override.reference);
  const { answer, anomaly, attemptId, paymentId, orderId } = await judged(
    deps,
    {
      serviceId: service.serviceId,
      callback,
      reference: { kind, text: callback.raw.merchantTransId },
      ask: (payment) => quoteFor(service, payment),
      paySystemIds: service.paySystemIds,
    },
    { service, callerAddress, isMalformed: false },
  );
  return outcome(
    fields,
    { code: answer, id: attemptId, idName: ID_NAME },
    { about: { serviceId: service.serviceId, attemptId, paymentId, orderId, why: anomaly ?? callback.oddity } },
  );
}

/** The input of a malformed Prepare: it matches no payment. */
const NO_MATCH = {
  reference: { kind: "payment_id", text: "" },
  ask: () => undefined,
  paySystemIds: [],
} as const satisfies Partial<PrepareInput>;

function judged(
  { store }: PrepareDeps,
  input: PrepareInput,
  {
    service,
    callerAddress,
    isMalformed,
  }: { readonly service: ClickService; readonly callerAddress: string; readonly isMalformed: boolean },
): Promise<Judged> {
  const { takenAnswer } = service.override;
  const event = { ...callbackEvent(input, callerAddress), isMalformed, takenAnswer };
  return store.prepare(input, (view) => judgePrepare(event, view));
}
