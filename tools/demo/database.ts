import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createConnection, createPool, type Pool, type ResultSetHeader, type RowDataPacket } from "mysql2/promise";
import { type Account, DEMO_ACCOUNT } from "../../src/simulator/account.ts";
import { startMariadb } from "../../test/support/servers/mariadb.ts";
import { DATABASE, FOLDER, ROOT } from "./place.ts";

/** The demo shop's tables. */
export interface DemoDatabase {
  readonly url: string;
  readonly pool: Pool;
  readonly paySystemId: number;
  readonly account: Account;
  /** Why a server of our own has ended; never settles for one that was given. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** Opens the demo's database, in a private server or in the one that CLICKBRIDGE_DATABASE_URL names, and fills it when it is new. */
export async function openDatabase(): Promise<DemoDatabase> {
  const given = process.env["CLICKBRIDGE_DATABASE_URL"] ?? "";
  const server =
    given === "" ? await startOwn() : { url: urlOf(given), ended: new Promise<never>(() => {}), stop: async () => {} };
  try {
    await createDatabase(server.url);
    const pool = createPool({ uri: server.url, multipleStatements: true, connectionLimit: 2, charset: "utf8mb4" });
    // An earlier version's database may lack the newer ones of these tables.
    await pool.query(await readFile(join(ROOT, "test/support/shop/bitrix-schema.sql"), "utf8"));
    const paySystemId = await paySystem(pool);
    return {
      url: server.url,
      pool,
      paySystemId,
      account: DEMO_ACCOUNT,
      ended: server.ended,
      stop: async () => {
        await pool.end();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function startOwn() {
  await mkdir(FOLDER, { recursive: true });
  const mariadb = await startMariadb({ dataDir: join(FOLDER, "mysql") });
  return { url: mariadb.url(DATABASE), ended: mariadb.part.ended, stop: () => mariadb.stop() };
}

function urlOf(given: string): string {
  const url = new URL(given);
  url.pathname = `/${DATABASE}`;
  return url.href;
}

async function createDatabase(url: string): Promise<void> {
  const server = new URL(url);
  server.pathname = "/";
  const connection = await createConnection({ uri: server.href });
  await connection.query(`CREATE DATABASE IF NOT EXISTS ${DATABASE} COLLATE utf8mb4_unicode_ci`);
  await connection.end();
}

/** The pay system with its settings, as an admin would type them; made once, brought up to date at every start. */
async function paySystem(pool: Pool): Promise<number> {
  const [rows] = await pool.query<RowDataPacket[]>(
    "SELECT ID FROM b_sale_pay_system_action WHERE ACTION_FILE = 'clickbridge'",
  );
  const id = Number(rows[0]?.["ID"]) || (await insertPaySystem(pool));
  const values = {
    CLICK_SERVICE_ID: DEMO_ACCOUNT.serviceId,
    CLICK_MERCHANT_ID: DEMO_ACCOUNT.merchantId,
    CLICK_MERCHANT_USER_ID: DEMO_ACCOUNT.merchantUserId,
    CLICK_SECRET_KEY: DEMO_ACCOUNT.secretKey,
  };
  for (const [code, value] of Object.entries(values)) {
    await pool.query("REPLACE INTO b_sale_bizval VALUES (?, ?, 0, 'INPUT', ?)", [code, `PAYSYSTEM_${id}`, value]);
  }
  return id;
}

async function insertPaySystem(pool: Pool): Promise<number> {
  const [made] = await pool.query<ResultSetHeader>(
    "INSERT INTO b_sale_pay_system_action (NAME, ACTION_FILE, ACTIVE, HAVE_RESULT_RECEIVE) VALUES ('Click', 'clickbridge', 'Y', 'Y')",
  );
  await pool.query("UPDATE b_sale_pay_system_action SET PAY_SYSTEM_ID = ID WHERE ID = ?", [made.insertId]);
  return made.insertId;
}
