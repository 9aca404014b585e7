import type { ClickPayment, FiscalKind, FiscalReply, FiscalSubmission } from "../../payment/fiscal.ts";
import type { AttemptId, PaymentId } from "../../payment/ids.ts";
import type { FiscalReceiptUrl } from "../../protocol/receipt-url.ts";
import type { RequestKey, Stored } from "../outbox/send-once.ts";

export interface NewSubmission extends RequestKey, ClickPayment {
  readonly kind: FiscalKind;
  readonly userId: string;
}

export interface FiscalStore {
  /** The payment of Click's that took a payment's money: by the named attempt, else by what holds the payment. */
  clickPayment(paymentId: PaymentId, attemptId: AttemptId | undefined): Promise<ClickPayment | undefined>;
  find(kind: FiscalKind, caller: string, requestId: string): Promise<Stored<FiscalSubmission> | undefined>;
  /** Stores it (STORED), unless another one of the same payment of Click's is under way. A repeat gives the stored one. */
  store(submission: NewSubmission): Promise<Stored<FiscalSubmission> | "OPEN">;
  /** Whether Click may have been handed something about this receipt by another submission. */
  wasSubmittedBefore(submission: FiscalSubmission): Promise<boolean>;
  /** STORED → SENDING; false when somebody else did it; OPEN when another one is being sent, or came later. */
  claimForSending(submission: FiscalSubmission, token: string): Promise<boolean | "OPEN">;
  settle(submission: FiscalSubmission, reply: FiscalReply): Promise<FiscalSubmission>;
  receipt(payment: ClickPayment): Promise<FiscalReceiptUrl | undefined>;
  keepReceipt(payment: ClickPayment, receipt: FiscalReceiptUrl): Promise<void>;
}
