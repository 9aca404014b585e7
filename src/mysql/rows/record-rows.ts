import { type AppendEvent, NEW_ATTEMPT } from "../../payment/effects.ts";
import { type Statement, statement } from "../driver/statement.ts";

/** Events: rows that only ever come to be, written in the transaction of what they tell about. */

export type { EventType } from "../../payment/event.ts";

/** Stands right after the INSERT of an attempt, so that the rows about it can name it in the same round trip. */
export const keepNewAttemptId: Statement = statement("SET @clickbridge_attempt_id = LAST_INSERT_ID()");

export type EventRow = Omit<AppendEvent, "effect">;

export function insertEvent(event: EventRow): Statement {
  const id = placeholderOf(event.aggregateId);
  return statement(
    `INSERT INTO clickbridge_event (aggregate_type, type, service_id, payment_id, payload, aggregate_id)
     VALUES (?, ?, ?, ?, ?, ${id.sql})`,
    event.type.slice(0, event.type.indexOf(".")),
    event.type,
    BigInt(event.serviceId),
    event.paymentId ?? null,
    JSON.stringify(event.payload),
    ...id.values.map(String),
  );
}

/** Its number, or the variable that keeps the new one's. */
export function placeholderOf(attempt: number | typeof NEW_ATTEMPT): {
  readonly sql: string;
  readonly values: readonly number[];
} {
  return attempt === NEW_ATTEMPT ? { sql: "@clickbridge_attempt_id", values: [] } : { sql: "?", values: [attempt] };
}
