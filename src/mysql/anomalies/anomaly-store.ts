import type { AnomalyFilter, AnomalyStore } from "../../app/anomalies/anomaly-store.ts";
import type {
  Anomaly,
  AnomalyDecision,
  AnomalyKind,
  AnomalyState,
  Decision,
  Resolution,
} from "../../payment/anomaly.ts";
import { fail } from "../../payment/failure.ts";
import {
  type AnomalyId,
  asAnomalyId,
  asAttemptId,
  asChargeId,
  asPaymentId,
  asServiceId,
  type PaymentId,
} from "../../payment/ids.ts";
import type { Pool } from "../driver/pool.ts";
import { builder, built } from "../driver/query-builder.ts";
import type { StatementResult } from "../driver/statement.ts";
import { integer, integerOrUndefined, type Row, type Statement, statement, text, time } from "../driver/statement.ts";
import { inTransaction, read } from "../driver/transaction.ts";
import { applyEffects } from "../effects/apply-effects.ts";
import { readLockedAttempt } from "../payments/locked-attempt.ts";
import { lockOpenAnomaly } from "../rows/anomaly-decision-rows.ts";
import {
  AMOUNT_OF_ANOMALY,
  chargeOfSubject,
  PAYMENT_OF_ANOMALY,
  subjectOfCharge,
  subjectOfPayment,
} from "../rows/anomaly-rows.ts";
import { resolve } from "./anomaly-decision.ts";
import { situationsOf } from "./anomaly-situations.ts";

const SELECT = builder("clickbridge_anomaly as n")
  .select("n.id", "n.kind", "n.state", "n.service_id", "n.attempt_id", "n.subject", "n.detail", "n.seen_count")
  .select("n.create_time", "n.update_time", builder.raw(`${PAYMENT_OF_ANOMALY} AS payment_id`))
  .select(builder.raw(`${AMOUNT_OF_ANOMALY} AS amount_tiyin`))
  .leftJoin("clickbridge_attempt as a", "a.id", "n.attempt_id");

export function anomalyStore(pool: Pool): AnomalyStore {
  return {
    find: (id) => find(pool, id),
    list: (filter, page) => list(pool, filter, page),
    situations: (anomalies) => situationsOf(pool, anomalies),
    decide: (decision) => decide(pool, decision),
    endedRefunds: async (attemptId) => {
      const sql =
        "SELECT COUNT(*) AS ended FROM clickbridge_refund WHERE attempt_id = ? AND state IN ('REFUSED', 'NOT_DONE')";
      const [found] = await read(pool, statement(sql, attemptId));
      return integer(found?.rows[0] ?? {}, "ended");
    },
    close: (id) => close(pool, id),
  };
}

/**
 * Looks up the attempts of a payment first. With a subquery the server sorts whole rows in a temporary table on disk, and MariaDB 10.11.19
 * can crash on many of those at once.
 */
async function list(
  pool: Pool,
  filter: AnomalyFilter,
  { before, limit }: { readonly before: AnomalyId | undefined; readonly limit: number },
): Promise<readonly Anomaly[]> {
  const { paymentId } = filter;
  const about = paymentId === undefined ? undefined : await aboutPayment(pool, paymentId);
  const [found] = await read(pool, listStatement({ ...filter, about }, before, limit));
  return withDecisions(pool, found?.rows ?? []);
}

async function aboutPayment(pool: Pool, paymentId: PaymentId): Promise<AboutPayment> {
  const [attempts, charges] = await read(
    pool,
    statement("SELECT id FROM clickbridge_attempt WHERE payment_id = ?", paymentId),
    statement("SELECT id FROM clickbridge_charge WHERE payment_id = ?", paymentId),
  );
  const idsOf = (result: StatementResult | undefined) => (result?.rows ?? []).map((row) => integer(row, "id"));
  return {
    attemptIds: idsOf(attempts),
    subjects: [subjectOfPayment(paymentId), ...idsOf(charges).map((id) => subjectOfCharge(asChargeId(id)))],
  };
}

async function find(pool: Pool, id: AnomalyId): Promise<Anomaly | undefined> {
  const [found] = await read(pool, anomalyById(id));
  return (await withDecisions(pool, found?.rows ?? []))[0];
}

