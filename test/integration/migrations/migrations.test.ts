import { execFile } from "node:child_process";
import { promisify } from "node:util";
import knex, { type Knex } from "knex";
import { createPool, type Pool } from "mysql2/promise";
import { describe, expect, onTestFinished, test } from "vitest";
import { readConfig } from "../../../src/config.ts";
import { MIGRATION_NAMES } from "../../../src/mysql/migrations/index.ts";
import { migrateDown, migrateUp } from "../../../src/mysql/migrations/migrate.ts";
import { column, key } from "../../../src/mysql/migrations/migration.ts";
import { start } from "../../../src/server.ts";
import { createLog } from "../../../src/telemetry/log.ts";
import { createTestDatabase } from "../../support/servers/database.ts";
import { CLI, runCli } from "../../support/service/run-cli.ts";
import { startTestService } from "../../support/service/service.ts";
import { purchase } from "../../support/shop/purchase.ts";
import { type Shop, shopOfTest } from "../../support/shop/shop.ts";

const run = promisify(execFile);

async function emptyDatabase(): Promise<{ readonly url: string; readonly pool: Pool }> {
  const database = await createTestDatabase();
  const pool = createPool({ uri: database.url });
  onTestFinished(async () => {
    await pool.end();
    await database.drop();
  });
  return { url: database.url, pool };
}

async function tables(pool: Pool): Promise<string[]> {
  const [rows] = await pool.query("SHOW TABLES");
  return (rows as object[]).map((row) => String(Object.values(row)[0])).sort();
}

/** Every b_* table: how it is made, and a checksum of what is in it. */
async function shopTables(shop: Shop): Promise<unknown> {
  const names = (await tables(shop.pool)).filter((name) => name.startsWith("b_"));
  return Promise.all(
    names.map(async (name) => [
      (await shop.query(`SHOW CREATE TABLE ${name}`))[0]?.["Create Table"],
      (await shop.query(`CHECKSUM TABLE ${name}`))[0]?.["Checksum"],
    ]),
  );
}

/** How our tables are made. */
async function definitions(pool: Pool): Promise<readonly string[]> {
  const names = (await tables(pool)).filter((name) => !name.startsWith("clickbridge_migration"));
  return Promise.all(
    names.map(async (name) => {
      const [rows] = await pool.query(`SHOW CREATE TABLE ${name}`);
      return String((rows as Record<string, unknown>[])[0]?.["Create Table"]).replace(/ AUTO_INCREMENT=\d+/, "");
    }),
  );
}

const OURS = [
  "clickbridge_anomaly",
  "clickbridge_anomaly_decision",
  "clickbridge_attempt",
  "clickbridge_certification",
  "clickbridge_charge",
  "clickbridge_checkout_key",
  "clickbridge_event",
  "clickbridge_event_log",
  "clickbridge_fiscal",
  "clickbridge_fiscal_receipt",
  "clickbridge_instance",
  "clickbridge_invoice",
  "clickbridge_lease",
  "clickbridge_ledger",
  "clickbridge_migration",
  "clickbridge_migration_lock",
  "clickbridge_order_update",
  "clickbridge_payment",
  "clickbridge_refund",
  "clickbridge_refund_token",
  "clickbridge_restore",
  "clickbridge_service",
  "clickbridge_statement_layout",
  "clickbridge_status_poll",
];

describe("on an empty database", () => {
  test("up makes our tables, and up again does nothing", async () => {
    const { url, pool } = await emptyDatabase();

    const names = [await migrateUp(url), await migrateUp(url)];

    expect(names).toEqual([MIGRATION_NAMES, []]);
    expect(await tables(pool)).toEqual(OURS);
  });

  test("down takes everything away, and down again does nothing", async () => {
    const { url, pool } = await emptyDatabase();
    await migrateUp(url);

    const names = [await migrateDown(url), await migrateDown(url)];

    expect(names).toEqual([[...MIGRATION_NAMES].reverse(), []]);
    expect(await tables(pool)).toEqual([]);
  });

  test("up after down makes them again", async () => {
    const { url, pool } = await emptyDatabase();
    await migrateUp(url);
    await migrateDown(url);

    const names = await migrateUp(url);

    expect(names).toEqual(MIGRATION_NAMES);
    expect(await tables(pool)).toEqual(OURS);
  });
});

