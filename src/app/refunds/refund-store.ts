import type { Decision } from "../../payment/anomaly.ts";
import type { Attempt } from "../../payment/attempt.ts";
import type { AttemptId, PaymentId, RefundId, ServiceId } from "../../payment/ids.ts";
import type { KnownReturns } from "../../payment/judge-return.ts";
import type { NotRefundableReason, Refund, RefundEnd } from "../../payment/refund.ts";
import type { RequestKey, Stored } from "../outbox/send-once.ts";

export interface NewRefund extends RequestKey {
  /** Refused unless the money is owed still, under the payment's lock. */
  readonly onlyOwed?: boolean;
  /** Of the anomaly whose resolution it is: kept with it, unless somebody has decided that one by then. */
  readonly decision?: Decision | undefined;
  readonly userId: string;
  readonly note: string;
  readonly attemptId: AttemptId;
  /** Undefined: what is left of the attempt, under the payment's lock. */
  readonly amountTiyin: bigint | undefined;
  readonly clickPaymentId: string;
}

export interface RefundStore {
  /** All attempts of a payment, oldest first; undefined when there is no such payment. */
  attemptsOf(paymentId: PaymentId): Promise<readonly Attempt[] | undefined>;
  attempt(attemptId: AttemptId): Promise<Attempt | undefined>;
  /** What became of the money of an attempt, as far as a return of all of it needs it. */
  returnsOf(attemptId: AttemptId): Promise<KnownReturns | undefined>;
  find(caller: string, requestId: string): Promise<Stored<Refund> | undefined>;
  /**
   * Stores it (STORED) and withdraws a mark that nobody has in hands yet, unless the attempt does not hold that money any more: then
   * `refuse` throws. Fails with REFUND_OPEN while another one of the attempt is under way. A repeat gives the stored one.
   */
  store(refund: NewRefund, refuse: (why: NotRefundableReason) => never): Promise<Stored<Refund>>;
  /** STORED → SENDING; false when somebody else did it, with another token. */
  claimForSending(id: RefundId, token: string): Promise<boolean>;
  /** Notes how it ended, moves the attempt and tells the shop. What has ended before stays as it is. */
  settle(id: RefundId, end: RefundEnd): Promise<Refund>;
  /** Whole refunds whose reply was lost, and which are due for a question. */
  unknownDue(limit: number): Promise<readonly Refund[]>;
  /** Counts a question that Click answered with "paid", unless one was counted a moment ago: how many there were. */
  countStillPaid(id: RefundId): Promise<number>;
  /** Attempts OWED whose payment of Click's is proven, of these services, which nobody has tried to refund. */
  owedConfirmed(
    serviceIds: readonly ServiceId[],
    limit: number,
  ): Promise<readonly { readonly attemptId: AttemptId; readonly paymentId: PaymentId | undefined }[]>;
}
