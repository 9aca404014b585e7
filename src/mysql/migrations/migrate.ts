import knex, { type Knex } from "knex";
import { DatabaseError } from "../driver/database-error.ts";
import { type DatabaseHost, readDatabaseUrl } from "../driver/database-url.ts";
import { Hosts } from "../driver/hosts.ts";
import { SILENT_KNEX } from "../driver/silent-knex.ts";
import { MIGRATION_NAMES, MIGRATION_TABLE, migrationSource } from "./index.ts";

/** Names of the migrations that were run; empty when there was nothing to do. */
export type MigrationNames = readonly string[];

/** The migration is refused. Nothing was changed. */
class MigrationRefusal extends Error {}

const LOCK_WAIT_SECONDS = 60;

/**
 * Brings our tables up to date; a repeat does nothing. Of two at once, the second waits for the first, at most LOCK_WAIT_SECONDS. After a
 * kill, the next run continues where it stopped.
 * `instance`: the installation that moves money with a new database; an existing name is kept.
 */
export async function migrateUp(databaseUrl: string, instance = ""): Promise<MigrationNames> {
  return withKnex(databaseUrl, async (db) => {
    const [, done] = await db.migrate.latest();
    await db.raw("INSERT IGNORE INTO clickbridge_instance (id, name) VALUES (1, ?)", [instance]);
    return done;
  });
}

/** Drops our tables and the list of migrations. The shop's own tables stay. */
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
    connection: (await fitHost(databaseUrl)).options as Knex.StaticConnectionConfig,
    // One connection, because the lock below belongs to it.
    pool: { min: 0, max: 1 },
    migrations: {
      tableName: MIGRATION_TABLE,
      migrationSource,
      // DDL commits implicitly, so a transaction around it would have no effect.
      disableTransactions: true,
    },
  });
  try {
    await lock(db);
    await refuseUnknown(db);
    return await work(db);
  } catch (error) {
    throw error instanceof MigrationRefusal ? error : new DatabaseError(error);
  } finally {
    await db.destroy();
  }
}

/**
 * Refuses a database with migrations that we do not know: of a newer version, or of one before the first release, whose migrations were
 * split differently. Its tables could be incomplete for us.
 */
async function refuseUnknown(db: Knex): Promise<void> {
  if (!(await db.schema.hasTable(MIGRATION_TABLE))) return;
  const rows: readonly { readonly name: string }[] = await db(MIGRATION_TABLE).select("name").orderBy("id");
  const unknown = rows.map(({ name }) => name).filter((name) => !MIGRATION_NAMES.includes(name));
  if (unknown.length === 0) return;
  throw new MigrationRefusal(
    `the database was migrated by another version of click-bridge, a newer one or one from before the first release: ` +
      `this one does not know ${unknown.join(", ")}. Nothing was changed. Use that version; or, if nothing in the ` +
      `clickbridge_* tables is needed any more, drop all of them and migrate again.`,
  );
}

/** The server that the service would use. */
async function fitHost(databaseUrl: string): Promise<DatabaseHost> {
  const connection = await new Hosts(readDatabaseUrl(databaseUrl), () => {}).open();
  connection.end();
  return connection.host;
}

/**
 * Takes a lock that ends with its connection. Knex's own lock is a row that stays when the process is killed; the holder of our lock may
 * remove it.
 */
async function lock(db: Knex): Promise<void> {
  if (!(await getLock(db))) throw new MigrationRefusal("another migration of this database is under way");
  await db.migrate.forceFreeMigrationsLock();
}

/**
 * A cluster that does not support such locks (they would hold on one node only) is migrated without one: every migration is idempotent. Of
 * two at once the second may fail, and then has nothing to do when it is started again.
 */
async function getLock(db: Knex): Promise<boolean> {
  const sql = "SELECT GET_LOCK(CONCAT('clickbridge:', LEFT(SHA2(DATABASE(), 256), 40)), ?) AS got";
  try {
    const [[row]] = await db.raw(sql, [LOCK_WAIT_SECONDS]);
    return row.got === 1;
  } catch (error) {
    if (refusesLocks(error)) return true;
    throw error;
  }
}

const LOCK_REFUSAL_ERRNOS = new Set([
  1105, // Percona XtraDB Cluster, pxc_strict_mode ENFORCING or MASTER: "prohibits use of GET_LOCK"
  1235, // older Galera: "GET_LOCK in cluster" is not supported yet
]);

/** Both numbers have other meanings too, so the server's text, without the statement, must name the function. */
function refusesLocks(error: unknown): boolean {
  const { errno, sqlMessage } = error as { readonly errno?: number; readonly sqlMessage?: string };
  return LOCK_REFUSAL_ERRNOS.has(errno ?? 0) && /\bGET_LOCK\b/.test(sqlMessage ?? "");
}
