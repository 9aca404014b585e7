import type { Knex } from "knex";
import type { PageKey, PaymentFilter, PaymentReader, PaymentRecord } from "../../app/payments/payment-reader.ts";
import { asOrderId, asPaymentId, type PaymentId } from "../../payment/ids.ts";
import type { Pool } from "../driver/pool.ts";
import { builder, built } from "../driver/query-builder.ts";
import {
  integer,
  type Row,
  type Statement,
  type StatementResult,
  statement,
  text,
  timeOrUndefined,
} from "../driver/statement.ts";
import { read, search } from "../driver/transaction.ts";
import { RECORD_COLUMNS, toAttemptRecord } from "../rows/attempt-rows.ts";
import { CHARGE_COLUMNS, toCharge } from "../rows/charge-rows.ts";
import { INVOICE_COLUMNS, toInvoice } from "../rows/invoice-rows.ts";
import { toOrderUpdateRecord } from "../rows/order-update-rows.ts";
import { REFUND_COLUMNS, toRefund } from "../rows/refund-rows.ts";
import { ifRepresentable, shopPaymentById, toShopPayment } from "../rows/shop-rows.ts";

/** A payment with more rows than this has a story for a person, not for a page: the newest are read, and given oldest first. */
const ROWS_OF_PAYMENT_MAX = 200;

export function paymentReader(pool: Pool): PaymentReader {
  return {
    find: async (paymentId) => (await records(pool, [paymentId]))[0],
    list: async (filter, { after, limit }) => {
      const [found] = await ifRepresentable(
        () => search(pool, listStatement(filter, after, limit + 1)),
        () => [],
      );
      const keys = (found?.rows ?? []).map(toKey);
      const page = keys.slice(0, limit);
      return {
        payments: await records(
          pool,
          page.map((key) => key.paymentId),
        ),
        next: keys.length > limit ? page.at(-1) : undefined,
      };
    },
  };
}

function toKey(row: Row): PageKey {
  return { createTime: text(row, "create_time"), paymentId: asPaymentId(integer(row, "payment_id")) };
}

/** Newest first; the last row of the page before is where the next one begins. */
function listStatement(filter: PaymentFilter, after: PageKey | undefined, limit: number): Statement {
  const query = builder("clickbridge_payment as p").select("p.payment_id", "p.create_time");
  if (after !== undefined)
    query.whereRaw("(p.create_time, p.payment_id) < (?, ?)", [after.createTime, after.paymentId]);
  if (filter.orderId !== undefined) query.where("p.order_id", filter.orderId);
  if (filter.createdFrom !== undefined) query.where("p.create_time", ">=", sqlTime(filter.createdFrom));
  if (filter.createdBefore !== undefined) query.where("p.create_time", "<", sqlTime(filter.createdBefore));
  if (filter.orderNumber !== undefined) {
    // By the shop's index first, then byte for byte in our own character set: its collation takes `abc` for `ABC`.
    const exact = "ACCOUNT_NUMBER = ? AND CAST(CONVERT(ACCOUNT_NUMBER USING utf8mb4) AS BINARY) = CAST(? AS BINARY)";
    const orders = builder("b_sale_order").select("ID").whereRaw(exact, [filter.orderNumber, filter.orderNumber]);
    query.whereIn("p.order_id", orders);
  }
  if (filter.state !== undefined) query.whereIn("p.payment_id", attempts({ state: filter.state }));
  if (filter.serviceId !== undefined) query.whereIn("p.payment_id", attempts({ service_id: filter.serviceId }));
  if (filter.phone !== undefined) query.whereIn("p.payment_id", invoices({ phone: filter.phone }));
  if (filter.clickId !== undefined) {
    const { clickId } = filter;
    query.where((any) => {
      any.whereIn("p.payment_id", attempts({ click_trans_id: clickId }));
      any.orWhereIn("p.payment_id", attempts({ complete_click_trans_id: clickId }));
      any.orWhereIn("p.payment_id", attempts({ click_paydoc_id: clickId }));
      any.orWhereIn("p.payment_id", invoices({ click_invoice_id: clickId }));
      any.orWhereIn("p.payment_id", charges({ click_payment_id: clickId }));
    });
  }
  return built(query.orderByRaw("p.create_time DESC, p.payment_id DESC").limit(limit));
}

