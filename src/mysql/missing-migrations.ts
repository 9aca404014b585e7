import { DatabaseError } from "./database-error.ts";
import { MIGRATION_NAMES, MIGRATION_TABLE } from "./migrations/index.ts";
import type { Pool } from "./pool.ts";
import { statement, text } from "./statement.ts";
import { read } from "./transaction.ts";

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
