import type { AttemptRecord } from "../../app/payments/payment-reader.ts";
import type { SearchText } from "../../app/payments/search-text.ts";
import type { Pool } from "../driver/pool.ts";
import { type SqlValue, type Statement, statement } from "../driver/statement.ts";
import { read } from "../driver/transaction.ts";
import { RECORD_COLUMNS, RECORD_COLUMNS_OF_A, toAttemptRecord } from "../rows/attempt-rows.ts";
import { likeText } from "./payment-conditions.ts";

const ATTEMPTS_MAX = 20;
/** So many of the newest are looked through for a reference: no key carries it without Click's number. */
const LOOKED_THROUGH_MAX = 10_000;

/** Attempts that fit no payment, by one of Click's numbers or by a part of the reference that Click sent. Newest first. */
export async function strayAttempts(pool: Pool, { clickId, text }: SearchText): Promise<readonly AttemptRecord[]> {
  const named = clickId === undefined ? [] : ofClickId(BigInt(clickId));
  const found = await read(pool, ...named, ofReference(text, 0), ofReference(text, 1));
  const attempts = found.flatMap((result) => result.rows.map(toAttemptRecord));
  const each = new Map(attempts.map((attempt) => [attempt.id, attempt]));
  return [...each.values()].sort((a, b) => b.id - a.id).slice(0, ATTEMPTS_MAX);
}

function ofClickId(number: bigint): readonly Statement[] {
  const where = (condition: string, ...values: SqlValue[]) =>
    statement(
      `SELECT ${RECORD_COLUMNS} FROM clickbridge_attempt WHERE payment_id IS NULL AND ${condition} ORDER BY id DESC LIMIT ${ATTEMPTS_MAX}`,
      ...values,
    );
  return [
    where("click_trans_id = ?", number),
    where("complete_click_trans_id = ?", number),
    where("click_paydoc_id = ?", number),
    where("click_payment_id = ?", number),
  ];
}

/** The key on payment_id ends in `decides`, and within both it is by id. */
function ofReference(text: string, decides: 0 | 1): Statement {
  return statement(
    `SELECT ${RECORD_COLUMNS_OF_A} FROM
       (SELECT id FROM clickbridge_attempt WHERE payment_id IS NULL AND decides = ? ORDER BY id DESC LIMIT ${LOOKED_THROUGH_MAX}) newest
     JOIN clickbridge_attempt a ON a.id = newest.id
     WHERE a.merchant_trans_id LIKE ? ESCAPE '!' ORDER BY a.id DESC LIMIT ${ATTEMPTS_MAX}`,
    decides,
    likeText(text),
  );
}
