import { type Attempt, holdsPayment, orderTiyin } from "./attempt.ts";
import type { NotRefundableReason, Refund } from "./refund.ts";
import { returnedBy } from "./refundable.ts";

/** One attempt, its refunds, and whether its MARK_REFUNDED is still unfinished. */
export interface KnownReturns {
  readonly attempt: Attempt;
  readonly refunds: readonly Refund[];
  readonly isShopToBeTold: boolean;
}

export interface AskedReturn {
  /** The amount that the caller returns, without fee; undefined: the whole. */
  readonly orderAmountTiyin: bigint | undefined;
}

export type ReturnVerdict =
  /** Number of failed refunds so far, part of the request id, so that a repeat of the same try is the same refund. */
  | { readonly kind: "ASK"; readonly failedCount: number }
  | { readonly kind: "DONE"; readonly refund: Refund }
  | { readonly kind: "REFUSE"; readonly why: NotRefundableReason };

/**
 * Judges a return, without request id, of everything left of an attempt. A finished refund is returned as done until the shop has its order
 * update; after that, the payment may have been paid by other means that Click cannot return.
 */
export function judgeReturn(
  { attempt, refunds, isShopToBeTold }: KnownReturns,
  { orderAmountTiyin }: AskedReturn,
): ReturnVerdict {
  if (attempt.state === "REVERSED") {
    // Refunds returned less than the whole, so something else reversed the attempt.
    const done = returnedBy(refunds) < attempt.amountTiyin ? undefined : refunds.findLast(isDone);
    return done !== undefined && isShopToBeTold ? { kind: "DONE", refund: done } : { kind: "REFUSE", why: "REFUNDED" };
  }
  if (!holdsPayment(attempt)) return { kind: "REFUSE", why: "NO_MONEY" };
  if (orderAmountTiyin !== undefined && orderAmountTiyin !== orderTiyin(attempt)) {
    return { kind: "REFUSE", why: "WHOLE_ONLY" };
  }
  return { kind: "ASK", failedCount: refunds.filter(hasFailed).length };
}

function isDone({ state }: Refund): boolean {
  return state === "DONE";
}

/** It ended, and no money moved. */
function hasFailed({ state }: Refund): boolean {
  return state === "REFUSED" || state === "NOT_DONE";
}
