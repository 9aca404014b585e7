import { fail } from "../../payment/failure.ts";
import type { PaymentId } from "../../payment/ids.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";
import type { ShopReader } from "../services/shop-reader.ts";
import type { CheckoutKeyStore, CheckoutKeys } from "./checkout-key-store.ts";
import { type CheckoutToken, makeCheckoutToken, paymentOfToken } from "./checkout-token.ts";

export interface CheckoutTokenDeps {
  readonly checkoutKey: CheckoutKeyStore;
  readonly now: () => Date;
}

export interface CreateCheckoutTokenDeps extends CheckoutTokenDeps {
  readonly registry: ServiceRegistry;
  readonly shop: Pick<ShopReader, "payment">;
}

/** Makes a token for the checkout page of one payment. It lives for hours, so clocks of replicas may differ by seconds. */
export async function createCheckoutToken(deps: CreateCheckoutTokenDeps, paymentId: PaymentId): Promise<CheckoutToken> {
  const payment = (await deps.shop.payment(paymentId)) ?? fail({ reason: "PAYMENT_NOT_FOUND", paymentId });
  if ((await deps.registry.serviceOwning(payment.paySystemId, payment.personTypeId)) === undefined) {
    fail({ reason: "SERVICE_NOT_CONFIGURED", paymentId, why: "its pay system is no Click service of ours" });
  }
  return makeCheckoutToken((await deps.checkoutKey.keys()).current, paymentId, deps.now());
}

/** The payment of the token, or a failure that does not tell what is wrong with the token. */
export async function paymentBehind(deps: CheckoutTokenDeps, token: string): Promise<PaymentId> {
  const behind = ({ current, previous }: CheckoutKeys) =>
    [current, previous]
      .map((key) => (key === undefined ? undefined : paymentOfToken(key, token, deps.now())))
      .find((paymentId) => paymentId !== undefined);
  return (
    behind(await deps.checkoutKey.keys()) ??
    behind(await deps.checkoutKey.freshKeys()) ??
    fail({ reason: "CHECKOUT_TOKEN_INVALID" })
  );
}
