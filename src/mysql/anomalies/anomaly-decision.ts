import type { AnomalyKind, Decision } from "../../payment/anomaly.ts";
import type { Effect } from "../../payment/effects.ts";
import { asOrderId, type ChargeId, type PaymentId } from "../../payment/ids.ts";
import type { AttemptReading } from "../../payment/judge-reported-status.ts";
import {
  type AnomalousAttemptView,
  type AnomalousChargeView,
  resolveAboutAttempt,
  resolveAboutCharge,
  resolveAboutNothing,
} from "../../payment/resolve-anomaly.ts";
import type { Transaction } from "../driver/transaction.ts";
import { attemptsOfClickPayment } from "../payments/locked-attempt.ts";
import { attemptsOfPaymentsForUpdate, toAttempt } from "../rows/attempt-rows.ts";
import { chargeById, chargeByIdForUpdate, toCharge } from "../rows/charge-rows.ts";
import { lockPayments } from "../rows/payment-lock.ts";
import { openRefundOf, toRefund } from "../rows/refund-rows.ts";
import { shopPaymentById, toShopPayment } from "../rows/shop-rows.ts";

/** The attempt and payment of an anomaly. */
interface Subject {
  readonly kind: AnomalyKind;
  readonly locked: AttemptReading | undefined;
  readonly chargeId: ChargeId | undefined;
}

/** Takes the locks, reads what a resolution depends on, and returns its effects besides those on the anomaly itself. */
export async function resolve(
  tx: Transaction,
  decision: Decision,
  { kind, locked, chargeId }: Subject,
): Promise<readonly Effect[]> {
  if (chargeId !== undefined) return resolveAboutCharge(decision, await lockedCharge(tx, chargeId, decision));
  if (locked === undefined) return resolveAboutNothing(decision);
  const { attempt } = locked.view;
  const [open] = await tx.run(openRefundOf(attempt.id));
  const keeperId = decision.resolution === "ACCEPT" ? (decision.paymentId ?? attempt.paymentId) : undefined;
  return resolveAboutAttempt(decision, {
    ...locked,
    kind,
    openRefund: (open?.rows ?? []).map(toRefund)[0],
    keeper: keeperId === undefined ? undefined : await lockedPayment(tx, keeperId),
  });
}

async function lockedCharge(
  tx: Transaction,
  chargeId: ChargeId,
  { clickPaymentId }: Decision,
): Promise<AnomalousChargeView | undefined> {
  const [seen] = await tx.run(chargeById(chargeId));
  const [before] = (seen?.rows ?? []).map(toCharge);
  if (before === undefined) return undefined;
  const [, found, named] = await tx.run(
    lockPayments([before]),
    chargeByIdForUpdate(chargeId),
    attemptsOfClickPayment(before.serviceId, clickPaymentId ?? "0"),
  );
  const [charge] = (found?.rows ?? []).map(toCharge);
  return charge === undefined ? undefined : { charge, sameNumber: (named?.rows ?? []).map(toAttempt) };
}

async function lockedPayment(tx: Transaction, paymentId: PaymentId): Promise<AnomalousAttemptView["keeper"]> {
  const [seen] = await tx.run(shopPaymentById(paymentId));
  const orderId = seen?.rows[0]?.["order_id"];
  if (orderId === undefined || orderId === null) return undefined;
  const [, attempts, payments] = await tx.run(
    lockPayments([{ paymentId, orderId: asOrderId(Number(orderId)) }]),
    attemptsOfPaymentsForUpdate([paymentId]),
    shopPaymentById(paymentId),
  );
  const [payment] = (payments?.rows ?? []).map(toShopPayment);
  return payment === undefined ? undefined : { payment, attempts: (attempts?.rows ?? []).map(toAttempt) };
}
