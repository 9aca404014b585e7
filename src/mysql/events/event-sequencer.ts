import type { EventSequencer } from "../../app/events/event.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, type Row, type Statement, type StatementResult, statement } from "../driver/statement.ts";
import { inTransaction, read, StaleReadError, type Transaction } from "../driver/transaction.ts";

/**
 * Numbers are assigned under the lock of the single row of the log and become visible with its COMMIT. So a reader that sees a number also
 * sees every lower one, and a row committed later gets a higher number. The lock is taken before the rows are read, because READ COMMITTED
 * shows each statement what was committed when it began. Across cluster nodes, where the lock does not reach, both write the row of the log
 * and seq is unique: one of the two is refused and retries.
 *
 * Writers of events never wait for this: it locks only committed rows, without gap locks.
 */
export function eventSequencer(pool: Pool): EventSequencer {
  return {
    number: async (limit) => {
      // Most rounds find nothing and take no lock.
      const [waiting] = await read(pool, ANY_UNNUMBERED);
      return waiting?.rows.length === 0 ? 0 : number(pool, limit);
    },
    purge: (old) => purge(pool, old),
  };
}

const LOCK_LOG = statement("SELECT last_seq, purged_seq FROM clickbridge_event_log WHERE id = 1 FOR UPDATE");

const ANY_UNNUMBERED = statement("SELECT id FROM clickbridge_event WHERE seq IS NULL LIMIT 1");

/**
 * In the order of ids, because events of one payment are written one after the other under its lock. Rows without a number are together in
 * the key on seq, so only they are read, from the key alone.
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
  // Another node numbered one of them since it was read, without our lock: roll back all.
  if (given?.matchedCount !== ids.length) throw new StaleReadError("events were numbered by somebody else");
}

/** Deletes only from the oldest numbers on, so that one number tells what is gone. */
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
