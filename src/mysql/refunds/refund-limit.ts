import { fail } from "../../payment/failure.ts";
import { statement } from "../driver/statement.ts";
import type { Transaction } from "../driver/transaction.ts";
import { toTiyin } from "../rows/refund-rows.ts";

/** What one token may give back within a day. */
interface TokenLimit {
  readonly token: string;
  readonly limitTiyin: bigint;
}

/** The present day began in Tashkent, which has no summer time, at this time. */
const TODAY = "DATE(NOW(3) + INTERVAL 5 HOUR) - INTERVAL 5 HOUR";

/**
 * Fails with REFUND_LIMIT_REACHED when so much more would be too much. The row of the token is written before its refunds are summed up, so
 * that two at once wait for each other, and of two on different nodes of a cluster one comes again. It is the last lock that is taken.
 */
export async function checkRefundLimit(
  tx: Transaction,
  { token, limitTiyin }: TokenLimit,
  askedTiyin: bigint,
): Promise<void> {
  const [, used] = await tx.run(
    statement(
      "INSERT INTO clickbridge_refund_token (token) VALUES (?) ON DUPLICATE KEY UPDATE version = version + 1",
      token,
    ),
    statement(
      `SELECT CAST(COALESCE(SUM(amount_tiyin), 0) AS CHAR) AS tiyin FROM clickbridge_refund
       WHERE token = ? AND create_time >= ${TODAY} AND state NOT IN ('REFUSED', 'NOT_DONE')`,
      token,
    ),
  );
  const usedTiyin = toTiyin(used);
  if (usedTiyin + askedTiyin <= limitTiyin) return;
  fail({ reason: "REFUND_LIMIT_REACHED", token, limitTiyin, usedTiyin, askedTiyin });
}
