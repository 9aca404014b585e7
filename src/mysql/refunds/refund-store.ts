import type { Stored } from "../../app/outbox/send-once.ts";
import type { NewRefund, RefundStore } from "../../app/refunds/refund-store.ts";
import type { Decision } from "../../payment/anomaly.ts";
import type { Attempt } from "../../payment/attempt.ts";
import type { Effect } from "../../payment/effects.ts";
import { fail } from "../../payment/failure.ts";
import { asAttemptId, asPaymentId } from "../../payment/ids.ts";
import { withdrawUntouched } from "../../payment/mark-paid.ts";
import {
  isPartial,
  type NotRefundableReason,
  type Refund,
  STILL_PAID_READS_APART_SECONDS,
  settledRefund,
} from "../../payment/refund.ts";
import { leftTiyin, whyNotRefundable } from "../../payment/refundable.ts";
import { type RefundedAttempt, refundMoved } from "../../payment/settle-refund.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, integerOrUndefined, type SqlValue, type Statement, statement } from "../driver/statement.ts";
import { inTransaction, read, type Transaction } from "../driver/transaction.ts";
import {
  claiming,
  findRequest,
  moveRequest,
  type OutboxKind,
  requestNamed,
  storedIn,
  storing,
} from "../outbox/outbox.ts";
import { attemptsOfClickPayment, readLockedAttempt } from "../payments/locked-attempt.ts";
import { lockOpenAnomaly } from "../rows/anomaly-decision-rows.ts";
import { ATTEMPT_COLUMNS, toAttempt } from "../rows/attempt-rows.ts";
import { openRefundOf, REFUND_COLUMNS, refundById, refundedTiyin, toRefund, toTiyin } from "../rows/refund-rows.ts";
import { shopPaymentById } from "../rows/shop-rows.ts";
import { checkRefundLimit } from "./refund-limit.ts";

export const REFUNDS: OutboxKind<Refund, Pick<Refund, "id">, RefundedAttempt> = {
  subject: "refund",
  table: "clickbridge_refund",
  columns: REFUND_COLUMNS,
  toRequest: toRefund,
  lock: async (tx, { id }) => {
    const [seen] = await tx.run(refundById(id));
    const [refund] = (seen?.rows ?? []).map(toRefund);
    const locked = refund && (await readLockedAttempt(tx, refund.attemptId));
    if (refund === undefined || locked === undefined) throw new TypeError("an attempt vanished under its refund");
    return { attempt: locked.view.attempt, updates: locked.updates, returnedTiyin: locked.returnedTiyin };
  },
  moved: refundMoved,
};

export function refundStore(pool: Pool): RefundStore {
  return {
    owedConfirmed: async (serviceIds, limit) => {
      const [found] = await read(pool, owedConfirmed(serviceIds, limit));
      return (found?.rows ?? []).map((row) => {
        const paymentId = integerOrUndefined(row, "payment_id");
        return {
          attemptId: asAttemptId(integer(row, "id")),
          paymentId: paymentId === undefined ? undefined : asPaymentId(paymentId),
        };
      });
    },
    attemptsOf: async (paymentId) => {
      const sql = `SELECT ${ATTEMPT_COLUMNS} FROM clickbridge_attempt WHERE payment_id = ? ORDER BY id`;
      const [found, shop] = await read(pool, statement(sql, paymentId), shopPaymentById(paymentId));
      const attempts = (found?.rows ?? []).map(toAttempt);
      return attempts.length > 0 || shop?.rows.length === 1 ? attempts : undefined;
    },
    attempt: async (attemptId) => {
      const sql = `SELECT ${ATTEMPT_COLUMNS} FROM clickbridge_attempt WHERE id = ?`;
      const [found] = await read(pool, statement(sql, attemptId));
      return (found?.rows ?? []).map(toAttempt)[0];
    },
    returnsOf: async (attemptId) => {
      const [attempts, refunds, owed] = await read(
        pool,
        statement(`SELECT ${ATTEMPT_COLUMNS} FROM clickbridge_attempt WHERE id = ?`, attemptId),
        statement(`SELECT ${REFUND_COLUMNS} FROM clickbridge_refund WHERE attempt_id = ? ORDER BY id`, attemptId),
        statement(
          `SELECT 1 FROM clickbridge_order_update
           WHERE attempt_id = ? AND kind = 'MARK_REFUNDED' AND state = 'PENDING' LIMIT 1`,
          attemptId,
        ),
      );
      const [attempt] = (attempts?.rows ?? []).map(toAttempt);
      if (attempt === undefined) return undefined;
      return { attempt, refunds: (refunds?.rows ?? []).map(toRefund), isShopToBeTold: owed?.rows.length === 1 };
    },
    find: (caller, requestId) => findRequest(pool, REFUNDS, { caller, requestId }),
    store: (refund, refuse) => store(pool, refund, refuse),
    claimForSending: (id, token) => inTransaction(pool, async () => claiming(REFUNDS, id, token)),
    settle: async (id, end) => {
      await moveRequest(pool, REFUNDS, { id }, (refund) => settledRefund(refund, end));
      // Read again, because its end time is by the database's clock.
      const [settled] = await read(pool, refundById(id));
      return toRefund(settled?.rows[0] ?? {});
    },
    unknownDue: async (limit) => {
      const [found] = await read(pool, unknownDue(limit));
      return (found?.rows ?? []).map(toRefund);
    },
    countStillPaid: async (id) => {
      const [, counted] = await read(
        pool,
        // Two rounds at once, or a retry of this statement, must count once.
        statement(
          `UPDATE clickbridge_refund SET still_paid_reads = still_paid_reads + 1 WHERE id = ? AND state = 'UNKNOWN' AND ${READ_IS_DUE}`,
          id,
        ),
        statement("SELECT still_paid_reads FROM clickbridge_refund WHERE id = ?", id),
      );
      return integer(counted?.rows[0] ?? {}, "still_paid_reads");
    },
  };
}

