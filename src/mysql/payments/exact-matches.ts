import type { SearchText } from "../../app/payments/search-text.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, type SqlValue, type Statement, statement } from "../driver/statement.ts";
import { read } from "../driver/transaction.ts";
import { ifRepresentable } from "../rows/shop-rows.ts";

/** Ids of the payments that a number or text matches exactly by a database key, each once. */

/** More than any search text matches in one of its meanings. */
const MATCHES_MAX = 500;

/** Payments that match one of Click's numbers. */
export function matchesOfClickId(pool: Pool, clickId: string): Promise<readonly number[]> {
  return idsIn(pool, ofClickId(clickId));
}

/** Payments that a text matches exactly: by a Click number, an order, a phone or a refund's request id. */
export async function matchesOfText(pool: Pool, search: SearchText): Promise<readonly number[]> {
  const { clickId, phone, requestId, text } = search;
  const ours = [
    ...(clickId === undefined ? [] : ofClickId(clickId)),
    ...(phone === undefined ? [] : [limited("SELECT payment_id FROM clickbridge_invoice WHERE phone = ?", phone)]),
    ...(requestId === undefined ? [] : [ofRequest(requestId)]),
  ];
  const shops = await ifRepresentable(
    () => idsIn(pool, ofOrderNumber(text)),
    () => [],
  );
  return [...new Set([...(await idsIn(pool, ours)), ...shops])];
}

function ofClickId(clickId: string): readonly Statement[] {
  const number = BigInt(clickId);
  return [
    limited("SELECT payment_id FROM clickbridge_attempt WHERE click_trans_id = ?", number),
    limited("SELECT payment_id FROM clickbridge_attempt WHERE complete_click_trans_id = ?", number),
    limited("SELECT payment_id FROM clickbridge_attempt WHERE click_paydoc_id = ?", number),
    limited("SELECT payment_id FROM clickbridge_invoice WHERE click_invoice_id = ?", number),
    limited("SELECT payment_id FROM clickbridge_charge WHERE click_payment_id = ?", number),
    limited("SELECT payment_id FROM clickbridge_attempt WHERE click_payment_id = ?", number),
  ];
}

/** The key begins with the caller, and there are few callers. */
function ofRequest(requestId: string): Statement {
  return limited(
    `SELECT payment_id FROM clickbridge_refund WHERE request_id = ?
     AND caller IN (SELECT DISTINCT caller FROM clickbridge_refund)`,
    requestId,
  );
}

function ofOrderNumber(text: string): readonly Statement[] {
  return [
    limited(
      `SELECT p.payment_id FROM b_sale_order o JOIN clickbridge_payment p ON p.order_id = o.ID
       WHERE o.ACCOUNT_NUMBER = ?`,
      text,
    ),
    limited("SELECT ID AS payment_id FROM b_sale_order_payment WHERE ACCOUNT_NUMBER = ?", text),
  ];
}

function limited(sql: string, ...values: SqlValue[]): Statement {
  return statement(`${sql} LIMIT ${MATCHES_MAX}`, ...values);
}

async function idsIn(pool: Pool, statements: readonly Statement[]): Promise<readonly number[]> {
  if (statements.length === 0) return [];
  const found = await read(pool, ...statements);
  const rows = found.flatMap((result) => result.rows).filter((row) => row["payment_id"] !== null);
  return [...new Set(rows.map((row) => integer(row, "payment_id")))];
}
