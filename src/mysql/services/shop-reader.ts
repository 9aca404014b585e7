import type { PaySystemRow, ShopReader } from "../../app/services/shop-reader.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, type Row, statement, text, textOrUndefined } from "../driver/statement.ts";
import { read } from "../driver/transaction.ts";
import { ifRepresentable, shopPaymentById, shopPaymentsByOrder, toShopPayment } from "../rows/shop-rows.ts";

const HANDLER = "clickbridge";
const CODES = [
  ...["CLICK_SERVICE_ID", "CLICK_MERCHANT_ID", "CLICK_MERCHANT_USER_ID", "CLICK_SECRET_KEY"],
  ...["CLICK_CERTIFICATION_REFERENCE", "CLICK_CERTIFICATION_UNTIL", "CLICK_TEST_URL", "CLICK_TEST_SECRET_KEY"],
  "CLICK_FEE_PERCENT",
];
/** Values that an admin entered. Any other provider (order property, user …) would let a buyer choose the secret. */
const PROVIDERS = new Set(["INPUT", "VALUE"]);
const CONSUMER_PREFIX = "PAYSYSTEM_";

export function shopReader(pool: Pool): ShopReader {
  return {
    payment: async (paymentId) => {
      const [result] = await read(pool, shopPaymentById(paymentId));
      return result?.rows.map(toShopPayment)[0];
    },
    paymentsOfOrder: async (orderId) => {
      const [result] = await read(pool, shopPaymentsByOrder(orderId));
      return (result?.rows ?? []).map(toShopPayment);
    },
    orderNumberExists: async (orderNumber) => {
      const byNumber = "SELECT ACCOUNT_NUMBER AS number FROM b_sale_order WHERE ACCOUNT_NUMBER = ?";
      const [result] = await ifRepresentable(
        () => read(pool, statement(byNumber, orderNumber)),
        () => [],
      );
      // The shop's collation matches `abc` for `ABC`.
      return (result?.rows ?? []).some((row) => text(row, "number") === orderNumber);
    },
    paySystems: () => paySystems(pool),
  };
}

/** Reads both in one round trip, so that a pay system and its settings are consistent. */
async function paySystems(pool: Pool): Promise<readonly PaySystemRow[]> {
  const [systems, values] = await read(
    pool,
    statement(
      "SELECT ID AS id, ACTION_FILE AS action_file, ACTIVE AS active FROM b_sale_pay_system_action WHERE ACTION_FILE = ?",
      HANDLER,
    ),
    statement(
      `SELECT CODE_KEY AS code, CONSUMER_KEY AS consumer, PERSON_TYPE_ID AS person_type_id, PROVIDER_KEY AS provider,
         PROVIDER_VALUE AS value
       FROM b_sale_bizval WHERE CODE_KEY IN (?)`,
      CODES,
    ),
  );
  return (systems?.rows ?? [])
    .filter((row) => text(row, "action_file") === HANDLER)
    .map((row) => ({
      paySystemId: integer(row, "id"),
      active: row["active"] === "Y",
      values: valuesOf(integer(row, "id"), values?.rows ?? []),
    }));
}

function valuesOf(paySystemId: number, rows: readonly Row[]): ReadonlyMap<number, ReadonlyMap<string, string>> {
  const values = new Map<number, Map<string, string>>();
  for (const row of rows) {
    if (text(row, "consumer") !== `${CONSUMER_PREFIX}${paySystemId}` || !PROVIDERS.has(text(row, "provider"))) continue;
    const value = textOrUndefined(row, "value")?.trim();
    if (!value) continue;
    const personTypeId = integer(row, "person_type_id");
    const ofPersonType = values.get(personTypeId) ?? new Map<string, string>();
    values.set(personTypeId, ofPersonType.set(text(row, "code"), value));
  }
  return values;
}
