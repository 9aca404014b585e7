import type { Decision } from "../../payment/anomaly.ts";
import type { Attempt } from "../../payment/attempt.ts";
import type { AttemptId, PaymentId, RefundId, ServiceId } from "../../payment/ids.ts";
import type { KnownReturns } from "../../payment/judge-return.ts";
import type { NotRefundableReason, Refund, RefundEnd } from "../../payment/refund.ts";
import type { RequestKey, Stored } from "../outbox/send-once.ts";

export interface NewRefund extends RequestKey {
  /** Refused, under the payment's lock, unless the money is still owed. */
  readonly onlyOwed?: boolean;
  /** The decision on the anomaly that this refund resolves; stored with it unless the anomaly is already decided. */
  readonly decision?: Decision | undefined;
  /** Whose daily limit it counts for. */
  readonly token: string | undefined;
  /** Fails with REFUND_LIMIT_REACHED when the token's refunds of today would be more than this. */
  readonly limitTiyin: bigint | undefined;
  readonly userId: string;
  readonly note: string;
  readonly attemptId: AttemptId;
  /** Undefined: the remaining capture of the attempt, read under the payment's lock. */
  readonly amountTiyin: bigint | undefined;
  readonly clickPaymentId: string;
}

export interface RefundStore {
  /** All attempts of a payment, oldest first; undefined when there is no such payment. */
  attemptsOf(paymentId: PaymentId): Promise<readonly Attempt[] | undefined>;
  attempt(attemptId: AttemptId): Promise<Attempt | undefined>;
  /** Known returns of the attempt's money, for a return of the whole amount. */
  returnsOf(attemptId: AttemptId): Promise<KnownReturns | undefined>;
  find(caller: string, requestId: string): Promise<Stored<Refund> | undefined>;
  /**
   * Stores it (STORED) and withdraws an order update that is not leased yet. When the attempt no longer holds the money, `refuse` throws.
   * Fails with REFUND_OPEN while another refund of the attempt is open. A repeated request returns the stored refund.
   */
  store(refund: NewRefund, refuse: (why: NotRefundableReason) => never): Promise<Stored<Refund>>;
  /** STORED → SENDING; false when another process claimed it with another token. */
  claimForSending(id: RefundId, token: string): Promise<boolean>;
  /** Stores the result, moves the attempt and enqueues the order update. A refund that already ended is not changed. */
  settle(id: RefundId, end: RefundEnd): Promise<Refund>;
  /** Full refunds whose reply was lost and whose status poll is due. */
  unknownDue(limit: number): Promise<readonly Refund[]>;
  /** Counts a poll that reported "paid", unless one was counted a moment ago; returns the count. */
  countStillPaid(id: RefundId): Promise<number>;
  /** OWED attempts of these services with a proven Click payment that nobody has tried to refund. */
  owedConfirmed(
    serviceIds: readonly ServiceId[],
    limit: number,
  ): Promise<readonly { readonly attemptId: AttemptId; readonly paymentId: PaymentId | undefined }[]>;
}
