import type { Attempt } from "./attempt.ts";
import type { ChargeRefused } from "./charge.ts";
import type { AttemptId, OrderId, PaymentId, RefundId, ServiceId } from "./ids.ts";
import { type Overdue, SENDING_SECONDS_MAX } from "./outbox.ts";

/**
 * STORED before it is sent, SENDING while it is, and never sent again: a lost reply is UNKNOWN, and the payment's reported status ends it
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
  /** Less than the attempt took. The payment's status does not tell whether it happened. */
  readonly partial: boolean;
  readonly clickPaymentId: string;
  /** A stable word for Click's code, when it refused. */
  readonly clickRefusal: string | undefined;
  readonly clickErrorCode: number;
  readonly clickErrorNote: string;
  readonly createTime: Date;
  /** Undefined while it is under way. */
  readonly doneTime: Date | undefined;
  readonly requestId: string;
  /** Name of the caller's token. */
  readonly caller: string;
  readonly userId: string;
  /** Why, in the words of who asked. */
  readonly note: string;
}

export function isPartial(attempt: Attempt, amountTiyin: bigint): boolean {
  return amountTiyin !== attempt.amountTiyin;
}

export function isOpen({ state }: Pick<Refund, "state">): boolean {
  return state === "STORED" || state === "SENDING" || state === "UNKNOWN";
}

/** How a refund ended, or that nobody knows. NOT_DONE: it never left, or Click still shows the payment paid long after. */
export type RefundEnd = { readonly kind: "DONE" | "UNKNOWN" | "NOT_DONE" } | ChargeRefused;

/** A refund that has not ended, once it has; undefined when that is no news. The payment's reported status counts for one that is UNKNOWN. */
export function settledRefund(refund: Refund, end: RefundEnd): Refund | undefined {
  if (!isOpen(refund) || end.kind === refund.state) return undefined;
  if (end.kind !== "REFUSED") return { ...refund, state: end.kind };
  const { refusal, clickErrorCode, clickErrorNote } = end;
  return { ...refund, state: "REFUSED", clickRefusal: refusal, clickErrorCode, clickErrorNote };
}

/** What never left within this is over at once, for the shop waits for its mark. */
const STORED_REFUND_SECONDS_MAX = 2 * 60;

/** One whose reply was lost is asked about for as long as it takes. */
export const REFUND_LIFE: readonly Overdue<Refund>[] = [
  { state: "STORED", afterSeconds: STORED_REFUND_SECONDS_MAX, becomes: { state: "NOT_DONE" } },
  { state: "SENDING", afterSeconds: SENDING_SECONDS_MAX, becomes: { state: "UNKNOWN" } },
];

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
  /** Another sum than what it paid for the order, where only the whole can be returned. */
  | "WHOLE_ONLY"
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
