import type { JudgedPrepare, PrepareQuestion } from "../app/ports.ts";
import type { Attempt } from "../payment/attempt.ts";
import { asAttemptId } from "../payment/ids.ts";
import type { PrepareVerdict, PrepareView } from "../payment/judge-prepare.ts";
import type { ShopPayment } from "../payment/shop-payment.ts";
import {
  attemptByBinding,
  attemptsOfPaymentsForUpdate,
  forUpdate,
  merchantTransKey,
  toAttempt,
} from "./attempt-rows.ts";
import { lockPayments, type PaymentKey } from "./payment-lock.ts";
import type { Pool } from "./pool.ts";
import { type AttemptReference, insertAnomaly, insertEvent, keepNewAttemptId, NEW_ATTEMPT } from "./record-rows.ts";
import { exactly, shopPaymentsByReference, toShopPayment } from "./shop-rows.ts";
import { type Row, type Statement, type StatementResult, statement } from "./statement.ts";
import { type Decision, inTransaction, StaleReadError, type Transaction } from "./transaction.ts";

/**
 * A Prepare in three round trips: find what it may be about; lock those payments and read everything again; write and commit.
 */
export function prepareTransaction(
  pool: Pool,
  question: PrepareQuestion,
  judge: (view: PrepareView) => PrepareVerdict,
): Promise<JudgedPrepare> {
  const byBinding = attemptByBinding(
    question.serviceId,
    question.callback.raw.clickTransId,
    question.callback.raw.merchantTransId,
  );
  const byReference = shopPaymentsByReference(question.reference);
  return inTransaction(pool, async (tx) => {
    const keys = lockKeys(question, await tx.run(byBinding, byReference));
    const view = await readLocked(tx, question, { byBinding, byReference, keys });
    return decide(question, view, judge(view));
  });
}

function lockKeys(question: PrepareQuestion, [bound, payments]: readonly StatementResult[]): readonly PaymentKey[] {
  const existing = boundAttempt(question, bound?.rows ?? []);
  const keys: PaymentKey[] = [...candidatesOf(question, payments?.rows ?? [])];
  if (existing?.paymentId !== undefined && existing.orderId !== undefined) {
    keys.push({ paymentId: existing.paymentId, orderId: existing.orderId });
  }
  return [...new Map(keys.map((key) => [key.paymentId, key])).values()];
}

async function readLocked(
  tx: Transaction,
  question: PrepareQuestion,
  { byBinding, byReference, keys }: { byBinding: Statement; byReference: Statement; keys: readonly PaymentKey[] },
): Promise<PrepareView> {
  const locked = keys.map((key) => key.paymentId);
  const lock = lockPayments(keys);
  const reads = [forUpdate(byBinding), attemptsOfPaymentsForUpdate(locked), byReference];
  const results = await tx.run(...(lock === undefined ? reads : [lock, ...reads]));
  const [bound, attempts, payments] = results.slice(-reads.length);
  const existing = boundAttempt(question, bound?.rows ?? []);
  const candidates = candidatesOf(question, payments?.rows ?? []);
  const needed = [existing?.paymentId, ...candidates.map((c) => c.paymentId)].filter((id) => id !== undefined);
  // Between the first reading and the lock the order got another payment: look again.
  if (needed.some((id) => !locked.includes(id))) throw new StaleReadError("a payment appeared");
  return { existing, candidates, attempts: (attempts?.rows ?? []).map(toAttempt) };
}

function decide(question: PrepareQuestion, view: PrepareView, verdict: PrepareVerdict): Decision<JudgedPrepare> {
  const { existing } = view;
  const payment = verdict.write?.payment;
  const judged = (attemptId: number): JudgedPrepare => ({
    verdict,
    attemptId: asAttemptId(attemptId),
    paymentId: payment?.paymentId ?? existing?.paymentId,
    orderId: payment?.orderId ?? existing?.orderId,
  });
  const writes = [
    ...attemptWrites(question, existing, verdict, payment),
    ...anomalyWrites(question, existing, verdict, payment),
  ];
  if (existing !== undefined) return { writes, value: judged(existing.id) };
  return { writes, value: ([inserted]) => judged(inserted?.insertId ?? 0) };
}

