import type { InvoiceId, OrderId, PaymentId, ServiceId } from "./ids.ts";

/** STORED before it is sent, SENDING while it is, and never sent again: a lost reply is UNKNOWN, and LOST after ten minutes. */
export type InvoiceState = "STORED" | "SENDING" | "CREATED" | "REFUSED" | "UNKNOWN" | "LOST";

/** A bill sent to a phone through Click. */
export interface Invoice {
  readonly id: InvoiceId;
  readonly state: InvoiceState;
  readonly serviceId: ServiceId;
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly reference: string;
  /** What the bill is for. */
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
