import { FailureError } from "../../payment/failure.ts";
import { asOrderUpdateId, asPaymentId, type OrderUpdateId, type PaymentId } from "../../payment/ids.ts";
import { claimUpdate, isFreeFor } from "../../payment/lease-order-update.ts";
import type { LeasedOrderUpdate } from "../../payment/order-update.ts";
import { isUnready } from "../driver/database-error.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, type Row, type Statement, statement, time } from "../driver/statement.ts";
import { type Decision, inTransaction, read, type Transaction } from "../driver/transaction.ts";
import { applyEffects } from "../effects/apply-effects.ts";
import {
  lockPaymentOfUpdate,
  openUpdatesOfPayment,
  toOrderUpdate,
  UPDATE_IS_DUE,
  UPDATE_IS_UNLEASED,
} from "../rows/order-update-rows.ts";

/** Called for every update that could not be claimed; the others are leased anyway. */
export type OnClaimFault = (error: unknown, orderUpdateId: OrderUpdateId) => void;

/** Extra rows beyond the limit, so that contended ones at the front do not use it up. */
const SPARE_ROWS = 20;
const CLAIMS_AT_ONCE_MAX = 8;
/** Claimed updates wait at most this long for the others, because their leases run. */
const CLAIM_TIME_MS_MAX = 1_500;
/** A callback and a new connection need less time: a payment that is busy for longer is left to the next claim. */
const ONE_CLAIM_BUDGET_MS = 500;

interface ClaimOptions {
  readonly limit: number;
  readonly newToken: () => string;
  readonly onFault: OnClaimFault;
}

/**
 * Leases due updates, each in its own transaction, so that a contended or broken one does not delay the others. Throws only when the
 * database is unavailable for all of them.
 */
export async function claim(
  pool: Pool,
  { limit, newToken, onFault }: ClaimOptions,
): Promise<readonly LeasedOrderUpdate[]> {
  const startMs = performance.now();
  const [due] = await read(pool, dueUpdates(limit + SPARE_ROWS));
  const rows = [...(due?.rows ?? [])];
  const claimed: LeasedOrderUpdate[] = [];
  while (rows.length > 0 && claimed.length < limit) {
    if (claimed.length > 0 && performance.now() - startMs > CLAIM_TIME_MS_MAX) break;
    const batch = rows.splice(0, Math.min(CLAIMS_AT_ONCE_MAX, limit - claimed.length));
    const ended = await Promise.allSettled(batch.map((row) => claimOne(pool, row, newToken())));
    for (const [index, one] of ended.entries()) {
      if (one.status === "fulfilled" && one.value !== undefined) claimed.push(one.value);
      const row = batch[index];
      if (one.status === "rejected" && row !== undefined) onFault(one.reason, asOrderUpdateId(integer(row, "id")));
    }
    // The rest would fail too.
    const away = ended.map((one) => (one.status === "rejected" ? one.reason : undefined)).filter(isAway);
    if (away.length < batch.length) continue;
    if (claimed.length === 0) throw away[0];
    break;
  }
  return claimed;
}

/** Whether the server did not answer; a lost race ends in the same failure but does not count. */
function isAway(error: unknown): boolean {
  return error instanceof FailureError && isUnready(error.cause);
}

/** Due, unleased, and the oldest unfinished update of its payment. Only a hint: the claim checks again under the lock. */
function dueUpdates(limit: number): Statement {
  return statement(
    `SELECT u.id, u.payment_id FROM clickbridge_order_update u
     WHERE u.state = 'PENDING' AND ${UPDATE_IS_DUE} AND ${UPDATE_IS_UNLEASED}
       AND NOT EXISTS (SELECT 1 FROM clickbridge_order_update e
         WHERE e.payment_id = u.payment_id AND e.id < u.id AND e.state IN ('HELD', 'PENDING'))
     ORDER BY u.due_time, u.id LIMIT ?`,
    limit,
  );
}

/**
 * Does not wait: it fails with 1205 or, in MySQL, 3572. The shortest lock wait is a second, which MySQL may double, so a busy payment would
 * use up the time of the others.
 */
function lockPaymentAtOnce(paymentId: PaymentId): Statement {
  return statement("SELECT payment_id FROM clickbridge_payment WHERE payment_id = ? FOR UPDATE NOWAIT", paymentId);
}

function claimOne(pool: Pool, due: Row, token: string): Promise<LeasedOrderUpdate | undefined> {
  const decide = async (tx: Transaction): Promise<Decision<LeasedOrderUpdate | undefined>> => {
    const paymentId = asPaymentId(integer(due, "payment_id"));
    const [, , open, clock] = await tx.run(
      lockPaymentAtOnce(paymentId),
      lockPaymentOfUpdate(paymentId),
      openUpdatesOfPayment(paymentId),
      statement("SELECT NOW(3) AS now"),
    );
    const [first] = (open?.rows ?? []).map(toOrderUpdate);
    // With our own live lease it is no longer due.
    const isFree = first !== undefined && isFreeFor(token, first) && (first.due || first.leaseLive);
    if (!isFree || first.id !== integer(due, "id")) return { writes: [], value: undefined };
    const { answer, effects } = claimUpdate(first, token, time(clock?.rows[0] ?? {}, "now"));
    return applyEffects(effects, answer);
  };
  return inTransaction<LeasedOrderUpdate | undefined>(pool, decide, { budgetMs: ONE_CLAIM_BUDGET_MS });
}
