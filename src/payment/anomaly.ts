import type { AnomalyId, AttemptId, ChargeId, PaymentId, ServiceId } from "./ids.ts";

/**
 * What a person, or the policy, has to look at. Stored once per (subject, kind); a subject is an attempt, or Click's own
 * number where there is none.
 */
export const ANOMALY_KINDS = [
  /** A Prepare came with a click_trans_id that serves another reference: somebody may have divided a signed text anew. */
  "SIGNATURE_REPLAY",
  /** A Complete said that money was taken, and no attempt fits it: it named none, or one that is another debit's. */
  "MONEY_WITHOUT_ATTEMPT",
  /** A Complete with a negative error came for money that was taken. Never un-pays. */
  "CANCEL_AFTER_CAPTURE",
  /** A Complete said that money was taken for an attempt that Click had cancelled. */
  "CONFIRM_AFTER_CANCEL",
  /** A Complete named another sum than its Prepare. */
  "AMOUNT_MISMATCH",
  /** A Prepare came for an order that is not in UZS: the shop's currency is set up wrongly. */
  "CURRENCY_NOT_UZS",
  /** Click took money twice for one payment. */
  "SECOND_CAPTURE",
  /** Click took money in spite of a refused Prepare, and no payment can keep it. */
  "CAPTURED_AFTER_REFUSAL",
  /** Click took money for a payment that the shop shows paid or returned by other means. */
  "PAID_OTHERWISE",
  /** Bitrix cannot take the mark: see the refusal beside it. */
  "APPLY_REFUSED",
  /** Click shows a payment as paid of which no callback came: its sum is not known. */
  "PAID_WITHOUT_ATTEMPT",
  /** Click reversed money that we held, and not because we asked: in its cabinet, for instance. */
  "REVERSED_AT_CLICK",
  /** Nobody knows whether Click refunded: its answer was lost, and its word does not tell. */
  "REFUND_UNKNOWN",
  /** Nobody knows whether Click charged a card or a Click Pass code: its answer was lost. The payment gets no other charge, link or invoice meanwhile. */
  "CHARGE_UNKNOWN",
  /** Bitrix shows a payment unpaid that it was told is paid: a 1C import does that. */
  "UNPAID_IN_SHOP",
  /** An order update failed many times. Still retried. */
  "APPLY_STUCK",
  /** The shop has the mark, but its save was no whole one: what its own event handlers do may be missing. */
  "APPLIED_IN_PARTS",
  /**
   * A capture that Click does not confirm: it said twice, an hour apart, that it does not know the payment or has not taken its money; or,
   * where the mark waits for Click's status, that the payment failed or paid for another attempt, or nothing that fits in many questions.
   * Still asked about, unless it failed.
   */
  "CAPTURE_NOT_CONFIRMED",
  /** Our own rows contradict each other: a captured attempt owed the shop no mark. It does now. */
  "MARK_MISSING",
  /** An attempt is in a state that no event told of. One does now. */
  "EVENT_MISSING",
  /** The events of an attempt tell of another state than it is in, of money perhaps: nobody knows which of the two is right. */
  "EVENTS_DISAGREE",
  /** The shop shows a payment paid by us, and the attempt that it names has no money of that payment. */
  "PAID_WITHOUT_CAPTURE",
  /** The ledger said something else of an attempt than its state and its refunds do. */
  "LEDGER_DISAGREES",
] as const;

export type AnomalyKind = (typeof ANOMALY_KINDS)[number];

export type AnomalyState = "OPEN" | "CLOSED";

/** What a person can decide. */
export const RESOLUTIONS = [
  ...(["RETRY_APPLY", "ACCEPT", "REFUND", "REFUNDED_ELSEWHERE", "CLOSE"] as const),
  // Of a charge whose end nobody knew: what a person found in Click's cabinet.
  ...(["CHARGED", "NOT_CHARGED"] as const),
] as const;

export type Resolution = (typeof RESOLUTIONS)[number];

/** Nothing but the note tells why. */
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
  readonly detailJson: string;
  readonly seenCount: number;
  readonly createTime: Date;
  readonly updateTime: Date;
  readonly decisions: readonly AnomalyDecision[];
}

/** A resolution, and who takes it. */
export interface Decision {
  readonly anomalyId: AnomalyId;
  readonly resolution: Resolution;
  readonly paymentId: PaymentId | undefined;
  /** Of a charge that Click took: its number there. */
  readonly clickPaymentId?: string | undefined;
  readonly note: string;
  readonly caller: string;
  readonly userId: string;
}
