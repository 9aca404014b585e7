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

/** How we learned of the capture: by a Complete, by a status poll of a payment that had a Prepare, by our own charge, or found at Click. */
export type CaptureSource = "CALLBACK" | "STATUS" | "CARD" | "PASS" | "RECONCILIATION";

/** One try to pay: created by a Prepare and bound to (service, click_trans_id, exact merchant_trans_id), or by money taken without one. */
export interface Attempt {
  /** The merchant_prepare_id, 1 … 2147483647. */
  readonly id: AttemptId;
  readonly state: AttemptState;
  readonly serviceId: ServiceId;
  /** Undefined when Click took the money without a Prepare: a charged card, or a payment whose callbacks were lost. */
  readonly clickTransId: string | undefined;
  /** Click's payment number as callbacks send it: not signed, so it proves nothing alone. */
  readonly clickPaydocId: string | undefined;
  /** The same number once Click's Merchant API confirmed that it belongs to this attempt. */
  readonly clickPaymentId: string | undefined;
  readonly merchantTransId: string;
  /** Undefined when its Prepare matched no payment. */
  readonly paymentId: PaymentId | undefined;
  readonly orderId: OrderId | undefined;
  /** The sum of the Prepare: the amount that Click captures and a full refund returns. */
  readonly amountTiyin: bigint;
  /** The fee at Prepare, included in amountTiyin. Later changes of the fee do not change it. */
  readonly feeTiyin: bigint;
}

/** The amount without the fee. */
export function orderTiyin({ amountTiyin, feeTiyin }: Pick<Attempt, "amountTiyin" | "feeTiyin">): bigint {
  return amountTiyin - feeTiyin;
}

/** Its money pays its payment: no other attempt may capture that payment. */
export function holdsPayment(attempt: Pick<Attempt, "state">): boolean {
  return attempt.state === "CAPTURED" || attempt.state === "SETTLED";
}

/** It has money: for its payment, or owed. */
export function holdsMoney(attempt: Pick<Attempt, "state">): boolean {
  return holdsPayment(attempt) || attempt.state === "OWED";
}

/** It has, or had, money. A debit happens once, so it never counts for another attempt. */
export function everCaptured(attempt: Pick<Attempt, "state">): boolean {
  return holdsMoney(attempt) || attempt.state === "REVERSED";
}

/** Whether both belong to one Click payment, which Click may send with several click_trans_ids. */
export function isSameMoney(attempt: Attempt, clickPaydocId: string | undefined): boolean {
  return clickPaydocId !== undefined && attempt.clickPaydocId === clickPaydocId;
}

/**
 * Whether a callback belongs to another debit than the attempt. Then our id in it proves nothing, because a restored backup reuses ids.
 * Click's certification tool changes click_trans_id with every request and keeps click_paydoc_id.
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
