import type { ShopPayment } from "../../payment/shop-payment.ts";

/** What a merchant_trans_id refers to: an order (or one of its payments) by number, or a payment by id. */
export interface Reference {
  readonly kind: ReferenceKind;
  readonly text: string;
}

/**
 * The reference of a payment in its link. With order numbers, an order with more than one payment of the service uses the payment's own
 * number, `57/2`.
 */
export function referenceOf(
  kind: ReferenceKind,
  payment: ShopPayment,
  paymentsOfService: readonly ShopPayment[],
): Reference {
  if (kind === "payment_id") return { kind, text: String(payment.paymentId) };
  return { kind, text: paymentsOfService.length > 1 ? payment.paymentNumber : payment.orderNumber };
}

export type ReferenceKind = "order_number" | "payment_id";
