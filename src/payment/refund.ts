import type { Attempt } from "./attempt.ts";
import type { AttemptId, OrderId, PaymentId, RefundId, ServiceId } from "./ids.ts";

/**
 * STORED before it is sent, SENDING while it is, and never sent again: a lost reply is UNKNOWN, and Click's word on the payment ends it
 * as DONE or NOT_DONE. One that never left is NOT_DONE as well.
 */
export type RefundState = "STORED" | "SENDING" | "DONE" | "REFUSED" | "UNKNOWN" | "NOT_DONE";

/** Money on its way back to a customer. */
export interface Refund {
  readonly id: RefundId;
  readonly state: RefundState;
  readonly attemptId: AttemptId;
  readonly serviceId: ServiceId;
  readonly paymentId: PaymentId | undefined;
  readonly orderId: OrderId | undefined;
  readonly amountTiyin: bigint;
  /** Less than the attempt took. Click's word on the payment does not tell whether it happened. */
  readonly partial: boolean;
  readonly clickPaymentId: string;
  /** A stable word for Click's code, when it refused. */
  readonly clickRefusal: string | undefined;
  readonly clickErrorCode: number;
  readonly clickErrorNote: string;
  readonly createTime: Date;
}

export function isPartial(attempt: Attempt, amountTiyin: bigint): boolean {
  return amountTiyin !== attempt.amountTiyin;
}

export function isOpen({ state }: Pick<Refund, "state">): boolean {
  return state === "STORED" || state === "SENDING" || state === "UNKNOWN";
}

/** Only status 2 read so often, this far apart, says that a refund whose answer was lost did not happen. */
export const STILL_PAID_READS = 3;
export const STILL_PAID_READS_APART_SECONDS = 15 * 60;

export type NotRefundableReason =
  /** No attempt of it holds money. */
  | "NO_MONEY"
  /** A payment keeps it. Only said to what asks for owed money: no caller does. */
  | "NOT_OWED"
  /** It was refunded before. */
  | "REFUNDED"
  /** Click gave no number of the payment, so it cannot be named to Click. */
  | "CLICK_PAYMENT_UNKNOWN"
  /** Another attempt that holds money has the same number of Click's, or another reference has it and Click has not confirmed whose it is. */
  | "CLICK_PAYMENT_AMBIGUOUS"
  /** More than is left of it, or nothing. */
  | "AMOUNT_NOT_REFUNDABLE"
  /** Partial refunds are not switched on for the service. */
  | "PARTIAL_REFUND_UNAVAILABLE"
  /** Click does not show it paid now. */
  | "NOT_PAID_AT_CLICK";

/** Whose money a refund without a named attempt gives back: what holds the payment, else the oldest that is owed. */
export function refundableAttempt(attempts: readonly Attempt[]): Attempt | undefined {
  return (
    attempts.find((a) => a.state === "CAPTURED" || a.state === "SETTLED") ?? attempts.find((a) => a.state === "OWED")
  );
}
