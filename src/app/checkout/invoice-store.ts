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
  /** Whence a payment page asked: then the limits hold. Undefined for a back office, which they do not bind. */
  readonly callerNetwork: string | undefined;
}

export interface InvoiceStore {
  /** The invoice of this (caller, request id), and the hash it was asked with. */
  find(caller: string, requestId: string): Promise<Stored<Invoice> | undefined>;
  /**
   * Stores it (STORED) unless `refuse` names a reason under the payment's lock, or a payment page's is one too many: then it fails with
   * TOO_MANY_INVOICES. A repeat gives the stored one.
   */
  store(invoice: NewInvoice, refuse: RefuseCharge): Promise<Stored<Invoice>>;
  /** STORED → SENDING; false when somebody else did it, with another token. */
  claimForSending(id: InvoiceId, token: string): Promise<boolean>;
  /** Notes Click's reply to what is being sent. */
  settle(invoice: Invoice, reply: InvoiceReply): Promise<Invoice>;
  /** An invoice that Click has, while no attempt holds its payment's money. */
  unpaid(id: InvoiceId): Promise<(Invoice & { readonly clickInvoiceId: string }) | undefined>;
  /** Click has it no more. What has ended before stays as it is. */
  cancel(invoice: Invoice): Promise<Invoice>;
}
