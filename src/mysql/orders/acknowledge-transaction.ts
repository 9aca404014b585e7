import { asAttemptId, asOrderUpdateId, asPaymentId, asServiceId, type OrderUpdateId } from "../../payment/ids.ts";
import {
  type ApplyOutcome,
  type OrderUpdateState,
  retryDelaySeconds,
  SAVES_IN_TRANSACTION_MAX,
  TRIES_BEFORE_STUCK,
} from "../../payment/order-update.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, type Row, type Statement, statement, text, textOrUndefined } from "../driver/statement.ts";
import { type Decision, inTransaction } from "../driver/transaction.ts";
import { closeAnomaliesOf, raiseAnomaly } from "../effects/anomaly-writes.ts";
import { gaveBack, holdsLease, lockPaymentOfUpdate, orderUpdateById } from "../rows/order-update-rows.ts";
import { insertEvent } from "../rows/record-rows.ts";

const DETAIL_CHARACTERS_MAX = 250;

type Applied = Extract<ApplyOutcome, { kind: "APPLIED" }>;
type Acknowledged = { readonly finished: boolean } | "LEASE_LOST" | "NOT_FOUND";

/**
 * Notes how an update ended. APPLIED is a fact and taken from anyone who can have been given the update; the other two need the token of
 * the lease.
 */
export function acknowledgeTransaction(
  pool: Pool,
  id: OrderUpdateId,
  word: { readonly token: string; readonly outcome: ApplyOutcome },
): Promise<Acknowledged> {
  return inTransaction<Acknowledged>(pool, async (tx) => {
    const [found] = await tx.run(orderUpdateById(id));
    const [first] = found?.rows ?? [];
    if (first === undefined) return { writes: [], value: "NOT_FOUND" };
    const [, locked] = await tx.run(lockPaymentOfUpdate(first), orderUpdateById(id));
    const [row] = locked?.rows ?? [];
    return row === undefined ? { writes: [], value: "NOT_FOUND" } : acknowledge(row, word);
  });
}

function acknowledge(row: Row, { token, outcome }: { token: string; outcome: ApplyOutcome }): Decision<Acknowledged> {
  const state = text(row, "state") as OrderUpdateState;
  if (outcome.kind === "APPLIED") return applied(row, state, outcome);
  // The same word once more, from whoever said it first.
  if (outcome.kind === "REFUSED" && state === "REFUSED" && textOrUndefined(row, "token") === token) return done([]);
  if (outcome.kind === "RETRY" && gaveBack(row, token)) return { writes: [], value: { finished: false } };
  if (!holdsLease(row, token)) return { writes: [], value: "LEASE_LOST" };
  return outcome.kind === "REFUSED"
    ? done(refusedWrites(row, outcome))
    : { writes: retryWrites(row, outcome), value: { finished: false } };
}

const done = (writes: readonly Statement[]): Decision<Acknowledged> => ({ writes, value: { finished: true } });

/** A fact, whoever reports it, also after a refusal. */
function applied(row: Row, state: OrderUpdateState, outcome: Applied): Decision<Acknowledged> {
  switch (state) {
    case "APPLIED":
      return done([]);
    case "PENDING":
    case "REFUSED":
      return done(appliedWrites(row, outcome));
    case "HELD":
    case "WITHDRAWN":
      // Handed out to nobody, or taken back: there is no money of Click's behind it, so whoever says this has to forget it.
      return { writes: [], value: "LEASE_LOST" };
    default:
      return state satisfies never;
  }
}

function appliedWrites(row: Row, outcome: Applied): readonly Statement[] {
  const attemptId = asAttemptId(integer(row, "attempt_id"));
  return [
    statement(
      "UPDATE clickbridge_order_update SET state = 'APPLIED', lease_expire_time = NULL WHERE id = ?",
      integer(row, "id"),
    ),
    ...closeAnomaliesOf(attemptId, ["APPLY_STUCK", "APPLY_REFUSED"]),
    ...settledWrites(row),
    ...inPartsWrites(row, outcome),
  ];
}

/** A save outside of a transaction follows others that failed, and whoever finds its work done may not be the one that did it. */
function inPartsWrites(row: Row, { inParts, detail }: Applied): readonly Statement[] {
  const saves = integer(row, "save_count");
  const isWhole = !inParts && saves <= SAVES_IN_TRANSACTION_MAX;
  const why = cut(detail) || textOrUndefined(row, "detail") || "";
  return isWhole ? [] : anomaly(row, "APPLIED_IN_PARTS", { saves, detail: why });
}

