import type { Discrepancy } from "../../app/payments/finding.ts";
import { type AuditedAttempt, auditAttempt } from "../../payment/audit.ts";
import { repairsOf } from "../../payment/audit-repairs.ts";
import { type AttemptId, asAttemptId } from "../../payment/ids.ts";
import type { Pool } from "../driver/pool.ts";
import {
  integer,
  integerOrUndefined,
  type Row,
  type Statement,
  type StatementResult,
  statement,
  text,
} from "../driver/statement.ts";
import { inTransaction, read, type Transaction } from "../driver/transaction.ts";
import { applyEffects } from "../effects/apply-effects.ts";
import { readLockedAttempt } from "../payments/locked-attempt.ts";
import { ATTEMPT_COLUMNS, toAttempt } from "../rows/attempt-rows.ts";

/**
 * Checks our own rows against each other: a commit half lost on a cluster or by a restore leaves no other trace. Each round checks the
 * newest attempts, and the next part of all attempts in the order of their ids, in a cycle.
 */
const NEWEST_MAX = 200;
const WALKED_MAX = 300;
/** After this, no process on any node is still working on it. */
const AT_REST_MINUTES = 5;

export function attemptAuditor(pool: Pool): () => Promise<readonly Discrepancy[]> {
  let walkedId = 0;
  return async () => {
    const [newest, walked] = await read(
      pool,
      attemptsAt("id > (SELECT MAX(id) FROM clickbridge_attempt) - ?", [NEWEST_MAX], NEWEST_MAX),
      attemptsAt("id > ?", [walkedId], WALKED_MAX),
    );
    const rows = walked?.rows ?? [];
    walkedId = rows.length < WALKED_MAX ? 0 : integer(rows.at(-1) ?? {}, "id");
    const byId = new Map([...(newest?.rows ?? []), ...rows].map((row) => [integer(row, "id"), row]));
    const findings: Discrepancy[] = [];
    for (const id of await suspicious(pool, [...byId.values()])) findings.push(...(await settle(pool, id)));
    return findings;
  };
}

/** The cycle stops before young attempts: the next round checks them. */
function attemptsAt(condition: string, values: readonly number[], limit: number): Statement {
  return statement(
    `SELECT ${ATTEMPT_COLUMNS}, create_time >= (SELECT create_time FROM clickbridge_event ORDER BY id LIMIT 1) AS has_events,
       update_time < NOW(3) - INTERVAL ${AT_REST_MINUTES} MINUTE AS at_rest
     FROM clickbridge_attempt WHERE ${condition} ORDER BY id LIMIT ?`,
    ...values,
    limit,
  );
}

async function suspicious(pool: Pool, rows: readonly Row[]): Promise<readonly AttemptId[]> {
  const resting = rows.filter((row) => integer(row, "at_rest") === 1);
  if (resting.length === 0) return [];
  const ids = resting.map((row) => asAttemptId(integer(row, "id")));
  const found = await read(pool, ...besideOf(ids));
  return resting
    .filter((row) => auditAttempt(auditedOf(row, found)).length > 0)
    .map((row) => asAttemptId(integer(row, "id")));
}

/** The events of an attempt that is older than the oldest event may have been purged. */
function auditedOf(
  row: Row,
  [events, marks, booked, bookedFees, returned]: readonly StatementResult[],
): AuditedAttempt {
  const attempt = toAttempt(row);
  const own = (events?.rows ?? []).filter((event) => text(event, "aggregate_id") === String(attempt.id));
  const ofAttempt = (result: StatementResult | undefined) =>
    result?.rows.find((beside) => integer(beside, "attempt_id") === attempt.id);
  return {
    attempt,
    hasMarkPaid: ofAttempt(marks) !== undefined,
    bookedTiyin: tiyinOf(ofAttempt(booked)),
    bookedFeeTiyin: tiyinOf(ofAttempt(bookedFees)),
    returnedTiyin: tiyinOf(ofAttempt(returned)),
    events: integerOrUndefined(row, "has_events") === 1 ? own.map((event) => text(event, "type")) : undefined,
  };
}

/** What `auditedOf` reads, in its order. */
function besideOf(ids: readonly AttemptId[]): readonly Statement[] {
  return [
    eventsOf(ids),
    marksOf(ids),
    sumsOf("clickbridge_ledger", "amount_tiyin", ids),
    sumsOf("clickbridge_ledger", "fee_tiyin", ids),
    sumsOf("clickbridge_refund", "amount_tiyin", ids, "state = 'DONE'"),
  ];
}

function sumsOf(table: string, column: string, ids: readonly AttemptId[], condition = "1 = 1"): Statement {
  return statement(
    `SELECT attempt_id, CAST(SUM(${column}) AS CHAR) AS tiyin FROM ${table} WHERE attempt_id IN (?) AND ${condition}
     GROUP BY attempt_id`,
    [...ids],
  );
}

function tiyinOf(row: Row | undefined): bigint {
  return row === undefined ? 0n : BigInt(text(row, "tiyin"));
}

function eventsOf(ids: readonly AttemptId[]): Statement {
  return statement(
    "SELECT aggregate_id, type FROM clickbridge_event WHERE aggregate_id IN (?) AND aggregate_type = 'attempt' ORDER BY id",
    ids.map(String),
  );
}

function marksOf(ids: readonly AttemptId[]): Statement {
  return statement("SELECT attempt_id FROM clickbridge_order_update WHERE attempt_id IN (?) AND kind = 'MARK_PAID'", [
    ...ids,
  ]);
}

/** Checks again under the payment's lock, because it may have changed. Reports once; a repair that was made meanwhile stays. */
function settle(pool: Pool, id: AttemptId): Promise<readonly Discrepancy[]> {
  return inTransaction<readonly Discrepancy[]>(pool, async (tx) => {
    const locked = await readLockedAttempt(tx, id);
    if (locked === undefined) return { writes: [], value: [] };
    const audited = await auditedAgain(tx, id);
    const findings = auditAttempt(audited);
    const known = await knownKinds(tx, id);
    const news = findings.filter(({ kind, repair }) => repair !== undefined || !known.has(kind));
    const { attempt } = locked.view;
    return applyEffects(
      news.flatMap((finding) => repairsOf(finding, attempt, audited)),
      news.map(({ kind, repair }) => ({
        ...{ subject: `attempt ${id} (${attempt.state})`, said: "NOT_ASKED" },
        outcome: repair === undefined ? kind : `${kind}, ${repair}`,
      })),
    );
  });
}

async function auditedAgain(tx: Transaction, id: AttemptId): Promise<AuditedAttempt> {
  const [attempts, ...beside] = await tx.run(attemptsAt("id = ?", [id], 1), ...besideOf([id]));
  return auditedOf(attempts?.rows[0] ?? {}, beside);
}

async function knownKinds(tx: Transaction, id: AttemptId): Promise<ReadonlySet<string>> {
  const [found] = await tx.run(statement("SELECT kind FROM clickbridge_anomaly WHERE attempt_id = ?", id));
  return new Set((found?.rows ?? []).map((row) => text(row, "kind")));
}
