import type { PaidByClick } from "../../app/payments/paid-by-click.ts";
import { fail } from "../../payment/failure.ts";
import {
  attemptOfPaid,
  judgePaidWithoutCallback,
  type PaidWithoutCallback,
} from "../../payment/judge-paid-without-callback.ts";
import { judgeAttempt, type StatusOutcome, type StatusVerdict } from "../../payment/judge-reported-status.ts";
import type { Pool } from "../driver/pool.ts";
import { inTransaction, type Transaction } from "../driver/transaction.ts";
import { applyEffects } from "../effects/apply-effects.ts";
import { attemptsOfPaymentsForUpdate, toAttempt } from "../rows/attempt-rows.ts";
import { lockPayments } from "../rows/payment-lock.ts";
import { shopPaymentById, toShopPayment } from "../rows/shop-rows.ts";
import { attemptsOfClickPayment, readLockedAttempt } from "./locked-attempt.ts";

/** Captures by Click without a known Prepare or Complete. */
export function paidByClickStore(pool: Pool): PaidByClick {
  return {
    record: (paid) =>
      inTransaction<StatusOutcome>(pool, async (tx) => {
        const { outcome, effects } = await judge(tx, paid);
        return applyEffects(effects, outcome);
      }),
  };
}

async function judge(tx: Transaction, paid: PaidWithoutCallback): Promise<StatusVerdict> {
  const { paymentId, serviceId, clickPaymentId } = paid;
  const [seen] = await tx.run(shopPaymentById(paymentId));
  const [before] = (seen?.rows ?? []).map(toShopPayment);
  if (before === undefined) return fail({ reason: "PAYMENT_NOT_FOUND", paymentId });
  const key = { paymentId, orderId: before.orderId };
  const [, own, named, payments] = await tx.run(
    lockPayments([key]),
    attemptsOfPaymentsForUpdate([paymentId]),
    attemptsOfClickPayment(serviceId, clickPaymentId),
    shopPaymentById(paymentId),
  );
  const known = attemptOfPaid(paid, (named?.rows ?? []).map(toAttempt));
  if (known !== undefined) {
    const locked = await readLockedAttempt(tx, known.id);
    const nothing = { outcome: "UNCHANGED", effects: [] } as const;
    return locked === undefined ? nothing : judgeAttempt({ status: "PAID", clickPaymentId }, locked, paid.source);
  }
  const others = (own?.rows ?? []).map(toAttempt);
  return judgePaidWithoutCallback(paid, key, { others, payment: (payments?.rows ?? []).map(toShopPayment)[0] });
}
