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

/** Told of every update that could not be claimed. The others were handed out all the same. */
export type OnClaimFault = (error: unknown, orderUpdateId: OrderUpdateId) => void;

/** Rows read beyond the limit, so that contended ones, which stay in front, do not use it up. */
const SPARE_ROWS = 20;
const CLAIMS_AT_ONCE_MAX = 8;
/** What has been claimed is not kept waiting for more than this: its leases run. */
const CLAIM_TIME_MS_MAX = 1_500;
/** A callback is through with its payment in less, and a new connection is there: one that is busy for longer is left to the next claim. */
const ONE_CLAIM_BUDGET_MS = 500;

interface ClaimOptions {
  readonly limit: number;
  readonly newToken: () => string;
  readonly onFault: OnClaimFault;
}

/**
 * Hands out what is due, each in a transaction of its own, so that one that is contended or broken holds up none of the others.
 * Throws only when the database is away for all of them.
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
    // The rest would fare no better.
    const away = ended.map((one) => (one.status === "rejected" ? one.reason : undefined)).filter(isAway);
    if (away.length < batch.length) continue;
    if (claimed.length === 0) throw away[0];
    break;
  }
  return claimed;
}

/** The server did not answer; not so a lost race, which ends in the same failure. */
function isAway(error: unknown): boolean {
  return error instanceof FailureError && isUnready(error.cause);
}

/** Due, unleased, and the oldest unfinished one of its payment. A hint: the claim looks again under the lock. */
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
 * Waits for nobody: it fails with 1205 or, in MySQL, 3572. A second is the least that a server can be told to wait, and MySQL may make two
 * of it; a busy payment would use up the time of the others.
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
    // A live lease that is ours is not due any more.
    const isFree = first !== undefined && isFreeFor(token, first) && (first.due || first.leaseLive);
    if (!isFree || first.id !== integer(due, "id")) return { writes: [], value: undefined };
    const { answer, effects } = claimUpdate(first, token, time(clock?.rows[0] ?? {}, "now"));
    return applyEffects(effects, answer);
  };
  return inTransaction<LeasedOrderUpdate | undefined>(pool, decide, { budgetMs: ONE_CLAIM_BUDGET_MS });
}
