import type { ClickPayment, FiscalKind, FiscalReply, FiscalSubmission } from "../../payment/fiscal.ts";
import type { AttemptId, PaymentId } from "../../payment/ids.ts";
import type { FiscalReceiptUrl } from "../../protocol/receipt-url.ts";
import type { RequestKey, Stored } from "../outbox/send-once.ts";

export interface NewSubmission extends RequestKey, ClickPayment {
  readonly kind: FiscalKind;
  readonly userId: string;
}

export interface FiscalStore {
  /** The Click payment that captured the money: of the named attempt, else of the attempt that holds the payment. */
  clickPayment(paymentId: PaymentId, attemptId: AttemptId | undefined): Promise<ClickPayment | undefined>;
  find(kind: FiscalKind, caller: string, requestId: string): Promise<Stored<FiscalSubmission> | undefined>;
  /** Stores it (STORED) unless another submission of the same Click payment is open. A repeated request returns the stored one. */
  store(submission: NewSubmission): Promise<Stored<FiscalSubmission> | "OPEN">;
  /** Whether another submission may already have sent data of this receipt to Click. */
  wasSubmittedBefore(submission: FiscalSubmission): Promise<boolean>;
  /** STORED → SENDING; false when another process claimed it; OPEN when another submission is being sent, or is newer. */
  claimForSending(submission: FiscalSubmission, token: string): Promise<boolean | "OPEN">;
  settle(submission: FiscalSubmission, reply: FiscalReply): Promise<FiscalSubmission>;
  receipt(payment: ClickPayment): Promise<FiscalReceiptUrl | undefined>;
  keepReceipt(payment: ClickPayment, receipt: FiscalReceiptUrl): Promise<void>;
}
