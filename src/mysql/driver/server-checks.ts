import type { Pool } from "./pool.ts";
import { integerOrUndefined, statement, text } from "./statement.ts";
import { read } from "./transaction.ts";

/** Click's merchant_prepare_id is an INT, and so is our column. */
export const ATTEMPT_ID_MAX = 2 ** 31 - 1;

/** Why this server refuses writes; undefined when it accepts them. */
export async function refusesWrites(pool: Pool): Promise<string | undefined> {
  const results = await read(
    pool,
    statement("SHOW VARIABLES LIKE 'log_bin'"),
    statement("SHOW VARIABLES LIKE 'binlog_format'"),
  );
  // A server without this variable has no such binary log.
  const [log, format] = results.map(({ rows: [row] }) => (row === undefined ? "" : text(row, "Value")));
  if (log !== "ON" || format !== "STATEMENT") return undefined;
  return "the database has binlog_format=STATEMENT, which refuses writes at READ COMMITTED: set binlog_format to ROW or MIXED";
}

/** The highest attempt id; 0 without attempts. */
export async function lastAttemptId(pool: Pool): Promise<number> {
  const [found] = await read(pool, statement("SELECT MAX(id) AS id FROM clickbridge_attempt"));
  const [row] = found?.rows ?? [];
  return (row === undefined ? undefined : integerOrUndefined(row, "id")) ?? 0;
}
