import type { AnomalyKind, Decision } from "../../payment/anomaly.ts";
import { holdsMoney, holdsPayment, isOfPayment, orderTiyin } from "../../payment/attempt.ts";
import { decidedCharge } from "../../payment/charge.ts";
import { chargeMoved } from "../../payment/charge-moved.ts";
import { fail } from "../../payment/failure.ts";
import { asOrderId, type ChargeId, type PaymentId } from "../../payment/ids.ts";
import type { Refund } from "../../payment/refund.ts";
import { hasSum, takenInShop } from "../../payment/shop-payment.ts";
import { type Statement, statement } from "../driver/statement.ts";
import type { Transaction } from "../driver/transaction.ts";
import { statementsOf } from "../effects/apply-effects.ts";
import { move, oweMarkPaid, takeBackMark } from "../effects/attempt-writes.ts";
import type { LockedAttempt } from "../payments/locked-attempt.ts";
import { attemptsOfClickPayment } from "../payments/locked-attempt.ts";
import { settleWrites } from "../refunds/refund-writes.ts";
import { attemptsOfPaymentsForUpdate, toAttempt } from "../rows/attempt-rows.ts";
import { chargeById, chargeByIdForUpdate, toCharge } from "../rows/charge-rows.ts";
import { UPDATE_IS_UNLEASED } from "../rows/order-update-rows.ts";
import { lockPayments } from "../rows/payment-lock.ts";
import { openRefundOf, refundedTiyin, toRefund, toTiyin } from "../rows/refund-rows.ts";
import { shopPaymentById, toShopPayment } from "../rows/shop-rows.ts";

/** What an anomaly is about. */
interface Subject {
  readonly kind: AnomalyKind;
  readonly locked: LockedAttempt | undefined;
  readonly chargeId: ChargeId | undefined;
}

/** What a way out changes beside the anomaly itself, or why it is not possible. */
export async function decisionWrites(
  tx: Transaction,
  decision: Decision,
  { kind, locked, chargeId }: Subject,
): Promise<readonly Statement[]> {
  if (chargeId !== undefined) return chargeWrites(tx, decision, chargeId);
  if (locked === undefined) return decision.way === "CLOSE" ? [] : impossible(decision, "it is about no attempt");
  const [open, returned] = await tx.run(openRefundOf(locked.view.attempt.id), refundedTiyin(locked.view.attempt.id));
  const [refund] = (open?.rows ?? []).map(toRefund);
  if (kind === "REFUND_UNKNOWN" && refund?.state === "UNKNOWN") {
    return endRefund(decision, locked, refund, toTiyin(returned));
  }
  if (decision.way === "CLOSE") return [];
  // Money that may be on its way back is nobody's to keep, to mark or to give back once more.
  if (refund !== undefined) return impossible(decision, `refund ${refund.id} is under way`);
  switch (decision.way) {
    case "RETRY_APPLY":
      return retryApply(decision, locked);
    case "ACCEPT":
      if (toTiyin(returned) > 0n) return impossible(decision, "a part of it went back");
      return accept(tx, decision, locked);
    case "REFUNDED_ELSEWHERE":
      return refundedElsewhere(decision, locked);
    default:
      return impossible(decision, "a refund is asked of Click first");
  }
}

/** Of a charge whose end nobody knows nothing is closed: it would block its payment for good. */
async function chargeWrites(tx: Transaction, decision: Decision, chargeId: ChargeId): Promise<readonly Statement[]> {
  const { way, clickPaymentId } = decision;
  const [seen] = await tx.run(chargeById(chargeId));
  const [before] = (seen?.rows ?? []).map(toCharge);
  if (before === undefined) return way === "CLOSE" ? [] : impossible(decision, "the charge is gone");
  const [, found, named] = await tx.run(
    lockPayments([before]),
    chargeByIdForUpdate(chargeId),
    attemptsOfClickPayment(before.serviceId, clickPaymentId ?? "0"),
  );
  const [charge] = (found?.rows ?? []).map(toCharge);
  if (charge?.state !== "UNKNOWN") return way === "CLOSE" ? [] : impossible(decision, `the charge is ${charge?.state}`);
  if (way !== "CHARGED" && way !== "NOT_CHARGED") return impossible(decision, "say whether it was charged");
  const other = (named?.rows ?? []).map(toAttempt).find((attempt) => attempt.paymentId !== charge.paymentId);
  if (other !== undefined) return impossible(decision, `payment ${clickPaymentId} of Click's is attempt ${other.id}'s`);
  const decided = decidedCharge(charge, clickPaymentId);
  return chargeMoved(decided, charge).flatMap(statementsOf);
}

