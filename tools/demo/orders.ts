import type { Pool, ResultSetHeader, RowDataPacket } from "mysql2/promise";

export interface DemoOrder {
  readonly orderId: number;
  readonly paymentId: number;
  readonly number: string;
}

/** One of each kind that shops have: whole sums, tiyin, two payments, a number that is none. */
const ORDERS: readonly { readonly number: string; readonly sums: readonly string[] }[] = [
  { number: "57", sums: ["150000.00"] },
  { number: "58", sums: ["38400.50"] },
  { number: "59", sums: ["500000.00", "12800.00"] },
  { number: "Заказ-60", sums: ["99000.00"] },
];

export const BUYER_USER_ID = 1;

/** Makes the demo's orders unless they are there. */
export async function seedOrders(pool: Pool, paySystemId: number): Promise<void> {
  const [rows] = await pool.query<RowDataPacket[]>("SELECT ID FROM b_sale_order LIMIT 1");
  if (rows.length > 0) return;
  for (const order of ORDERS) await addOrder(pool, { ...order, paySystemId });
}

/** An unpaid order with one payment for each sum, as rows: just what Bitrix would have written. */
export async function addOrder(
  pool: Pool,
  {
    number,
    sums,
    paySystemId,
  }: { readonly number: string; readonly sums: readonly string[]; readonly paySystemId: number },
): Promise<DemoOrder> {
  const price = `${sums.map(() => "CAST(? AS DECIMAL(18,4))").join(" + ")}`;
  const [order] = await pool.query<ResultSetHeader>(
    `INSERT INTO b_sale_order (LID, ACCOUNT_NUMBER, CURRENCY, PERSON_TYPE_ID, USER_ID, PRICE) VALUES ('s1', ?, 'UZS', 1, ${BUYER_USER_ID}, ${price})`,
    [number, ...sums],
  );
  let paymentId = 0;
  for (const [index, sum] of sums.entries()) {
    const [payment] = await pool.query<ResultSetHeader>(
      "INSERT INTO b_sale_order_payment (ORDER_ID, ACCOUNT_NUMBER, PAY_SYSTEM_ID, PAY_SYSTEM_NAME, SUM, CURRENCY) VALUES (?, ?, ?, 'Click', ?, 'UZS')",
      [order.insertId, `${number}/${index + 1}`, paySystemId, sum],
    );
    paymentId ||= payment.insertId;
  }
  return { orderId: order.insertId, paymentId, number };
}
