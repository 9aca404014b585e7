import type { HeldCapture, HeldCaptureStore } from "../app/ports.ts";
import { asAttemptId, asOrderUpdateId, asServiceId } from "../payment/ids.ts";
import { retryDelaySeconds } from "../payment/order-update.ts";
import { lockPaymentOfUpdate, orderUpdateById } from "./order-update-rows.ts";
import type { Pool } from "./pool.ts";
import { insertAnomaly } from "./record-rows.ts";
import { integer, type Row, type Statement, statement, text, textOrUndefined, time } from "./statement.ts";
import { inTransaction, read } from "./transaction.ts";

/** Captures whose order update waits for Click's own word (dialect `legacy`). */
export function heldCaptureStore(pool: Pool): HeldCaptureStore {
  return {
    due: (limit) => due(pool, limit),
    release: (capture) =>
      whileHeld(pool, capture, (row) => [
        statement(
          "UPDATE clickbridge_order_update SET state = 'PENDING', due_time = NOW(3), try_count = 0 WHERE id = ? AND state = 'HELD'",
          integer(row, "id"),
        ),
      ]),
    withdraw: (capture) =>
      whileHeld(pool, capture, (row) => [
        statement(
          "UPDATE clickbridge_order_update SET state = 'WITHDRAWN' WHERE id = ? AND state = 'HELD'",
          integer(row, "id"),
        ),
        insertAnomaly({
          kind: "CAPTURE_NOT_CONFIRMED",
          serviceId: capture.serviceId,
          subject: { attemptId: capture.attemptId },
          detail: { orderUpdateId: capture.orderUpdateId, clickPaydocId: capture.clickPaydocId },
        }),
      ]),
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
       WHERE u.state = 'HELD' AND u.due_time <= NOW(3) ORDER BY u.due_time, u.id LIMIT ?`,
      limit,
    ),
  );
  const rows = found?.rows ?? [];
  if (rows.length > 0) await read(pool, ...rows.map(askLater));
  return rows.map((row) => ({
    orderUpdateId: asOrderUpdateId(integer(row, "id")),
    attemptId: asAttemptId(integer(row, "attempt_id")),
    serviceId: asServiceId(text(row, "service_id")),
    clickPaydocId: textOrUndefined(row, "click_paydoc_id"),
    merchantTransId: text(row, "merchant_trans_id"),
    prepareTime: time(row, "create_time"),
  }));
}

function askLater(row: Row): Statement {
  return statement(
    `UPDATE clickbridge_order_update SET try_count = try_count + 1, due_time = NOW(3) + INTERVAL ? SECOND
     WHERE id = ? AND state = 'HELD'`,
    retryDelaySeconds(integer(row, "try_count") + 1),
    integer(row, "id"),
  );
}

function whileHeld(pool: Pool, capture: HeldCapture, writes: (row: Row) => readonly Statement[]): Promise<void> {
  return inTransaction<void>(pool, async (tx) => {
    const [found] = await tx.run(orderUpdateById(capture.orderUpdateId));
    const [first] = found?.rows ?? [];
    if (first === undefined) return { writes: [], value: undefined };
    const [, locked] = await tx.run(lockPaymentOfUpdate(first), orderUpdateById(capture.orderUpdateId));
    const [row] = locked?.rows ?? [];
    const held = row !== undefined && text(row, "state") === "HELD";
    return { writes: held ? writes(row) : [], value: undefined };
  });
}
