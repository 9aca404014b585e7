import { type OrderUpdate, OrderUpdate_Kind } from "../../gen/clickbridge/v1/order_update.ts";
import type { LeasedOrderUpdate, OrderUpdateKind } from "../../payment/order-update.ts";
import { refundableUntil } from "../../payment/payment-money.ts";
import { shopFieldsOf } from "../../payment/shop-fields.ts";
import { CURRENCY } from "../../payment/shop-payment.ts";

const KIND: Readonly<Record<OrderUpdateKind, OrderUpdate_Kind>> = {
  MARK_PAID: OrderUpdate_Kind.KIND_MARK_PAID,
  MARK_REFUNDED: OrderUpdate_Kind.KIND_MARK_REFUNDED,
};

export function toOrderUpdate(update: LeasedOrderUpdate): OrderUpdate {
  return {
    orderUpdateId: BigInt(update.id),
    token: update.token,
    kind: KIND[update.kind],
    paymentId: BigInt(update.paymentId),
    orderId: BigInt(update.orderId),
    amountTiyin: update.amountTiyin,
    feeTiyin: update.feeTiyin,
    currency: CURRENCY,
    attemptId: BigInt(update.attemptId),
    clickTransId: update.clickTransId ?? "",
    clickPaymentId: update.clickPaymentId ?? "",
    captureTime: update.captureTime,
    leaseExpireTime: update.leaseExpireTime,
    tryNumber: update.tryNumber,
    refundableUntil: refundableUntil(update.captureTime),
    shopFields: shopFieldsOf(update),
  };
}
