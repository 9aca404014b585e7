import type {
  LedgerFilter,
  LedgerKey,
  LedgerPage,
  LedgerRange,
  LedgerReader,
  LedgerTotal,
} from "../../app/ledger/ledger-reader.ts";
import { asServiceId } from "../../payment/ids.ts";
import type { LedgerKind } from "../../payment/ledger.ts";
import type { Pool } from "../driver/pool.ts";
import { builder, built } from "../driver/query-builder.ts";
import { integer, type Row, type Statement, sqlTime, text } from "../driver/statement.ts";
import { search } from "../driver/transaction.ts";
import { LEDGER_COLUMNS, toLedgerEntry } from "../rows/ledger-rows.ts";

export function ledgerReader(pool: Pool): LedgerReader {
  return {
    list: async (filter, { after, limit }): Promise<LedgerPage> => {
      const [found] = await search(pool, entries(filter, after, limit + 1));
      const rows = (found?.rows ?? []).map(toLedgerEntry);
      const page = rows.slice(0, limit);
      return { entries: page, next: rows.length > limit ? page.at(-1) : undefined };
    },
    totals: async (range) => {
      const [found] = await search(pool, totals(range));
      return (found?.rows ?? []).map(toTotal);
    },
  };
}

/** Each selective filter has a key that ends with the time, so that a page is read in order. */
function entries(filter: LedgerFilter, after: LedgerKey | undefined, limit: number): Statement {
  const { bookedFrom, bookedBefore, serviceId, orderId, paymentId, clickPaymentId, kinds = [] } = filter;
  const query = builder("clickbridge_ledger").select(builder.raw(LEDGER_COLUMNS));
  if (bookedFrom !== undefined) query.where("booked_time", ">=", sqlTime(bookedFrom));
  if (bookedBefore !== undefined) query.where("booked_time", "<", sqlTime(bookedBefore));
  if (serviceId !== undefined) query.where("service_id", serviceId);
  if (orderId !== undefined) query.where("order_id", orderId);
  if (paymentId !== undefined) query.where("payment_id", paymentId);
  if (clickPaymentId !== undefined) query.where("click_payment_id", clickPaymentId);
  if (kinds.length > 0) query.whereIn("kind", [...kinds]);
  if (after !== undefined) {
    const at = sqlTime(after.bookedTime);
    query.where("booked_time", ">=", at);
    query.where((later) => later.where("booked_time", ">", at).orWhere("id", ">", after.id));
  }
  return built(query.orderBy("booked_time").orderBy("id").limit(limit));
}

/** Days begin at midnight in Tashkent, which has no summer time. */
const TASHKENT_DAY = "DATE_FORMAT(booked_time + INTERVAL 5 HOUR, '%Y-%m-%d')";

function totals({ from, before, serviceId }: LedgerRange): Statement {
  const query = builder("clickbridge_ledger")
    .select(builder.raw(`${TASHKENT_DAY} AS day`), "service_id", "kind")
    .select(builder.raw("CAST(SUM(amount_tiyin) AS CHAR) AS amount_tiyin, CAST(SUM(fee_tiyin) AS CHAR) AS fee_tiyin"))
    .select(builder.raw("COUNT(*) AS entry_count"))
    .where("booked_time", ">=", sqlTime(from))
    .where("booked_time", "<", sqlTime(before));
  if (serviceId !== undefined) query.where("service_id", serviceId);
  return built(query.groupBy("day", "service_id", "kind").orderBy(["day", "service_id", "kind"]));
}

function toTotal(row: Row): LedgerTotal {
  return {
    day: text(row, "day"),
    serviceId: asServiceId(String(row["service_id"])),
    kind: text(row, "kind") as LedgerKind,
    amountTiyin: BigInt(text(row, "amount_tiyin")),
    feeTiyin: BigInt(text(row, "fee_tiyin")),
    entryCount: integer(row, "entry_count"),
  };
}
