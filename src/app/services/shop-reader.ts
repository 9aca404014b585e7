import type { OrderId, PaymentId } from "../../payment/ids.ts";
import type { ShopPayment } from "../../payment/shop-payment.ts";

/** Reads the shop's own tables; never writes them. */
export interface ShopReader {
  payment(paymentId: PaymentId): Promise<ShopPayment | undefined>;
  /** All payments of an order. */
  paymentsOfOrder(orderId: OrderId): Promise<readonly ShopPayment[]>;
  /** Whether an order has exactly this number. */
  orderNumberExists(orderNumber: string): Promise<boolean>;
  paySystems(): Promise<readonly PaySystemRow[]>;
}

/** The settings of one pay system with our handler. */
export interface PaySystemRow {
  readonly paySystemId: number;
  readonly active: boolean;
  /** Person type (0: common) → code → value, trimmed; only values of the settings, never values that a buyer can choose. */
  readonly values: ReadonlyMap<number, ReadonlyMap<string, string>>;
}
