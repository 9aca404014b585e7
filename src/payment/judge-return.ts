import { type Attempt, holdsPayment, orderTiyin } from "./attempt.ts";
import type { NotRefundableReason, Refund } from "./refund.ts";

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
 * What a return of all that an attempt holds comes to, asked for without a request id. Money that went back before is told as done until the
 * shop has heard of it; afterwards its payment may have been paid in another way, whose money is not Click's to return.
 */
export function judgeReturn(
  { attempt, refunds, isShopToBeTold }: KnownReturns,
  { orderAmountTiyin }: AskedReturn,
): ReturnVerdict {
  if (attempt.state === "REVERSED") {
    const done = refunds.find(({ state, partial }) => state === "DONE" && !partial);
    return done !== undefined && isShopToBeTold ? { kind: "DONE", refund: done } : { kind: "REFUSE", why: "REFUNDED" };
  }
  if (!holdsPayment(attempt)) return { kind: "REFUSE", why: "NO_MONEY" };
  if (orderAmountTiyin !== undefined && orderAmountTiyin !== orderTiyin(attempt)) {
    return { kind: "REFUSE", why: "WHOLE_ONLY" };
  }
  return { kind: "ASK", failedCount: refunds.filter(hasFailed).length };
}

/** It ended, and no money moved. */
function hasFailed({ state }: Refund): boolean {
  return state === "REFUSED" || state === "NOT_DONE";
}
