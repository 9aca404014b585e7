import type { Attempt } from "../../payment/attempt.ts";
import type { AttemptId, InvoiceId, PaymentId } from "../../payment/ids.ts";
import type { AttemptRecord } from "../payments/payment-reader.ts";

export type DueStatusPoll =
  | { readonly kind: "ATTEMPT"; readonly attempt: AttemptRecord }
  | { readonly kind: "PAYMENT"; readonly paymentId: PaymentId }
  | { readonly kind: "INVOICE"; readonly invoiceId: InvoiceId }
  /** In any state of the payment: looks for other Click payments under its reference. */
  | { readonly kind: "REFERENCE"; readonly paymentId: PaymentId; readonly askCount: number };

export interface StatusPollStore {
  /** Schedules polls for what is new: open attempts, unpaid payments of these pay systems without an attempt, and unpaid invoices. */
  seed(paySystemIds: readonly number[]): Promise<void>;
  /** Due polls, oldest first; each is rescheduled to its next time at once. */
  claimDue(limit: number): Promise<readonly DueStatusPoll[]>;
  /** Click did not answer: polls again in a few minutes, or later for older ones. */
  reschedule(kind: DueStatusPoll["kind"], id: AttemptId | PaymentId | InvoiceId): Promise<void>;
  /**
   * Click denies a capture: it does not know the payment, or has not taken its money. Polls again after an hour; a second denial an hour or
   * more after the first raises one anomaly.
   */
  noteDenial(attempt: Attempt, said: string): Promise<"UNCHANGED" | "CAPTURE_NOT_CONFIRMED">;
  /** Attempts that are not final and changed since then, oldest first. */
  changedSince(since: Date, limit: number): Promise<readonly AttemptRecord[]>;
}
