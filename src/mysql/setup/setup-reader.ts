import type { DatabaseRights, Durability, RestrictedPaySystem, SetupReader } from "../../app/setup/ports.ts";
import type { Pool } from "../driver/pool.ts";
import { refusesWrites } from "../driver/server-checks.ts";
import {
  integer,
  integerOrUndefined,
  type Row,
  type Statement,
  statement,
  text,
  textOrUndefined,
  time,
} from "../driver/statement.ts";
import { read, search } from "../driver/transaction.ts";
import { MIGRATION_TABLE } from "../migrations/index.ts";
import { missingMigrations } from "../migrations/missing-migrations.ts";
import { APPEND_ONLY_TABLES, ORDER_TABLES, OWN_TABLES, SETUP_TABLES, SHOP_TABLES } from "../rows/table-names.ts";
import { mayDo, readGrants } from "./grants.ts";
import { missingShopTables } from "./missing-shop-tables.ts";
import { currencyList } from "./setup-restriction.ts";

const WRITE_RIGHTS = ["INSERT", "UPDATE", "DELETE"];
const CHANGED_TABLES = OWN_TABLES.filter((table) => !APPEND_ONLY_TABLES.includes(table));

/** Reads what the setup checks need. Read-only. */
export function setupReader(pool: Pool): SetupReader {
  const rows = async (query: Statement): Promise<readonly Row[]> => (await read(pool, query))[0]?.rows ?? [];
  return {
    version: async () => {
      const [row] = await rows(statement("SELECT VERSION() AS version, @@version_comment AS flavour"));
      return {
        version: row === undefined ? "" : text(row, "version"),
        flavour: row === undefined ? "" : text(row, "flavour"),
      };
    },
    hosts: () => pool.look(),
    missingMigrations: () => missingMigrations(pool),
    missingShopTables: () => missingShopTables(pool),
    rights: () => rights(rows),
    unsafeShopTables: async () => {
      const found = await rows(
        statement(
          `SELECT t.TABLE_NAME AS name, t.ENGINE AS engine
           FROM information_schema.TABLES t LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE
           WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_NAME IN (?) AND (e.TRANSACTIONS IS NULL OR e.TRANSACTIONS <> 'YES')
           ORDER BY t.TABLE_NAME`,
          ORDER_TABLES,
        ),
      );
      return new Map(found.map((row) => [text(row, "name"), textOrUndefined(row, "engine") ?? "of an unknown engine"]));
    },
    durability: () => durability(pool),
    refusesWrites: () => refusesWrites(pool),
    instance: async () => {
      const [row] = await rows(statement("SELECT name FROM clickbridge_instance WHERE id = 1"));
      return row === undefined ? undefined : text(row, "name");
    },
    waitingUpdates: async (overdueMinutes) => {
      const [row] = await rows(
        statement(
          `SELECT COUNT(*) AS waiting, SUM(due_time < NOW(3) - INTERVAL ? MINUTE
             AND (lease_expire_time IS NULL OR lease_expire_time < NOW(3) - INTERVAL ? MINUTE)) AS overdue
           FROM clickbridge_order_update WHERE state = 'PENDING'`,
          overdueMinutes,
          overdueMinutes,
        ),
      );
      return {
        waitingCount: row === undefined ? 0 : integer(row, "waiting"),
        overdueCount: (row === undefined ? 0 : integerOrUndefined(row, "overdue")) ?? 0,
      };
    },
    openAnomalies: async () => {
      const sql =
        "SELECT kind, COUNT(*) AS open_count FROM clickbridge_anomaly WHERE state = 'OPEN' GROUP BY kind ORDER BY kind";
      return new Map((await rows(statement(sql))).map((row) => [text(row, "kind"), integer(row, "open_count")]));
    },
    lastCallback: async (serviceId) => {
      const sql = `SELECT create_time FROM clickbridge_attempt
        WHERE service_id = ? AND click_trans_id IS NOT NULL ORDER BY id DESC LIMIT 1`;
      const [row] = (await search(pool, statement(sql, BigInt(serviceId))))[0]?.rows ?? [];
      return row === undefined ? undefined : time(row, "create_time");
    },
    currencies: async () => {
      const found = await rows(
        statement(
          `SELECT CURRENCY AS currency, BASE AS is_base, NUMCODE AS code, AMOUNT AS amount, AMOUNT_CNT AS amount_count,
             CURRENT_BASE_RATE AS current_rate
           FROM b_catalog_currency WHERE CURRENCY = 'UZS' OR BASE = 'Y'`,
        ),
      );
      return found.map((row) => ({
        currency: text(row, "currency"),
        isBase: row["is_base"] === "Y",
        numericCode: textOrUndefined(row, "code") ?? "",
        amount: textOrUndefined(row, "amount") ?? "",
        amountCount: textOrUndefined(row, "amount_count") ?? "",
        currentBaseRate: textOrUndefined(row, "current_rate") ?? "",
      }));
    },
    uzsFormats: async () => {
      const found = await rows(
        statement(
          `SELECT l.LID AS language, f.FORMAT_STRING AS template, f.DECIMALS AS decimals
           FROM b_language l LEFT JOIN b_catalog_currency_lang f ON f.LID = l.LID AND f.CURRENCY = 'UZS'
           WHERE l.ACTIVE = 'Y' ORDER BY l.LID`,
        ),
      );
      return found.map((row) => ({
        language: text(row, "language"),
        format:
          row["template"] === null
            ? undefined
            : { template: text(row, "template"), decimals: integer(row, "decimals") },
      }));
    },
    restrictions: () => restrictions(rows),
  };
}

