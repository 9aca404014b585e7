import type { InvoiceId, OrderId, PaymentId, ServiceId } from "../../payment/ids.ts";
import type { Invoice, InvoiceReply } from "../../payment/invoice.ts";
import type { RequestKey, Stored } from "../outbox/send-once.ts";
import type { RefuseCharge } from "../payments/payable.ts";

export interface NewInvoice extends RequestKey {
  readonly userId: string;
  readonly serviceId: ServiceId;
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly reference: string;
  readonly amountTiyin: bigint;
  readonly feeTiyin: bigint;
  readonly phone: string;
  /** The network of the payment page's caller, to which the limits apply; undefined for a back office, which has no limits. */
  readonly callerNetwork: string | undefined;
}

export interface InvoiceStore {
  /** The invoice of this (caller, request id), with the hash of its request. */
  find(caller: string, requestId: string): Promise<Stored<Invoice> | undefined>;
  /**
   * Stores it (STORED) unless `refuse` throws under the payment's lock. An invoice of a payment page over the limit fails with
   * TOO_MANY_INVOICES. A repeated request returns the stored invoice.
   */
  store(invoice: NewInvoice, refuse: RefuseCharge): Promise<Stored<Invoice>>;
  /** STORED → SENDING; false when another process claimed it with another token. */
  claimForSending(id: InvoiceId, token: string): Promise<boolean>;
  /** Stores Click's reply to the request in SENDING. */
  settle(invoice: Invoice, reply: InvoiceReply): Promise<Invoice>;
  /** An invoice that Click accepted and that no capture has paid. */
  unpaid(id: InvoiceId): Promise<(Invoice & { readonly clickInvoiceId: string }) | undefined>;
  /** Notes that Click no longer has it. An invoice that already ended is not changed. */
  cancel(invoice: Invoice): Promise<Invoice>;
}
