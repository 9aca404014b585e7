import { endOfNextFirst } from "../protocol/tashkent-time.ts";
import { type Attempt, holdsPayment } from "./attempt.ts";
import { type Charge, isOpenCharge } from "./charge.ts";
import type { AttemptId } from "./ids.ts";
import { isOpen, type Refund, refundableAttempt } from "./refund.ts";
import { leftTiyin, returnedBy } from "./refundable.ts";

/**
 * NO_MONEY: Click holds nothing for it. HELD: an attempt holds the payment; PARTIALLY_REFUNDED: the same, after a partial refund.
 * OWED: no attempt holds it, and there is owed money. `PAYMENT_STATE_OF_P` is the same in SQL.
 */
export type PaymentMoneyState = "NO_MONEY" | "IN_PROGRESS" | "HELD" | "PARTIALLY_REFUNDED" | "OWED" | "REVERSED";

/** Sums of a payment's ledger entries. */
export interface BookedMoney {
  /** Includes fees and owed money. */
  readonly heldTiyin: bigint;
  /** By refunds and by other reversals. */
  readonly refundedTiyin: bigint;
}

/** The money of a payment, and how much can be refunded. */
export interface PaymentMoney extends BookedMoney {
  readonly state: PaymentMoneyState;
  /** The attempt that a refund without attempt id uses. */
  readonly holdingAttemptId: AttemptId | undefined;
  readonly refundableTiyin: bigint;
  readonly refundableUntil: Date | undefined;
}

interface Captured extends Attempt {
  readonly captureTime: Date | undefined;
}

export function paymentMoney(payment: {
  readonly attempts: readonly Captured[];
  readonly charges: readonly Charge[];
  readonly refunds: readonly Refund[];
  readonly booked: BookedMoney;
}): PaymentMoney {
  const { attempts, refunds, booked } = payment;
  const holder = refundableAttempt(attempts);
  const held = attempts.find(({ id }) => id === holder?.id);
  return {
    ...booked,
    state: stateOf(payment),
    holdingAttemptId: held?.id,
    refundableTiyin: held === undefined ? 0n : refundableOf(held, refunds),
    refundableUntil: held?.captureTime === undefined ? undefined : refundableUntil(held.captureTime),
  };
}

function stateOf({ attempts, charges, refunds }: Parameters<typeof paymentMoney>[0]): PaymentMoneyState {
  const has = (state: Attempt["state"]) => attempts.some((attempt) => attempt.state === state);
  const holder = attempts.find(holdsPayment);
  if (holder !== undefined) return returnedOf(holder, refunds) > 0n ? "PARTIALLY_REFUNDED" : "HELD";
  if (has("OWED")) return "OWED";
  if (has("PREPARED") || charges.some(isOpenCharge)) return "IN_PROGRESS";
  return has("REVERSED") ? "REVERSED" : "NO_MONEY";
}

function refundableOf(attempt: Attempt, refunds: readonly Refund[]): bigint {
  const isNamed = (attempt.clickPaymentId ?? attempt.clickPaydocId) !== undefined;
  const isUnderWay = refunds.some((refund) => refund.attemptId === attempt.id && isOpen(refund));
  return isNamed && !isUnderWay ? leftTiyin(attempt, returnedOf(attempt, refunds)) : 0n;
}

function returnedOf({ id }: Attempt, refunds: readonly Refund[]): bigint {
  return returnedBy(refunds.filter(({ attemptId }) => attemptId === id));
}

/** Click reverses payments of this month, and last month's only on the 1st (click-protocol.md 2.2): the last second of that day in Tashkent. */
export function refundableUntil(captureTime: Date): Date {
  return endOfNextFirst(captureTime);
}