/** The shop knows of the capture. That it knows of a refund settles nothing. */
function settledWrites(row: Row): readonly Statement[] {
  if (isOfMoneyGoneBack(row)) return [oweMarkRefunded(row)];
  if (text(row, "kind") !== "MARK_PAID" || text(row, "attempt_state") !== "CAPTURED") return [];
  return [
    statement(
      "UPDATE clickbridge_attempt SET state = 'SETTLED' WHERE id = ? AND state = 'CAPTURED'",
      integer(row, "attempt_id"),
    ),
    event(row, "attempt.settled", {}),
  ];
}

function refusedWrites(row: Row, outcome: Extract<ApplyOutcome, { kind: "REFUSED" }>): readonly Statement[] {
  return [
    statement(
      `UPDATE clickbridge_order_update SET state = 'REFUSED', refusal = ?, detail = ?, lease_expire_time = NULL, save_count = 0 WHERE id = ?`,
      outcome.refusal,
      cut(outcome.detail),
      integer(row, "id"),
    ),
    ...(isOfMoneyGoneBack(row)
      ? [withdrawMarkRefunded(row)]
      : anomaly(row, "APPLY_REFUSED", { refusal: outcome.refusal, detail: cut(outcome.detail) })),
    event(row, "order_update.refused", { refusal: outcome.refusal }),
  ];
}

/** The mark was in somebody's hands when the money went back. */
function isOfMoneyGoneBack(row: Row): boolean {
  return text(row, "kind") === "MARK_PAID" && text(row, "attempt_state") === "REVERSED";
}

/** The shop never took the mark: there is nothing to take back, and nothing for a person to do. */
function withdrawMarkRefunded(row: Row): Statement {
  return statement(
    `UPDATE clickbridge_order_update SET state = 'WITHDRAWN'
     WHERE attempt_id = ? AND kind = 'MARK_REFUNDED' AND state = 'PENDING'`,
    integer(row, "attempt_id"),
  );
}

/** The shop has the mark after all, be it that it refused it before: it has to come off. */
function oweMarkRefunded(row: Row): Statement {
  return statement(
    `INSERT INTO clickbridge_order_update (attempt_id, kind, state, payment_id, order_id, amount_tiyin)
     VALUES (?, 'MARK_REFUNDED', 'PENDING', ?, ?, ?)
     ON DUPLICATE KEY UPDATE state = IF(state = 'WITHDRAWN', 'PENDING', state)`,
    integer(row, "attempt_id"),
    integer(row, "payment_id"),
    integer(row, "order_id"),
    BigInt(text(row, "attempt_amount_tiyin")) - BigInt(text(row, "fee_tiyin")),
  );
}

function retryWrites(row: Row, outcome: Extract<ApplyOutcome, { kind: "RETRY" }>): readonly Statement[] {
  const tries = integer(row, "try_count");
  const retry = statement(
    `UPDATE clickbridge_order_update SET detail = ?, lease_expire_time = NULL,
       due_time = NOW(3) + INTERVAL ? SECOND WHERE id = ?`,
    cut(outcome.detail),
    retryDelaySeconds(tries),
    integer(row, "id"),
  );
  if (tries < TRIES_BEFORE_STUCK) return [retry];
  return [retry, ...anomaly(row, "APPLY_STUCK", { tries, detail: cut(outcome.detail) })];
}

function event(row: Row, type: "attempt.settled" | "order_update.refused", payload: Record<string, string>): Statement {
  return insertEvent({
    type,
    aggregateId:
      type === "attempt.settled" ? asAttemptId(integer(row, "attempt_id")) : asOrderUpdateId(integer(row, "id")),
    serviceId: asServiceId(text(row, "service_id")),
    paymentId: asPaymentId(integer(row, "payment_id")),
    payload: { orderUpdateId: integer(row, "id"), attemptId: integer(row, "attempt_id"), ...payload },
  });
}

function anomaly(
  row: Row,
  kind: "APPLIED_IN_PARTS" | "APPLY_REFUSED" | "APPLY_STUCK",
  detail: Record<string, string | number>,
): readonly Statement[] {
  return raiseAnomaly({
    kind,
    serviceId: asServiceId(text(row, "service_id")),
    subject: { attemptId: asAttemptId(integer(row, "attempt_id")) },
    detail: { orderUpdateId: integer(row, "id"), ...detail },
  });
}

function cut(detail: string): string {
  return detail.slice(0, DETAIL_CHARACTERS_MAX);
}
