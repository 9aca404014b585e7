import knex, { type Knex } from "knex";
import { DatabaseError } from "../driver/database-error.ts";
import { type DatabaseHost, readDatabaseUrl } from "../driver/database-url.ts";
import { Hosts } from "../driver/hosts.ts";
import { SILENT_KNEX } from "../driver/silent-knex.ts";
import { MIGRATION_NAMES, MIGRATION_TABLE, migrationSource } from "./index.ts";

/** What `up` and `down` did: names of migrations, empty when there was nothing to do. */
export type MigrationNames = readonly string[];

/** Why this database is not migrated now. Nothing was changed. */
class MigrationRefusal extends Error {}

const LOCK_WAIT_SECONDS = 60;

/**
 * Creates or changes our tables up to the present; called twice, the second call does nothing. Two at once: the second waits for the
 * first, at most LOCK_WAIT_SECONDS. One that was killed half-way is taken up where it ended.
 * `instance`: the installation that moves money with a new database; one that has a name keeps it.
 */
export async function migrateUp(databaseUrl: string, instance = ""): Promise<MigrationNames> {
  return withKnex(databaseUrl, async (db) => {
    const [, done] = await db.migrate.latest();
    await db.raw("INSERT IGNORE INTO clickbridge_instance (id, name) VALUES (1, ?)", [instance]);
    return done;
  });
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
    connection: (await fitHost(databaseUrl)).options as Knex.StaticConnectionConfig,
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
    await refuseUnknown(db);
    return await work(db);
  } catch (error) {
    throw error instanceof MigrationRefusal ? error : new DatabaseError(error);
  } finally {
    await db.destroy();
  }
}

/**
 * A migration that was done and is not ours: of a newer version, or of one before the first release, whose migrations made the tables in
 * other steps. Half of its tables would be taken for whole.
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

/** The server that a service would use. */
async function fitHost(databaseUrl: string): Promise<DatabaseHost> {
  const connection = await new Hosts(readDatabaseUrl(databaseUrl), () => {}).open();
  connection.end();
  return connection.host;
}

/**
 * A lock that ends with its connection. Knex's own is a row, which stays for ever when its process is killed: whoever holds ours may
 * take that one away.
 */
async function lock(db: Knex): Promise<void> {
  if (!(await getLock(db))) throw new MigrationRefusal("another migration of this database is under way");
  await db.migrate.forceFreeMigrationsLock();
}

/**
 * A cluster that refuses such locks altogether (they would hold on one node only) is migrated without one: every migration does no harm
 * when it comes again, and of two that change one table at once the second may end with an error, and has nothing to do when it is
 * started anew.
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
  1235, // Galera of old: "GET_LOCK in cluster" is not supported yet
]);

/** Both numbers mean other things too; the server's own text, without the statement, names the function. */
function refusesLocks(error: unknown): boolean {
  const { errno, sqlMessage } = error as { readonly errno?: number; readonly sqlMessage?: string };
  return LOCK_REFUSAL_ERRNOS.has(errno ?? 0) && /\bGET_LOCK\b/.test(sqlMessage ?? "");
}
