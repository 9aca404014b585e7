import { createHash } from "node:crypto";
import type { Shop, ShopOrder } from "./shop.ts";

const LOCK_SECONDS_MAX = 30;

/** What Bitrix shows of an order's payment, and what it told of it: each counted where it leaves a trace. */
export interface Applied {
  readonly PAID: string;
  readonly PAYED: string;
  /** Of the order update. */
  readonly state: string;
  readonly history: number;
  readonly mails: number;
}

/** Marked, and told of once. */
export const APPLIED_ONCE: Applied = { PAID: "Y", PAYED: "Y", state: "APPLIED", history: 1, mails: 1 };

export async function applied(shop: Pick<Shop, "query">, { paymentId, number }: ShopOrder): Promise<Applied> {
  const [row] = await shop.query(
    `SELECT p.PAID, o.PAYED, u.state,
       (SELECT COUNT(*) FROM b_sale_order_change WHERE TYPE = 'PAYMENT_PAID' AND ORDER_ID = o.ID) AS history,
       (SELECT COUNT(*) FROM b_event WHERE EVENT_NAME = 'SALE_ORDER_PAID' AND JSON_VALUE(C_FIELDS, '$.ORDER_ID') = ?) AS mails
     FROM b_sale_order_payment p JOIN b_sale_order o ON o.ID = p.ORDER_ID JOIN clickbridge_order_update u ON u.payment_id = p.ID
     WHERE p.ID = ?`,
    [number, paymentId],
  );
  if (row === undefined) throw new Error(`payment ${paymentId} has no order update`);
  return { ...(row as Applied), history: Number(row["history"]), mails: Number(row["mails"]) };
}

/** As if a quarter of an hour had passed: the service believes the database's clock only. */
export async function leaseEnded(shop: Pick<Shop, "query">, paymentId: number): Promise<void> {
  await shop.query(
    `UPDATE clickbridge_order_update SET due_time = NOW(3) - INTERVAL 1 SECOND, lease_expire_time = NOW(3) - INTERVAL 1 SECOND
     WHERE payment_id = ?`,
    [paymentId],
  );
}

/** The database lets go of a dead module's lock when it has seen its connection end. */
export async function lockFreed(shop: Pick<Shop, "database" | "pool">, paymentId: number): Promise<void> {
  const md5 = (text: string) => createHash("md5").update(text).digest("hex");
  const name = `${md5(shop.database.name)}${md5(`clickbridge_payment_${paymentId}`)}`;
  const connection = await shop.pool.getConnection();
  await connection.query("SELECT GET_LOCK(?, ?)", [name, LOCK_SECONDS_MAX]);
  await connection.query("SELECT RELEASE_LOCK(?)", [name]);
  connection.release();
}
