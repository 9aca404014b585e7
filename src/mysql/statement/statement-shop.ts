import type { ShopOrder, StatementShop } from "../../app/statement/statement-stores.ts";
import { asOrderId, asPaymentId, type PaymentId } from "../../payment/ids.ts";
import type { Period } from "../../payment/match-statement.ts";
import type { PaidWithoutClick } from "../../payment/statement.ts";
import { parseDecimalTiyin } from "../../protocol/amount.ts";
import { instantInTashkent, tashkentTime } from "../../protocol/tashkent-time.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, type Row, type Statement, statement, text, textOrUndefined } from "../driver/statement.ts";
import { search } from "../driver/transaction.ts";
import { ifRepresentable, PAYMENT_AND_ORDER } from "../rows/shop-rows.ts";
import { batches } from "./batches.ts";

/** So many paid payments without money need a programmer, not a list. */
const PAID_MAX = 10_000;
const PAYMENT_ID = /^[1-9]\d{0,8}$/;

export function statementShop(pool: Pool): StatementShop {
  return {
    paidWithoutClick: async (paySystemIds, period) => {
      if (paySystemIds.length === 0) return [];
      const [found] = await search(pool, paidWithoutClick(paySystemIds, period));
      return (found?.rows ?? []).map(toPaid);
    },
    byReference: async (kind, references) => {
      const orders = new Map<string, ShopOrder>();
      const known = kind === "payment_id" ? references.filter((one) => PAYMENT_ID.test(one)) : references;
      for (const batch of batches(known)) {
        const [found] = await ifRepresentable(
          () => search(pool, kind === "payment_id" ? byIds(batch.map(Number)) : byNumbers(batch)),
          () => [],
        );
        for (const row of found?.rows ?? [])
          for (const key of kind === "payment_id"
            ? [String(row["payment_id"])]
            : [row["payment_number"], row["order_number"]])
            if (typeof key === "string") orders.set(key, merged(orders.get(key), toOrder(row)));
      }
      return orders;
    },
    byPayment: async (paymentIds) => {
      const orders = new Map<PaymentId, ShopOrder>();
      for (const batch of batches(paymentIds)) {
        const [found] = await search(pool, byIds(batch));
        for (const row of found?.rows ?? []) orders.set(asPaymentId(integer(row, "payment_id")), toOrder(row));
      }
      return orders;
    },
  };
}

/** The shop writes its times by its own clock, which a shop of Uzbekistan has in Tashkent. */
function paidWithoutClick(paySystemIds: readonly number[], { from, to }: Period): Statement {
  return statement(
    `SELECT p.ID AS payment_id, p.ORDER_ID AS order_id, o.ACCOUNT_NUMBER AS order_number, p.SUM AS sum,
       DATE_FORMAT(p.DATE_PAID, '%Y%m%d%H%i%s') AS paid_time,
       (SELECT CAST(COALESCE(SUM(l.amount_tiyin), 0) AS CHAR) FROM clickbridge_ledger l WHERE l.payment_id = p.ID) AS held_tiyin,
       EXISTS (SELECT 1 FROM clickbridge_ledger l WHERE l.payment_id = p.ID) AS was_held
     FROM ${PAYMENT_AND_ORDER}
     WHERE p.PAID = 'Y' AND p.IS_RETURN = 'N' AND p.PAY_SYSTEM_ID IN (?) AND p.DATE_PAID >= ? AND p.DATE_PAID < ?
     HAVING held_tiyin <= 0 ORDER BY p.ID LIMIT ${PAID_MAX}`,
    [...paySystemIds],
    tashkentTime(from),
    tashkentTime(to),
  );
}

const ORDER =
  "p.ID AS payment_id, p.ACCOUNT_NUMBER AS payment_number, o.ID AS order_id, o.ACCOUNT_NUMBER AS order_number, p.PAID AS paid";

function byIds(ids: readonly number[]): Statement {
  return statement(`SELECT ${ORDER} FROM ${PAYMENT_AND_ORDER} WHERE p.ID IN (?)`, [...ids]);
}

function byNumbers(numbers: readonly string[]): Statement {
  return statement(
    `SELECT ${ORDER} FROM ${PAYMENT_AND_ORDER} WHERE o.ACCOUNT_NUMBER IN (?)
     UNION SELECT ${ORDER} FROM ${PAYMENT_AND_ORDER} WHERE p.ACCOUNT_NUMBER IN (?)`,
    [...numbers],
    [...numbers],
  );
}

function toOrder(row: Row): ShopOrder {
  return {
    orderId: asOrderId(integer(row, "order_id")),
    orderNumber: textOrUndefined(row, "order_number") ?? "",
    paid: row["paid"] === "Y",
  };
}

/** Of the payments of one order. */
function merged(known: ShopOrder | undefined, one: ShopOrder): ShopOrder {
  return known === undefined ? one : { ...one, paid: known.paid && one.paid };
}

function toPaid(row: Row): PaidWithoutClick {
  return {
    paymentId: asPaymentId(integer(row, "payment_id")),
    orderId: asOrderId(integer(row, "order_id")),
    orderNumber: textOrUndefined(row, "order_number") ?? "",
    amountTiyin: parseDecimalTiyin(text(row, "sum")) ?? 0n,
    time: instantInTashkent(textOrUndefined(row, "paid_time") ?? ""),
    wasHeld: integer(row, "was_held") === 1,
  };
}
