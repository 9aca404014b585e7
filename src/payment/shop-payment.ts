import { type Attempt, holdsPayment, isOfPayment } from "./attempt.ts";
import type { OrderId, PaymentId } from "./ids.ts";

export const CURRENCY = "UZS";

/** One row of b_sale_order_payment with what matters of its order, as it was read under the payment's lock. */
export interface ShopPayment {
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  /** b_sale_order.ACCOUNT_NUMBER: the number the customer knows. */
  readonly orderNumber: string;
  /** b_sale_order_payment.ACCOUNT_NUMBER, as `57/2`. */
  readonly paymentNumber: string;
  readonly paySystemId: number;
  readonly personTypeId: number;
  /** Undefined when the column is not whole tiyin. */
  readonly sumTiyin: bigint | undefined;
  readonly currency: string;
  /** PAID='Y'. */
  readonly paid: boolean;
  /** IS_RETURN is not 'N'. */
  readonly returned: boolean;
  readonly orderCancelled: boolean;
}

/** Paid or returned in Bitrix, whoever did it. */
export function takenInShop(payment: ShopPayment): boolean {
  return payment.paid || payment.returned;
}

/** Taken: paid or returned in Bitrix, or an attempt of ours holds it. */
export function isTaken(payment: ShopPayment, attempts: readonly Attempt[]): boolean {
  return takenInShop(payment) || attempts.some((a) => isOfPayment(a, payment.paymentId) && holdsPayment(a));
}

/** Whether it is asked for exactly this sum, in sums of Uzbekistan. */
export function asksFor(payment: ShopPayment, amountTiyin: bigint): boolean {
  return payment.currency === CURRENCY && payment.sumTiyin === amountTiyin;
}
