import type { DueStatusPoll, StatusPollStore } from "../../app/reconcile/status-poll-store.ts";
import type { AttemptState } from "../../payment/attempt.ts";
import { asInvoiceId, asPaymentId } from "../../payment/ids.ts";
import {
  FIRST_POLL_AFTER_MONEY_S,
  FIRST_POLL_AFTER_S,
  INVOICE_POLL_AGES_S,
  nextPollAge,
  PAYMENT_POLL_AGES_S,
  POLL_DELAY_MAX_S,
  secondsToNextOfReference,
} from "../../payment/status-poll-schedule.ts";
import { INVOICE_IS_UNPAID } from "../checkout/invoice-store.ts";
import { isDue, isOfLaterClock } from "../driver/clock.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, type Row, type Statement, sqlTime, statement, text } from "../driver/statement.ts";
import { read } from "../driver/transaction.ts";
import { askAboutReusedReferences } from "../instance/restore-store.ts";
import { noteDenial } from "../payments/denied-capture.ts";
import { RECORD_COLUMNS, RECORD_COLUMNS_OF_A, toAttemptRecord } from "../rows/attempt-rows.ts";
import { PAYMENT_AND_ORDER } from "../rows/shop-rows.ts";

const LIVE = "('PREPARED', 'CAPTURED', 'SETTLED', 'OWED')";
/** Each round seeds this far back, so that missed rounds lose nothing; the first round of a process seeds the whole period of polls. */
const SEED_WINDOW_S = 6 * 60 * 60;
const SEED_WINDOW_FIRST_S = 62 * 24 * 60 * 60;
/** The shop's newest payments are read by primary key, because not every b_sale_order has an index on its date. */
const NEWEST_PAYMENTS_MAX = 2_000;
const PAYMENT_AGE_DAYS_MAX = 4;
/** A capture younger than this is polled again, however old its Prepare is. */
const NEW_CAPTURE_MINUTES = 60;
const RETRY_SOON_S = 5 * 60;
/** Click may never answer about a payment: then the interval of its polls is a twelfth of its age. */
const RETRY_PART_OF_AGE = 12;

export function statusPollStore(pool: Pool): StatusPollStore {
  let seeded = false;
  return {
    seed: async (paySystemIds) => {
      await read(
        pool,
        seedAttempts(seeded ? SEED_WINDOW_S : SEED_WINDOW_FIRST_S),
        seedPayments(paySystemIds),
        seedInvoices(seeded ? SEED_WINDOW_S : SEED_WINDOW_FIRST_S),
        askAboutReusedReferences(paySystemIds),
      );
      seeded = true;
    },
    claimDue: (limit) => claimDue(pool, limit),
    reschedule: async (kind, id) => {
      // A poll without answer does not count, because the schedule of payments depends on the count.
      const sql = `UPDATE clickbridge_status_poll SET ask_count = GREATEST(ask_count, 1) - 1, due_time = NOW(3) + INTERVAL
        GREATEST(${RETRY_SOON_S}, TIMESTAMPDIFF(SECOND, create_time, NOW(3)) DIV ${RETRY_PART_OF_AGE}) SECOND
        WHERE subject = ? AND subject_id = ?`;
      await read(pool, statement(sql, kind, id));
    },
    noteDenial: (attempt, said) => noteDenial(pool, attempt, said),
    changedSince: async (since, limit) => {
      const sql = `SELECT ${RECORD_COLUMNS} FROM clickbridge_attempt WHERE state IN ${LIVE} AND update_time >= ? ORDER BY id LIMIT ?`;
      const [found] = await read(pool, statement(sql, sqlTime(since), limit));
      return (found?.rows ?? []).map(toAttemptRecord);
    },
  };
}

const MONEY_DUE = `a.capture_time + INTERVAL ${FIRST_POLL_AFTER_MONEY_S} SECOND`;
/** Not polled since its capture. */
const IS_NEWLY_CAPTURED = `a.capture_time > NOW(3) - INTERVAL ${NEW_CAPTURE_MINUTES} MINUTE
       AND (clickbridge_status_poll.ask_time IS NULL OR clickbridge_status_poll.ask_time < a.capture_time)`;

function seedAttempts(windowSeconds: number): Statement {
  return statement(
    `INSERT INTO clickbridge_status_poll (subject, subject_id, due_time)
     SELECT 'ATTEMPT', a.id, LEAST(NOW(3) + INTERVAL ${FIRST_POLL_AFTER_S} SECOND,
       COALESCE(${MONEY_DUE}, a.create_time + INTERVAL ${FIRST_POLL_AFTER_S} SECOND))
     FROM clickbridge_attempt a WHERE a.state IN ${LIVE} AND a.update_time >= NOW(3) - INTERVAL ? SECOND
     ON DUPLICATE KEY UPDATE due_time = IF(${IS_NEWLY_CAPTURED},
       LEAST(COALESCE(clickbridge_status_poll.due_time, ${MONEY_DUE}), ${MONEY_DUE}), clickbridge_status_poll.due_time)`,
    windowSeconds,
  );
}

