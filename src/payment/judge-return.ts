import { type Attempt, holdsPayment, orderTiyin } from "./attempt.ts";
import type { NotRefundableReason, Refund } from "./refund.ts";
import { returnedBy } from "./refundable.ts";

/** One attempt, its own refunds, and whether the shop has yet to be told that its money went back. */
export interface KnownReturns {
  readonly attempt: Attempt;
  readonly refunds: readonly Refund[];
  readonly isShopToBeTold: boolean;
}

export interface AskedReturn {
  /** What the caller takes off the order, without a fee; undefined: whatever it was. */
  readonly orderAmountTiyin: bigint | undefined;
}

export type ReturnVerdict =
  /** After so many that failed: the same try, asked for twice, is one refund. */
  | { readonly kind: "ASK"; readonly failedCount: number }
  | { readonly kind: "DONE"; readonly refund: Refund }
  | { readonly kind: "REFUSE"; readonly why: NotRefundableReason };

/**
 * What a return of all that is left of an attempt comes to, asked for without a request id. Money that went back before is told as done until the
 * shop has heard of it; afterwards its payment may have been paid in another way, whose money is not Click's to return.
 */
export function judgeReturn(
  { attempt, refunds, isShopToBeTold }: KnownReturns,
  { orderAmountTiyin }: AskedReturn,
): ReturnVerdict {
  if (attempt.state === "REVERSED") {
    // Less than the whole went back by refunds: what reversed the attempt was none of them.
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
