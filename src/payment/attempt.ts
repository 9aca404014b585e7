import type { AttemptId, OrderId, PaymentId, ServiceId } from "./ids.ts";

/**
 * ```
 *  REFUSED ◀─ Prepare ─▶ PREPARED ──Complete 0──▶ CAPTURED ──applied──▶ SETTLED ──reversed──▶ REVERSED
 *     │                     │   └─no news─▶ EXPIRED ┘                                            ▲
 *     └──── Complete 0 ─────┼──────────────────────▶ OWED ───────────── refund ──────────────────┘
 *                           └─error<0─▶ CANCELLED       └─ operator accepts it for a payment ─▶ CAPTURED
 * ```
 */
export type AttemptState =
  | "REFUSED"
  | "PREPARED"
  | "EXPIRED"
  | "CAPTURED"
  | "SETTLED"
  | "OWED"
  | "CANCELLED"
  | "REVERSED";

/** How its money was known to be taken: by a Complete, by Click's status of a payment that had a Prepare, by our own charge, or found at Click. */
export type CaptureSource = "CALLBACK" | "STATUS" | "CARD" | "PASS" | "RECONCILIATION";

/** What one Prepare made, bound to (service, click_trans_id, exact merchant_trans_id); or what Click took without one. */
export interface Attempt {
  /** The merchant_prepare_id, 1 … 2147483647. */
  readonly id: AttemptId;
  readonly state: AttemptState;
  readonly serviceId: ServiceId;
  /** Undefined when Click took the money without a Prepare: a charged card, or a payment whose callbacks were lost. */
  readonly clickTransId: string | undefined;
  /** Click's number of the payment as its callbacks give it: not signed, so it proves nothing alone. */
  readonly clickPaydocId: string | undefined;
  /** The same number once Click's Merchant API has confirmed that it is this attempt's. */
  readonly clickPaymentId: string | undefined;
  readonly merchantTransId: string;
  /** Undefined when its Prepare fitted no payment. */
  readonly paymentId: PaymentId | undefined;
  readonly orderId: OrderId | undefined;
  /** The sum of the Prepare: what Click takes, and what a refund gives back. */
  readonly amountTiyin: bigint;
  /** What its payment asked on top of the order's sum at Prepare. What Click takes is split by this, whatever the fee becomes later. */
  readonly feeTiyin: bigint;
}

/** What of Click's money is the order's. */
export function orderTiyin({ amountTiyin, feeTiyin }: Pick<Attempt, "amountTiyin" | "feeTiyin">): bigint {
  return amountTiyin - feeTiyin;
}

/** Its money is this payment's: nobody else may capture it. */
export function holdsPayment(attempt: Pick<Attempt, "state">): boolean {
  return attempt.state === "CAPTURED" || attempt.state === "SETTLED";
}

/** Click's money is here, be it this payment's or owed back. */
export function holdsMoney(attempt: Pick<Attempt, "state">): boolean {
  return holdsPayment(attempt) || attempt.state === "OWED";
}

/** Click's money was here: it is, or it went back. One debit comes once, so it never counts for another attempt. */
export function everCaptured(attempt: Pick<Attempt, "state">): boolean {
  return holdsMoney(attempt) || attempt.state === "REVERSED";
}

/** Whether both are about one payment of Click's: it may ask about it under several numbers. */
export function isSameMoney(attempt: Attempt, clickPaydocId: string | undefined): boolean {
  return clickPaydocId !== undefined && attempt.clickPaydocId === clickPaydocId;
}

/**
 * Whether a callback is about another debit than the attempt's. Our number in it proves nothing then: a restored backup gives numbers
 * anew. Click's certification tool changes its number with every request and keeps the payment's.
 */
export function isAnotherDebit(
  attempt: Attempt,
  { clickTransId, clickPaydocId }: { readonly clickTransId: string; readonly clickPaydocId: string | undefined },
): boolean {
  const isConfirmed = clickPaydocId !== undefined && attempt.clickPaymentId === clickPaydocId;
  return attempt.clickTransId !== clickTransId && !isSameMoney(attempt, clickPaydocId) && !isConfirmed;
}

export function isOfPayment(attempt: Attempt, paymentId: PaymentId | undefined): boolean {
  return paymentId !== undefined && attempt.paymentId === paymentId;
}
