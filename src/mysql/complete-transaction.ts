import type { CompleteQuestion, JudgedComplete } from "../app/ports.ts";
import { type Attempt, isOfPayment } from "../payment/attempt.ts";
import type { CompleteVerdict, CompleteView } from "../payment/judge-complete.ts";
import { attemptByBinding, attemptById, attemptsOfPaymentsForUpdate, forUpdate, toAttempt } from "./attempt-rows.ts";
import { completeWrites, type LockedReading } from "./complete-writes.ts";
import { openUpdatesOfPayment, toOrderUpdateRow } from "./order-update-rows.ts";
import { lockPayments } from "./payment-lock.ts";
import type { Pool } from "./pool.ts";
import { shopPaymentById, toShopPayment } from "./shop-rows.ts";
import { type Row, type Statement, statement } from "./statement.ts";
import { inTransaction, StaleReadError, type Transaction } from "./transaction.ts";

/** An attempt's id is an INT; a longer number names none. */
const ATTEMPT_ID_MAX = 2 ** 31 - 1;

/**
 * A Complete in three round trips: find the attempt; lock its payment and read everything again; write and commit, with the order
 * update that it owes, leased to this caller.
 */
export function completeTransaction(
  pool: Pool,
  question: CompleteQuestion,
  judge: (view: CompleteView) => CompleteVerdict,
): Promise<JudgedComplete> {
  const byName = attemptNamed(question);
  return inTransaction(pool, async (tx) => {
    const [found] = await tx.run(byName);
    const named = theAttempt(question, found?.rows ?? []);
    const { view, locked } = await readLocked(tx, question, { byName, named });
    return completeWrites(question, { view, locked, verdict: judge(view) });
  });
}

async function readLocked(
  tx: Transaction,
  question: CompleteQuestion,
  { byName, named }: { readonly byName: Statement; readonly named: Attempt | undefined },
): Promise<{ readonly view: CompleteView; readonly locked: LockedReading }> {
  if (named?.paymentId === undefined || named.orderId === undefined) {
    const [again, bound] = await tx.run(forUpdate(byName), forUpdate(byClicksNumber(question)));
    const attempt = theAttempt(question, again?.rows ?? []);
    if (attempt?.paymentId !== undefined) throw new StaleReadError("the attempt got a payment");
    return {
      view: { attempt, others: [], payment: undefined },
      locked: { open: [], now: undefined, clicksNumberIsBound: (bound?.rows ?? []).length > 0 },
    };
  }
  const { paymentId, orderId } = named;
  const lock = lockPayments([{ paymentId, orderId }]);
  if (lock === undefined) throw new TypeError("no lock for a payment");
  const [, attemptRows, paymentRows, updateRows, clock] = await tx.run(
    lock,
    attemptsOfPaymentsForUpdate([paymentId]),
    shopPaymentById(paymentId),
    openUpdatesOfPayment(paymentId),
    statement("SELECT NOW(3) AS now"),
  );
  const attempts = (attemptRows?.rows ?? []).map(toAttempt);
  const attempt = attempts.find((a) => a.id === named.id);
  if (attempt === undefined || !isOfPayment(attempt, paymentId)) throw new StaleReadError("the attempt moved");
  const [payment] = (paymentRows?.rows ?? []).map(toShopPayment);
  return {
    view: { attempt, others: attempts.filter((a) => a.id !== attempt.id), payment },
    locked: {
      open: (updateRows?.rows ?? []).map(toOrderUpdateRow),
      now: clock?.rows[0],
      clicksNumberIsBound: true,
    },
  };
}

function byClicksNumber({ serviceId, callback }: CompleteQuestion): Statement {
  return attemptByBinding(serviceId, callback.raw.clickTransId, callback.raw.merchantTransId);
}

function attemptNamed(question: CompleteQuestion): Statement {
  const { merchantPrepareId } = question.callback;
  if (merchantPrepareId === undefined) return byClicksNumber(question);
  // Digits with leading zeros name no attempt: without separators in the hash they could be another field's.
  const canonical = String(Number(merchantPrepareId)) === merchantPrepareId;
  return attemptById(canonical && Number(merchantPrepareId) <= ATTEMPT_ID_MAX ? Number(merchantPrepareId) : 0);
}

/** Of this service and with this very reference, or none. */
function theAttempt({ serviceId, callback }: CompleteQuestion, rows: readonly Row[]): Attempt | undefined {
  return rows
    .map(toAttempt)
    .find((a) => a.serviceId === serviceId && a.merchantTransId === callback.raw.merchantTransId);
}