type ReadRows = (query: Statement) => Promise<readonly Row[]>;

/** Only the user's own rights: not every server shows rights of a role. */
async function rights(rows: ReadRows): Promise<DatabaseRights> {
  const lines = await rows(statement("SHOW GRANTS"));
  const [where] = await rows(statement("SELECT DATABASE() AS name"));
  const database = where === undefined ? "" : text(where, "name");
  const grants = readGrants(lines.map((row) => String(Object.values(row)[0])));
  const lacks = (right: string, table: string) => !mayDo(grants, right, database, table);
  const missing = (tables: readonly string[], needed: readonly string[]) =>
    tables
      .map((table) => ({ table, rights: needed.filter((right) => lacks(right, table)) }))
      .filter(({ rights }) => rights.length > 0);
  return {
    missing: [
      ...missing([...SHOP_TABLES, MIGRATION_TABLE], ["SELECT"]),
      ...missing(CHANGED_TABLES, ["SELECT", ...WRITE_RIGHTS]),
      ...missing(APPEND_ONLY_TABLES, ["SELECT", "INSERT"]),
    ],
    missingForChecks: missing(SETUP_TABLES, ["SELECT"]),
    writableShopTables: [...SHOP_TABLES, ...SETUP_TABLES].filter((table) =>
      WRITE_RIGHTS.some((right) => mayDo(grants, right, database, table)),
    ),
    incomplete: grants.incomplete,
  };
}

async function durability(pool: Pool): Promise<Durability> {
  const results = await read(
    pool,
    statement("SHOW VARIABLES LIKE 'innodb_flush_log_at_trx_commit'"),
    statement("SHOW VARIABLES LIKE 'log_bin'"),
    statement("SHOW VARIABLES LIKE 'sync_binlog'"),
  );
  const [flush, log, sync] = results.map(({ rows: [row] }) => (row === undefined ? undefined : text(row, "Value")));
  return { flushLogAtTrxCommit: flush ?? "unknown", binaryLog: log === "ON", syncBinlog: sync };
}

/** The restrictions of a pay system have service type 1. */
async function restrictions(rows: ReadRows): Promise<readonly RestrictedPaySystem[]> {
  const found = await rows(
    statement(
      `SELECT p.ID AS id, r.ID AS restriction_id, r.PARAMS AS params
       FROM b_sale_pay_system_action p LEFT JOIN b_sale_service_rstr r ON r.SERVICE_ID = p.ID AND r.SERVICE_TYPE = 1
         AND r.CLASS_NAME IN (?)
       WHERE p.ACTION_FILE = 'clickbridge' AND p.ACTIVE = 'Y' ORDER BY p.ID, r.ID`,
      CURRENCY_RESTRICTIONS,
    ),
  );
  return [...new Set(found.map((row) => integer(row, "id")))].map((paySystemId) => {
    const own = found.filter((row) => integer(row, "id") === paySystemId);
    const params = own.map((row) => textOrUndefined(row, "params")).filter((text) => text !== undefined);
    const [first] = own;
    return {
      paySystemId,
      currencyLists: params.map(currencyList),
      restrictionId: first === undefined ? undefined : integerOrUndefined(first, "restriction_id"),
    };
  });
}

/** Bitrix writes the class with a leading backslash, and so do most modules. */
const CURRENCY_RESTRICTION = "Bitrix\\Sale\\Services\\PaySystem\\Restrictions\\Currency";
const CURRENCY_RESTRICTIONS = [CURRENCY_RESTRICTION, `\\${CURRENCY_RESTRICTION}`];
