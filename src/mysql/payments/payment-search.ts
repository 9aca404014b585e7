import type { Knex } from "knex";
import type { PageKey, PaymentFilter } from "../../app/payments/payment-filter.ts";
import { asPaymentId } from "../../payment/ids.ts";
import type { Pool } from "../driver/pool.ts";
import { builder, built } from "../driver/query-builder.ts";
import { integer, type Row, type Statement, text } from "../driver/statement.ts";
import { search } from "../driver/transaction.ts";
import { ifRepresentable } from "../rows/shop-rows.ts";
import { matchesOfClickId, matchesOfText } from "./exact-matches.ts";
import { isByKey, isLookedThrough, narrowByKeys, narrowByTime, narrowOneByOne } from "./payment-conditions.ts";

/** A page of payment ids, and where the next page begins. */
export interface FoundPayments {
  readonly keys: readonly PageKey[];
  readonly next: PageKey | undefined;
}

/** Payments that one page may check when no key serves the filter. */
const LOOKED_THROUGH_MAX = 20_000;
/** Before every payment. */
const FIRST: PageKey = { part: "REST", createTime: "9999-12-31 23:59:59.999", paymentId: asPaymentId(2 ** 31 - 1) };

/** Exact matches, newest first, followed by the other matches, newest first. */
export async function searchPayments(
  pool: Pool,
  filter: PaymentFilter,
  { after, limit }: { readonly after: PageKey | undefined; readonly limit: number },
): Promise<FoundPayments> {
  const { clickId, search: asked, ...others } = filter;
  const ids = clickId === undefined ? undefined : await matchesOfClickId(pool, clickId);
  const exactIds = asked === undefined ? [] : await matchesOfText(pool, asked);
  const exact =
    exactIds.length === 0 || after?.part === "REST"
      ? []
      : await found(pool, list("EXACT", others, { within: [exactIds, ids], after, limit: limit + 1 }));
  if (exact.length > limit) return { keys: exact.slice(0, limit), next: exact[limit - 1] };
  const start = after?.part === "REST" ? after : undefined;
  const scope = { within: [ids], without: exactIds, after: start, limit: limit - exact.length };
  const rest = await lookThrough(pool, filter, scope);
  return { keys: [...exact, ...rest.keys], next: rest.next };
}

interface Scope {
  /** Lists of ids: a payment must be in all of them; undefined is no restriction. */
  readonly within: readonly (readonly number[] | undefined)[];
  readonly without?: readonly number[];
  readonly after: PageKey | undefined;
  /** The last payment to check. */
  readonly last?: PageKey | undefined;
  readonly limit: number;
}

async function lookThrough(pool: Pool, filter: PaymentFilter, scope: Scope): Promise<FoundPayments> {
  const { after, limit } = scope;
  const [last] = isByKey(filter) || !isLookedThrough(filter) ? [] : await found(pool, lastLookedAt(filter, after));
  const keys = await found(pool, list("REST", filter, { ...scope, last, limit: limit + 1 }));
  if (keys.length <= limit) return { keys, next: last };
  return { keys: keys.slice(0, limit), next: keys[limit - 1] ?? after ?? FIRST };
}

interface PartStatement {
  readonly part: PageKey["part"];
  readonly statement: Statement;
}

/** Newest first, after the last row of the previous page. */
function list(part: PageKey["part"], filter: PaymentFilter, scope: Scope): PartStatement {
  const { within, without = [], after, last, limit } = scope;
  const query = paymentsBehind(after, filter);
  narrowByKeys(query, filter);
  narrowOneByOne(query, filter);
  for (const ids of within) if (ids !== undefined) query.whereIn("p.payment_id", [...ids]);
  if (without.length > 0) query.whereNotIn("p.payment_id", [...without]);
  if (last !== undefined) {
    query.where("p.create_time", ">=", last.createTime);
    query.whereNot((before) => isBehind(before, last));
  }
  return { part, statement: built(query.limit(limit)) };
}

/** Uses only the key on the time and reads no rows. */
function lastLookedAt(filter: PaymentFilter, after: PageKey | undefined): PartStatement {
  return {
    part: "REST",
    statement: built(
      paymentsBehind(after, filter)
        .limit(1)
        .offset(LOOKED_THROUGH_MAX - 1),
    ),
  };
}

function paymentsBehind(after: PageKey | undefined, filter: PaymentFilter): Knex.QueryBuilder {
  const query = builder("clickbridge_payment as p").select("p.payment_id", "p.create_time");
  narrowByTime(query, filter);
  if (after !== undefined) {
    query.where("p.create_time", "<=", after.createTime);
    query.where((before) => isBehind(before, after));
  }
  return query.orderByRaw("p.create_time DESC, p.payment_id DESC");
}

/** In addition to a condition on the time alone, which selects the position in the key. */
function isBehind(query: Knex.QueryBuilder, { createTime, paymentId }: PageKey): void {
  query.whereRaw("(p.create_time, p.payment_id) < (?, ?)", [createTime, paymentId]);
}

async function found(pool: Pool, { part, statement }: PartStatement): Promise<readonly PageKey[]> {
  const [result] = await ifRepresentable(
    () => search(pool, statement),
    () => [],
  );
  return (result?.rows ?? []).map((row) => toKey(part, row));
}

function toKey(part: PageKey["part"], row: Row): PageKey {
  return { part, createTime: text(row, "create_time"), paymentId: asPaymentId(integer(row, "payment_id")) };
}
