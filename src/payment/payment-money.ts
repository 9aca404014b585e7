import { endOfNextFirst } from "../protocol/tashkent-time.ts";
import { type Attempt, holdsMoney, holdsPayment } from "./attempt.ts";
import { type Charge, isOpenCharge } from "./charge.ts";
import type { AttemptId } from "./ids.ts";
import { isOpen, type Refund, refundableAttempt } from "./refund.ts";
import { leftTiyin, returnedBy } from "./refundable.ts";

/** NO_MONEY: Click holds none of it. HELD: an attempt holds the payment. OWED: none does, and there is money of it that nobody keeps. */
export type PaymentMoneyState = "NO_MONEY" | "IN_PROGRESS" | "HELD" | "OWED" | "REVERSED";

/** Where the money of a payment is, and what of it can be given back. */
export interface PaymentMoney {
  readonly state: PaymentMoneyState;
  /** Fees and owed money included. */
  readonly heldTiyin: bigint;
  readonly refundedTiyin: bigint;
  /** Whose money a refund without a named attempt gives back. */
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
}): PaymentMoney {
  const { attempts, refunds } = payment;
  const holder = refundableAttempt(attempts);
  const held = attempts.find(({ id }) => id === holder?.id);
  return {
    state: stateOf(payment),
    heldTiyin: sum(attempts.filter(holdsMoney).map((attempt) => leftOf(attempt, refunds))),
    refundedTiyin: sum(attempts.map((attempt) => refundedOf(attempt, refunds))),
    holdingAttemptId: held?.id,
    refundableTiyin: held === undefined ? 0n : refundableOf(held, refunds),
    refundableUntil: held?.captureTime === undefined ? undefined : refundableUntil(held.captureTime),
  };
}

function stateOf({ attempts, charges }: Parameters<typeof paymentMoney>[0]): PaymentMoneyState {
  const has = (state: Attempt["state"]) => attempts.some((attempt) => attempt.state === state);
  if (attempts.some(holdsPayment)) return "HELD";
  if (has("OWED")) return "OWED";
  if (has("PREPARED") || charges.some(isOpenCharge)) return "IN_PROGRESS";
  return has("REVERSED") ? "REVERSED" : "NO_MONEY";
}

function refundableOf(attempt: Attempt, refunds: readonly Refund[]): bigint {
  const isNamed = (attempt.clickPaymentId ?? attempt.clickPaydocId) !== undefined;
  const isUnderWay = refunds.some((refund) => refund.attemptId === attempt.id && isOpen(refund));
  return isNamed && !isUnderWay ? leftOf(attempt, refunds) : 0n;
}

function leftOf(attempt: Attempt, refunds: readonly Refund[]): bigint {
  return leftTiyin(attempt, refundedOf(attempt, refunds));
}

/** Money that went back in Click's cabinet has no refund of ours. */
function refundedOf({ id, state, amountTiyin }: Attempt, refunds: readonly Refund[]): bigint {
  if (state === "REVERSED") return amountTiyin;
  return returnedBy(refunds.filter(({ attemptId }) => attemptId === id));
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

/** Click reverses payments of this month, and last month's on the 1st only (click-protocol.md 2.2): the last second of that day in Tashkent. */
export function refundableUntil(captureTime: Date): Date {
  return endOfNextFirst(captureTime);
}
