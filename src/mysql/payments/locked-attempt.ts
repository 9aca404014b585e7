import type { AttemptId, ServiceId } from "../../payment/ids.ts";
import type { AttemptReading } from "../../payment/judge-reported-status.ts";
import { type Statement, statement } from "../driver/statement.ts";
import { StaleReadError, type Transaction } from "../driver/transaction.ts";
import {
  ATTEMPT_COLUMNS,
  type AttemptLookup,
  attemptNamed,
  bindTarget,
  forUpdate,
  OF_TARGET_PAYMENT,
  ofSameMoneyAtAll,
  paydocOf,
  toAttempt,
} from "../rows/attempt-rows.ts";
import { toOrderUpdate, updatesOfAttempt } from "../rows/order-update-rows.ts";
import { lockOrderOfTarget } from "../rows/payment-lock.ts";
import { refundedTiyin, toTiyin } from "../rows/refund-rows.ts";
import { shopPaymentOfTarget, toShopPayment } from "../rows/shop-rows.ts";

/** One attempt with everything that decides about its money, read under its payment's lock. */
export type LockedAttempt = AttemptReading;

/** Locks and reads; undefined when there is no such attempt. Needs one round trip, and a second one for its reference. */
export async function readLockedAttempt(tx: Transaction, attemptId: AttemptId): Promise<LockedAttempt | undefined> {
  const name = byId(attemptId);
  const [found] = await tx.run(attemptNamed(name));
  const [before] = (found?.rows ?? []).map(toAttempt);
  if (before === undefined) return undefined;
  const [, , own, beside, payments, updates, returned, sameMoney] = await tx.run(
    bindTarget(name),
    lockOrderOfTarget,
    forUpdate(attemptNamed(name)),
    forUpdate(attemptNamed(OF_TARGET_PAYMENT)),
    shopPaymentOfTarget,
    updatesOfAttempt(attemptId),
    refundedTiyin(attemptId),
    forUpdate(attemptNamed(ofSameMoneyAtAll(before.serviceId, before.merchantTransId, paydocOf(name, undefined)))),
  );
  const [attempt] = (own?.rows ?? []).map(toAttempt);
  if (attempt === undefined || attempt.paymentId !== before.paymentId) throw new StaleReadError("the attempt moved");
  const others = [...(beside?.rows ?? []), ...(sameMoney?.rows ?? [])]
    .map(toAttempt)
    .filter((a) => a.id !== attempt.id);
  return {
    view: { attempt, others, payment: (payments?.rows ?? []).map(toShopPayment)[0] },
    updates: (updates?.rows ?? []).map(toOrderUpdate),
    returnedTiyin: toTiyin(returned),
  };
}

/** Attempts that have this Click payment number from a reported status or a callback. */
export function attemptsOfClickPayment(serviceId: ServiceId, clickPaymentId: string): Statement {
  return statement(
    `SELECT ${ATTEMPT_COLUMNS} FROM clickbridge_attempt
     WHERE (service_id = ? AND click_payment_id = ?) OR (click_paydoc_id = ? AND service_id = ?) ORDER BY id`,
    BigInt(serviceId),
    BigInt(clickPaymentId),
    BigInt(clickPaymentId),
    BigInt(serviceId),
  );
}

function byId(attemptId: AttemptId): AttemptLookup {
  return { condition: "id = ?", values: [attemptId] };
}
