import type { JudgedPrepare, PrepareQuestion } from "../../app/callbacks/callback-store.ts";
import type { Attempt } from "../../payment/attempt.ts";
import type { AnomalySubject } from "../../payment/effects.ts";
import { type AttemptId, asAttemptId } from "../../payment/ids.ts";
import type { PrepareVerdict, PrepareView } from "../../payment/judge-prepare.ts";
import type { AskedPayment } from "../../payment/shop-payment.ts";
import { type Statement, statement } from "../driver/statement.ts";
import type { Decision } from "../driver/transaction.ts";
import { raiseAnomaly } from "../effects/anomaly-writes.ts";
import { merchantTransKey } from "../rows/attempt-rows.ts";
import { insertEvent, keepNewAttemptId, NEW_ATTEMPT } from "../rows/record-rows.ts";

/** The statements that make a verdict true, and what to tell of it. */
export function prepareWrites(
  question: PrepareQuestion,
  view: PrepareView,
  verdict: PrepareVerdict,
): Decision<JudgedPrepare> {
  const { existing } = view;
  const payment = verdict.write?.payment;
  const judged = (attemptId: AttemptId | undefined): JudgedPrepare => ({
    verdict,
    attemptId,
    paymentId: payment?.paymentId ?? existing?.paymentId,
    orderId: payment?.orderId ?? existing?.orderId,
  });
  const writes = [
    ...attemptWrites(question, existing, verdict, payment),
    ...anomalyWrites(question, existing, verdict, payment),
  ];
  if (existing !== undefined || verdict.write === undefined) return { writes, value: judged(existing?.id) };
  return { writes, value: ([inserted]) => judged(asAttemptId(inserted?.insertId ?? 0)) };
}

function attemptWrites(
  question: PrepareQuestion,
  existing: Attempt | undefined,
  verdict: PrepareVerdict,
  payment: AskedPayment | undefined,
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
      feeTiyin: String(payment?.feeTiyin ?? existing?.feeTiyin ?? 0n),
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
  payment: AskedPayment | undefined,
): Statement {
  return statement(
    `INSERT INTO clickbridge_attempt (service_id, click_trans_id, merchant_trans_id, merchant_trans_key, payment_id, order_id,
       amount_tiyin, fee_tiyin, state, last_answer, click_paydoc_id, caller_address)
     VALUES (?, ?, ?, UNHEX(?), ?, ?, ?, ?, ?, ?, ?, ?)`,
    BigInt(serviceId),
    BigInt(callback.raw.clickTransId),
    callback.raw.merchantTransId,
    merchantTransKey(callback.raw.merchantTransId),
    payment?.paymentId ?? null,
    payment?.orderId ?? null,
    callback.amountTiyin,
    payment?.feeTiyin ?? 0n,
    state,
    verdict.answer,
    callback.clickPaydocId === undefined ? null : BigInt(callback.clickPaydocId),
    callerAddress || null,
  );
}

function updateAttempt(
  { callback }: PrepareQuestion,
  existing: Attempt,
  next: { readonly state: string; readonly answer: number; readonly payment: AskedPayment | undefined },
): Statement {
  return statement(
    `UPDATE clickbridge_attempt
     SET state = ?, last_answer = ?, payment_id = ?, order_id = ?, amount_tiyin = ?, fee_tiyin = ?,
       click_paydoc_id = COALESCE(click_paydoc_id, ?)
     WHERE id = ? AND state = ?`,
    next.state,
    next.answer,
    next.payment?.paymentId ?? existing.paymentId ?? null,
    next.payment?.orderId ?? existing.orderId ?? null,
    callback.amountTiyin,
    next.payment?.feeTiyin ?? existing.feeTiyin,
    callback.clickPaydocId === undefined ? null : BigInt(callback.clickPaydocId),
    existing.id,
    existing.state,
  );
}

function anomalyWrites(
  { serviceId, callback }: PrepareQuestion,
  existing: Attempt | undefined,
  verdict: PrepareVerdict,
  payment: AskedPayment | undefined,
): readonly Statement[] {
  if (verdict.anomaly === undefined) return [];
  const { clickTransId, merchantTransId } = callback.raw;
  const attemptId = verdict.write === undefined ? existing?.id : (existing?.id ?? NEW_ATTEMPT);
  const subject: AnomalySubject = attemptId === undefined ? { clickTransId, merchantTransId } : { attemptId };
  const detail = {
    clickTransId,
    merchantTransId,
    paymentId: payment?.paymentId,
    orderId: payment?.orderId,
    currency: payment?.currency,
  };
  return raiseAnomaly({ kind: verdict.anomaly, serviceId, subject, detail });
}
