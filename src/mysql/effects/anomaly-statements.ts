import type { AnomalyKind } from "../../payment/anomaly.ts";
import {
  type AnomalySubject,
  type CloseAnomalies,
  type CloseAnomaly,
  NEW_ATTEMPT,
  type RaiseAnomaly,
} from "../../payment/effects.ts";
import type { EventType } from "../../payment/event.ts";
import type { ServiceId } from "../../payment/ids.ts";
import { type SqlValue, type Statement, statement } from "../driver/statement.ts";
import { PAYMENT_OF_ANOMALY, subjectOfCharge, subjectOfPayment } from "../rows/anomaly-rows.ts";
import { merchantTransKey } from "../rows/attempt-rows.ts";
import { placeholderOf } from "./new-attempt-id.ts";

/** The only place that writes clickbridge_anomaly and its events. */

/** The states in which a repeat raises no event, and what it changes. */
const REPEAT = {
  COUNT_AND_OPEN: { unlessState: "AND state = 'OPEN'", change: ", seen_count = seen_count + 1, state = 'OPEN'" },
  IGNORE: { unlessState: "", change: "" },
} as const;

/** A callback that Click repeats for hours raises one event. */
export function raiseAnomaly({ kind, serviceId, subject, detail, onRepeat }: RaiseAnomaly): readonly Statement[] {
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

/** A condition on clickbridge_anomaly `n` that selects open anomalies. */
interface Open {
  readonly condition: string;
  readonly values: readonly SqlValue[];
}

export function closeAnomalies({ attemptId, kinds }: CloseAnomalies): readonly Statement[] {
  return close({ condition: "n.attempt_id = ? AND n.kind IN (?)", values: [attemptId, [...kinds]] });
}

export function closeAnomaly({ anomalyId }: CloseAnomaly): readonly Statement[] {
  return close({ condition: "n.id = ?", values: [anomalyId] });
}

function close({ condition, values }: Open): readonly Statement[] {
  const open = { condition: `n.state = 'OPEN' AND ${condition}`, values };
  return [
    tellOf("anomaly.closed", open),
    statement(`UPDATE clickbridge_anomaly n SET n.state = 'CLOSED' WHERE ${open.condition}`, ...values),
  ];
}

/** Makes the events by INSERT … SELECT, because the ids of the rows are not known here. */
function tellOf(type: Extract<EventType, `anomaly.${string}`>, { condition, values }: Open): Statement {
  return statement(
    `INSERT INTO clickbridge_event (aggregate_type, type, service_id, payment_id, payload, aggregate_id)
     SELECT 'anomaly', ?, n.service_id, ${PAYMENT_OF_ANOMALY}, JSON_OBJECT('kind', n.kind, 'attemptId', n.attempt_id), n.id
     FROM clickbridge_anomaly n LEFT JOIN clickbridge_attempt a ON a.id = n.attempt_id WHERE ${condition}`,
    type,
    ...values,
  );
}

/** Checked before the row changes. A new attempt has no anomalies. */
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
  return `trans:${serviceId}:${subject.clickTransId}:${merchantTransKey(subject.merchantTransId).toString("hex")}`;
}
