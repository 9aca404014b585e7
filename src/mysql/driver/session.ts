import type { Connection } from "./connection.ts";
import { DatabaseError } from "./database-error.ts";
import { statement, text } from "./statement.ts";

const LOCK_WAIT_SECONDS = 1;

/**
 * Strict mode, so that no value is cut silently; READ COMMITTED, so that a read after a lock sees the current rows; UTC; and short lock
 * waits, because the whole transaction is retried.
 */
const SESSION = [
  statement("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"),
  statement(
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00'," +
      ` innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}, autocommit = 1`,
  ),
];

/** Variables that tell a writable server from a replica; an unknown one has no row. */
const LOOK = [
  statement(
    `SHOW GLOBAL VARIABLES WHERE Variable_name IN
      ('version', 'read_only', 'super_read_only', 'innodb_read_only', 'offline_mode', 'wsrep_on', 'wsrep_provider',
       'group_replication_group_name', 'group_replication_consistency')`,
  ),
  statement("SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_ready', 'wsrep_local_state')"),
];

const READ_ONLY = ["read_only", "super_read_only", "innodb_read_only"] as const;
const SYNCED = "4";

/** `LAGGING`: a cluster node that is behind, or donates its data to another; used only when no other node is fit. */
export type Fitness = "FIT" | "LAGGING";

/** Sets up the session. Throws a DatabaseError when the server accepts no writes: a replica, or a node outside its cluster. */
export async function setUp(connection: Connection): Promise<Fitness> {
  const values = new Map<string, string>();
  for (const one of [...SESSION, ...LOOK]) {
    const [found] = await connection.run([one]);
    for (const row of found?.rows ?? []) values.set(text(row, "Variable_name"), text(row, "Value"));
  }
  const isOn = (name: string) => !["OFF", "0", ""].includes(values.get(name) ?? "OFF");
  if (!/mariadb/i.test(values.get("version") ?? "")) connection.waitLonger();
  if (isOn("offline_mode")) throw new DatabaseError({ code: "OFFLINE" });
  if (READ_ONLY.some(isOn)) throw new DatabaseError({ code: "READ_ONLY" });
  if (isOn("wsrep_on") && values.get("wsrep_provider") !== "none") return joinGalera(connection, values);
  if (isOn("group_replication_group_name")) await joinGroup(connection, values);
  return "FIT";
}

/** A row written on one node may not yet be readable on another; this makes transactions and reads wait for it. */
const WAIT_ON_GALERA = statement("SET SESSION wsrep_sync_wait = 1");
const WAIT_IN_GROUP = statement("SET SESSION group_replication_consistency = 'BEFORE'");

async function joinGalera(connection: Connection, values: ReadonlyMap<string, string>): Promise<Fitness> {
  if (values.get("wsrep_ready") !== "ON") throw new DatabaseError({ code: "NOT_SYNCED" });
  connection.sendAlone();
  await connection.run([WAIT_ON_GALERA]);
  return values.get("wsrep_local_state") === SYNCED ? "FIT" : "LAGGING";
}

/** Keeps a stricter consistency that the owner of a MySQL group has set. */
async function joinGroup(connection: Connection, values: ReadonlyMap<string, string>): Promise<void> {
  const isWeaker = ["EVENTUAL", "BEFORE_ON_PRIMARY_FAILOVER"].includes(
    values.get("group_replication_consistency") ?? "",
  );
  if (isWeaker) await connection.run([WAIT_IN_GROUP]);
}