/** Nobody but a person can find out whether a part went back. */
function endRefund(
  decision: Decision,
  locked: LockedAttempt,
  refund: Refund,
  returnedTiyin: bigint,
): readonly Statement[] {
  switch (decision.way) {
    case "REFUNDED_ELSEWHERE":
      return settleWrites(refund, locked, { kind: "DONE" }, returnedTiyin);
    case "CLOSE":
      return settleWrites(refund, locked, { kind: "NOT_DONE" }, returnedTiyin);
    default:
      return impossible(decision, `refund ${refund.id} is under way`);
  }
}

/** The mark goes out once more: after a refusal, or when the shop shows unpaid what it was told is paid. */
function retryApply(decision: Decision, { view: { attempt }, updates }: LockedAttempt): readonly Statement[] {
  const mark = updates.find(({ update }) => update.kind === "MARK_PAID");
  if (!holdsPayment(attempt) || mark === undefined) return impossible(decision, "the attempt holds no payment");
  if (mark.state === "HELD" || mark.state === "WITHDRAWN") return impossible(decision, `the mark is ${mark.state}`);
  if (mark.leaseLive) return impossible(decision, "the shop has the mark in hands now");
  return [
    statement(
      `UPDATE clickbridge_order_update u SET u.state = 'PENDING', u.refusal = NULL, u.due_time = NOW(3), u.lease_expire_time = NULL,
         u.try_count = 0, u.save_count = 0
       WHERE u.id = ? AND u.state IN ('PENDING', 'APPLIED', 'REFUSED') AND ${UPDATE_IS_UNLEASED}`,
      mark.id,
    ),
  ];
}

/** Owed money becomes a payment's own, when nobody else pays it and it asks for that very sum. */
async function accept(
  tx: Transaction,
  decision: Decision,
  { view: { attempt } }: LockedAttempt,
): Promise<readonly Statement[]> {
  if (attempt.state !== "OWED") return impossible(decision, "the attempt is not OWED");
  const paymentId = decision.paymentId ?? attempt.paymentId;
  if (paymentId === undefined) return impossible(decision, "payment_id is needed: the attempt has none");
  const payment = await lockedPayment(tx, paymentId);
  if (payment === undefined) return fail({ reason: "PAYMENT_NOT_FOUND", paymentId });
  const { shop, attempts } = payment;
  const holder = attempts.find((a) => a.id !== attempt.id && isOfPayment(a, paymentId) && holdsPayment(a));
  if (holder !== undefined) return impossible(decision, `attempt ${holder.id} pays that payment`);
  if (takenInShop(shop)) return impossible(decision, "the shop shows that payment paid or returned");
  if (shop.orderCancelled) return impossible(decision, "the order is cancelled");
  if (!hasSum(shop, orderTiyin(attempt))) return impossible(decision, "that payment asks for another sum");
  const accepted = { ...attempt, paymentId, orderId: shop.orderId };
  return [
    statement(
      "UPDATE clickbridge_attempt SET payment_id = ?, order_id = ? WHERE id = ? AND state = 'OWED'",
      paymentId,
      shop.orderId,
      attempt.id,
    ),
    ...move(accepted, "CAPTURED", { anomalyId: decision.anomalyId }),
    ...oweMarkPaid(accepted),
  ];
}

async function lockedPayment(tx: Transaction, paymentId: PaymentId) {
  const [seen] = await tx.run(shopPaymentById(paymentId));
  const orderId = seen?.rows[0]?.["order_id"];
  if (orderId === undefined || orderId === null) return undefined;
  const [, attempts, payments] = await tx.run(
    lockPayments([{ paymentId, orderId: asOrderId(Number(orderId)) }]),
    attemptsOfPaymentsForUpdate([paymentId]),
    shopPaymentById(paymentId),
  );
  const [shop] = (payments?.rows ?? []).map(toShopPayment);
  return shop === undefined ? undefined : { shop, attempts: (attempts?.rows ?? []).map(toAttempt) };
}

function refundedElsewhere(decision: Decision, { view: { attempt }, updates }: LockedAttempt): readonly Statement[] {
  if (!holdsMoney(attempt)) return impossible(decision, "the attempt holds no money");
  return [
    ...move(attempt, "REVERSED", { anomalyId: decision.anomalyId }),
    ...(attempt.state === "OWED" ? [] : takeBackMark(attempt, updates)),
  ];
}

function impossible({ anomalyId }: Decision, why: string): never {
  return fail({ reason: "WAY_NOT_POSSIBLE", anomalyId, why });
}