const attempts = (where: Record<string, string>): Knex.QueryBuilder =>
  builder("clickbridge_attempt").select("payment_id").where(where).whereNotNull("payment_id");
const charges = (where: Record<string, string>): Knex.QueryBuilder =>
  builder("clickbridge_charge").select("payment_id").where(where);
const invoices = (where: Record<string, string>): Knex.QueryBuilder =>
  builder("clickbridge_invoice").select("payment_id").where(where);

function sqlTime(time: Date): string {
  return time.toISOString().replace("T", " ").replace("Z", "");
}

/** The payments in the order asked for; one that neither the shop nor we know is left out. */
async function records(pool: Pool, ids: readonly PaymentId[]): Promise<readonly PaymentRecord[]> {
  return (await Promise.all(ids.map((id) => record(pool, id)))).filter((found) => found !== undefined);
}

async function record(pool: Pool, paymentId: PaymentId): Promise<PaymentRecord | undefined> {
  const [shopRows, ours, attemptRows, invoiceRows, chargeRows, updateRows, refundRows] = await read(
    pool,
    shopPaymentById(paymentId),
    statement(
      "SELECT payment_id, order_id, create_time, update_time FROM clickbridge_payment WHERE payment_id = ?",
      paymentId,
    ),
    attemptsOf(paymentId),
    newestOf("clickbridge_invoice", INVOICE_COLUMNS, paymentId),
    newestOf("clickbridge_charge", CHARGE_COLUMNS, paymentId),
    newestOf("clickbridge_order_update", "id, state, attempt_id, try_count, refusal", paymentId),
    newestOf("clickbridge_refund", REFUND_COLUMNS, paymentId),
  );
  const shop = shopRows?.rows.map(toShopPayment)[0];
  const row = ours?.rows[0];
  const orderId = shop?.orderId ?? (row === undefined ? undefined : asOrderId(integer(row, "order_id")));
  if (orderId === undefined) return undefined;
  return {
    paymentId,
    orderId,
    createTime: row === undefined ? undefined : timeOrUndefined(row, "create_time"),
    updateTime: row === undefined ? undefined : timeOrUndefined(row, "update_time"),
    shop,
    attempts: oldestFirst(attemptRows).map(toAttemptRecord),
    invoices: oldestFirst(invoiceRows).map(toInvoice),
    charges: oldestFirst(chargeRows).map(toCharge),
    orderUpdates: oldestFirst(updateRows).map(toOrderUpdateRecord),
    refunds: oldestFirst(refundRows).map(toRefund),
  };
}

/** The newest attempts, and the one that holds the payment however old it is: without it a paid payment would look payable. */
function attemptsOf(paymentId: PaymentId): Statement {
  const newest = newestOf("clickbridge_attempt", RECORD_COLUMNS, paymentId);
  return {
    sql: `(${newest.sql}) UNION (SELECT ${RECORD_COLUMNS} FROM clickbridge_attempt WHERE captured_payment_id = ?)`,
    values: [...newest.values, paymentId],
  };
}

function newestOf(table: string, columns: string, paymentId: PaymentId): Statement {
  return statement(
    `SELECT ${columns} FROM ${table} WHERE payment_id = ? ORDER BY id DESC LIMIT ${ROWS_OF_PAYMENT_MAX}`,
    paymentId,
  );
}

function oldestFirst(result: StatementResult | undefined): readonly Row[] {
  return [...(result?.rows ?? [])].sort((a, b) => integer(a, "id") - integer(b, "id"));
}
