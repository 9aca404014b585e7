import { asPaymentId } from "../payment/ids.ts";
import type { LeasedOrderUpdate } from "../payment/order-update.ts";
import { retryDelaySeconds, TRIES_BEFORE_STUCK } from "../payment/order-update.ts";
import {
  isFreeFor,
  leaseEnd,
  leaseUpdate,
  lockPaymentOfUpdate,
  type OrderUpdateRow,
  openUpdatesOfPayment,
  toOrderUpdateRow,
} from "./order-update-rows.ts";
import type { Pool } from "./pool.ts";
import { insertAnomaly } from "./record-rows.ts";
import { integer, type Row, type Statement, statement, time } from "./statement.ts";
import { inTransaction, read } from "./transaction.ts";

/** Hands out what is due, each in a transaction of its own, so that one that is contended holds up none of the others. */
export async function claim(pool: Pool, limit: number, newToken: () => string): Promise<readonly LeasedOrderUpdate[]> {
  const [due] = await read(pool, dueUpdates(limit));
  const claimed: LeasedOrderUpdate[] = [];
  for (const row of due?.rows ?? []) {
    const update = await claimOne(pool, row, newToken());
    if (update !== undefined) claimed.push(update);
  }
  return claimed;
}

/** Due, unleased, and the oldest unfinished one of its payment. A hint: the claim looks again under the lock. */
function dueUpdates(limit: number): Statement {
  return statement(
    `SELECT u.id, u.payment_id FROM clickbridge_order_update u
     WHERE u.state = 'PENDING' AND u.due_time <= NOW(3)
       AND (u.lease_expire_time IS NULL OR u.lease_expire_time <= NOW(3))
       AND NOT EXISTS (SELECT 1 FROM clickbridge_order_update e
         WHERE e.payment_id = u.payment_id AND e.id < u.id AND e.state IN ('HELD', 'PENDING'))
     ORDER BY u.due_time, u.id LIMIT ?`,
    limit,
  );
}

function claimOne(pool: Pool, due: Row, token: string): Promise<LeasedOrderUpdate | undefined> {
  return inTransaction<LeasedOrderUpdate | undefined>(pool, async (tx) => {
    const paymentId = asPaymentId(integer(due, "payment_id"));
    const [, open, clock] = await tx.run(
      lockPaymentOfUpdate(due),
      openUpdatesOfPayment(paymentId),
      statement("SELECT NOW(3) AS now"),
    );
    const [first] = (open?.rows ?? []).map(toOrderUpdateRow);
    const now = clock?.rows[0];
    // A live lease that is ours is not due any more.
    const free = first !== undefined && isFreeFor(token, first) && (first.due || first.leaseLive);
    if (!free || now === undefined || first.id !== integer(due, "id")) return { writes: [], value: undefined };
    const tryNumber = first.tryCount + 1;
    return {
      writes: [leaseUpdate(first.id, token), ...postpone(first, tryNumber)],
      value: { ...first.update, token, leaseExpireTime: leaseEnd(time(now, "now")), tryNumber },
    };
  });
}

/** Should this try end without a word, the next one waits longer; and after many tries a person is told. */
function postpone({ id, serviceId, update }: OrderUpdateRow, tryNumber: number): readonly Statement[] {
  const later = statement(
    "UPDATE clickbridge_order_update SET due_time = NOW(3) + INTERVAL ? SECOND WHERE id = ?",
    retryDelaySeconds(tryNumber),
    id,
  );
  if (tryNumber <= TRIES_BEFORE_STUCK) return [later];
  const detail = { orderUpdateId: id, tries: tryNumber - 1 };
  return [later, insertAnomaly({ kind: "APPLY_STUCK", serviceId, subject: { attemptId: update.attemptId }, detail })];
}