/** Unpaid payments of our pay systems without an attempt. */
function seedPayments(paySystemIds: readonly number[]): Statement {
  return statement(
    `INSERT INTO clickbridge_status_poll (subject, subject_id, due_time)
     SELECT 'PAYMENT', p.ID, NOW(3) + INTERVAL ${PAYMENT_POLL_AGES_S[0]} SECOND FROM ${PAYMENT_AND_ORDER}
     WHERE p.ID > (SELECT MAX(newest.ID) FROM b_sale_order_payment newest) - ${NEWEST_PAYMENTS_MAX}
       AND p.PAY_SYSTEM_ID IN (?) AND p.PAID = 'N' AND p.IS_RETURN = 'N' AND o.CANCELED = 'N'
       AND o.DATE_INSERT >= NOW() - INTERVAL ${PAYMENT_AGE_DAYS_MAX} DAY
       AND NOT EXISTS (SELECT 1 FROM clickbridge_attempt a WHERE a.payment_id = p.ID AND a.state IN ${LIVE})
     ON DUPLICATE KEY UPDATE due_time = clickbridge_status_poll.due_time`,
    paySystemIds.length > 0 ? paySystemIds : [0],
  );
}

function seedInvoices(windowSeconds: number): Statement {
  return statement(
    `INSERT INTO clickbridge_status_poll (subject, subject_id, due_time)
     SELECT 'INVOICE', i.id, NOW(3) + INTERVAL ${INVOICE_POLL_AGES_S[0]} SECOND FROM clickbridge_invoice i
     WHERE i.create_time >= NOW(3) - INTERVAL ? SECOND AND ${INVOICE_IS_UNPAID}
     ON DUPLICATE KEY UPDATE due_time = clickbridge_status_poll.due_time`,
    windowSeconds,
  );
}

/** The delays differ too much for one bound: a poll scheduled by a clock that was set back is sent again and rescheduled. */
const IS_DUE = `(${isDue("q.due_time", POLL_DELAY_MAX_S)}
  OR (q.due_time IS NOT NULL AND ${isOfLaterClock("COALESCE(q.ask_time, q.create_time)")}))`;

/** Reschedules each poll by compare-and-set, so that only one of two processes gets it. */
async function claimDue(pool: Pool, limit: number): Promise<readonly DueStatusPoll[]> {
  const [due] = await read(
    pool,
    statement(
      `SELECT q.subject, q.subject_id, q.ask_count, ${RECORD_COLUMNS_OF_A},
         GREATEST(0, TIMESTAMPDIFF(SECOND, COALESCE(a.capture_time, a.create_time), NOW(3))) AS age_seconds
       FROM clickbridge_status_poll q LEFT JOIN clickbridge_attempt a ON q.subject = 'ATTEMPT' AND a.id = q.subject_id
       WHERE ${IS_DUE} ORDER BY q.due_time LIMIT ?`,
      limit,
    ),
  );
  const taken: DueStatusPoll[] = [];
  for (const row of due?.rows ?? []) {
    const [putOff] = await read(pool, putOffStatement(row));
    const poll = putOff?.matchedCount === 1 ? toStatusPoll(row) : undefined;
    if (poll !== undefined) taken.push(poll);
  }
  return taken;
}

function putOffStatement(row: Row): Statement {
  const inSeconds = secondsToNext(row);
  const next = inSeconds === undefined ? "NULL" : `NOW(3) + INTERVAL ${Math.ceil(inSeconds)} SECOND`;
  return statement(
    `UPDATE clickbridge_status_poll q SET q.due_time = ${next}, q.ask_count = q.ask_count + 1, q.ask_time = NOW(3)
     WHERE q.subject = ? AND q.subject_id = ? AND q.ask_count = ? AND ${IS_DUE}`,
    text(row, "subject"),
    integer(row, "subject_id"),
    integer(row, "ask_count"),
  );
}

function secondsToNext(row: Row): number | undefined {
  if (text(row, "subject") === "REFERENCE") return secondsToNextOfReference(integer(row, "ask_count"));
  if (text(row, "subject") === "PAYMENT") return secondsToNextAge(PAYMENT_POLL_AGES_S, integer(row, "ask_count"));
  if (text(row, "subject") === "INVOICE") return secondsToNextAge(INVOICE_POLL_AGES_S, integer(row, "ask_count"));
  if (row["state"] === null) return undefined;
  const age = integer(row, "age_seconds");
  const next = nextPollAge(text(row, "state") as AttemptState, age);
  return next === undefined ? undefined : next - age;
}

function secondsToNextAge(ages: readonly number[], askCount: number): number | undefined {
  const [age, next] = [ages[askCount] ?? 0, ages[askCount + 1]];
  return next === undefined ? undefined : next - age;
}

function toStatusPoll(row: Row): DueStatusPoll | undefined {
  const kind = text(row, "subject");
  const paymentId = asPaymentId(integer(row, "subject_id"));
  if (kind === "PAYMENT") return { kind, paymentId };
  if (kind === "INVOICE") return { kind, invoiceId: asInvoiceId(integer(row, "subject_id")) };
  if (kind === "REFERENCE") return { kind, paymentId, askCount: integer(row, "ask_count") };
  // A final or deleted one is not polled: it was just rescheduled to never.
  const state = row["state"];
  const isLive = state !== null && nextPollAge(state as AttemptState, 0) !== undefined;
  return isLive ? { kind: "ATTEMPT", attempt: toAttemptRecord(row) } : undefined;
}
