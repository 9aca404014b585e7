import { randomInt } from "node:crypto";
import type { HighWater, Restored, RestoreStore } from "../../app/instance/restored.ts";
import type { EventType } from "../../payment/event.ts";
import type { Pool } from "../driver/pool.ts";
import { ATTEMPT_ID_MAX, lastAttemptId } from "../driver/server-checks.ts";
import {
  integer,
  integerOrUndefined,
  type Row,
  type Statement,
  sqlTime,
  statement,
  time,
} from "../driver/statement.ts";
import { inTransaction, read } from "../driver/transaction.ts";
import { keepAttemptNumber } from "../effects/attempt-statements.ts";
import { keepEntryNumber } from "../effects/ledger-statements.ts";
import { PAYMENT_AND_ORDER } from "../rows/shop-rows.ts";

/**
 * A jump is wider than the sales between two backups. Its width is random, so that the same backup restored twice does not use the same
 * numbers twice.
 */
const ATTEMPT_IDS_MIN = 1_000_000;
const ATTEMPT_IDS_STEP = 10_000;
const ATTEMPT_IDS_STEPS = 500;
const EVENT_SEQS_MIN = 1_000_000;
/** How far back status polls are scheduled after a restore. */
const ASKED_DAYS = 31;
const ASKED_PAYMENTS_MAX = 2_000;

type About = Parameters<RestoreStore["restored"]>[0];

export function restoreStore(pool: Pool): RestoreStore {
  return {
    highWater: async () => {
      const [found] = await read(pool, statement("SELECT last_seq FROM clickbridge_event_log WHERE id = 1"));
      return { attemptId: await lastAttemptId(pool), eventSeq: integer(found?.rows[0] ?? {}, "last_seq") };
    },
    newestTime: async () => {
      const [found] = await read(pool, statement("SELECT MAX(create_time) AS newest FROM clickbridge_event"));
      const [row] = found?.rows ?? [];
      return row === undefined || row["newest"] === null ? undefined : time(row, "newest");
    },
    restored: (about) => restored(pool, about),
    lostWindows: async () => {
      const sql = `SELECT since_time, create_time FROM clickbridge_restore WHERE create_time > NOW(3) - INTERVAL ${ASKED_DAYS} DAY`;
      const [found] = await read(pool, statement(sql));
      return (found?.rows ?? []).map((row) => ({
        sinceTime: time(row, "since_time"),
        untilTime: time(row, "create_time"),
      }));
    },
  };
}

/** Runs under the lock of the event log, so that only one replica does it and no event is numbered meanwhile. */
function restored(pool: Pool, about: About): Promise<Restored> {
  return inTransaction<Restored>(pool, async (tx) => {
    const [log, attempts, known, payments] = await tx.run(
      statement(
        "SELECT last_seq, CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) AS now_ms FROM clickbridge_event_log WHERE id = 1 FOR UPDATE",
      ),
      statement("SELECT MAX(id) AS id FROM clickbridge_attempt"),
      // A row written after the backup was made does not come from the backup.
      statement(
        "SELECT from_attempt_id, epoch FROM clickbridge_restore WHERE create_time > ? ORDER BY id DESC LIMIT 1",
        sqlTime(about.sinceTime),
      ),
      statement("SELECT MAX(ID) AS id FROM b_sale_order_payment"),
    );
    const kept = { attemptId: idOf(attempts?.rows[0]), eventSeq: integer(log?.rows[0] ?? {}, "last_seq") };
    const [before] = known?.rows ?? [];
    if (before !== undefined && about.behind === undefined) return nothing("KNOWN", before);
    if (about.behind !== undefined && !isBehind(kept, about.behind)) return nothing("NOT_BACK");
    const next = nextAfter(kept, about.behind, integer(log?.rows[0] ?? {}, "now_ms"));
    return {
      writes: [
        keepAttemptNumber(next.attemptId),
        statement(
          "UPDATE clickbridge_event_log SET last_seq = ? WHERE id = 1 AND last_seq = ?",
          next.eventSeq,
          kept.eventSeq,
        ),
        tellEpoch(next, kept),
        keepEntryNumber(next.eventSeq, { eventId: next.eventSeq, actor: about.actor }),
        note(about, kept, next, idOf(payments?.rows[0])),
        askAboutAttempts,
        askAboutPayments(about.paySystemIds),
      ],
      value: { outcome: "DONE", fromAttemptId: next.attemptId, epoch: next.eventSeq },
    };
  });
}

