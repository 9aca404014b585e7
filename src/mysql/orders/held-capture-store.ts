import type { HeldCapture, HeldCaptureStore, NamedCapture } from "../../app/orders/held-capture.ts";
import { asAttemptId, asOrderUpdateId, asPaymentId, asServiceId } from "../../payment/ids.ts";
import { retryDelaySeconds, TRIES_BEFORE_STUCK } from "../../payment/order-update.ts";
import { CURRENCY } from "../../payment/shop-payment.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, type Row, type Statement, statement, text, textOrUndefined, time } from "../driver/statement.ts";
import { inTransaction, read, type Transaction } from "../driver/transaction.ts";
import { raiseAnomaly } from "../effects/anomaly-writes.ts";
import { forgetDenial } from "../payments/denied-capture.ts";
import { lockPaymentOfUpdate, orderUpdateById, UPDATE_IS_DUE } from "../rows/order-update-rows.ts";
import { insertEvent } from "../rows/record-rows.ts";

/** Captures whose order update waits for Click's own word (`confirm_before_paid`, dialect `legacy`). */
export function heldCaptureStore(pool: Pool): HeldCaptureStore {
  return {
    due: (limit) => due(pool, limit),
    release: (capture) => whileHeld(pool, capture, (tx) => releaseWrites(tx, capture)),
    withdraw: (capture) => whileHeld(pool, capture, async (_, row) => withdrawWrites(capture, row)),
  };
}

/** Each is asked about again later and later; the question itself is counted before it is put. */
async function due(pool: Pool, limit: number): Promise<readonly HeldCapture[]> {
  const [found] = await read(
    pool,
    statement(
      `SELECT u.id, u.attempt_id, u.try_count, a.service_id, a.click_paydoc_id,
         a.merchant_trans_id, a.create_time
       FROM clickbridge_order_update u JOIN clickbridge_attempt a ON a.id = u.attempt_id
       WHERE u.state = 'HELD' AND ${UPDATE_IS_DUE} ORDER BY u.due_time, u.id LIMIT ?`,
      limit,
    ),
  );
  const due = (found?.rows ?? []).map((row) => ({ capture: toHeldCapture(row), tries: integer(row, "try_count") }));
  if (due.length > 0) await read(pool, ...due.flatMap(({ capture, tries }) => countQuestion(capture, tries)));
  return due.map(({ capture }) => capture);
}

function toHeldCapture(row: Row): HeldCapture {
  return {
    orderUpdateId: asOrderUpdateId(integer(row, "id")),
    attemptId: asAttemptId(integer(row, "attempt_id")),
    serviceId: asServiceId(text(row, "service_id")),
    clickPaydocId: textOrUndefined(row, "click_paydoc_id"),
    merchantTransId: text(row, "merchant_trans_id"),
    prepareTime: time(row, "create_time"),
  };
}

/** The next question waits longer; and after many without a result a person is told. */
function countQuestion(capture: HeldCapture, tries: number): readonly Statement[] {
  const later = statement(
    `UPDATE clickbridge_order_update SET try_count = try_count + 1, due_time = NOW(3) + INTERVAL ? SECOND
     WHERE id = ? AND state = 'HELD'`,
    retryDelaySeconds(tries + 1),
    capture.orderUpdateId,
  );
  return tries < TRIES_BEFORE_STUCK ? [later] : [later, ...notConfirmed(capture, { why: "NO_WORD", tries })];
}

/**
 * Notes which payment of Click's it was. When two attempts are confirmed by one payment in the same moment, the unique key lets one
 * through, and the other comes here again.
 */
async function releaseWrites(tx: Transaction, capture: NamedCapture): Promise<readonly Statement[]> {
  const { orderUpdateId, attemptId, serviceId, clickPaydocId } = capture;
  const [found] = await tx.run(
    statement(
      "SELECT id FROM clickbridge_attempt WHERE service_id = ? AND click_payment_id = ? AND id <> ?",
      BigInt(serviceId),
      BigInt(clickPaydocId),
      attemptId,
    ),
  );
  const [other] = found?.rows ?? [];
  if (other !== undefined) {
    return notConfirmed(capture, { why: "PAID_ANOTHER_ATTEMPT", otherAttemptId: integer(other, "id") });
  }
  return [
    statement("UPDATE clickbridge_attempt SET click_payment_id = ? WHERE id = ?", BigInt(clickPaydocId), attemptId),
    statement(
      "UPDATE clickbridge_order_update SET state = 'PENDING', due_time = NOW(3), try_count = 0 WHERE id = ? AND state = 'HELD'",
      orderUpdateId,
    ),
    ...forgetDenial(attemptId),
  ];
}

/** There was no money: the attempt ends as if Click had given it up, and the order is payable again. */
function withdrawWrites(capture: NamedCapture, row: Row): readonly Statement[] {
  const { orderUpdateId, attemptId, serviceId, clickPaydocId, merchantTransId } = capture;
  const writes = [
    statement("UPDATE clickbridge_order_update SET state = 'WITHDRAWN' WHERE id = ? AND state = 'HELD'", orderUpdateId),
    ...notConfirmed(capture, { why: "FAILED" }),
  ];
  if (text(row, "attempt_state") !== "CAPTURED") return writes;
  return [
    ...writes,
    statement(
      "UPDATE clickbridge_attempt SET state = 'CANCELLED', capture_time = NULL WHERE id = ? AND state = 'CAPTURED'",
      attemptId,
    ),
    insertEvent({
      type: "attempt.cancelled",
      aggregateId: attemptId,
      serviceId,
      paymentId: asPaymentId(integer(row, "payment_id")),
      payload: {
        amountTiyin: text(row, "attempt_amount_tiyin"),
        feeTiyin: text(row, "fee_tiyin"),
        currency: CURRENCY,
        clickPaydocId,
        merchantTransId,
      },
    }),
  ];
}

function notConfirmed(capture: HeldCapture, more: Readonly<Record<string, string | number>>): readonly Statement[] {
  const { serviceId, attemptId, orderUpdateId, clickPaydocId } = capture;
  return raiseAnomaly({
    kind: "CAPTURE_NOT_CONFIRMED",
    serviceId,
    subject: { attemptId },
    detail: { orderUpdateId, clickPaydocId, ...more },
  });
}

/** Under the payment's lock. Nothing is written when the update is held no more: somebody else was faster, or we were. */
function whileHeld(
  pool: Pool,
  capture: HeldCapture,
  writes: (tx: Transaction, row: Row) => Promise<readonly Statement[]>,
): Promise<void> {
  return inTransaction<void>(pool, async (tx) => {
    const [found] = await tx.run(orderUpdateById(capture.orderUpdateId));
    const [first] = found?.rows ?? [];
    if (first === undefined) return { writes: [], value: undefined };
    const [, locked] = await tx.run(lockPaymentOfUpdate(first), orderUpdateById(capture.orderUpdateId));
    const [row] = locked?.rows ?? [];
    const held = row !== undefined && text(row, "state") === "HELD";
    return { writes: held ? await writes(tx, row) : [], value: undefined };
  });
}
