import type { Knex } from "knex";
import type { PaymentFilter } from "../../app/payments/payment-filter.ts";
import { builder } from "../driver/query-builder.ts";
import { sqlTime } from "../driver/statement.ts";
import { PAYMENT_STATE_OF_P } from "../rows/payment-state.ts";

/** Conditions of a list of payments, on clickbridge_payment `p`. Those of the first function use a key; the others are checked row by row. */

export function isByKey({ clickId, orderNumber, orderId, phone }: PaymentFilter): boolean {
  return [clickId, orderNumber, orderId, phone].some((value) => value !== undefined);
}

export function narrowByKeys(query: Knex.QueryBuilder, filter: PaymentFilter): void {
  const { orderId, orderNumber, phone } = filter;
  if (orderId !== undefined) query.where("p.order_id", orderId);
  if (phone !== undefined)
    query.whereIn("p.payment_id", builder("clickbridge_invoice").select("payment_id").where({ phone }));
  if (orderNumber === undefined) return;
  // By the shop's index first, then byte for byte in our own character set, because the shop's collation takes `abc` for `ABC`.
  const exact = "ACCOUNT_NUMBER = ? AND CAST(CONVERT(ACCOUNT_NUMBER USING utf8mb4) AS BINARY) = CAST(? AS BINARY)";
  query.whereIn("p.order_id", builder("b_sale_order").select("ID").whereRaw(exact, [orderNumber, orderNumber]));
}

export function narrowByTime(query: Knex.QueryBuilder, { createdFrom, createdBefore }: PaymentFilter): void {
  if (createdFrom !== undefined) query.where("p.create_time", ">=", sqlTime(createdFrom));
  if (createdBefore !== undefined) query.where("p.create_time", "<", sqlTime(createdBefore));
}

/** Whether the filter has conditions of `narrowOneByOne`. */
export function isLookedThrough(filter: PaymentFilter): boolean {
  const { search, state, paymentStates = [], serviceId, amountTiyin, ...times } = filter;
  const { capturedFrom, capturedBefore, updatedFrom, updatedBefore } = times;
  const values = [search, state, serviceId, amountTiyin, capturedFrom, capturedBefore, updatedFrom, updatedBefore];
  return paymentStates.length > 0 || values.some((value) => value !== undefined);
}

export function narrowOneByOne(query: Knex.QueryBuilder, filter: PaymentFilter): void {
  const { search, state, paymentStates = [], serviceId, amountTiyin } = filter;
  if (state !== undefined) whereHas(query, attempts().where({ state }));
  if (serviceId !== undefined) whereHas(query, attempts().where({ service_id: serviceId }));
  if (paymentStates.length > 0)
    query.whereRaw(`${PAYMENT_STATE_OF_P} IN (?)`, [
      builder.raw(paymentStates.map(() => "?").join(", "), [...paymentStates]),
    ]);
  if (amountTiyin !== undefined) query.where((any) => whereSum(any, amountTiyin));
  narrowByEvents(query, filter);
  if (search === undefined) return;
  const { text, amountTiyin: sum } = search;
  query.where((any) => {
    orHas(
      any,
      builder("b_sale_order")
        .whereRaw("ID = p.order_id")
        .whereRaw(...contains("ACCOUNT_NUMBER", text)),
    );
    // Also matches an order that the shop has deleted, and a payment with its own number.
    const [isLike, likes] = contains("merchant_trans_id", text);
    if (sum === undefined) orHas(any, attempts().whereRaw(isLike, likes));
    else {
      orHas(any, attempts().whereRaw(`(${isLike} OR ${IS_SUM})`, [...likes, ...bothSums(sum)]));
      orHas(any, invoices().whereRaw(IS_SUM, bothSums(sum)));
    }
  });
}

function narrowByEvents(query: Knex.QueryBuilder, filter: PaymentFilter): void {
  const { capturedFrom, capturedBefore, updatedFrom, updatedBefore } = filter;
  if (updatedFrom !== undefined) query.where("p.update_time", ">=", sqlTime(updatedFrom));
  if (updatedBefore !== undefined) query.where("p.update_time", "<", sqlTime(updatedBefore));
  if (capturedFrom === undefined && capturedBefore === undefined) return;
  const captured = attempts().whereNotNull("capture_time");
  if (capturedFrom !== undefined) captured.where("capture_time", ">=", sqlTime(capturedFrom));
  if (capturedBefore !== undefined) captured.where("capture_time", "<", sqlTime(capturedBefore));
  whereHas(query, captured);
}

/** Matches the whole amount, or the order's sum without the fee. */
const IS_SUM = "(amount_tiyin = ? OR amount_tiyin - fee_tiyin = ?)";
const bothSums = (amountTiyin: bigint): string[] => [String(amountTiyin), String(amountTiyin)];

function whereSum(any: Knex.QueryBuilder, amountTiyin: bigint): void {
  orHas(any, attempts().whereRaw(IS_SUM, bothSums(amountTiyin)));
  orHas(any, invoices().whereRaw(IS_SUM, bothSums(amountTiyin)));
}

const invoices = (): Knex.QueryBuilder => builder("clickbridge_invoice").whereRaw("payment_id = p.payment_id");
const attempts = (): Knex.QueryBuilder => builder("clickbridge_attempt").whereRaw("payment_id = p.payment_id");

/**
 * Such a row exists. A scalar value, because the server may turn EXISTS and IN into a join that begins with all rows of the other table.
 */
const HAS = "? = 1";
const first = (rows: Knex.QueryBuilder): Knex.QueryBuilder => rows.select(builder.raw("1")).limit(1);

function whereHas(query: Knex.QueryBuilder, rows: Knex.QueryBuilder): void {
  query.whereRaw(HAS, [first(rows)]);
}

function orHas(query: Knex.QueryBuilder, rows: Knex.QueryBuilder): void {
  query.orWhereRaw(HAS, [first(rows)]);
}

function contains(column: string, text: string): [string, string[]] {
  return [`${column} LIKE ? ESCAPE '!'`, [likeText(text)]];
}

/** What has the text anywhere in it, for `LIKE ? ESCAPE '!'`. The text is data: no character of it is a wildcard. */
export function likeText(text: string): string {
  return `%${text.replaceAll(/[!%_]/g, "!$&")}%`;
}
