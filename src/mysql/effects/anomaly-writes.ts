import type { AnomalyKind } from "../../payment/anomaly.ts";
import { type AnomalySubject, type CloseAnomalies, NEW_ATTEMPT, type RaiseAnomaly } from "../../payment/effects.ts";
import { asChargeId, type ChargeId, type PaymentId, type ServiceId } from "../../payment/ids.ts";
import { type SqlValue, type Statement, statement } from "../driver/statement.ts";
import { merchantTransKey } from "../rows/attempt-rows.ts";
import { type EventType, placeholderOf } from "../rows/record-rows.ts";

/** Anomalies, and the events that tell of them. Written in the transaction of what they are about. */

const PAYMENT_SUBJECT = "payment:";
const CHARGE_SUBJECT = "charge:";

export function subjectOfPayment(paymentId: PaymentId): string {
  return `${PAYMENT_SUBJECT}${paymentId}`;
}

export function subjectOfCharge(chargeId: ChargeId): string {
  return `${CHARGE_SUBJECT}${chargeId}`;
}

/** The charge that an anomaly is about, if it is about one. */
export function chargeOfSubject(subject: string): ChargeId | undefined {
  return subject.startsWith(CHARGE_SUBJECT) ? asChargeId(Number(subject.slice(CHARGE_SUBJECT.length))) : undefined;
}

/** Guarded: in an INSERT … SELECT the server casts before it looks at the condition around it, and a text that is no number is an error there. */
const numberBehind = (prefix: string) =>
  `CASE WHEN n.subject LIKE '${prefix}%' THEN CAST(SUBSTRING(n.subject, ${prefix.length + 1}) AS SIGNED) END`;

/** The payment of anomaly `n` and its attempt `a`. */
export const PAYMENT_OF_ANOMALY = `COALESCE(a.payment_id, ${numberBehind(PAYMENT_SUBJECT)},
    (SELECT c.payment_id FROM clickbridge_charge c WHERE c.id = ${numberBehind(CHARGE_SUBJECT)}))`;

/** In which state a repeat is no news, and what it changes. */
const REPEAT = {
  COUNT_AND_OPEN: { unlessState: "AND state = 'OPEN'", change: ", seen_count = seen_count + 1, state = 'OPEN'" },
  IGNORE: { unlessState: "", change: "" },
} as const;

/** A callback that Click repeats for hours is one event. */
export function raise({
  kind,
  serviceId,
  subject,
  detail,
  onRepeat,
}: Omit<RaiseAnomaly, "effect">): readonly Statement[] {
  const { unlessState, change } = REPEAT[onRepeat];
  const { attempt, name } = subjectOf(serviceId, subject);
  return [
    isKnownAlready(kind, subject, serviceId, unlessState),
    statement(
      `INSERT INTO clickbridge_anomaly (kind, service_id, detail, attempt_id, subject)
       VALUES (?, ?, ?, ${attempt.sql}, ${name.sql})
       ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)${change}`,
      kind,
      BigInt(serviceId),
      JSON.stringify(detail),
      ...attempt.values,
      ...name.values,
    ),
    tellOf("anomaly.raised", {
      condition: "n.id = LAST_INSERT_ID() AND @clickbridge_anomaly_known = 0",
      values: [],
    }),
  ];
}

/** Which of the open ones, as a condition on clickbridge_anomaly `n`. */
interface Open {
  readonly condition: string;
  readonly values: readonly SqlValue[];
}

/** Open anomalies of an attempt that have settled themselves. */
export function closeAnomalies({ attemptId, kinds }: Omit<CloseAnomalies, "effect">): readonly Statement[] {
  return close({ condition: "n.attempt_id = ? AND n.kind IN (?)", values: [attemptId, [...kinds]] });
}

/** Closes one, if it is open. Its row must be locked, or it could be told of twice. */
export function closeAnomaly(id: number): readonly Statement[] {
  return close({ condition: "n.id = ?", values: [id] });
}

function close({ condition, values }: Open): readonly Statement[] {
  const open = { condition: `n.state = 'OPEN' AND ${condition}`, values };
  return [
    tellOf("anomaly.closed", open),
    statement(`UPDATE clickbridge_anomaly n SET n.state = 'CLOSED' WHERE ${open.condition}`, ...values),
  ];
}

/** The events are made of the rows: their numbers are not known here. */
function tellOf(type: Extract<EventType, `anomaly.${string}`>, { condition, values }: Open): Statement {
  return statement(
    `INSERT INTO clickbridge_event (aggregate_type, type, service_id, payment_id, payload, aggregate_id)
     SELECT 'anomaly', ?, n.service_id, ${PAYMENT_OF_ANOMALY}, JSON_OBJECT('kind', n.kind, 'attemptId', n.attempt_id), n.id
     FROM clickbridge_anomaly n LEFT JOIN clickbridge_attempt a ON a.id = n.attempt_id WHERE ${condition}`,
    type,
    ...values,
  );
}

/** Looked at before the row changes. A new attempt has no anomalies yet. */
function isKnownAlready(
  kind: AnomalyKind,
  subject: AnomalySubject,
  serviceId: ServiceId,
  unlessState: string,
): Statement {
  if ("attemptId" in subject && subject.attemptId === NEW_ATTEMPT) {
    return statement("SET @clickbridge_anomaly_known = 0");
  }
  return statement(
    `SET @clickbridge_anomaly_known =
       (SELECT COUNT(*) FROM clickbridge_anomaly WHERE subject = ? AND kind = ? ${unlessState})`,
    nameOf(serviceId, subject),
    kind,
  );
}

function subjectOf(serviceId: ServiceId, subject: AnomalySubject): { readonly attempt: Sql; readonly name: Sql } {
  if ("attemptId" in subject && subject.attemptId === NEW_ATTEMPT) {
    const id = placeholderOf(NEW_ATTEMPT);
    return { attempt: id, name: { sql: `CONCAT('attempt:', ${id.sql})`, values: [] } };
  }
  const attemptId = "attemptId" in subject ? subject.attemptId : null;
  return { attempt: { sql: "?", values: [attemptId] }, name: { sql: "?", values: [nameOf(serviceId, subject)] } };
}

interface Sql {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

function nameOf(serviceId: ServiceId, subject: AnomalySubject): string {
  if ("attemptId" in subject) return `attempt:${subject.attemptId}`;
  if ("chargeId" in subject) return subjectOfCharge(subject.chargeId);
  if ("paymentId" in subject) return subjectOfPayment(subject.paymentId);
  return `trans:${serviceId}:${subject.clickTransId}:${merchantTransKey(subject.merchantTransId)}`;
}
