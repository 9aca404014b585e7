import type { EventSequencer } from "../../app/events/event.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, type Row, type Statement, type StatementResult, statement } from "../driver/statement.ts";
import { inTransaction, read, StaleReadError, type Transaction } from "../driver/transaction.ts";

/**
 * Numbers are given under the lock of the log's one row and are visible with its COMMIT. So whoever sees a number sees every lower one,
 * and a row that is committed later gets a higher one. The lock is taken before the rows are read: READ COMMITTED shows each statement
 * what is committed when it begins. Where a lock does not reach (two nodes of a cluster), both write the row of the log, and the events'
 * key on seq is unique: one of the two is refused and comes again.
 *
 * No writer of events waits for this: it touches committed rows only, and without a gap lock.
 */
export function eventSequencer(pool: Pool): EventSequencer {
  return {
    number: async (limit) => {
      // Most rounds find nothing, and then take no lock.
      const [waiting] = await read(pool, ANY_UNNUMBERED);
      return waiting?.rows.length === 0 ? 0 : number(pool, limit);
    },
    purge: (old) => purge(pool, old),
  };
}

const LOCK_LOG = statement("SELECT last_seq, purged_seq FROM clickbridge_event_log WHERE id = 1 FOR UPDATE");

const ANY_UNNUMBERED = statement("SELECT id FROM clickbridge_event WHERE seq IS NULL LIMIT 1");

/**
 * By id, for events of one payment were written one after the other, under its lock. Entries without a number stand together in the
 * key on seq: only those that wait are read, and the key alone.
 */
function unnumbered(limit: number): Statement {
  return statement("SELECT id FROM clickbridge_event WHERE seq IS NULL ORDER BY id LIMIT ?", limit);
}

function number(pool: Pool, limit: number): Promise<number> {
  return inTransaction<number>(pool, async (tx) => {
    const [log, found] = await tx.run(LOCK_LOG, unnumbered(limit));
    const ids = (found?.rows ?? []).map((row) => integer(row, "id"));
    if (ids.length === 0) return { writes: [], value: 0 };
    const lastSeq = integer(onlyRow(log), "last_seq");
    await giveNumbers(tx, lastSeq, ids);
    const note = "UPDATE clickbridge_event_log SET last_seq = ? WHERE id = 1 AND last_seq = ?";
    return { writes: [statement(note, lastSeq + ids.length, lastSeq)], value: ids.length };
  });
}

async function giveNumbers(tx: Transaction, lastSeq: number, ids: readonly number[]): Promise<void> {
  const [given] = await tx.run(
    statement(
      "UPDATE clickbridge_event SET seq = ? + FIELD(id, ?) WHERE id IN (?) AND seq IS NULL",
      lastSeq,
      [...ids],
      [...ids],
    ),
  );
  // Somebody numbered one of them since it was read, without our lock: nothing of this may stay.
  if (given?.matchedCount !== ids.length) throw new StaleReadError("events were numbered by somebody else");
}

/** Only ever a beginning of the numbers, so that one number says what is gone. */
function purge(pool: Pool, { retentionDays, limit }: Parameters<EventSequencer["purge"]>[0]): Promise<number> {
  return inTransaction<number>(pool, async (tx) => {
    const [log] = await tx.run(LOCK_LOG);
    const purgedSeq = integer(onlyRow(log), "purged_seq");
    const [oldest] = await tx.run(
      statement(
        `SELECT seq, create_time < NOW(3) - INTERVAL ? DAY AS old FROM clickbridge_event
         WHERE seq > ? ORDER BY seq LIMIT ?`,
        retentionDays,
        purgedSeq,
        limit,
      ),
    );
    const rows = oldest?.rows ?? [];
    const firstYoung = rows.findIndex((row) => integer(row, "old") === 0);
    const old = firstYoung < 0 ? rows : rows.slice(0, firstYoung);
    const last = old.at(-1);
    if (last === undefined) return { writes: [], value: 0 };
    const lastOldSeq = integer(last, "seq");
    return {
      writes: [
        statement("DELETE FROM clickbridge_event WHERE seq > ? AND seq <= ?", purgedSeq, lastOldSeq),
        statement(
          "UPDATE clickbridge_event_log SET purged_seq = ? WHERE id = 1 AND purged_seq = ?",
          lastOldSeq,
          purgedSeq,
        ),
      ],
      value: old.length,
    };
  });
}

function onlyRow(log: StatementResult | undefined): Row {
  const [row] = log?.rows ?? [];
  if (row === undefined) throw new TypeError("clickbridge_event_log has lost its row");
  return row;
}