function nothing(outcome: Restored["outcome"], before?: Row) {
  const [fromAttemptId, epoch] =
    before === undefined ? [0, 0] : [integer(before, "from_attempt_id"), integer(before, "epoch")];
  return { writes: [], value: { outcome, fromAttemptId, epoch } };
}

function idOf(row: Row | undefined): number {
  return (row === undefined ? undefined : integerOrUndefined(row, "id")) ?? 0;
}

function isBehind(kept: HighWater, seen: HighWater): boolean {
  return kept.attemptId < seen.attemptId || kept.eventSeq < seen.eventSeq;
}

/** Event numbers jump to the time in milliseconds, higher than any earlier epoch reached. That number is also the id of the epoch. */
function nextAfter(kept: HighWater, seen: HighWater | undefined, nowMs: number): HighWater {
  const drawn = ATTEMPT_IDS_MIN + randomInt(ATTEMPT_IDS_STEPS) * ATTEMPT_IDS_STEP;
  const attemptId = Math.max(kept.attemptId, seen?.attemptId ?? 0) + drawn;
  if (attemptId > ATTEMPT_ID_MAX)
    throw new Error(`no attempt ids are left for a jump: the last one is ${kept.attemptId}`);
  return { attemptId, eventSeq: Math.max(Math.max(kept.eventSeq, seen?.eventSeq ?? 0) + EVENT_SEQS_MIN, nowMs) };
}

/** The first event of the epoch. Its id is far ahead too, so that no event id is used twice. */
function tellEpoch({ eventSeq }: HighWater, kept: HighWater): Statement {
  return statement(
    `INSERT INTO clickbridge_event (id, aggregate_type, aggregate_id, type, service_id, payload)
     VALUES (?, 'epoch', ?, ?, 0, ?)`,
    eventSeq,
    String(eventSeq),
    "epoch.began" satisfies EventType,
    JSON.stringify({ keptSeq: String(kept.eventSeq) }),
  );
}

function note({ sinceTime, actor }: About, kept: HighWater, next: HighWater, paymentId: number): Statement {
  return statement(
    `INSERT INTO clickbridge_restore
       (since_time, epoch, kept_seq, from_seq, kept_attempt_id, from_attempt_id, kept_payment_id, actor)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    sqlTime(sinceTime),
    next.eventSeq,
    kept.eventSeq,
    next.eventSeq,
    kept.attemptId,
    next.attemptId,
    paymentId,
    actor,
  );
}

const DUE_NOW = "ON DUPLICATE KEY UPDATE due_time = NOW(3)";

/** These were open when the backup was made, so their Complete may be lost. */
const askAboutAttempts = statement(
  `INSERT INTO clickbridge_status_poll (subject, subject_id, due_time)
   SELECT 'ATTEMPT', a.id, NOW(3) FROM clickbridge_attempt a
   WHERE a.state IN ('PREPARED', 'EXPIRED') AND a.update_time > NOW(3) - INTERVAL ${ASKED_DAYS} DAY ${DUE_NOW}`,
);

/** These were unpaid when the backup was made, so all of their attempts may be lost. */
function askAboutPayments(paySystemIds: readonly number[]): Statement {
  return statement(
    `INSERT INTO clickbridge_status_poll (subject, subject_id, due_time)
     SELECT 'REFERENCE', p.ID, NOW(3) FROM ${PAYMENT_AND_ORDER}
     WHERE p.ID > (SELECT MAX(newest.ID) FROM b_sale_order_payment newest) - ${ASKED_PAYMENTS_MAX}
       AND p.PAY_SYSTEM_ID IN (?) AND p.PAID = 'N' AND o.DATE_INSERT >= NOW() - INTERVAL ${ASKED_DAYS} DAY ${DUE_NOW}`,
    paySystemIds.length > 0 ? paySystemIds : [0],
  );
}

/**
 * Payments created after a restore, in any state: their references may be those of lost orders that were paid.
 */
export function askAboutReusedReferences(paySystemIds: readonly number[]): Statement {
  return statement(
    `INSERT INTO clickbridge_status_poll (subject, subject_id, due_time)
     SELECT 'REFERENCE', p.ID, NOW(3) FROM clickbridge_restore r
       JOIN b_sale_order_payment p ON p.ID > r.kept_payment_id AND p.ID <= r.kept_payment_id + ${ASKED_PAYMENTS_MAX}
     WHERE r.create_time > NOW(3) - INTERVAL ${ASKED_DAYS} DAY AND p.PAY_SYSTEM_ID IN (?)
     ON DUPLICATE KEY UPDATE due_time = clickbridge_status_poll.due_time`,
    paySystemIds.length > 0 ? paySystemIds : [0],
  );
}