describe.each([
  "utf8mb4_unicode_ci",
  "utf8mb4_general_ci",
  "utf8mb3_unicode_ci",
  "utf8mb3_general_ci",
  "cp1251_general_ci",
])("beside a shop in %s", (collation) => {
  test("up, up and down leave every b_* table as it was", async () => {
    const shop = await shopOfTest({ collation, migrated: false });
    await shop.addOrder({ number: "Заказ-1", sums: ["10.00", "20.50"] });
    const before = await shopTables(shop);

    const names = [await migrateUp(shop.url), await migrateUp(shop.url), await migrateDown(shop.url)];

    expect(names.map((done) => done.length)).toEqual([MIGRATION_NAMES.length, 0, MIGRATION_NAMES.length]);
    expect(await shopTables(shop)).toEqual(before);
    expect((await tables(shop.pool)).filter((name) => name.startsWith("clickbridge"))).toEqual([]);
  });

  test("an order is paid, whatever the collation", async () => {
    const shop = await shopOfTest({ collation });
    const service = await startTestService({ databaseUrl: shop.url });
    onTestFinished(() => service.stop());

    const { completed } = await purchase(service, shop, { order: { number: "Ю-7" } });

    expect(completed.error).toBe(0);
  });
});

describe("the columns", () => {
  test("that name or identify something compare byte for byte", async () => {
    const { url, pool } = await emptyDatabase();
    await migrateUp(url);

    const [rows] = await pool.query(
      `SELECT CONCAT(TABLE_NAME, '.', COLUMN_NAME, ' ', COLLATION_NAME) AS text_column FROM information_schema.COLUMNS
       WHERE TABLE_SCHEMA = DATABASE() AND COLLATION_NAME IS NOT NULL AND TABLE_NAME NOT LIKE 'clickbridge_migration%'`,
    );

    const columns = (rows as { text_column: string }[]).map((row) => row.text_column);
    expect(columns.filter((column) => !/ (ascii_bin|utf8mb4_bin)$/.test(column))).toEqual([]);
    for (const column of [
      "clickbridge_attempt.state",
      "clickbridge_order_update.token",
      "clickbridge_invoice.request_id",
    ])
      expect(columns).toContain(`${column} ascii_bin`);
  });

  test("of money and of Click's numbers are BIGINT, and every table is InnoDB", async () => {
    const { url, pool } = await emptyDatabase();
    await migrateUp(url);

    const [numbers] = await pool.query(
      `SELECT DISTINCT DATA_TYPE AS type FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()
         AND (COLUMN_NAME LIKE '%\\_tiyin' OR COLUMN_NAME LIKE 'click\\_%\\_id' OR COLUMN_NAME = 'service_id')`,
    );
    const [engines] = await pool.query(
      "SELECT DISTINCT ENGINE AS engine FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()",
    );

    expect([numbers, engines]).toEqual([[{ type: "bigint" }], [{ engine: "InnoDB" }]]);
  });

  test("hold at most one captured attempt per payment", async () => {
    const { url, pool } = await emptyDatabase();
    await migrateUp(url);
    const insert = (id: number, state: string) =>
      pool.query(
        `INSERT INTO clickbridge_attempt (id, service_id, click_trans_id, merchant_trans_id, merchant_trans_key, payment_id,
           amount_tiyin, state, last_answer) VALUES (?, 1, ?, 'x', UNHEX(SHA2(?, 256)), 5, 1, ?, 0)`,
        [id, id, String(id), state],
      );
    await insert(1, "CAPTURED");

    const second = insert(2, "SETTLED");

    await expect(second).rejects.toThrow(/clickbridge_attempt_captured/);
    await expect(insert(3, "OWED")).resolves.toBeDefined();
  });
});

