import knex, { type Knex } from "knex";
import { DatabaseError } from "./database-error.ts";
import { MIGRATION_TABLE, migrationSource } from "./migrations/index.ts";
import { SILENT_KNEX } from "./silent-knex.ts";

/** What `up` and `down` did: names of migrations, empty when there was nothing to do. */
export type MigrationNames = readonly string[];

/** Another migration of this database is under way, for longer than we wait. */
class MigrationBusyError extends Error {}

const LOCK_WAIT_SECONDS = 60;

/**
 * Creates or changes our tables up to the present; called twice, the second call does nothing. Two at once: the second waits for the
 * first, at most LOCK_WAIT_SECONDS. One that was killed half-way is taken up where it ended.
 */
export async function migrateUp(databaseUrl: string): Promise<MigrationNames> {
  return withKnex(databaseUrl, async (db) => (await db.migrate.latest())[1]);
}

/** Drops our tables and everything in them, and the list of migrations. The shop's own tables stay. */
export async function migrateDown(databaseUrl: string): Promise<MigrationNames> {
  return withKnex(databaseUrl, async (db) => {
    const [, undone] = await db.migrate.rollback(undefined, true);
    await db.schema.dropTableIfExists(MIGRATION_TABLE);
    await db.schema.dropTableIfExists(`${MIGRATION_TABLE}_lock`);
    return undone;
  });
}

async function withKnex<T>(databaseUrl: string, work: (db: Knex) => Promise<T>): Promise<T> {
  const db = knex({
    ...SILENT_KNEX,
    client: "mysql2",
    connection: { uri: databaseUrl } as unknown as Knex.MySql2ConnectionConfig,
    // One connection: the lock below is its own.
    pool: { min: 0, max: 1 },
    migrations: {
      tableName: MIGRATION_TABLE,
      migrationSource,
      // DDL commits by itself: a transaction around it would promise what MySQL does not keep.
      disableTransactions: true,
    },
  });
  try {
    await lock(db);
    return await work(db);
  } catch (error) {
    throw error instanceof MigrationBusyError ? error : new DatabaseError(error);
  } finally {
    await db.destroy();
  }
}

/**
 * A lock that ends with its connection. Knex's own is a row, which stays for ever when its process is killed: whoever holds ours may
 * take that one away.
 */
async function lock(db: Knex): Promise<void> {
  const [[row]] = await db.raw("SELECT GET_LOCK(CONCAT('clickbridge:', SHA1(DATABASE())), ?) AS got", [
    LOCK_WAIT_SECONDS,
  ]);
  if (row.got !== 1) throw new MigrationBusyError("another migration of this database is under way");
  await db.migrate.forceFreeMigrationsLock();
}
