import type { AttemptState } from "../../../src/payment/attempt.ts";
import type { Shop } from "../shop/shop.ts";

/** All that our tables hold about one attempt, so that "nothing changed" can be said of it as a whole. */
export interface AttemptRecord {
  readonly state: AttemptState;
  readonly paymentId: number | null;
  readonly orderId: number | null;
  readonly amountTiyin: number;
  readonly lastAnswer: number;
  readonly clickTransId: string;
  readonly clickPaydocId: string | null;
  /** Click's number in the Complete when it was another one. */
  readonly completeClickTransId: string | null;
  readonly captured: boolean;
  /** Kinds of the open anomalies, with how often each was seen. */
  readonly anomalies: Readonly<Record<string, number>>;
  /** `MARK_PAID PENDING 100000`: kind, state, tiyin. */
  readonly orderUpdates: readonly string[];
  /** Types, oldest first. */
  readonly events: readonly string[];
}

export async function attemptRecord(shop: Shop, attemptId: number | undefined): Promise<AttemptRecord> {
  const [row] = await shop.query(
    `SELECT state, payment_id AS paymentId, order_id AS orderId, amount_tiyin AS amountTiyin, last_answer AS lastAnswer,
       CAST(click_trans_id AS CHAR) AS clickTransId, CAST(click_paydoc_id AS CHAR) AS clickPaydocId,
       CAST(complete_click_trans_id AS CHAR) AS completeClickTransId, capture_time IS NOT NULL AS captured
     FROM clickbridge_attempt WHERE id = ?`,
    [attemptId ?? 0],
  );
  if (row === undefined) throw new Error(`there is no attempt ${attemptId}`);
  const anomalies = await shop.query(
    "SELECT kind, seen_count FROM clickbridge_anomaly WHERE attempt_id = ? AND state = 'OPEN' ORDER BY id",
    [attemptId],
  );
  const updates = await shop.query(
    "SELECT kind, state, amount_tiyin FROM clickbridge_order_update WHERE attempt_id = ? ORDER BY id",
    [attemptId],
  );
  const events = await shop.query(
    "SELECT type FROM clickbridge_event WHERE aggregate_type = 'attempt' AND aggregate_id = ? ORDER BY id",
    [String(attemptId)],
  );
  return {
    ...(row as Omit<AttemptRecord, "captured" | "anomalies" | "orderUpdates" | "events">),
    captured: row["captured"] === 1,
    anomalies: Object.fromEntries(anomalies.map((a) => [a["kind"], a["seen_count"]])),
    orderUpdates: updates.map((u) => `${u["kind"]} ${u["state"]} ${u["amount_tiyin"]}`),
    events: events.map((e) => String(e["type"])),
  };
}

/** Ids of the attempts that name this reference, byte for byte, oldest first. */
export async function attemptsNaming(shop: Shop, merchantTransId: string): Promise<readonly number[]> {
  const rows = await shop.query(
    "SELECT id FROM clickbridge_attempt WHERE merchant_trans_key = UNHEX(SHA2(?, 256)) ORDER BY id",
    [merchantTransId],
  );
  return rows.map((row) => Number(row["id"]));
}

/** Kinds of the open anomalies about a number of Click's that has no attempt. */
export async function anomaliesWithoutAttempt(shop: Shop, clickTransId: string): Promise<readonly string[]> {
  const rows = await shop.query(
    "SELECT kind FROM clickbridge_anomaly WHERE subject LIKE CONCAT('trans:%:', ?, ':%') AND attempt_id IS NULL AND state = 'OPEN'",
    [clickTransId],
  );
  return rows.map((row) => String(row["kind"]));
}

/** How many rows our tables have in all: what unsigned noise must not change. */
export async function rowCounts(shop: Shop): Promise<Readonly<Record<string, number>>> {
  const tables = ["payment", "attempt", "order_update", "anomaly", "event"];
  const [row] = await shop.query(
    `SELECT ${tables.map((table) => `(SELECT COUNT(*) FROM clickbridge_${table}) AS \`${table}\``).join(", ")}`,
  );
  return { ...(row as Record<string, number>) };
}
