import { type Attempt, holdsPayment, isOfPayment } from "./attempt.ts";
import { type FeeRate, feeTiyin } from "./fee.ts";
import type { OrderId, PaymentId } from "./ids.ts";

export const CURRENCY = "UZS";

/** One row of b_sale_order_payment with the needed fields of its order, read under the payment's lock. */
export interface ShopPayment {
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  /** b_sale_order.ACCOUNT_NUMBER: the number the customer knows. */
  readonly orderNumber: string;
  /** b_sale_order_payment.ACCOUNT_NUMBER, as `57/2`. */
  readonly paymentNumber: string;
  readonly paySystemId: number;
  readonly personTypeId: number;
  /** The sum without fee. Undefined when the column is not whole tiyin. */
  readonly sumTiyin: bigint | undefined;
  readonly currency: string;
  /** PAID='Y'. */
  readonly paid: boolean;
  /** IS_RETURN is not 'N'. */
  readonly returned: boolean;
  readonly orderCancelled: boolean;
}

/** A payment with the fee of its pay system as it is set now. */
export interface AskedPayment extends ShopPayment {
  readonly feeTiyin: bigint;
}

export function withFee(payment: ShopPayment, rate: FeeRate): AskedPayment {
  return { ...payment, feeTiyin: feeTiyin(payment.sumTiyin ?? 0n, rate) };
}

/** Paid or returned in Bitrix, whoever did it. */
export function takenInShop(payment: ShopPayment): boolean {
  return payment.paid || payment.returned;
}

/** Taken: paid or returned in Bitrix, or an attempt of ours holds it. */
export function isTaken(payment: ShopPayment, attempts: readonly Attempt[]): boolean {
  return takenInShop(payment) || attempts.some((a) => isOfPayment(a, payment.paymentId) && holdsPayment(a));
}

/** Whether this is exactly the payment's sum in UZS, without fee. */
export function hasSum(payment: ShopPayment, sumTiyin: bigint): boolean {
  return payment.currency === CURRENCY && payment.sumTiyin === sumTiyin;
}

/** Whether this is exactly what the buyer must pay: sum plus fee. */
export function asksFor(payment: AskedPayment, amountTiyin: bigint): boolean {
  return hasSum(payment, amountTiyin - payment.feeTiyin);
}
