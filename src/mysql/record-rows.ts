import type { AnomalyKind } from "../payment/anomaly.ts";
import type { AttemptId, ChargeId, InvoiceId, OrderUpdateId, PaymentId, RefundId, ServiceId } from "../payment/ids.ts";
import { type Statement, statement } from "./statement.ts";

/** Rows that only ever come to be: events and anomalies. Written in the transaction of what they tell about. */

export type EventType =
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

export interface AnomalyRow {
  readonly kind: AnomalyKind;
  readonly serviceId: ServiceId;
  /** The attempt; without one the charge, or Click's own number and our reference. */
  readonly subject:
    | { readonly attemptId: AttemptReference }
    | { readonly chargeId: ChargeId }
    | { readonly clickTransId: string; readonly key: string };
  /** No personal data. */
  readonly detail: Readonly<Record<string, string | number | undefined>>;
}

/** One anomaly per (subject, kind): a repeat is counted, and opens it again. */
export function insertAnomaly(anomaly: AnomalyRow): Statement {
  return insertOr(anomaly, "seen_count = seen_count + 1, state = 'OPEN'");
}

/** For what is found by looking, again and again: a repeat changes nothing, also after a person has closed it. */
export function insertAnomalyOnce(anomaly: AnomalyRow): Statement {
  return insertOr(anomaly, "seen_count = seen_count");
}

function insertOr({ kind, serviceId, subject, detail }: AnomalyRow, onRepeat: string): Statement {
  const id = "attemptId" in subject ? placeholder(subject.attemptId, "@clickbridge_attempt_id") : NO_ATTEMPT;
  const name =
    "attemptId" in subject
      ? { sql: `CONCAT('attempt:', ${id.sql})`, values: id.values }
      : { sql: "?", values: [nameWithoutAttempt(serviceId, subject)] };
  return statement(
    `INSERT INTO clickbridge_anomaly (kind, service_id, detail, attempt_id, subject)
     VALUES (?, ?, ?, ${id.sql}, ${name.sql})
     ON DUPLICATE KEY UPDATE ${onRepeat}`,
    kind,
    BigInt(serviceId),
    JSON.stringify(detail),
    ...id.values,
    ...name.values,
  );
}

function nameWithoutAttempt(serviceId: ServiceId, subject: Exclude<AnomalyRow["subject"], { attemptId: unknown }>) {
  if ("chargeId" in subject) return `charge:${subject.chargeId}`;
  return `trans:${serviceId}:${subject.clickTransId}:${subject.key}`;
}

const NO_ATTEMPT = { sql: "NULL", values: [] };

function placeholder(id: number | typeof NEW_ATTEMPT, variable: string): { sql: string; values: readonly number[] } {
  return id === NEW_ATTEMPT ? { sql: variable, values: [] } : { sql: "?", values: [id] };
}
