import type { Migration } from "./migration.ts";

/** The event that told of it, as far as it is kept. */
const eventOf = (aggregate: string, id: string, types: string) =>
  `(SELECT MIN(e.id) FROM clickbridge_event e
    WHERE e.aggregate_id = CONVERT(${id} USING ascii) AND e.aggregate_type = '${aggregate}' AND e.type IN (${types}))`;

/** Of an attempt `a`, as each of its entries repeats it. */
const OF_ATTEMPT = `a.service_id, a.merchant_trans_id AS reference, a.order_id, a.payment_id, a.id AS attempt_id, a.click_trans_id,
  COALESCE(a.click_payment_id, a.click_paydoc_id) AS click_payment_id`;

const WAS_KEPT = `EXISTS (SELECT 1 FROM clickbridge_order_update u WHERE u.attempt_id = a.id AND u.kind = 'MARK_PAID')`;

const EVER_CAPTURED = "'CAPTURED', 'SETTLED', 'OWED', 'REVERSED'";

const TAKEN = `SELECT ${eventOf("attempt", "a.id", "'attempt.captured', 'attempt.owed'")} AS event_id,
    COALESCE(a.capture_time, a.create_time) AS booked_time,
    CASE WHEN a.state = 'OWED' OR (a.state = 'REVERSED' AND NOT ${WAS_KEPT}) THEN 'OWED' ELSE 'CAPTURED' END AS kind,
    a.amount_tiyin, a.fee_tiyin, ${OF_ATTEMPT}, NULL AS refund_id,
    CASE WHEN a.capture_source IN ('CARD', 'PASS') THEN a.capture_source
      WHEN a.capture_source IN ('STATUS', 'RECONCILIATION') THEN 'RECONCILIATION' ELSE 'CALLBACK' END AS source,
    '' AS actor, 'taken' AS movement
  FROM clickbridge_attempt a WHERE a.state IN (${EVER_CAPTURED})`;

/**
 * The fee goes back last: with what is left before and after each refund. A version before this one may have ended some since done_time was
 * added. Of a capture that was withdrawn there is nothing to give back.
 */
const DONE_TIME = "COALESCE(r.done_time, r.update_time)";
const LEFT = `SELECT r.id, r.attempt_id, r.amount_tiyin, ${DONE_TIME} AS done_time, r.caller, a.amount_tiyin + r.amount_tiyin
    - SUM(r.amount_tiyin) OVER (PARTITION BY r.attempt_id ORDER BY ${DONE_TIME}, r.id) AS left_before
  FROM clickbridge_refund r JOIN clickbridge_attempt a ON a.id = r.attempt_id
  WHERE r.state = 'DONE' AND a.state IN (${EVER_CAPTURED})`;

const REFUNDED = `SELECT ${eventOf("refund", "r.id", "'refund.done'")}, r.done_time, 'REFUNDED', -r.amount_tiyin,
    LEAST(a.fee_tiyin, r.left_before - r.amount_tiyin) - LEAST(a.fee_tiyin, r.left_before), ${OF_ATTEMPT}, r.id,
    'OPERATOR', r.caller, CONCAT('refund ', r.id)
  FROM (${LEFT}) r JOIN clickbridge_attempt a ON a.id = r.attempt_id`;

const DONE_OF_ATTEMPT = `COALESCE((SELECT SUM(r.amount_tiyin) FROM clickbridge_refund r
  WHERE r.attempt_id = a.id AND r.state = 'DONE'), 0)`;

const REVERSED = `SELECT ${eventOf("attempt", "a.id", "'attempt.reversed'")}, a.update_time, 'REVERSED',
    ${DONE_OF_ATTEMPT} - a.amount_tiyin, -LEAST(a.fee_tiyin, a.amount_tiyin - ${DONE_OF_ATTEMPT}), ${OF_ATTEMPT}, NULL,
    'CABINET', '', 'reversed'
  FROM clickbridge_attempt a WHERE a.state = 'REVERSED' AND a.amount_tiyin > ${DONE_OF_ATTEMPT}`;

const COLUMNS = `event_id, booked_time, kind, amount_tiyin, fee_tiyin, service_id, reference, order_id, payment_id, attempt_id,
  click_trans_id, click_payment_id, refund_id, source, actor, movement`;

/** One statement, all or nothing. Oldest first, so that numbers follow times. What is there already is not written again. */
const BACKFILL = `INSERT INTO clickbridge_ledger (${COLUMNS})
  SELECT * FROM (${TAKEN} UNION ALL ${REFUNDED} UNION ALL ${REVERSED}) old
  WHERE NOT EXISTS (SELECT 1 FROM clickbridge_ledger l WHERE l.attempt_id = old.attempt_id AND l.movement = old.movement)
  ORDER BY old.booked_time, old.attempt_id, old.amount_tiyin DESC`;

/** Money that moved before there was a ledger, as attempts and refunds know it. Downwards nothing: the table goes with its own migration. */
export const LEDGER_BACKFILL: Migration = {
  name: "023_ledger_backfill",
  up: async (db) => db.raw(BACKFILL),
  down: async () => undefined,
};
