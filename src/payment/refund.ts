import type { Attempt } from "./attempt.ts";
import type { ChargeRefused } from "./charge.ts";
import type { AttemptId, OrderId, PaymentId, RefundId, ServiceId } from "./ids.ts";
import { type Overdue, SENDING_SECONDS_MAX } from "./outbox.ts";

/**
 * STORED before it is sent, SENDING while it is, and never sent again: a lost reply is UNKNOWN, and the payment's reported status ends it
 * as DONE or NOT_DONE. A refund that was not sent is NOT_DONE too.
 */
export type RefundState = "STORED" | "SENDING" | "DONE" | "REFUSED" | "UNKNOWN" | "NOT_DONE";

/** A refund to a customer. */
export interface Refund {
  readonly id: RefundId;
  readonly state: RefundState;
  readonly attemptId: AttemptId;
  readonly serviceId: ServiceId;
  readonly paymentId: PaymentId | undefined;
  readonly orderId: OrderId | undefined;
  readonly amountTiyin: bigint;
  /** Less than the capture. The payment's status does not show whether it happened. */
  readonly partial: boolean;
  readonly clickPaymentId: string;
  /** A stable name for Click's code, when it refused. */
  readonly clickRefusal: string | undefined;
  readonly clickErrorCode: number;
  readonly clickErrorNote: string;
  readonly createTime: Date;
  /** Undefined while it is open. */
  readonly doneTime: Date | undefined;
  readonly requestId: string;
  /** Name of the caller's token. */
  readonly caller: string;
  readonly userId: string;
  /** The reason that the requester gave. */
  readonly note: string;
}

export function isPartial(attempt: Attempt, amountTiyin: bigint): boolean {
  return amountTiyin !== attempt.amountTiyin;
}

export function isOpen({ state }: Pick<Refund, "state">): boolean {
  return state === "STORED" || state === "SENDING" || state === "UNKNOWN";
}

/** The result of a refund, or UNKNOWN. NOT_DONE: it was not sent, or Click still reports the payment paid long after. */
export type RefundEnd = { readonly kind: "DONE" | "UNKNOWN" | "NOT_DONE" } | ChargeRefused;

/** An open refund with its result; undefined when nothing changes. For an UNKNOWN one the payment's reported status counts. */
export function settledRefund(refund: Refund, end: RefundEnd): Refund | undefined {
  if (!isOpen(refund) || end.kind === refund.state) return undefined;
  if (end.kind !== "REFUSED") return { ...refund, state: end.kind };
  const { refusal, clickErrorCode, clickErrorNote } = end;
  return { ...refund, state: "REFUSED", clickRefusal: refusal, clickErrorCode, clickErrorNote };
}

/** A refund that was not sent within this is NOT_DONE, because its order update waits for it. */
const STORED_REFUND_SECONDS_MAX = 2 * 60;

/** A refund whose reply was lost is polled until it ends. */
export const REFUND_LIFE: readonly Overdue<Refund>[] = [
  { state: "STORED", afterSeconds: STORED_REFUND_SECONDS_MAX, becomes: { state: "NOT_DONE" } },
  { state: "SENDING", afterSeconds: SENDING_SECONDS_MAX, becomes: { state: "UNKNOWN" } },
];

/** A refund whose reply was lost did not happen when this many polls, this far apart, report status 2. */
export const STILL_PAID_READS = 3;
export const STILL_PAID_READS_APART_SECONDS = 15 * 60;

export type NotRefundableReason =
  /** No attempt of the payment holds money. */
  | "NO_MONEY"
  /** A payment keeps it. Only for requests of owed money, which no caller makes. */
  | "NOT_OWED"
  /** Already refunded. */
  | "REFUNDED"
  /** Click sent no payment number, so a reversal is not possible. */
  | "CLICK_PAYMENT_UNKNOWN"
  /** Another attempt with money has the same Click number, or another reference has it and Click has not confirmed whose it is. */
  | "CLICK_PAYMENT_AMBIGUOUS"
  /** The sum differs from what was paid for the order, and only the whole can be returned. */
  | "WHOLE_ONLY"
  /** More than the remainder, or zero. */
  | "AMOUNT_NOT_REFUNDABLE"
  /** Partial refunds are not enabled for the service. */
  | "PARTIAL_REFUND_UNAVAILABLE"
  /** Click does not report it paid now. */
  | "NOT_PAID_AT_CLICK";

/** The attempt that a refund without attempt id uses: the one that holds the payment, else the oldest owed one. */
export function refundableAttempt(attempts: readonly Attempt[]): Attempt | undefined {
  return (
    attempts.find((a) => a.state === "CAPTURED" || a.state === "SETTLED") ?? attempts.find((a) => a.state === "OWED")
  );
}
