import type { MissingRights, SetupReader } from "./ports.ts";
import { about, type SetupCheck } from "./setup-check.ts";

/** The oldest supported version. */
const MARIADB_MIN = [10, 11] as const;
const MYSQL_MIN = [8, 0] as const;
const TABLES_NAMED_MAX = 5;

/** For a database that answers: warns of a host that could not take over, before it has to. */
export function databaseHosts(hosts: ReadonlyMap<string, string | undefined>): SetupCheck {
  const check = about("database");
  const unfit = [...hosts].flatMap(([name, fault]) => (fault === undefined ? [] : [`${name} (${fault})`]));
  if (unfit.length > 0) {
    return check.warning(
      `it answers, but these hosts could not be used now: ${some(unfit)}`,
      "see that every host of CLICKBRIDGE_DATABASE_URL runs, takes writes and is in its cluster: one takes over when another fails",
    );
  }
  return check.ok(hosts.size === 1 ? "it answers" : `it answers, and each of its ${hosts.size} hosts could be used`);
}

export async function databaseVersion(reader: Pick<SetupReader, "version">): Promise<SetupCheck> {
  const check = about("database_version");
  const { version, flavour } = await reader.version();
  const isMariadb = /mariadb/i.test(`${version} ${flavour}`);
  const [major, minor] = isMariadb ? MARIADB_MIN : MYSQL_MIN;
  const name = `${isMariadb ? "MariaDB" : "MySQL"} ${version} (${flavour})`;
  const [, foundMajor, foundMinor] = /^(?:5\.5\.5-)?(\d+)\.(\d+)/.exec(version) ?? [];
  if (foundMajor === undefined) return check.unknown(`the server calls itself ${name}`, "");
  const isOld = Number(foundMajor) < major || (Number(foundMajor) === major && Number(foundMinor) < minor);
  return isOld
    ? check.warning(`${name} is older than what click-bridge is tested with`, `move to ${major}.${minor} or newer`)
    : check.ok(name);
}

export async function migrations(reader: Pick<SetupReader, "missingMigrations">): Promise<SetupCheck> {
  const check = about("migrations");
  const missing = await reader.missingMigrations();
  return missing.length === 0
    ? check.ok("all tables of click-bridge are there")
    : check.fault(`the database lacks ${some(missing)}`, "run `click-bridge migrate`");
}

export async function grants(reader: Pick<SetupReader, "rights">): Promise<SetupCheck> {
  const check = about("database_grants");
  const { missing, missingForChecks, writableShopTables, incomplete } = await reader.rights();
  if (missing.length > 0) {
    const [what, remedy] = [some(missing.flatMap(rightsOn)), toGrant([...missing, ...missingForChecks])];
    return incomplete
      ? check.unknown(`${what} may come by a role or by rights on columns, which are not read here`, remedy)
      : check.fault(`the database user lacks ${what}`, remedy);
  }
  if (writableShopTables.length > 0) {
    return check.warning(
      `the database user may write the shop's tables: ${some(writableShopTables)}`,
      "give click-bridge a user of its own that may only SELECT them: it never writes one",
    );
  }
  return missingForChecks.length > 0 && !incomplete
    ? check.warning(
        `some checks cannot be made: the database user lacks ${some(missingForChecks.flatMap(rightsOn))}`,
        toGrant(missingForChecks),
      )
    : check.ok("the database user may read the shop's tables and write click-bridge's own");
}

function rightsOn({ table, rights }: MissingRights): readonly string[] {
  return rights.map((right) => `${right} on ${table}`);
}

/** Names each table: GRANT has no wildcard for tables, and a right on the whole database would let us write the shop's tables. */
function toGrant(missing: readonly MissingRights[]): string {
  const statements = missing.map(({ table, rights }) => `GRANT ${rights.join(", ")} ON ${table} TO <user>;`);
  return `in the shop's database: ${statements.join(" ")}`;
}

/** An order update is one transaction in the shop's tables: a non-transactional table keeps half of a save that an event handler stopped. */
export async function shopTables(
  reader: Pick<SetupReader, "missingShopTables" | "unsafeShopTables">,
): Promise<SetupCheck> {
  const check = about("shop_tables");
  const missing = await reader.missingShopTables();
  if (missing.length > 0) {
    return check.fault(
      `the database has no ${missing.join(", ")}: it is not that of a Bitrix shop with the module sale`,
      "see that CLICKBRIDGE_DATABASE_URL names the shop's database",
    );
  }
  const unsafe = await reader.unsafeShopTables();
  if (unsafe.size === 0) return check.ok("the tables of orders know transactions");
  const names = [...unsafe].map(([table, engine]) => `${table} is ${engine}`);
  return check.warning(
    `${some(names)}, which knows no transactions: a save that breaks off leaves an order half paid`,
    "have the tables of the module sale converted to InnoDB (in Bitrix: Settings, Tools, System check)",
  );
}

export async function durability(reader: Pick<SetupReader, "durability">): Promise<SetupCheck> {
  const check = about("durability");
  const { flushLogAtTrxCommit, binaryLog, syncBinlog } = await reader.durability();
  const weak = [
    flushLogAtTrxCommit === "1" ? "" : `innodb_flush_log_at_trx_commit=${flushLogAtTrxCommit}`,
    binaryLog && syncBinlog !== "1" ? `sync_binlog=${syncBinlog ?? "unknown"}` : "",
  ].filter((setting) => setting !== "");
  if (weak.length === 0) return check.ok("what was committed survives a power cut");
  const remedy = "set innodb_flush_log_at_trx_commit=1, and sync_binlog=1 where a binary log is written";
  const what = `${weak.join(", ")}: a power cut can take back payments that Click was told about`;
  // With 0, a crash of the server alone loses commits; it needs no power failure.
  return flushLogAtTrxCommit === "0" ? check.fault(what, remedy) : check.warning(what, remedy);
}

export async function binlogFormat(reader: Pick<SetupReader, "refusesWrites">): Promise<SetupCheck> {
  const check = about("binlog_format");
  const refusal = await reader.refusesWrites();
  return refusal === undefined
    ? check.ok("the binary log takes what click-bridge writes")
    : check.fault(refusal, "set binlog_format=ROW in the server's configuration and start it anew");
}

/** `own`: name of this installation; empty when not set. */
export async function instance(reader: Pick<SetupReader, "instance">, own: string): Promise<SetupCheck> {
  const check = about("instance");
  const name = await reader.instance();
  if (name === own && own === "") {
    const unnamed = "this installation has no name: a copy of its database would move money as well";
    return check.warning(unnamed, "set CLICKBRIDGE_INSTANCE, and run `click-bridge adopt`");
  }
  if (name === own) return check.ok(`this database belongs to "${own}"`);
  const remedy =
    "on a test stand or a restored backup: leave it so; else `click-bridge adopt` with the CLICKBRIDGE_INSTANCE of this installation";
  const whose = name === undefined ? "no installation" : `the installation "${name}"`;
  return check.fault(`this database belongs to ${whose} and not to this one, "${own}": no money is moved`, remedy);
}

function some(names: readonly string[]): string {
  const rest = names.length - TABLES_NAMED_MAX;
  return names.slice(0, TABLES_NAMED_MAX).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
