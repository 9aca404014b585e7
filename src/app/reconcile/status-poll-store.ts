import type { Attempt } from "../../payment/attempt.ts";
import type { AttemptId, InvoiceId, PaymentId } from "../../payment/ids.ts";
import type { AttemptRecord } from "../payments/payment-reader.ts";

export type DueStatusPoll =
  | { readonly kind: "ATTEMPT"; readonly attempt: AttemptRecord }
  | { readonly kind: "PAYMENT"; readonly paymentId: PaymentId }
  | { readonly kind: "INVOICE"; readonly invoiceId: InvoiceId }
  /** Whatever became of the payment: what else Click has under its reference. */
  | { readonly kind: "REFERENCE"; readonly paymentId: PaymentId; readonly askCount: number };

export interface StatusPollStore {
  /** Makes questions of what is new: attempts with a life, unpaid payments of these pay systems without one, and unpaid invoices. */
  seed(paySystemIds: readonly number[]): Promise<void>;
  /** What is due, oldest first; each is put off to its next time at once. */
  claimDue(limit: number): Promise<readonly DueStatusPoll[]>;
  /** It was not answered: asked again in a few minutes, or later the older it is. */
  reschedule(kind: DueStatusPoll["kind"], id: AttemptId | PaymentId | InvoiceId): Promise<void>;
  /**
   * Click denies a capture: it does not know the payment, or has not taken its money. Asked again after an hour; the second denial an hour
   * or more after the first is told to a person, once.
   */
  noteDenial(attempt: Attempt, said: string): Promise<"UNCHANGED" | "CAPTURE_NOT_CONFIRMED">;
  /** Attempts with a life that changed since, oldest first. */
  changedSince(since: Date, limit: number): Promise<readonly AttemptRecord[]>;
}