/** Runs under the payment's lock, in one transaction with the effects of the resolution. */
async function decide(pool: Pool, decision: Decision): Promise<Anomaly> {
  const { anomalyId } = decision;
  await inTransaction<void>(pool, async (tx) => {
    const [seen] = await tx.run(anomalyById(anomalyId));
    const [row] = seen?.rows ?? [];
    if (row === undefined) return fail({ reason: "ANOMALY_NOT_FOUND", anomalyId });
    const attemptId = integerOrUndefined(row, "attempt_id");
    const locked = attemptId === undefined ? undefined : await readLockedAttempt(tx, asAttemptId(attemptId));
    await lockOpenAnomaly(tx, anomalyId);
    const subject = { kind: text(row, "kind") as AnomalyKind, locked, chargeId: chargeOfSubject(text(row, "subject")) };
    const resolved = await resolve(tx, decision, subject);
    return applyEffects(
      [...resolved, { effect: "RecordDecision", decision }, { effect: "CloseAnomaly", anomalyId }],
      undefined,
    );
  });
  return (await find(pool, anomalyId)) ?? fail({ reason: "ANOMALY_NOT_FOUND", anomalyId });
}

/** Closes it after a refund. The end of that refund may have closed it already. */
function close(pool: Pool, id: AnomalyId): Promise<void> {
  return inTransaction<void>(pool, async (tx) => {
    await tx.run(statement("SELECT id FROM clickbridge_anomaly WHERE id = ? FOR UPDATE", id));
    return applyEffects([{ effect: "CloseAnomaly", anomalyId: id }], undefined);
  });
}

function anomalyById(id: AnomalyId): Statement {
  return built(SELECT.clone().where("n.id", id));
}

/** Subjects of a payment's anomalies: its attempts, and subjects that are texts. Either list may be empty. */
interface AboutPayment {
  readonly attemptIds: readonly number[];
  readonly subjects: readonly string[];
}

type RowFilter = Omit<AnomalyFilter, "paymentId"> & { readonly about: AboutPayment | undefined };

function listStatement(filter: RowFilter, before: AnomalyId | undefined, limit: number): Statement {
  const { state, kind, serviceId, about } = filter;
  const query = SELECT.clone();
  if (before !== undefined) query.where("n.id", "<", before);
  if (state !== undefined) query.where("n.state", state);
  if (kind !== undefined) query.where("n.kind", kind);
  if (serviceId !== undefined) query.where("n.service_id", serviceId);
  if (about !== undefined) {
    query.where((any) => any.whereIn("n.attempt_id", about.attemptIds).orWhereIn("n.subject", about.subjects));
  }
  return built(query.orderBy("n.id", "desc").limit(limit));
}

async function withDecisions(pool: Pool, rows: readonly Row[]): Promise<readonly Anomaly[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => integer(row, "id"));
  const [found] = await read(
    pool,
    statement(
      `SELECT anomaly_id, resolution, note, caller, user_id, create_time FROM clickbridge_anomaly_decision
       WHERE anomaly_id IN (?) ORDER BY id`,
      ids,
    ),
  );
  const decisions = found?.rows ?? [];
  return rows.map((row) => {
    const own = decisions.filter((decision) => integer(decision, "anomaly_id") === integer(row, "id"));
    return toAnomaly(row, own.map(toDecision));
  });
}

function toDecision(row: Row): AnomalyDecision {
  return {
    resolution: text(row, "resolution") as Resolution,
    note: text(row, "note"),
    caller: text(row, "caller"),
    userId: text(row, "user_id"),
    createTime: time(row, "create_time"),
  };
}

function toAnomaly(row: Row, decisions: readonly AnomalyDecision[]): Anomaly {
  const attemptId = integerOrUndefined(row, "attempt_id");
  const paymentId = integerOrUndefined(row, "payment_id");
  return {
    id: asAnomalyId(integer(row, "id")),
    kind: text(row, "kind") as AnomalyKind,
    state: text(row, "state") as AnomalyState,
    serviceId: asServiceId(text(row, "service_id")),
    attemptId: attemptId === undefined ? undefined : asAttemptId(attemptId),
    chargeId: chargeOfSubject(text(row, "subject")),
    paymentId: paymentId === undefined ? undefined : asPaymentId(paymentId),
    amountTiyin: row["amount_tiyin"] === null ? undefined : BigInt(text(row, "amount_tiyin")),
    detailJson: text(row, "detail"),
    seenCount: integer(row, "seen_count"),
    createTime: time(row, "create_time"),
    updateTime: time(row, "update_time"),
    decisions,
  };
}
