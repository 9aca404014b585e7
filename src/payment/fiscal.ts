import type { ChargeRefused } from "./charge.ts";
import type { FiscalSubmissionId, OrderId, PaymentId, ServiceId } from "./ids.ts";
import { type Overdue, SENDING_SECONDS_MAX, STORED_SECONDS_MAX } from "./outbox.ts";

export type FiscalKind = "ITEMS" | "QR_CODE";

/**
 * STORED before it is sent, SENDING while it is, and never sent again: a lost reply is UNKNOWN. RECEIPT_EXISTS: it was not sent, because
 * there was a receipt already.
 */
export type FiscalState = "STORED" | "SENDING" | "DONE" | "REFUSED" | "UNKNOWN" | "RECEIPT_EXISTS";

/** A Click payment and the shop's payment that it paid. */
export interface ClickPayment {
  readonly serviceId: ServiceId;
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly clickPaymentId: string;
}

/** A submission of receipt data to Click. Without the goods themselves. */
export interface FiscalSubmission extends ClickPayment {
  readonly id: FiscalSubmissionId;
  readonly kind: FiscalKind;
  readonly state: FiscalState;
  readonly clickRefusal: string | undefined;
  readonly clickErrorCode: number;
  readonly clickErrorNote: string;
  readonly createTime: Date;
}

/** Click's reply to a submission, or why it was not sent. */
export type FiscalReply = { readonly kind: "DONE" | "UNKNOWN" | "RECEIPT_EXISTS" } | ChargeRefused;

/** A submission in SENDING after Click's reply. */
export function settledSubmission(submission: FiscalSubmission, reply: FiscalReply): FiscalSubmission {
  if (reply.kind !== "REFUSED") return { ...submission, state: reply.kind };
  const { refusal, clickErrorCode, clickErrorNote } = reply;
  return { ...submission, state: "REFUSED", clickRefusal: refusal, clickErrorCode, clickErrorNote };
}

/** UNKNOWN is final: the receipt shows whether Click has the data, and is read before another submission. */
export const SUBMISSION_LIFE: readonly Overdue<FiscalSubmission>[] = [
  { state: "STORED", afterSeconds: STORED_SECONDS_MAX, becomes: { state: "REFUSED", clickRefusal: "NOT_SENT" } },
  { state: "SENDING", afterSeconds: SENDING_SECONDS_MAX, becomes: { state: "UNKNOWN" } },
];
