import { readFile } from "node:fs/promises";
import { createPool, type Pool, type RowDataPacket } from "mysql2/promise";
import { onTestFinished } from "vitest";
import { migrateUp } from "../../../src/mysql/migrations/migrate.ts";
import { createTestDatabase, type TestDatabase } from "../servers/database.ts";

/** A Click service as an admin typed it into a pay system. */
export interface ShopService {
  readonly serviceId: string;
  readonly merchantId: string;
  readonly merchantUserId: string;
  readonly secretKey: string;
  /** What the buyer pays on top. */
  readonly feePercent?: string;
}

export const SERVICE: ShopService = {
  serviceId: "11111",
  merchantId: "22222",
  merchantUserId: "33333",
  secretKey: "test_secret_key",
};

export interface NewOrder {
  /** ACCOUNT_NUMBER; one of its own by default. */
  readonly number?: string;
  /** One payment each, in soums as DECIMAL text. */
  readonly sums?: readonly string[];
  readonly currency?: string;
  readonly personTypeId?: number;
  readonly paySystemId?: number;
  readonly cancelled?: boolean;
}

export interface ShopOrder {
  readonly orderId: number;
  readonly number: string;
  readonly payments: readonly { readonly id: number; readonly number: string }[];
  /** The first payment. */
  readonly paymentId: number;
}

/** A stand-in shop: its tables, our tables, and one pay system, in a database of its own. */
export interface Shop {
  readonly database: TestDatabase;
  readonly url: string;
  readonly pool: Pool;
  readonly paySystemId: number;
  query(sql: string, values?: readonly unknown[]): Promise<RowDataPacket[]>;
  addOrder(order?: NewOrder): Promise<ShopOrder>;
  addPaySystem(values: Partial<ShopService>, options?: PaySystemOptions): Promise<number>;
  setValue(paySystemId: number, code: string, value: string, options?: ValueOptions): Promise<void>;
  stop(): Promise<void>;
}

export interface PaySystemOptions {
  readonly actionFile?: string;
  readonly active?: "Y" | "N";
}

export interface ValueOptions {
  readonly personTypeId?: number;
  readonly provider?: string;
}

const SCHEMA = new URL("bitrix-schema.sql", import.meta.url);

/** Creates the shop. `stop` drops it. */
export async function createShop(
  options: { readonly collation?: string; readonly migrated?: boolean } = {},
): Promise<Shop> {
  const database = await createTestDatabase(options.collation);
  const pool = createPool({ uri: database.url, multipleStatements: true, connectionLimit: 4, charset: "utf8mb4" });
  await pool.query(await readFile(SCHEMA, "utf8"));
  if (options.migrated !== false) await migrateUp(database.url);
  const shop = makeShop(database, pool);
  const paySystemId = await shop.addPaySystem(SERVICE);
  return { ...shop, paySystemId };
}

/** The same, dropped when the test ends. */
export async function shopOfTest(options: Parameters<typeof createShop>[0] = {}): Promise<Shop> {
  const shop = await createShop(options);
  onTestFinished(() => shop.stop());
  return shop;
}

const CODE: Readonly<Record<keyof ShopService, string>> = {
  serviceId: "CLICK_SERVICE_ID",
  merchantId: "CLICK_MERCHANT_ID",
  merchantUserId: "CLICK_MERCHANT_USER_ID",
  secretKey: "CLICK_SECRET_KEY",
  feePercent: "CLICK_FEE_PERCENT",
};

function makeShop(database: TestDatabase, pool: Pool): Omit<Shop, "paySystemId"> {
  let lastNumber = 1_000;
  const query: Shop["query"] = async (sql, values = []) => {
    const [rows] = await pool.query(sql, values as unknown[]);
    return rows as RowDataPacket[];
  };
  const insert = async (sql: string, values: readonly unknown[]) =>
    ((await query(sql, values)) as unknown as { insertId: number }).insertId;
  const setValue: Shop["setValue"] = async (
    paySystemId,
    code,
    value,
    { personTypeId = 0, provider = "INPUT" } = {},
  ) => {
    await query("REPLACE INTO b_sale_bizval VALUES (?, ?, ?, ?, ?)", [
      code,
      `PAYSYSTEM_${paySystemId}`,
      personTypeId,
      provider,
      value,
    ]);
  };
  return {
    database,
    url: database.url,
    pool,
    query,
    setValue,
    addPaySystem: async (values, { actionFile = "clickbridge", active = "Y" } = {}) => {
      const id = await insert(
        "INSERT INTO b_sale_pay_system_action (NAME, ACTION_FILE, ACTIVE) VALUES ('Click', ?, ?)",
        [actionFile, active],
      );
      for (const [key, value] of Object.entries(values)) await setValue(id, CODE[key as keyof ShopService], value);
      return id;
    },
    addOrder: async (order = {}) => {
      lastNumber += 1;
      const {
        number = String(lastNumber),
        sums = ["1000.00"],
        currency = "UZS",
        personTypeId = 1,
        paySystemId = 1,
      } = order;
      const orderId = await insert(
        "INSERT INTO b_sale_order (ACCOUNT_NUMBER, CURRENCY, PERSON_TYPE_ID, CANCELED, PRICE) VALUES (?, ?, ?, ?, 0)",
        [number, currency, personTypeId, order.cancelled ? "Y" : "N"],
      );
      const payments: { id: number; number: string }[] = [];
      for (const [index, sum] of sums.entries()) {
        const paymentNumber = `${number}/${index + 1}`;
        const id = await insert(
          "INSERT INTO b_sale_order_payment (ORDER_ID, ACCOUNT_NUMBER, PAY_SYSTEM_ID, SUM, CURRENCY) VALUES (?, ?, ?, ?, ?)",
          [orderId, paymentNumber, paySystemId, sum, currency],
        );
        payments.push({ id, number: paymentNumber });
      }
      // An order of another price would be overpaid, and the rest goes to the buyer's account, whose first row two saves fight for.
      await pool.query(
        "UPDATE b_sale_order SET PRICE = (SELECT COALESCE(SUM(`SUM`), 0) FROM b_sale_order_payment WHERE ORDER_ID = ?) WHERE ID = ?",
        [orderId, orderId],
      );
      return { orderId, number, payments, paymentId: payments[0]?.id ?? 0 };
    },
    stop: async () => {
      await pool.end();
      await database.drop();
    },
  };
}
