import type { DebitNames, StatementLedger } from "../../app/statement/statement-stores.ts";
import { fail } from "../../payment/failure.ts";
import { asAttemptId, asOrderId, asPaymentId, type ServiceId } from "../../payment/ids.ts";
import type { Period } from "../../payment/match-statement.ts";
import type { BookedDebit } from "../../payment/statement.ts";
import type { Pool } from "../driver/pool.ts";
import {
  integer,
  integerOrUndefined,
  type Row,
  type SqlValue,
  sqlTime,
  statement,
  text,
  textOrUndefined,
  time,
} from "../driver/statement.ts";
import { search } from "../driver/transaction.ts";
import { ifRepresentable, PAYMENT_AND_ORDER } from "../rows/shop-rows.ts";
import { batches } from "./batches.ts";

const DEBITS_A_PAGE = 5_000;
/** More than a month of any shop; what is read lies in memory. */
const DEBITS_MAX = 150_000;
/** Click's clock and the database's may be that far apart, and a callback that late. */
const CLOSE_MS = 24 * 3_600_000;

export function statementLedger(pool: Pool): StatementLedger {
  return {
    ofPeriod: (serviceId, period) => pagesOf(pool, serviceId, period),
    named: async (serviceId, names, period) => {
      const found = new Map<number, BookedDebit>();
      for (const attempts of namedBy(names)) {
        const page = await ifRepresentable(
          () => read(pool, { serviceId, period, attempts }),
          () => [],
        );
        for (const debit of page) found.set(debit.attemptId, debit);
      }
      return [...found.values()];
    },
  };
}

async function* pagesOf(pool: Pool, serviceId: ServiceId, period: Period): AsyncGenerator<readonly BookedDebit[]> {
  let [lastId, count] = [0, 0];
  for (;;) {
    const page = await read(pool, { serviceId, period, attempts: movedIn(serviceId, period, lastId) });
    yield page;
    count += page.length;
    lastId = page.at(-1)?.attemptId ?? 0;
    if (page.length < DEBITS_A_PAGE) return;
    if (count > DEBITS_MAX) refusePeriod();
  }
}

function refusePeriod(): never {
  return fail({ reason: "INVALID_REQUEST", faults: [{ field: "period", rule: `may have ${DEBITS_MAX} payments` }] });
}

/** A query of the ids of attempts, and its values. */
interface Attempts {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

function movedIn(serviceId: ServiceId, { from, to }: Period, afterId: number): Attempts {
  return {
    sql: `SELECT DISTINCT attempt_id FROM clickbridge_ledger WHERE service_id = ? AND booked_time >= ? AND booked_time < ? AND attempt_id > ?
      ORDER BY attempt_id LIMIT ${DEBITS_A_PAGE}`,
    values: [
      BigInt(serviceId),
      sqlTime(new Date(from.getTime() - CLOSE_MS)),
      sqlTime(new Date(to.getTime() + CLOSE_MS)),
      afterId,
    ],
  };
}

/** The ledger has no key on a transaction or an order's number: the attempts and the shop have. */
function* namedBy({ clickIds, references }: DebitNames): Generator<Attempts> {
  for (const ids of batches(clickIds)) {
    const list = ids.map(() => "?").join(", ");
    const values = ids.map(BigInt);
    yield {
      sql: `SELECT attempt_id FROM clickbridge_ledger WHERE click_payment_id IN (${list})
        UNION SELECT id FROM clickbridge_attempt WHERE click_trans_id IN (${list})`,
      values: [...values, ...values],
    };
  }
  const ofShop = (condition: string) =>
    `SELECT l.attempt_id FROM ${PAYMENT_AND_ORDER} JOIN clickbridge_ledger l ON l.payment_id = p.ID WHERE ${condition}`;
  for (const texts of batches(references))
    yield {
      sql: `${ofShop("o.ACCOUNT_NUMBER IN (?)")} UNION ${ofShop("p.ACCOUNT_NUMBER IN (?)")} UNION ${ofShop("p.ID IN (?)")}`,
      values: [[...texts], [...texts], idsAmong(texts)],
    };
}

const INT = /^[1-9]\d{0,8}$/;

function idsAmong(texts: readonly string[]): readonly number[] {
  return [0, ...texts.filter((one) => INT.test(one)).map(Number)];
}

interface Wanted {
  readonly serviceId: ServiceId;
  readonly period: Period;
  readonly attempts: Attempts;
}

/** When it was, by Click's clock where it said one. */
const MOVED = "COALESCE(l.click_time, l.booked_time)";

async function read(pool: Pool, { serviceId, period, attempts }: Wanted): Promise<readonly BookedDebit[]> {
  const inPeriod = (column: string) => `CAST(SUM(IF(${MOVED} >= ? AND ${MOVED} < ?, ${column}, 0)) AS CHAR)`;
  const [from, to] = [sqlTime(period.from), sqlTime(period.to)];
  const [found] = await search(
    pool,
    statement(
      `SELECT l.attempt_id, MAX(l.click_payment_id) AS click_payment_id, MAX(l.click_trans_id) AS click_trans_id,
         MAX(l.reference) AS reference, MAX(l.order_id) AS order_id, MAX(l.payment_id) AS payment_id,
         CAST(SUM(IF(l.kind IN ('CAPTURED', 'OWED') AND l.amount_tiyin > 0, l.amount_tiyin, 0)) AS CHAR) AS taken_tiyin,
         ${inPeriod("l.amount_tiyin")} AS period_tiyin, CAST(SUM(l.amount_tiyin) AS CHAR) AS held_tiyin,
         ${inPeriod("l.fee_tiyin")} AS fee_tiyin,
         COALESCE(MIN(IF(${MOVED} >= ? AND ${MOVED} < ?, ${MOVED}, NULL)), MIN(${MOVED})) AS moved_time
       FROM (${attempts.sql}) named JOIN clickbridge_ledger l ON l.attempt_id = named.attempt_id
       WHERE l.service_id = ? GROUP BY l.attempt_id ORDER BY l.attempt_id`,
      ...[from, to, from, to, from, to],
      ...attempts.values,
      BigInt(serviceId),
    ),
  );
  return (found?.rows ?? []).map(toDebit);
}

function toDebit(row: Row): BookedDebit {
  const tiyin = (column: string) => BigInt(text(row, column));
  const [orderId, paymentId] = [integerOrUndefined(row, "order_id"), integerOrUndefined(row, "payment_id")];
  return {
    attemptId: asAttemptId(integer(row, "attempt_id")),
    clickPaymentId: textOrUndefined(row, "click_payment_id"),
    clickTransId: textOrUndefined(row, "click_trans_id"),
    reference: text(row, "reference"),
    orderId: orderId === undefined ? undefined : asOrderId(orderId),
    paymentId: paymentId === undefined ? undefined : asPaymentId(paymentId),
    takenTiyin: tiyin("taken_tiyin"),
    periodTiyin: tiyin("period_tiyin"),
    heldTiyin: tiyin("held_tiyin"),
    feeTiyin: tiyin("fee_tiyin"),
    time: time(row, "moved_time"),
  };
}
