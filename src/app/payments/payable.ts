import type { Attempt } from "../../payment/attempt.ts";
import { type Charge, isOpenCharge, keepsMoney } from "../../payment/charge.ts";
import { FailureError, fail } from "../../payment/failure.ts";
import { FEE_PERCENT_RULE } from "../../payment/fee.ts";
import type { PaymentId } from "../../payment/ids.ts";
import { type AskedPayment, CURRENCY, isTaken, type ShopPayment } from "../../payment/shop-payment.ts";
import type { MerchantAccount } from "../click/click-api.ts";
import { accountOf, type ClickService, quoteFor } from "../services/click-service.ts";
import { type Reference, referenceOf } from "../services/reference.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";
import type { ServiceStore } from "../services/service-store.ts";
import type { ShopReader } from "../services/shop-reader.ts";

export interface PayableDeps {
  readonly registry: ServiceRegistry;
  readonly shop: ShopReader;
  readonly services: ServiceStore;
}

/** A payment for which a link or an invoice can be made. */
export interface Payable {
  readonly payment: ShopPayment;
  /** The amount that Click must take: sum plus fee. */
  readonly amountTiyin: bigint;
  readonly feeTiyin: bigint;
  readonly account: MerchantAccount;
  readonly reference: Reference;
}

/** Finds the payment, its service and its reference, or fails with the reason why Click cannot take the payment. */
export async function findPayable(deps: PayableDeps, paymentId: PaymentId): Promise<Payable> {
  const payment = (await deps.shop.payment(paymentId)) ?? fail({ reason: "PAYMENT_NOT_FOUND", paymentId });
  const { service, asked } = await offeringService(deps.registry, payment);
  const account = accountOf(service) ?? notConfigured(paymentId, service.faults[0] ?? "a merchant id is missing");
  const { feeTiyin } = asked;
  const amountTiyin = payableSum(payment, []) + feeTiyin;
  const reference = await referenceFor(deps, payment, service);
  return { payment, amountTiyin, feeTiyin, account, reference };
}

/** The payment's reference at Click, in any state of the payment; undefined when it is not ours or the reference is ambiguous. */
export async function findReference(
  deps: PayableDeps,
  paymentId: PaymentId,
): Promise<Pick<Payable, "payment" | "account" | "reference" | "feeTiyin"> | undefined> {
  const payment = await deps.shop.payment(paymentId);
  const service = payment && (await deps.registry.serviceOwning(payment.paySystemId, payment.personTypeId));
  const account = service && accountOf(service);
  if (payment === undefined || service === undefined || account === undefined) return undefined;
  try {
    const feeTiyin = quoteFor(service, payment)?.feeTiyin ?? 0n;
    return { payment, account, reference: await referenceFor(deps, payment, service), feeTiyin };
  } catch (error) {
    if (error instanceof FailureError && error.failure.reason === "REFERENCE_AMBIGUOUS") return undefined;
    throw error;
  }
}

/** The sum of the payment without fee, or a failure with the reason why it cannot be paid now. */
export function payableSum(payment: ShopPayment, attempts: readonly Attempt[]): bigint {
  const { paymentId } = payment;
  if (isTaken(payment, attempts)) fail({ reason: "PAYMENT_NOT_PAYABLE", paymentId, why: "TAKEN" });
  if (payment.orderCancelled) fail({ reason: "PAYMENT_NOT_PAYABLE", paymentId, why: "ORDER_CANCELLED" });
  if (payment.currency !== CURRENCY) fail({ reason: "PAYMENT_NOT_PAYABLE", paymentId, why: "CURRENCY_NOT_UZS" });
  const { sumTiyin } = payment;
  if (sumTiyin === undefined || sumTiyin <= 0n) {
    return fail({ reason: "PAYMENT_NOT_PAYABLE", paymentId, why: "AMOUNT_NOT_PAYABLE" });
  }
  return sumTiyin;
}

async function offeringService(
  registry: ServiceRegistry,
  payment: ShopPayment,
): Promise<{ readonly service: ClickService; readonly asked: AskedPayment }> {
  const { paymentId, paySystemId, personTypeId } = payment;
  const service = await registry.serviceOwning(paySystemId, personTypeId);
  if (service === undefined) return notConfigured(paymentId, "its pay system is no Click service of ours");
  const asked = quoteFor(service, payment);
  if (asked !== undefined) return { service, asked };
  const isFeeWrong = service.feeRate(paySystemId, personTypeId) === undefined;
  return notConfigured(
    paymentId,
    isFeeWrong ? `CLICK_FEE_PERCENT of its pay system ${FEE_PERCENT_RULE}` : "its pay system is switched off",
  );
}

/** Click sends the reference back in callbacks, so it must name exactly this payment. */
async function referenceFor(deps: PayableDeps, payment: ShopPayment, service: ClickService): Promise<Reference> {
  const kind = await deps.services.fixReference(service.serviceId, service.override.reference);
  const siblings = kind === "payment_id" ? [payment] : await deps.shop.paymentsOfOrder(payment.orderId);
  const reference = referenceOf(
    kind,
    payment,
    siblings.filter((sibling) => service.owns(sibling.paySystemId, sibling.personTypeId)),
  );
  // A callback looks up order numbers before payment numbers, so an order with that number would be paid instead.
  const ambiguous = kind === "order_number" && reference.text !== payment.orderNumber;
  if (reference.text === "" || (ambiguous && (await deps.shop.orderNumberExists(reference.text)))) {
    return fail({ reason: "REFERENCE_AMBIGUOUS", reference: reference.text });
  }
  return reference;
}

function notConfigured(paymentId: PaymentId, why: string): never {
  return fail({ reason: "SERVICE_NOT_CONFIGURED", paymentId, why });
}

/** Throws the reason why a payment cannot be charged; called under its lock. `others`: its other charges. */
export type RefuseCharge = (
  payment: ShopPayment | undefined,
  attempts: readonly Attempt[],
  others: readonly Charge[],
) => void;

/** Refuses a payment that cannot be paid, whose sum has changed, or that has another charge which may have taken money. */
export function refuseUnlessPayable(
  paymentId: PaymentId,
  { amountTiyin, feeTiyin }: Pick<Charge, "amountTiyin" | "feeTiyin">,
): RefuseCharge {
  return (payment, attempts, others) => {
    const now = payment ?? fail({ reason: "PAYMENT_NOT_FOUND", paymentId });
    if (payableSum(now, attempts) !== amountTiyin - feeTiyin) {
      fail({ reason: "PAYMENT_NOT_PAYABLE", paymentId, why: "AMOUNT_NOT_PAYABLE" });
    }
    refuseSecondDebit(paymentId, others, attempts);
  };
}

/** Another charge took the money, or may have: a second charge could debit twice. */
export function refuseSecondDebit(
  paymentId: PaymentId,
  charges: readonly Charge[],
  attempts: readonly Attempt[],
): void {
  if (charges.some((charge) => keepsMoney(charge, attempts)))
    fail({ reason: "PAYMENT_NOT_PAYABLE", paymentId, why: "TAKEN" });
  const open = charges.find(isOpenCharge);
  if (open !== undefined) fail({ reason: "CHARGE_OPEN", paymentId, chargeId: open.id });
}
