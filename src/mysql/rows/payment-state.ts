/**
 * The same as `stateOf` (src/payment/payment-money.ts) for payment `p`, as an SQL expression, so that a list can filter by state. A test
 * compares the two.
 */

const has = (table: string, states: readonly string[]) =>
  `EXISTS (SELECT 1 FROM clickbridge_${table} WHERE payment_id = p.payment_id
     AND state IN (${states.map((state) => `'${state}'`).join(", ")}))`;

export const PAYMENT_STATE_OF_P = `CASE
   WHEN EXISTS (SELECT 1 FROM clickbridge_attempt a JOIN clickbridge_refund r ON r.attempt_id = a.id AND r.state = 'DONE'
     WHERE a.captured_payment_id = p.payment_id) THEN 'PARTIALLY_REFUNDED'
   WHEN EXISTS (SELECT 1 FROM clickbridge_attempt WHERE captured_payment_id = p.payment_id) THEN 'HELD'
   WHEN ${has("attempt", ["OWED"])} THEN 'OWED'
   WHEN ${has("attempt", ["PREPARED"])} OR ${has("charge", ["STORED", "SENDING", "PROCESSING", "UNKNOWN"])}
     THEN 'IN_PROGRESS'
   WHEN ${has("attempt", ["REVERSED"])} THEN 'REVERSED'
   ELSE 'NO_MONEY' END`;
