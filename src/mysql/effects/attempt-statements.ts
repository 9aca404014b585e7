import type { AttemptState } from "../../payment/attempt.ts";
import type { BindClickPayment, ClickError, MoveAttempt, NewAttempt } from "../../payment/effects.ts";
import { bigintOrNull, compareAndSet, type SqlValue, type Statement, statement } from "../driver/statement.ts";
import { merchantTransKey } from "../rows/attempt-rows.ts";
import { keepNewAttemptId } from "./new-attempt-id.ts";

/** The only place that writes clickbridge_attempt. The caller holds the payment's lock, or without a payment the attempt's own. */

export function newAttempt(attempt: NewAttempt): readonly Statement[] {
  const columns: Readonly<Record<string, SqlValue>> = {
    service_id: BigInt(attempt.serviceId),
    click_trans_id: bigintOrNull(attempt.clickTransId),
    merchant_trans_id: attempt.merchantTransId,
    payment_id: attempt.payment?.paymentId ?? null,
    order_id: attempt.payment?.orderId ?? null,
    amount_tiyin: attempt.amountTiyin,
    fee_tiyin: attempt.feeTiyin,
    state: attempt.state,
    last_answer: attempt.answer,
    click_paydoc_id: bigintOrNull(attempt.clickPaydocId),
    click_payment_id: bigintOrNull(attempt.clickPaymentId),
    caller_address: attempt.callerAddress || null,
    capture_source: attempt.captureSource ?? null,
    ...clickErrorColumns(attempt.clickError),
    merchant_trans_key: merchantTransKey(attempt.merchantTransId),
  };
  const names = Object.keys(columns);
  return [
    statement(
      `INSERT INTO clickbridge_attempt (${names.join(", ")}, capture_time)
       VALUES (${names.map(() => "?").join(", ")}, ${takesMoney(attempt.state) ? "NOW(3)" : "NULL"})`,
      ...Object.values(columns),
    ),
    keepNewAttemptId,
  ];
}

/** Inserts a placeholder row so that AUTO_INCREMENT continues after it, on every server and without the right to alter tables. */
export function keepAttemptNumber(id: number): Statement {
  return statement(
    `INSERT INTO clickbridge_attempt (id, service_id, click_trans_id, merchant_trans_id, merchant_trans_key, amount_tiyin, state, last_answer)
     VALUES (?, 0, NULL, '', ?, 0, 'CANCELLED', 0)`,
    id,
    merchantTransKey(""),
  );
}

export function moveAttempt({ attemptId, from, to, set = {} }: MoveAttempt): readonly Statement[] {
  const columns: Readonly<Record<string, SqlValue | undefined>> = {
    state: to,
    last_answer: set.answer,
    complete_click_trans_id: bigintOrUndefined(set.completeClickTransId),
    payment_id: set.payment?.paymentId,
    order_id: set.payment?.orderId,
    amount_tiyin: set.sums?.amountTiyin,
    fee_tiyin: set.sums?.feeTiyin,
    // Without a capture there is no time.
    capture_source: to === "CANCELLED" ? null : set.captureSource,
    ...clickErrorColumns(set.clickError),
  };
  const assigned = Object.entries(columns).flatMap(([name, value]) =>
    value === undefined ? [] : [{ sql: `${name} = ?`, values: [value] }],
  );
  const paydocId = bigintOrUndefined(set.clickPaydocId);
  if (paydocId !== undefined) {
    assigned.push({ sql: "click_paydoc_id = COALESCE(click_paydoc_id, ?)", values: [paydocId] });
  }
  const time = captureTime(to);
  if (time !== undefined) assigned.push({ sql: `capture_time = ${time}`, values: [] });
  return [
    compareAndSet(
      `UPDATE clickbridge_attempt SET ${assigned.map(({ sql }) => sql).join(", ")} WHERE id = ? AND state = ?`,
      ...assigned.flatMap(({ values }) => values),
      attemptId,
      from,
    ),
  ];
}

const NOTE_CHARACTERS_MAX = 250;

function clickErrorColumns(clickError: ClickError | undefined): Readonly<Record<string, SqlValue>> {
  if (clickError === undefined) return {};
  return { click_error_code: clickError.code, click_error_note: clickError.note.slice(0, NOTE_CHARACTERS_MAX) };
}

export function bindClickPayment({ attemptId, clickPaymentId }: BindClickPayment): readonly Statement[] {
  return [
    compareAndSet(
      "UPDATE clickbridge_attempt SET click_payment_id = ? WHERE id = ? AND click_payment_id IS NULL",
      BigInt(clickPaymentId),
      attemptId,
    ),
  ];
}

/** Sets the capture time once; it does not change when the money is accepted for a payment later. */
function captureTime(to: AttemptState): string | undefined {
  if (takesMoney(to)) return "COALESCE(capture_time, NOW(3))";
  return to === "CANCELLED" ? "NULL" : undefined;
}

function takesMoney(state: AttemptState): boolean {
  return state === "CAPTURED" || state === "OWED";
}

function bigintOrUndefined(digits: string | undefined): bigint | undefined {
  return digits === undefined ? undefined : BigInt(digits);
}
