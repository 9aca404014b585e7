import type { PaymentReader, PaymentRecord } from "../../app/payments/payment-reader.ts";
import { asOrderId, type PaymentId } from "../../payment/ids.ts";
import type { BookedMoney } from "../../payment/payment-money.ts";
import type { Pool } from "../driver/pool.ts";
import {
  integer,
  type Row,
  type Statement,
  type StatementResult,
  statement,
  text,
  timeOrUndefined,
} from "../driver/statement.ts";
import { read } from "../driver/transaction.ts";
import { RECORD_COLUMNS, toAttemptRecord } from "../rows/attempt-rows.ts";
import { CHARGE_COLUMNS, toCharge } from "../rows/charge-rows.ts";
import { INVOICE_COLUMNS, toInvoice } from "../rows/invoice-rows.ts";
import { toOrderUpdateRecord } from "../rows/order-update-rows.ts";
import { REFUND_COLUMNS, toRefund } from "../rows/refund-rows.ts";
import { shopPaymentById, toShopPayment } from "../rows/shop-rows.ts";
import { searchPayments } from "./payment-search.ts";
import { strayAttempts } from "./stray-attempts.ts";

/** Of more rows than this, only the newest are read; they are returned oldest first. */
const ROWS_OF_PAYMENT_MAX = 200;

export function paymentReader(pool: Pool): PaymentReader {
  return {
    find: async (paymentId) => (await records(pool, [paymentId]))[0],
    list: async (filter, page) => {
      const { keys, next } = await searchPayments(pool, filter, page);
      const ids = keys.map((key) => key.paymentId);
      return { payments: await records(pool, ids), next };
    },
    strayAttempts: (search) => strayAttempts(pool, search),
  };
}

/** The payments in the requested order, without those that neither the shop nor we know. */
async function records(pool: Pool, ids: readonly PaymentId[]): Promise<readonly PaymentRecord[]> {
  return (await Promise.all(ids.map((id) => record(pool, id)))).filter((found) => found !== undefined);
}

async function record(pool: Pool, paymentId: PaymentId): Promise<PaymentRecord | undefined> {
  const [shopRows, ours, attemptRows, invoiceRows, chargeRows, updateRows, refundRows, booked] = await read(
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
    bookedOf(paymentId),
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
    booked: toBooked(booked?.rows[0] ?? {}),
  };
}

function bookedOf(paymentId: PaymentId): Statement {
  return statement(
    `SELECT CAST(COALESCE(SUM(amount_tiyin), 0) AS CHAR) AS held_tiyin,
       CAST(COALESCE(-SUM(CASE WHEN kind IN ('REFUNDED', 'REVERSED') THEN amount_tiyin END), 0) AS CHAR) AS refunded_tiyin
     FROM clickbridge_ledger WHERE payment_id = ?`,
    paymentId,
  );
}

function toBooked(row: Row): BookedMoney {
  return { heldTiyin: BigInt(text(row, "held_tiyin")), refundedTiyin: BigInt(text(row, "refunded_tiyin")) };
}

/** The newest attempts, and the one that holds the payment, however old: without it a paid payment would look payable. */
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
