import type { Shop, ShopOrder } from "./shop.ts";

/** What the database says of a payment that Click took the money for: all that must be there exactly once. */
export interface PaidOnce {
  readonly attempts: readonly string[];
  readonly orderUpdates: number;
  readonly preparedEvents: number;
  readonly capturedEvents: number;
  readonly openAnomalies: number;
}

/** One Prepare, one capture, one order update, one event of each, and nothing for a person to look at. */
export const ONCE: PaidOnce = {
  attempts: ["CAPTURED"],
  orderUpdates: 1,
  preparedEvents: 1,
  capturedEvents: 1,
  openAnomalies: 0,
};

export async function paidOnce(
  shop: Pick<Shop, "query">,
  { paymentId }: Pick<ShopOrder, "paymentId">,
): Promise<PaidOnce> {
  const count = async (from: string) =>
    Number((await shop.query(`SELECT COUNT(*) AS n FROM ${from}`, [paymentId]))[0]?.["n"]);
  const attempts = await shop.query("SELECT state FROM clickbridge_attempt WHERE payment_id = ?", [paymentId]);
  return {
    attempts: attempts.map((row) => String(row["state"])),
    orderUpdates: await count("clickbridge_order_update WHERE payment_id = ?"),
    preparedEvents: await count("clickbridge_event WHERE payment_id = ? AND type = 'attempt.prepared'"),
    capturedEvents: await count("clickbridge_event WHERE payment_id = ? AND type = 'attempt.captured'"),
    openAnomalies: await count(
      "clickbridge_anomaly n JOIN clickbridge_attempt a ON a.id = n.attempt_id WHERE a.payment_id = ? AND n.state = 'OPEN'",
    ),
  };
}
