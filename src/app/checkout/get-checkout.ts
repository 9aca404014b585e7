import { holdsPayment } from "../../payment/attempt.ts";
import { isOpenCharge, keepsMoney } from "../../payment/charge.ts";
import { fail } from "../../payment/failure.ts";
import type { PaymentId } from "../../payment/ids.ts";
import type { InvoiceState } from "../../payment/invoice.ts";
import { CURRENCY, type ShopPayment, takenInShop, withFee } from "../../payment/shop-payment.ts";
import type { PaymentReader, PaymentRecord } from "../payments/payment-reader.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";

export interface GetCheckoutDeps {
  readonly registry: ServiceRegistry;
  readonly payments: Pick<PaymentReader, "find">;
}

export type CheckoutState = "PAYABLE" | "IN_PROGRESS" | "CAPTURED" | "PAID" | "NOT_PAYABLE";
/** The state in the finer steps that a page shows. */
export type CheckoutStage = CheckoutState | "INVOICE_SENT" | "DECLINED" | "EXPIRED" | "RETURNED";

export interface Checkout {
  readonly state: CheckoutState;
  readonly stage: CheckoutStage;
  /** The order's sum. */
  readonly amountTiyin: bigint;
  /** The fee that the buyer pays, or has paid, in addition. */
  readonly feeTiyin: bigint;
  readonly lastAttemptDeclined: boolean;
  /** False once Click has the money, or when there is nothing to pay. */
  readonly offersToPay: boolean;
}

/** The state of a payment for a page that waits for it. Read-only. */
export async function getCheckout(deps: GetCheckoutDeps, paymentId: PaymentId): Promise<Checkout> {
  const record = (await deps.payments.find(paymentId)) ?? fail({ reason: "PAYMENT_NOT_FOUND", paymentId });
  const shop = record.shop ?? fail({ reason: "PAYMENT_NOT_FOUND", paymentId });
  const { paySystemId, personTypeId } = shop;
  const service =
    (await deps.registry.serviceOwning(paySystemId, personTypeId)) ??
    fail({ reason: "SERVICE_NOT_CONFIGURED", paymentId, why: "its pay system is no Click service of ours" });
  const rate = service.feeRate(paySystemId, personTypeId);
  const { attempts, charges } = record;
  const kept = attempts.find(holdsPayment) ?? charges.find((charge) => keepsMoney(charge, attempts));
  const state = (): CheckoutState => {
    if (shop.returned) return "NOT_PAYABLE";
    if (shop.paid) return "PAID";
    // Also for a cancelled order: a buyer who has paid must not read that payment is impossible.
    if (kept !== undefined) return "CAPTURED";
    if (shop.orderCancelled || shop.currency !== CURRENCY) return "NOT_PAYABLE";
    const isPrepared = attempts.some((attempt) => attempt.state === "PREPARED");
    if (isPrepared || charges.some(isOpenCharge)) return "IN_PROGRESS";
    return rate === undefined ? "NOT_PAYABLE" : "PAYABLE";
  };
  // No fee for a payment that was paid elsewhere or cannot be paid.
  const asked = takenInShop(shop) || rate === undefined ? 0n : withFee(shop, rate).feeTiyin;
  const stage = stageOf(record, shop, state());
  return {
    state: state(),
    stage,
    offersToPay: !WITHOUT_WAYS_TO_PAY.has(stage),
    amountTiyin: shop.sumTiyin ?? 0n,
    feeTiyin: kept?.feeTiyin ?? asked,
    lastAttemptDeclined: attempts.at(-1)?.state === "CANCELLED",
  };
}

const WITHOUT_WAYS_TO_PAY: ReadonlySet<CheckoutStage> = new Set(["CAPTURED", "PAID", "RETURNED", "NOT_PAYABLE"]);

function stageOf(record: PaymentRecord, shop: ShopPayment, state: CheckoutState): CheckoutStage {
  if (shop.returned) return "RETURNED";
  if (state !== "PAYABLE") return state;
  if (shop.sumTiyin === undefined || shop.sumTiyin <= 0n) return "NOT_PAYABLE";
  const [attempt, invoice] = [record.attempts.at(-1), record.invoices.at(-1)];
  const isInvoiceNewer = invoice !== undefined && (attempt === undefined || invoice.createTime > attempt.updateTime);
  if (isInvoiceNewer && INVOICES_ON_THEIR_WAY.has(invoice.state)) return "INVOICE_SENT";
  if (attempt?.state === "CANCELLED") return "DECLINED";
  return attempt?.state === "EXPIRED" ? "EXPIRED" : "PAYABLE";
}

/** UNKNOWN counts too: the invoice may have reached the phone. */
const INVOICES_ON_THEIR_WAY: ReadonlySet<InvoiceState> = new Set(["SENDING", "CREATED", "UNKNOWN"]);