/** The last count set update_time. */
const READ_IS_DUE = `(still_paid_reads = 0 OR update_time <= NOW(3) - INTERVAL ${STILL_PAID_READS_APART_SECONDS} SECOND)`;

/** Only full refunds, because the payment's status does not show a partial one. The first poll is soon, later ones are far apart. */
function unknownDue(limit: number): Statement {
  return statement(
    `SELECT ${REFUND_COLUMNS} FROM clickbridge_refund WHERE state = 'UNKNOWN' AND is_partial = 0 AND ${READ_IS_DUE}
     ORDER BY id LIMIT ?`,
    limit,
  );
}

/** Runs under the payment's lock, so that two refunds cannot take the same money. */
function store(pool: Pool, refund: NewRefund, refuse: (why: NotRefundableReason) => never): Promise<Stored<Refund>> {
  return inTransaction<Stored<Refund>>(pool, async (tx) => {
    const locked = await readLockedAttempt(tx, refund.attemptId);
    if (locked === undefined) return fail({ reason: "ATTEMPT_NOT_FOUND", attemptId: refund.attemptId });
    const { attempt } = locked.view;
    const [found] = await tx.run(requestNamed(REFUNDS, refund));
    const existing = storedIn(REFUNDS, found);
    if (existing !== undefined) return { writes: [], value: existing };
    const amountTiyin = await refundableAmount(tx, refund, attempt, refuse);
    const { token, limitTiyin } = refund;
    if (token !== undefined && limitTiyin !== undefined) await checkRefundLimit(tx, { token, limitTiyin }, amountTiyin);
    const decided = refund.decision === undefined ? [] : await noteDecision(tx, refund.decision);
    const partial = isPartial(attempt, amountTiyin);
    return storing(
      REFUNDS,
      refund,
      {
        token: token ?? null,
        user_id: refund.userId,
        note: refund.note,
        attempt_id: attempt.id,
        service_id: BigInt(attempt.serviceId),
        payment_id: attempt.paymentId ?? null,
        order_id: attempt.orderId ?? null,
        amount_tiyin: amountTiyin,
        is_partial: partial ? 1 : 0,
        click_payment_id: BigInt(refund.clickPaymentId),
      },
      [...(partial ? [] : withdrawUntouched(locked.updates)), ...decided],
    );
  });
}

/** Both of two simultaneous decisions take the payment's lock; the second one fails. */
async function noteDecision(tx: Transaction, decision: Decision): Promise<readonly Effect[]> {
  await lockOpenAnomaly(tx, decision.anomalyId);
  return [{ effect: "RecordDecision", decision }];
}

/** The amount to refund, or a failure with the reason. */
async function refundableAmount(
  tx: Transaction,
  refund: NewRefund,
  attempt: Attempt,
  refuse: (why: NotRefundableReason) => never,
): Promise<bigint> {
  const [open, done, named] = await tx.run(
    openRefundOf(attempt.id),
    refundedTiyin(attempt.id),
    attemptsOfClickPayment(attempt.serviceId, refund.clickPaymentId),
  );
  const [underWay] = (open?.rows ?? []).map(toRefund);
  if (underWay !== undefined) fail({ reason: "REFUND_OPEN", attemptId: attempt.id, refundId: underWay.id });
  const returnedTiyin = toTiyin(done);
  const amountTiyin = refund.amountTiyin ?? leftTiyin(attempt, returnedTiyin);
  const view = { attempt, returnedTiyin, sameNumber: (named?.rows ?? []).map(toAttempt) };
  const why = whyNotRefundable({ ...refund, amountTiyin }, view);
  return why === undefined ? amountTiyin : refuse(why);
}

function owedConfirmed(serviceIds: readonly string[], limit: number): Statement {
  const values: SqlValue[] = [serviceIds.length > 0 ? [...serviceIds] : ["0"], limit];
  return statement(
    `SELECT a.id, a.payment_id FROM clickbridge_attempt a
     WHERE a.state = 'OWED' AND a.service_id IN (?) AND a.click_payment_id IS NOT NULL
       AND EXISTS (SELECT 1 FROM clickbridge_anomaly n WHERE n.attempt_id = a.id AND n.state = 'OPEN'
         AND n.kind IN ('SECOND_CAPTURE', 'CAPTURED_AFTER_REFUSAL', 'PAID_OTHERWISE'))
       AND NOT EXISTS (SELECT 1 FROM clickbridge_refund r WHERE r.attempt_id = a.id)
     ORDER BY a.id LIMIT ?`,
    ...values,
  );
}
