import type {
  AttemptId,
  ChargeId,
  InvoiceId,
  OrderUpdateId,
  PaymentId,
  RefundId,
  ServiceId,
} from "../../payment/ids.ts";
import { type Statement, statement } from "../driver/statement.ts";

/** Events: rows that only ever come to be, written in the transaction of what they tell about. */

export type EventType =
  | "epoch.began"
  | "attempt.refused"
  | "attempt.prepared"
  | "attempt.captured"
  | "attempt.owed"
  | "attempt.cancelled"
  | "attempt.settled"
  | "attempt.expired"
  | "attempt.reversed"
  | "refund.done"
  | "refund.refused"
  | "refund.unknown"
  | "refund.not_done"
  | "charge.done"
  | "charge.refused"
  | "charge.unknown"
  | "order_update.refused"
  | "anomaly.raised"
  | "anomaly.closed"
  | "invoice.created"
  | "invoice.refused"
  | "invoice.unknown"
  | "invoice.lost";

/** An attempt whose row this very transaction makes; see `keepNewAttemptId`. */
export const NEW_ATTEMPT = "new";
export type AttemptReference = AttemptId | typeof NEW_ATTEMPT;

/** Stands right after the INSERT of an attempt, so that the rows about it can name it in the same round trip. */
export const keepNewAttemptId: Statement = statement("SET @clickbridge_attempt_id = LAST_INSERT_ID()");

export interface EventRow {
  readonly type: EventType;
  readonly aggregateId: AttemptReference | OrderUpdateId | InvoiceId | RefundId | ChargeId;
  readonly serviceId: ServiceId;
  readonly paymentId: PaymentId | undefined;
  /** No personal data. */
  readonly payload: Readonly<Record<string, string | number | undefined>>;
}

export function insertEvent(event: EventRow): Statement {
  const id = placeholder(event.aggregateId, "@clickbridge_attempt_id");
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

function placeholder(id: number | typeof NEW_ATTEMPT, variable: string): { sql: string; values: readonly number[] } {
  return id === NEW_ATTEMPT ? { sql: variable, values: [] } : { sql: "?", values: [id] };
}
