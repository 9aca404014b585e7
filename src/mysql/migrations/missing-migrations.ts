import { DatabaseError } from "../driver/database-error.ts";
import type { Pool } from "../driver/pool.ts";
import { statement, text } from "../driver/statement.ts";
import { read } from "../driver/transaction.ts";
import { MIGRATION_NAMES, MIGRATION_TABLE } from "./index.ts";

const NO_SUCH_TABLE_ERRNO = 1146;

/** Migrations that this version needs and the database lacks, oldest first. */
export async function missingMigrations(pool: Pool): Promise<readonly string[]> {
  try {
    const [found] = await read(pool, statement(`SELECT name FROM ${MIGRATION_TABLE}`));
    const done = new Set((found?.rows ?? []).map((row) => text(row, "name")));
    return MIGRATION_NAMES.filter((name) => !done.has(name));
  } catch (error) {
    if (error instanceof DatabaseError && error.errno === NO_SUCH_TABLE_ERRNO) return MIGRATION_NAMES;
    throw error;
  }
}
