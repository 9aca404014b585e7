import type { OrderId, PaymentId } from "../../payment/ids.ts";
import type { ShopPayment } from "../../payment/shop-payment.ts";

/** Reads the shop's own tables; never writes them. */
export interface ShopReader {
  payment(paymentId: PaymentId): Promise<ShopPayment | undefined>;
  /** All payments of an order. */
  paymentsOfOrder(orderId: OrderId): Promise<readonly ShopPayment[]>;
  /** Whether some order bears this very number. */
  orderNumberExists(orderNumber: string): Promise<boolean>;
  paySystems(): Promise<readonly PaySystemRow[]>;
}

/** One pay system with our handler, as the admin typed it in. */
export interface PaySystemRow {
  readonly paySystemId: number;
  readonly active: boolean;
  /** Person type (0: common) → code → value, trimmed; only typed-in values, never one that a buyer could choose. */
  readonly values: ReadonlyMap<number, ReadonlyMap<string, string>>;
}