describe("migrating", () => {
  test("by several at once happens once, and all of them succeed", async () => {
    const { url, pool } = await emptyDatabase();

    const names = await Promise.all([migrateUp(url), migrateUp(url), migrateUp(url)]);

    expect(names.map((done) => done.length).sort()).toEqual([0, 0, MIGRATION_NAMES.length]);
    expect(await tables(pool)).toEqual(OURS);
  });

  test("after a migration that was killed before it was noted goes on from there", async () => {
    const { url, pool } = await emptyDatabase();
    await migrateUp(url);
    // Its tables were made; the last is not in the list; the lock row says that somebody is at it.
    await pool.query("DELETE FROM clickbridge_migration WHERE name = ?", [MIGRATION_NAMES.at(-1)]);
    await pool.query("UPDATE clickbridge_migration_lock SET is_locked = 1");

    const names = await migrateUp(url);

    expect(names).toEqual(MIGRATION_NAMES.slice(-1));
  });

  test("repeated after it was done but not recorded does no harm, up and down", async () => {
    const { url, pool } = await emptyDatabase();
    await migrateUp(url);
    const before = await definitions(pool);
    await pool.query("DELETE FROM clickbridge_migration");

    const names = await migrateUp(url);
    const after = await definitions(pool);
    await pool.query("DROP TABLE clickbridge_attempt");
    const undone = await migrateDown(url);

    expect([names, after]).toEqual([MIGRATION_NAMES, before]);
    expect([undone.length, await tables(pool)]).toEqual([MIGRATION_NAMES.length, []]);
  });

  test.each([
    ["before the first release", "008_attempt_click_payment"],
    ["a newer version", "900_of_a_newer_version"],
  ])("a database of %s is refused in both directions, and nothing is changed", async (_, unknown) => {
    const { url, pool } = await emptyDatabase();
    await migrateUp(url);
    await pool.query("DROP TABLE clickbridge_restore");
    await pool.query("UPDATE clickbridge_migration SET name = ? WHERE name = ?", [unknown, MIGRATION_NAMES.at(-1)]);
    const before = await tables(pool);

    const up = migrateUp(url);
    const sentence = new RegExp(`another version of click-bridge, .* does not know ${unknown}\\. Nothing was changed`);
    await expect(up).rejects.toThrow(sentence);
    await expect(migrateDown(url)).rejects.toThrow(sentence);

    expect(await tables(pool)).toEqual(before);
  });

  test("by the command says what it did; two processes at once both end well", async () => {
    const { url } = await shopOfTest({ migrated: false });
    const migrate = (...args: string[]) =>
      run(process.execPath, [CLI, "migrate", ...args], { env: { ...process.env, CLICKBRIDGE_DATABASE_URL: url } });

    const outputs = await Promise.all([migrate(), migrate()]);
    const down = await migrate("--down");

    const said = outputs.map(({ stdout }) => stdout.trim()).sort();
    expect(said).toEqual([MIGRATION_NAMES.map((name) => `done ${name}`).join("\n"), "nothing to do"]);
    expect(down.stdout).toContain(`undone ${MIGRATION_NAMES[0]}`);
  });

  test("on PostgreSQL is refused with a sentence", async () => {
    const env = { ...process.env, CLICKBRIDGE_DATABASE_URL: "postgresql://bitrix:hidden-word@localhost/bitrix" };

    const failure = await run(process.execPath, [CLI, "migrate"], { env }).catch((error: unknown) => error);

    expect(failure).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(
        /CLICKBRIDGE_DATABASE_URL: is PostgreSQL: click-bridge keeps its tables beside Bitrix/,
      ),
    });
    expect((failure as { stderr: string }).stderr).not.toContain("hidden-word");
  });

  test("in a database that is no Bitrix shop's is refused with 1, and nothing is made there", async () => {
    const { url, pool } = await emptyDatabase();
    await pool.query("CREATE TABLE b_sale_bizval (ID int)");

    const { code, stdout, stderr } = await runCli(["migrate"], { CLICKBRIDGE_DATABASE_URL: url });
    const [tables] = await pool.query("SHOW TABLES");
    const undone = await runCli(["migrate", "--down"], { CLICKBRIDGE_DATABASE_URL: url });

    expect([code, stdout, undone.code]).toEqual([1, "", 0]);
    expect(stderr).toContain(
      "FAULT: the database has no b_sale_order, b_sale_order_payment, b_sale_pay_system_action: it is not that of a Bitrix shop",
    );
    expect(tables).toHaveLength(1);
  });

  test("on a database that is not there names the error and no password", async () => {
    const url = new URL((await emptyDatabase()).url);
    url.pathname = "/no_such_database";

    const failed = migrateUp(url.href);

    await expect(failed).rejects.toThrow("database: ER_BAD_DB_ERROR (1049)");
  });
});

