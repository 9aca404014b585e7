import { type Attempt, holdsMoney } from "./attempt.ts";
import type { NotRefundableReason, Refund } from "./refund.ts";

/** The remaining amount of an attempt. */
export function leftTiyin({ amountTiyin }: Pick<Attempt, "amountTiyin">, returnedTiyin: bigint): bigint {
  return amountTiyin - returnedTiyin;
}

/** The amount that our refunds have returned. */
export function returnedBy(refunds: readonly Pick<Refund, "state" | "amountTiyin">[]): bigint {
  return refunds.reduce((total, { state, amountTiyin }) => (state === "DONE" ? total + amountTiyin : total), 0n);
}

export interface AskedRefund {
  readonly amountTiyin: bigint;
  readonly clickPaymentId: string;
  /** Refuse money that a payment keeps. */
  readonly onlyOwed?: boolean | undefined;
}

export interface RefundView {
  readonly attempt: Attempt;
  /** Went back in parts before. */
  readonly returnedTiyin: bigint;
  /** Attempts to which a reported status or a callback gave that payment number of Click's. */
  readonly sameNumber: readonly Attempt[];
}

/** Why this amount cannot be refunded; undefined: it can. The caller checks that no other refund is open. */
export function whyNotRefundable(asked: AskedRefund, view: RefundView): NotRefundableReason | undefined {
  const { attempt, returnedTiyin, sameNumber } = view;
  const { amountTiyin, clickPaymentId } = asked;
  if (!holdsMoney(attempt)) return whyNoMoney(attempt);
  if (asked.onlyOwed && attempt.state !== "OWED") return "NOT_OWED";
  // Even if our ledger is right, the number would reverse the other attempt's money.
  const others = sameNumber.filter((a) => a.id !== attempt.id);
  if (others.some((a) => holdsMoney(a) || isStrangers(a, attempt, clickPaymentId))) return "CLICK_PAYMENT_AMBIGUOUS";
  return amountTiyin <= 0n || amountTiyin > leftTiyin(attempt, returnedTiyin) ? "AMOUNT_NOT_REFUNDABLE" : undefined;
}

export function whyNoMoney({ state }: Pick<Attempt, "state">): Extract<NotRefundableReason, "REFUNDED" | "NO_MONEY"> {
  return state === "REVERSED" ? "REFUNDED" : "NO_MONEY";
}

/** Click did not confirm the number, and another reference has it too: the debit may be that one's, with its Complete still on the way. */
function isStrangers(other: Attempt, attempt: Attempt, clickPaymentId: string): boolean {
  return attempt.clickPaymentId !== clickPaymentId && other.merchantTransId !== attempt.merchantTransId;
}
