import type { ToldAnomaly } from "../../app/anomalies/anomaly-store.ts";
import {
  type Anomaly,
  Anomaly_Kind as Kind,
  Anomaly_Resolution as ResolutionMessage,
  Anomaly_State as State,
} from "../../gen/clickbridge/v1/anomaly.ts";
import type { AnomalyKind, AnomalyState, Resolution } from "../../payment/anomaly.ts";

const KIND: Readonly<Record<AnomalyKind, Kind>> = {
  SIGNATURE_REPLAY: Kind.KIND_SIGNATURE_REPLAY,
  MONEY_WITHOUT_ATTEMPT: Kind.KIND_MONEY_WITHOUT_ATTEMPT,
  CANCEL_AFTER_CAPTURE: Kind.KIND_CANCEL_AFTER_CAPTURE,
  CONFIRM_AFTER_CANCEL: Kind.KIND_CONFIRM_AFTER_CANCEL,
  AMOUNT_MISMATCH: Kind.KIND_AMOUNT_MISMATCH,
  CURRENCY_NOT_UZS: Kind.KIND_CURRENCY_NOT_UZS,
  SECOND_CAPTURE: Kind.KIND_SECOND_CAPTURE,
  CAPTURED_AFTER_REFUSAL: Kind.KIND_CAPTURED_AFTER_REFUSAL,
  PAID_OTHERWISE: Kind.KIND_PAID_OTHERWISE,
  APPLY_REFUSED: Kind.KIND_APPLY_REFUSED,
  APPLY_STUCK: Kind.KIND_APPLY_STUCK,
  APPLIED_IN_PARTS: Kind.KIND_APPLIED_IN_PARTS,
  CAPTURE_NOT_CONFIRMED: Kind.KIND_CAPTURE_NOT_CONFIRMED,
  REVERSED_AT_CLICK: Kind.KIND_REVERSED_AT_CLICK,
  REFUND_UNKNOWN: Kind.KIND_REFUND_UNKNOWN,
  UNPAID_IN_SHOP: Kind.KIND_UNPAID_IN_SHOP,
  CHARGE_UNKNOWN: Kind.KIND_CHARGE_UNKNOWN,
  PAID_WITHOUT_ATTEMPT: Kind.KIND_PAID_WITHOUT_ATTEMPT,
  MARK_MISSING: Kind.KIND_MARK_MISSING,
  EVENT_MISSING: Kind.KIND_EVENT_MISSING,
  EVENTS_DISAGREE: Kind.KIND_EVENTS_DISAGREE,
  PAID_WITHOUT_CAPTURE: Kind.KIND_PAID_WITHOUT_CAPTURE,
  LEDGER_DISAGREES: Kind.KIND_LEDGER_DISAGREES,
};

const STATE: Readonly<Record<AnomalyState, State>> = { OPEN: State.STATE_OPEN, CLOSED: State.STATE_CLOSED };

const RESOLUTION: Readonly<Record<Resolution, ResolutionMessage>> = {
  RETRY_APPLY: ResolutionMessage.RESOLUTION_RETRY_APPLY,
  ACCEPT: ResolutionMessage.RESOLUTION_ACCEPT,
  REFUND: ResolutionMessage.RESOLUTION_REFUND,
  REFUNDED_ELSEWHERE: ResolutionMessage.RESOLUTION_REFUNDED_ELSEWHERE,
  CLOSE: ResolutionMessage.RESOLUTION_CLOSE,
  CHARGED: ResolutionMessage.RESOLUTION_CHARGED,
  NOT_CHARGED: ResolutionMessage.RESOLUTION_NOT_CHARGED,
};

/** The kind of an enum number; undefined when unknown. */
export const anomalyKindOf = (message: Kind): AnomalyKind | undefined => nameOf(KIND, message);
export const anomalyStateOf = (message: State): AnomalyState | undefined => nameOf(STATE, message);
export const resolutionOf = (message: ResolutionMessage): Resolution | undefined => nameOf(RESOLUTION, message);

function nameOf<Name extends string>(table: Readonly<Record<Name, number>>, message: number): Name | undefined {
  return (Object.keys(table) as Name[]).find((name) => table[name] === message);
}

export function toAnomaly(anomaly: ToldAnomaly): Anomaly {
  return {
    anomalyId: BigInt(anomaly.id),
    kind: KIND[anomaly.kind] ?? Kind.KIND_UNSPECIFIED,
    state: STATE[anomaly.state],
    serviceId: BigInt(anomaly.serviceId),
    attemptId: BigInt(anomaly.attemptId ?? 0),
    paymentId: BigInt(anomaly.paymentId ?? 0),
    chargeId: BigInt(anomaly.chargeId ?? 0),
    amountTiyin: anomaly.amountTiyin,
    detailJson: anomaly.detailJson,
    seenCount: anomaly.seenCount,
    createTime: anomaly.createTime,
    updateTime: anomaly.updateTime,
    decisions: anomaly.decisions.map(({ resolution, ...decision }) => ({
      ...decision,
      resolution: RESOLUTION[resolution],
    })),
    possibleResolutions: anomaly.possibleResolutions.map(({ resolution, ...needs }) => ({
      resolution: RESOLUTION[resolution],
      paymentIdNeeded: needs.needsPaymentId,
      noteNeeded: needs.needsNote,
      clickPaymentIdNeeded: needs.needsClickPaymentId,
    })),
  };
}
