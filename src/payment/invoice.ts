import type { InvoiceId, OrderId, PaymentId, ServiceId } from "./ids.ts";
import { type Overdue, SENDING_SECONDS_MAX, STORED_SECONDS_MAX } from "./outbox.ts";

/**
 * STORED before it is sent, SENDING while it is, and never sent again: a lost reply is UNKNOWN, and LOST after ten minutes. CANCELLED: Click
 * had it and no longer has it.
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
  /** The amount of the invoice. */
  readonly amountTiyin: bigint;
  /** The fee that the amount includes. */
  readonly feeTiyin: bigint;
  /** Twelve digits, `998…`. Personal data: never in a log. */
  readonly phone: string;
  readonly clickInvoiceId: string | undefined;
  readonly clickErrorCode: number;
  readonly clickErrorNote: string;
  readonly createTime: Date;
}

/** Click's reply to `invoice/create`. */
export type InvoiceReply =
  | { readonly kind: "DONE"; readonly clickInvoiceId: string }
  | { readonly kind: "REFUSED"; readonly clickErrorCode: number; readonly clickErrorNote: string }
  | { readonly kind: "UNKNOWN" };

/** An invoice in SENDING after Click's reply. */
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

/** An invoice that Click shows deleted or failed. Only one that Click accepted can be cancelled. */
export function cancelledInvoice(invoice: Invoice): Invoice | undefined {
  return invoice.state === "CREATED" ? { ...invoice, state: "CANCELLED" } : undefined;
}

/** An UNKNOWN invoice is LOST after this: a new request may send another (design.md 6). */
const UNKNOWN_SECONDS_MAX = 10 * 60;

export const INVOICE_LIFE: readonly Overdue<Invoice>[] = [
  { state: "STORED", afterSeconds: STORED_SECONDS_MAX, becomes: { state: "LOST" } },
  { state: "SENDING", afterSeconds: SENDING_SECONDS_MAX, becomes: { state: "UNKNOWN" } },
  { state: "UNKNOWN", afterSeconds: UNKNOWN_SECONDS_MAX, becomes: { state: "LOST" } },
];
