import { holdsPayment } from "../payment/attempt.ts";
import { isOpenCharge, keepsMoney } from "../payment/charge.ts";
import { fail } from "../payment/failure.ts";
import type { PaymentId } from "../payment/ids.ts";
import { CURRENCY } from "../payment/shop-payment.ts";
import type { PaymentReader } from "./ports.ts";
import type { ServiceRegistry } from "./service-registry.ts";

export interface GetCheckoutDeps {
  readonly registry: ServiceRegistry;
  readonly payments: Pick<PaymentReader, "find">;
}

export type CheckoutState = "PAYABLE" | "IN_PROGRESS" | "CAPTURED" | "PAID" | "NOT_PAYABLE";

export interface Checkout {
  readonly state: CheckoutState;
  readonly amountTiyin: bigint;
  readonly lastAttemptDeclined: boolean;
}

/** Where a payment stands, for a page that waits for it. Reads only. */
export async function getCheckout(deps: GetCheckoutDeps, paymentId: PaymentId): Promise<Checkout> {
  const record = (await deps.payments.find(paymentId)) ?? fail({ reason: "PAYMENT_NOT_FOUND", paymentId });
  const shop = record.shop ?? fail({ reason: "PAYMENT_NOT_FOUND", paymentId });
  if ((await deps.registry.serviceOwning(shop.paySystemId, shop.personTypeId)) === undefined) {
    fail({ reason: "SERVICE_NOT_CONFIGURED", paymentId, why: "its pay system is no Click service of ours" });
  }
  const { attempts, charges } = record;
  const state = (): CheckoutState => {
    if (shop.returned || shop.orderCancelled || shop.currency !== CURRENCY) return "NOT_PAYABLE";
    if (shop.paid) return "PAID";
    if (attempts.some(holdsPayment) || charges.some((charge) => keepsMoney(charge, attempts))) return "CAPTURED";
    const isPrepared = attempts.some((attempt) => attempt.state === "PREPARED");
    return isPrepared || charges.some(isOpenCharge) ? "IN_PROGRESS" : "PAYABLE";
  };
  return {
    state: state(),
    amountTiyin: shop.sumTiyin ?? 0n,
    lastAttemptDeclined: attempts.at(-1)?.state === "CANCELLED",
  };
}
