/**
 * What `stateOf` (src/payment/payment-money.ts) says of payment `p`, as a value in a statement: only so can a list be narrowed to a state.
 * A test holds the two together.
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
