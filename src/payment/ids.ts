/** Branded ids, which cannot be confused. `asX` is for the edges, where a number or text is known to be an X. */

export type PaymentId = number & { readonly __id: "payment" };
export type OrderId = number & { readonly __id: "order" };
export type AttemptId = number & { readonly __id: "attempt" };
export type OrderUpdateId = number & { readonly __id: "orderUpdate" };
export type RefundId = number & { readonly __id: "refund" };
export type AnomalyId = number & { readonly __id: "anomaly" };
export type InvoiceId = number & { readonly __id: "invoice" };
export type ChargeId = number & { readonly __id: "charge" };
export type FiscalSubmissionId = number & { readonly __id: "fiscalSubmission" };
export type LedgerEntryId = number & { readonly __id: "ledgerEntry" };
/** Click's service_id as canonical decimal text. */
export type ServiceId = string & { readonly __id: "service" };

export const asPaymentId = (value: number) => value as PaymentId;
export const asOrderId = (value: number) => value as OrderId;
export const asAttemptId = (value: number) => value as AttemptId;
export const asOrderUpdateId = (value: number) => value as OrderUpdateId;
export const asRefundId = (value: number) => value as RefundId;
export const asAnomalyId = (value: number) => value as AnomalyId;
export const asInvoiceId = (value: number) => value as InvoiceId;
export const asChargeId = (value: number) => value as ChargeId;
export const asFiscalSubmissionId = (value: number) => value as FiscalSubmissionId;
export const asLedgerEntryId = (value: number) => value as LedgerEntryId;
export const asServiceId = (value: string) => value as ServiceId;
