import type { InvoiceId, OrderId, PaymentId, ServiceId } from "./ids.ts";
import { type Overdue, SENDING_SECONDS_MAX, STORED_SECONDS_MAX } from "./outbox.ts";

/**
 * STORED before it is sent, SENDING while it is, and never sent again: a lost reply is UNKNOWN, and LOST after ten minutes. CANCELLED: Click
 * had it, and has it no more.
 */
export type InvoiceState = "STORED" | "SENDING" | "CREATED" | "REFUSED" | "UNKNOWN" | "LOST" | "CANCELLED";

/** An invoice sent to a phone through Click. */
export interface Invoice {
  readonly id: InvoiceId;
  readonly state: InvoiceState;
  readonly serviceId: ServiceId;
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly reference: string;
  /** What the invoice is for. */
  readonly amountTiyin: bigint;
  /** What of it is the fee. */
  readonly feeTiyin: bigint;
  /** Twelve digits, `998…`. Personal data: never in a log. */
  readonly phone: string;
  readonly clickInvoiceId: string | undefined;
  readonly clickErrorCode: number;
  readonly clickErrorNote: string;
  readonly createTime: Date;
}

/** What Click said to `invoice/create`. */
export type InvoiceReply =
  | { readonly kind: "DONE"; readonly clickInvoiceId: string }
  | { readonly kind: "REFUSED"; readonly clickErrorCode: number; readonly clickErrorNote: string }
  | { readonly kind: "UNKNOWN" };

/** An invoice that is being sent, once Click has spoken. */
export function settledInvoice(invoice: Invoice, reply: InvoiceReply): Invoice {
  switch (reply.kind) {
    case "DONE":
      return { ...invoice, state: "CREATED", clickInvoiceId: reply.clickInvoiceId };
    case "REFUSED": {
      const { clickErrorCode, clickErrorNote } = reply;
      return { ...invoice, state: "REFUSED", clickErrorCode, clickErrorNote };
    }
    case "UNKNOWN":
      return { ...invoice, state: "UNKNOWN" };
    default:
      return reply satisfies never;
  }
}

/** An invoice that Click shows deleted or failed. Only one that Click has can be. */
export function cancelledInvoice(invoice: Invoice): Invoice | undefined {
  return invoice.state === "CREATED" ? { ...invoice, state: "CANCELLED" } : undefined;
}

/** An invoice that nobody knows of after this is lost: a new request may send another (design.md 6). */
const UNKNOWN_SECONDS_MAX = 10 * 60;

export const INVOICE_LIFE: readonly Overdue<Invoice>[] = [
  { state: "STORED", afterSeconds: STORED_SECONDS_MAX, becomes: { state: "LOST" } },
  { state: "SENDING", afterSeconds: SENDING_SECONDS_MAX, becomes: { state: "UNKNOWN" } },
  { state: "UNKNOWN", afterSeconds: UNKNOWN_SECONDS_MAX, becomes: { state: "LOST" } },
];
