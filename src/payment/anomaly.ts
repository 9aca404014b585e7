import type { AnomalyId, AttemptId, ChargeId, PaymentId, ServiceId } from "./ids.ts";

/**
 * Facts that an operator, or the policy, must decide. Stored once per (subject, kind); the subject is an attempt, or Click's number when
 * there is none.
 */
export const ANOMALY_KINDS = [
  /** A Prepare has a click_trans_id that belongs to another reference: it may be a replay with the signed text split differently. */
  "SIGNATURE_REPLAY",
  /** A Complete reported money, but no attempt matches: it named none, or one of another debit. */
  "MONEY_WITHOUT_ATTEMPT",
  /** A Complete with a negative error came for a capture. The payment stays paid. */
  "CANCEL_AFTER_CAPTURE",
  /** A Complete reported money for an attempt that Click had cancelled. */
  "CONFIRM_AFTER_CANCEL",
  /** The sum of a Complete differs from its Prepare. */
  "AMOUNT_MISMATCH",
  /** A Prepare came for an order that is not in UZS: the shop's currency settings are wrong. */
  "CURRENCY_NOT_UZS",
  /** Click took money twice for one payment. */
  "SECOND_CAPTURE",
  /** Click took money after a refused Prepare, and no payment can keep it. */
  "CAPTURED_AFTER_REFUSAL",
  /** Click took money for a payment that the shop shows as paid or returned by other means. */
  "PAID_OTHERWISE",
  /** Bitrix refused the order update: see the refusal. */
  "APPLY_REFUSED",
  /** Click shows a payment as paid that had no callback; its sum is unknown. */
  "PAID_WITHOUT_ATTEMPT",
  /** Click reversed a capture without a refund of ours, for example in its cabinet. */
  "REVERSED_AT_CLICK",
  /** The result of a refund is unknown: Click's reply was lost, and the reported status does not tell. */
  "REFUND_UNKNOWN",
  /** The result of a charge is unknown: Click's reply was lost. Until it is decided, the payment gets no other charge, link or invoice. */
  "CHARGE_UNKNOWN",
  /** Bitrix shows a payment unpaid although its order update was applied: a 1C import does that. */
  "UNPAID_IN_SHOP",
  /** An order update failed many times. It is still retried. */
  "APPLY_STUCK",
  /** The order update was applied, but the save was incomplete: the work of the shop's event handlers may be missing. */
  "APPLIED_IN_PARTS",
  /**
   * Click does not confirm a capture: twice, an hour apart, it reported that it does not know the payment or has not taken the money. For a
   * held order update also: the payment failed, it paid another attempt, or many status polls gave no result. Polls continue unless it failed.
   */
  "CAPTURE_NOT_CONFIRMED",
  /** Our own rows contradict each other: a captured attempt had no order update. It has one now. */
  "MARK_MISSING",
  /** The state of an attempt had no event. It has one now. */
  "EVENT_MISSING",
  /** The events of an attempt contradict its state, perhaps about money. It is unknown which is right. */
  "EVENTS_DISAGREE",
  /** The shop shows a payment paid by us, but its attempt has no capture for that payment. */
  "PAID_WITHOUT_CAPTURE",
  /** The ledger said something else of an attempt than its state and its refunds do. */
  "LEDGER_DISAGREES",
] as const;

export type AnomalyKind = (typeof ANOMALY_KINDS)[number];

export type AnomalyState = "OPEN" | "CLOSED";

/** Decisions of an operator. */
export const RESOLUTIONS = [
  ...(["RETRY_APPLY", "ACCEPT", "REFUND", "REFUNDED_ELSEWHERE", "CLOSE"] as const),
  // For a charge with unknown result: what an operator found in Click's cabinet.
  ...(["CHARGED", "NOT_CHARGED"] as const),
] as const;

export type Resolution = (typeof RESOLUTIONS)[number];

/** These resolutions need a note, because nothing else tells the reason. */
export function needsNote(resolution: Resolution): boolean {
  return resolution === "CLOSE" || resolution === "REFUNDED_ELSEWHERE";
}

export interface AnomalyDecision {
  readonly resolution: Resolution;
  readonly note: string;
  readonly caller: string;
  readonly userId: string;
  readonly createTime: Date;
}

export interface Anomaly {
  readonly id: AnomalyId;
  readonly kind: AnomalyKind;
  readonly state: AnomalyState;
  readonly serviceId: ServiceId;
  readonly attemptId: AttemptId | undefined;
  readonly chargeId: ChargeId | undefined;
  readonly paymentId: PaymentId | undefined;
  /** Of its attempt or charge, the fee included. */
  readonly amountTiyin: bigint | undefined;
  readonly detailJson: string;
  readonly seenCount: number;
  readonly createTime: Date;
  readonly updateTime: Date;
  readonly decisions: readonly AnomalyDecision[];
}

/** A resolution and who decided it. */
export interface Decision {
  readonly anomalyId: AnomalyId;
  readonly resolution: Resolution;
  readonly paymentId: PaymentId | undefined;
  /** For CHARGED: Click's payment number. */
  readonly clickPaymentId?: string | undefined;
  readonly note: string;
  readonly caller: string;
  readonly userId: string;
}
