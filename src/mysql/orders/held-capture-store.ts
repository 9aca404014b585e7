import type { HeldCapture, HeldCaptureStore, NamedCapture } from "../../app/orders/held-capture.ts";
import type { Effect } from "../../payment/effects.ts";
import { asAttemptId } from "../../payment/ids.ts";
import { askAboutHeld, releaseHeld, withdrawHeld } from "../../payment/judge-held-capture.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, type Row, statement, text, time } from "../driver/statement.ts";
import { inTransaction, type Transaction } from "../driver/transaction.ts";
import { applyEffects } from "../effects/apply-effects.ts";
import { heldUpdatesDue, toOrderUpdate } from "../rows/order-update-rows.ts";
import { openRefundOf } from "../rows/refund-rows.ts";
import { type LockedUpdate, readLockedUpdate } from "./locked-order-update.ts";

/** Captures whose order update waits for Click's reported status (`confirm_before_paid`, dialect `legacy`). */
export function heldCaptureStore(pool: Pool): HeldCaptureStore {
  return {
    due: (limit) => due(pool, limit),
    release: (capture) =>
      decide(pool, capture, async (tx, locked) => {
        const { clickPaymentId } = capture;
        return releaseHeld(locked, { clickPaymentId, holder: await holderOf(tx, capture) });
      }),
    withdraw: (capture) =>
      decide(pool, capture, async (tx, locked) => {
        const [open] = await tx.run(openRefundOf(locked.attempt.id));
        const isRefunded = locked.returnedTiyin > 0n || open?.rows.length === 1;
        return withdrawHeld(locked, { clickPaymentId: capture.clickPaymentId, isRefunded });
      }),
  };
}

/** Counts the poll before it is sent. Takes no payment locks: when two count the same one, the second retries. */
function due(pool: Pool, limit: number): Promise<readonly HeldCapture[]> {
  return inTransaction<readonly HeldCapture[]>(pool, async (tx) => {
    const [found] = await tx.run(heldUpdatesDue(limit));
    const rows = found?.rows ?? [];
    return applyEffects(rows.map(toOrderUpdate).flatMap(askAboutHeld), rows.map(toHeldCapture));
  });
}

function toHeldCapture(row: Row): HeldCapture {
  const { id, serviceId, update } = toOrderUpdate(row);
  return {
    orderUpdateId: id,
    attemptId: update.attemptId,
    serviceId,
    clickPaymentId: update.clickPaymentId,
    merchantTransId: text(row, "merchant_trans_id"),
    prepareTime: time(row, "prepare_time"),
  };
}

/**
 * The attempt that this Click payment has confirmed. When two are confirmed at once, the unique key lets one through, and the other
 * retries.
 */
async function holderOf(tx: Transaction, { attemptId, serviceId, clickPaymentId }: NamedCapture) {
  const [found] = await tx.run(
    statement(
      "SELECT id FROM clickbridge_attempt WHERE service_id = ? AND click_payment_id = ? AND id <> ?",
      BigInt(serviceId),
      BigInt(clickPaymentId),
      attemptId,
    ),
  );
  const [other] = found?.rows ?? [];
  return other === undefined ? undefined : asAttemptId(integer(other, "id"));
}

function decide(
  pool: Pool,
  { orderUpdateId }: HeldCapture,
  judge: (tx: Transaction, locked: LockedUpdate) => Promise<readonly Effect[]>,
): Promise<void> {
  return inTransaction<void>(pool, async (tx) => {
    const locked = await readLockedUpdate(tx, orderUpdateId);
    return applyEffects(locked === undefined ? [] : await judge(tx, locked), undefined);
  });
}
