import type { Stored } from "../../app/outbox/send-once.ts";
import type { BookFinding } from "../../app/payments/finding.ts";
import type { NewRefund, RefundEnd, RefundStore } from "../../app/refunds/refund-store.ts";
import type { Decision } from "../../payment/anomaly.ts";
import { type Attempt, holdsMoney } from "../../payment/attempt.ts";
import { fail } from "../../payment/failure.ts";
import { asAttemptId, asPaymentId, asRefundId, type RefundId } from "../../payment/ids.ts";
import {
  isPartial,
  type NotRefundableReason,
  type Refund,
  type RefundState,
  STILL_PAID_READS_APART_SECONDS,
} from "../../payment/refund.ts";
import { isUntouchedFor } from "../driver/clock.ts";
import type { Pool } from "../driver/pool.ts";
import {
  integer,
  integerOrUndefined,
  type Row,
  type SqlValue,
  type Statement,
  statement,
  text,
} from "../driver/statement.ts";
import { inTransaction, read, type Transaction } from "../driver/transaction.ts";
import { withdrawUntouched } from "../effects/attempt-writes.ts";
import { attemptsOfClickPayment, readLockedAttempt } from "../payments/locked-attempt.ts";
import { insertDecision, lockOpenAnomaly } from "../rows/anomaly-decision-rows.ts";
import { ATTEMPT_COLUMNS, toAttempt } from "../rows/attempt-rows.ts";
import { openRefundOf, REFUND_COLUMNS, refundById, refundedTiyin, toRefund, toTiyin } from "../rows/refund-rows.ts";
import { shopPaymentById } from "../rows/shop-rows.ts";
import { settleWrites } from "./refund-writes.ts";

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
    find: async (caller, requestId) => {
      const [found] = await read(pool, refundByRequest(caller, requestId));
      return found?.rows.map(withHash)[0];
    },
    store: (refund, refuse) => store(pool, refund, refuse),
    claimForSending: (id, token) => claimForSending(pool, id, token),
    settle: (id, end) => settle(pool, id, end),
    unknownDue: async (limit) => {
      const [found] = await read(pool, unknownDue(limit));
      return (found?.rows ?? []).map(toRefund);
    },
    countStillPaid: async (id) => {
      const [, counted] = await read(
        pool,
        // Two rounds at once, or a repeat of this very statement, must not count one moment twice.
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

/** Longer than a call to Click can last. */
const STALE_AFTER_SECONDS = 120;
const ROWS_A_ROUND_MAX = 50;

/** What a dead process left: never sent is not done, sent without a noted answer is unknown. */
export async function endStaleRefunds(pool: Pool): Promise<readonly BookFinding[]> {
  const [found] = await read(
    pool,
    statement(
      `SELECT ${REFUND_COLUMNS} FROM clickbridge_refund
       WHERE state IN ('STORED', 'SENDING') AND ${isUntouchedFor("update_time", STALE_AFTER_SECONDS)} LIMIT ${ROWS_A_ROUND_MAX}`,
    ),
  );
  const findings: BookFinding[] = [];
  for (const { id, state } of (found?.rows ?? []).map(toRefund)) {
    const ended = await settle(pool, id, { kind: state === "STORED" ? "NOT_DONE" : "UNKNOWN" }, state);
    findings.push({ subject: `refund ${id} (${state})`, said: "NOT_ASKED", outcome: ended.state });
  }
  return findings;
}

/** The last count is what touched it last. */
const READ_IS_DUE = `(still_paid_reads = 0 OR update_time <= NOW(3) - INTERVAL ${STILL_PAID_READS_APART_SECONDS} SECOND)`;

/** Whole ones only: of a part Click's word on the payment does not tell. The first question soon, the others far apart. */
function unknownDue(limit: number): Statement {
  return statement(
    `SELECT ${REFUND_COLUMNS} FROM clickbridge_refund WHERE state = 'UNKNOWN' AND is_partial = 0 AND ${READ_IS_DUE}
     ORDER BY id LIMIT ?`,
    limit,
  );
}

/** Under the payment's lock, so that two cannot find the same money. */
function store(pool: Pool, refund: NewRefund, refuse: (why: NotRefundableReason) => never): Promise<Stored<Refund>> {
  return inTransaction<Stored<Refund>>(pool, async (tx) => {
    const locked = await readLockedAttempt(tx, refund.attemptId);
    if (locked === undefined) return fail({ reason: "ATTEMPT_NOT_FOUND", attemptId: refund.attemptId });
    const { attempt } = locked.view;
    const [found] = await tx.run(refundByRequest(refund.caller, refund.requestId));
    const [existing] = (found?.rows ?? []).map(withHash);
    if (existing !== undefined) return { writes: [], value: existing };
    await checkRefundable(tx, refund, attempt, refuse);
    const decided = refund.decision === undefined ? [] : await noteDecision(tx, refund.decision);
    const partial = isPartial(attempt, refund.amountTiyin);
    const [clock] = await tx.run(statement("SELECT CAST(NOW(3) AS CHAR) AS now"));
    return {
      writes: [
        insertRefund(refund, attempt, partial),
        ...(partial ? [] : withdrawUntouched(locked.updates)),
        ...decided,
      ],
      value: ([inserted]) => ({
        requestHash: refund.requestHash,
        request: newRefund(refund, attempt, {
          id: asRefundId(inserted?.insertId ?? 0),
          partial,
          createTime: new Date(`${text(clock?.rows[0] ?? {}, "now").replace(" ", "T")}Z`),
        }),
      }),
    };
  });
}

/** Of two people who decide at once, one is told that the other was faster: both hold the payment's lock. */
async function noteDecision(tx: Transaction, decision: Decision): Promise<readonly Statement[]> {
  await lockOpenAnomaly(tx, decision.anomalyId);
  return [insertDecision(decision)];
}

async function checkRefundable(
  tx: Transaction,
  { amountTiyin, clickPaymentId, onlyOwed }: NewRefund,
  attempt: Attempt,
  refuse: (why: NotRefundableReason) => never,
): Promise<void> {
  const [open, done, named] = await tx.run(
    openRefundOf(attempt.id),
    refundedTiyin(attempt.id),
    attemptsOfClickPayment(attempt.serviceId, clickPaymentId),
  );
  const [underWay] = (open?.rows ?? []).map(toRefund);
  if (underWay !== undefined) fail({ reason: "REFUND_OPEN", attemptId: attempt.id, refundId: underWay.id });
  if (attempt.state === "REVERSED") refuse("REFUNDED");
  if (!holdsMoney(attempt)) refuse("NO_MONEY");
  if (onlyOwed && attempt.state !== "OWED") refuse("NOT_OWED");
  // Not even with our own books right: the number would reverse the other one's money.
  const others = (named?.rows ?? []).map(toAttempt).filter((a) => a.id !== attempt.id);
  if (others.some((a) => holdsMoney(a) || isStrangers(a, attempt, clickPaymentId))) refuse("CLICK_PAYMENT_AMBIGUOUS");
  const left = attempt.amountTiyin - toTiyin(done);
  if (amountTiyin <= 0n || amountTiyin > left) refuse("AMOUNT_NOT_REFUNDABLE");
}

/** Click did not confirm the number, and another reference came with it too: the debit may be that one's, its Complete still on the way. */
function isStrangers(other: Attempt, attempt: Attempt, clickPaymentId: string): boolean {
  return attempt.clickPaymentId !== clickPaymentId && other.merchantTransId !== attempt.merchantTransId;
}

function insertRefund(refund: NewRefund, attempt: Attempt, partial: boolean): Statement {
  return statement(
    `INSERT INTO clickbridge_refund (caller, request_id, request_hash, user_id, state, attempt_id, service_id, payment_id, order_id,
       amount_tiyin, is_partial, click_payment_id)
     VALUES (?, ?, UNHEX(?), ?, 'STORED', ?, ?, ?, ?, ?, ?, ?)`,
    refund.caller,
    refund.requestId,
    refund.requestHash.toString("hex"),
    refund.userId,
    attempt.id,
    BigInt(attempt.serviceId),
    attempt.paymentId ?? null,
    attempt.orderId ?? null,
    refund.amountTiyin,
    partial ? 1 : 0,
    BigInt(refund.clickPaymentId),
  );
}

function newRefund(
  { amountTiyin, clickPaymentId }: NewRefund,
  attempt: Attempt,
  made: Pick<Refund, "id" | "partial" | "createTime">,
): Refund {
  const { id: attemptId, serviceId, paymentId, orderId } = attempt;
  const about = { attemptId, serviceId, paymentId, orderId, amountTiyin, clickPaymentId };
  return { ...about, ...made, state: "STORED", clickRefusal: undefined, clickErrorCode: 0, clickErrorNote: "" };
}

/** A claim whose COMMIT was answered to nobody is found again by its token. */
function claimForSending(pool: Pool, id: RefundId, token: string): Promise<boolean> {
  return inTransaction<boolean>(pool, async (tx) => {
    const [found] = await tx.run(
      statement("SELECT state, send_token FROM clickbridge_refund WHERE id = ? FOR UPDATE", id),
    );
    const row = found?.rows[0];
    if (row?.["state"] === "SENDING" && row["send_token"] === token) return { writes: [], value: true };
    if (row?.["state"] !== "STORED") return { writes: [], value: false };
    const claim = statement(
      "UPDATE clickbridge_refund SET state = 'SENDING', send_token = ? WHERE id = ? AND state = 'STORED'",
      token,
      id,
    );
    return { writes: [claim], value: true };
  });
}

/** `onlyIn`: nothing happens when its state is another one by now. */
function settle(pool: Pool, id: RefundId, end: RefundEnd, onlyIn?: RefundState): Promise<Refund> {
  return inTransaction<Refund>(pool, async (tx) => {
    const [seen] = await tx.run(refundById(id));
    const [before] = (seen?.rows ?? []).map(toRefund);
    if (before === undefined) throw new TypeError("a refund vanished while it was being sent");
    // The payment's lock first, as everywhere.
    const locked = await readLockedAttempt(tx, before.attemptId);
    const [again, returned] = await tx.run(refundById(id), refundedTiyin(before.attemptId));
    const [refund] = (again?.rows ?? []).map(toRefund);
    if (locked === undefined || refund === undefined) throw new TypeError("an attempt vanished under its refund");
    if (onlyIn !== undefined && refund.state !== onlyIn) return { writes: [], value: refund };
    const { next, writes } = settleWrites(refund, locked, end, toTiyin(returned));
    return { writes, value: next };
  });
}

function refundByRequest(caller: string, requestId: string): Statement {
  return statement(
    `SELECT ${REFUND_COLUMNS}, HEX(request_hash) AS request_hash_hex FROM clickbridge_refund
     WHERE caller = ? AND request_id = ?`,
    caller,
    requestId,
  );
}

function withHash(row: Row): Stored<Refund> {
  return { request: toRefund(row), requestHash: Buffer.from(text(row, "request_hash_hex"), "hex") };
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