function attemptWrites(
  question: PrepareQuestion,
  existing: Attempt | undefined,
  verdict: PrepareVerdict,
  payment: ShopPayment | undefined,
): readonly Statement[] {
  const state = verdict.write?.state;
  if (state === undefined) return [];
  const event = insertEvent({
    type: state === "PREPARED" ? "attempt.prepared" : "attempt.refused",
    aggregateId: existing?.id ?? NEW_ATTEMPT,
    serviceId: question.serviceId,
    paymentId: payment?.paymentId,
    payload: {
      answer: verdict.answer,
      amountTiyin: String(question.callback.amountTiyin),
      clickTransId: question.callback.raw.clickTransId,
      clickPaydocId: question.callback.clickPaydocId,
      merchantTransId: question.callback.raw.merchantTransId,
    },
  });
  if (existing === undefined) return [insertAttempt(question, state, verdict, payment), keepNewAttemptId, event];
  return [
    updateAttempt(question, existing, { state, answer: verdict.answer, payment }),
    // A refusal judged again and refused again is no transition.
    ...(existing.state === state ? [] : [event]),
  ];
}

function insertAttempt(
  { serviceId, callback, callerAddress }: PrepareQuestion,
  state: string,
  verdict: PrepareVerdict,
  payment: ShopPayment | undefined,
): Statement {
  return statement(
    `INSERT INTO clickbridge_attempt (service_id, click_trans_id, merchant_trans_id, merchant_trans_key, payment_id, order_id,
       amount_tiyin, state, last_answer, click_paydoc_id, caller_address)
     VALUES (?, ?, ?, UNHEX(?), ?, ?, ?, ?, ?, ?, ?)`,
    BigInt(serviceId),
    BigInt(callback.raw.clickTransId),
    callback.raw.merchantTransId,
    merchantTransKey(callback.raw.merchantTransId),
    payment?.paymentId ?? null,
    payment?.orderId ?? null,
    callback.amountTiyin,
    state,
    verdict.answer,
    callback.clickPaydocId === undefined ? null : BigInt(callback.clickPaydocId),
    callerAddress || null,
  );
}

function updateAttempt(
  { callback }: PrepareQuestion,
  existing: Attempt,
  next: { readonly state: string; readonly answer: number; readonly payment: ShopPayment | undefined },
): Statement {
  return statement(
    `UPDATE clickbridge_attempt
     SET state = ?, last_answer = ?, payment_id = ?, order_id = ?, amount_tiyin = ?,
       click_paydoc_id = COALESCE(click_paydoc_id, ?)
     WHERE id = ? AND state = ?`,
    next.state,
    next.answer,
    next.payment?.paymentId ?? existing.paymentId ?? null,
    next.payment?.orderId ?? existing.orderId ?? null,
    callback.amountTiyin,
    callback.clickPaydocId === undefined ? null : BigInt(callback.clickPaydocId),
    existing.id,
    existing.state,
  );
}

function anomalyWrites(
  { serviceId }: PrepareQuestion,
  existing: Attempt | undefined,
  verdict: PrepareVerdict,
  payment: ShopPayment | undefined,
): readonly Statement[] {
  if (verdict.anomaly === undefined) return [];
  const attemptId: AttemptReference = existing?.id ?? NEW_ATTEMPT;
  const detail = { paymentId: payment?.paymentId, orderId: payment?.orderId, currency: payment?.currency };
  return [insertAnomaly({ kind: verdict.anomaly, serviceId, subject: { attemptId }, detail })];
}

function boundAttempt(question: PrepareQuestion, rows: readonly Row[]): Attempt | undefined {
  return rows.map(toAttempt).find((a) => a.merchantTransId === question.callback.raw.merchantTransId);
}

function candidatesOf(question: PrepareQuestion, rows: readonly Row[]): readonly ShopPayment[] {
  return exactly(question.reference, rows.map(toShopPayment)).filter((payment) =>
    question.belongs(payment.paySystemId, payment.personTypeId),
  );
}