/** Later versions change tables so. */
describe("a change of a table that is there", () => {
  async function attempts(): Promise<{ readonly db: Knex; readonly pool: Pool }> {
    const { url, pool } = await emptyDatabase();
    await migrateUp(url);
    await pool.query(
      `INSERT INTO clickbridge_attempt (service_id, click_trans_id, merchant_trans_id, merchant_trans_key, amount_tiyin, state,
         last_answer) VALUES (1, 2, 'x', UNHEX(SHA2('x', 256)), 1, 'REFUSED', -5), (1, 3, 'x', UNHEX(SHA2('x', 256)), 1, 'REFUSED', -5)`,
    );
    const db = knex({ client: "mysql2", connection: url, pool: { min: 0, max: 1 } });
    onTestFinished(() => db.destroy());
    return { db, pool };
  }

  test.each([
    [
      "a column with its key",
      column({
        table: "clickbridge_attempt",
        name: "later",
        type: "bigint NULL",
        uniqueKey: { name: "clickbridge_attempt_later", columns: "service_id, later" },
      }),
      ["`later` bigint", "UNIQUE KEY `clickbridge_attempt_later` (`service_id`,`later`)"],
    ],
    [
      "a key",
      key("clickbridge_attempt", "clickbridge_attempt_later", "capture_time"),
      ["KEY `clickbridge_attempt_later` (`capture_time`)"],
    ],
  ])("adds %s, keeps the rows, is idempotent, and is removed completely", async (_, change, added) => {
    const { db, pool } = await attempts();
    const before = await definitions(pool);

    for (const step of [change.up, change.up]) await step(db);
    const changed = (await definitions(pool)).join("\n");
    const [rows] = await pool.query("SELECT id FROM clickbridge_attempt");
    for (const step of [change.down, change.down]) await step(db);

    expect(added.filter((part) => !changed.includes(part))).toEqual([]);
    expect(rows).toHaveLength(2);
    expect(await definitions(pool)).toEqual(before);
  });
});

test("the service does not start on a database that lacks a migration, and says which", async () => {
  const { url, pool } = await emptyDatabase();
  await migrateUp(url);
  await pool.query("DELETE FROM clickbridge_migration WHERE name = ?", [MIGRATION_NAMES.at(-1)]);
  const config = readConfig({ CLICKBRIDGE_DATABASE_URL: url, CLICKBRIDGE_LISTEN: "tcp://127.0.0.1:0" });

  const started = start(config, createLog("silent"));

  await expect(started).rejects.toThrow(
    `the database lacks ${MIGRATION_NAMES.at(-1)}: run \`click-bridge migrate\` first`,
  );
});

test("a service that began with one reference does not start with the other", async () => {
  const shop = await shopOfTest();
  const service = await startTestService({ databaseUrl: shop.url });
  await purchase(service, shop);
  await service.stop();

  const restarted = startTestService({ databaseUrl: shop.url, env: { CLICKBRIDGE_REFERENCE: "payment_id" } });

  await expect(restarted).rejects.toThrow("service 11111 began with the reference order_number");
});
