import knex, { type Knex } from "knex";
import { DatabaseError } from "./database-error.ts";
import { MIGRATION_TABLE, migrationSource } from "./migrations/index.ts";

/** What `up` and `down` did: names of migrations, empty when there was nothing to do. */
export type MigrationNames = readonly string[];

/**
 * Creates or changes our tables up to the present; called twice, the second call does nothing. Two at once are held apart
 * by knex's own lock row.
 */
export async function migrateUp(databaseUrl: string): Promise<MigrationNames> {
  return withKnex(databaseUrl, async (db) => (await db.migrate.latest())[1]);
}

/** Drops our tables and everything in them. The shop's own tables stay. */
export async function migrateDown(databaseUrl: string): Promise<MigrationNames> {
  return withKnex(databaseUrl, async (db) => (await db.migrate.rollback(undefined, true))[1]);
}

async function withKnex<T>(databaseUrl: string, work: (db: Knex) => Promise<T>): Promise<T> {
  const db = knex({
    client: "mysql2",
    connection: { uri: databaseUrl } as unknown as Knex.MySql2ConnectionConfig,
    pool: { min: 0, max: 1 },
    migrations: {
      tableName: MIGRATION_TABLE,
      migrationSource,
      // DDL commits by itself: a transaction around it would promise what MySQL does not keep.
      disableTransactions: true,
    },
  });
  try {
    return await work(db);
  } catch (error) {
    throw new DatabaseError(error);
  } finally {
    await db.destroy();
  }
}
