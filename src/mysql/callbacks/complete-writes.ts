import type { CompleteQuestion, JudgedComplete } from "../../app/callbacks/callback-store.ts";
import { type Attempt, orderTiyin } from "../../payment/attempt.ts";
import { asOrderUpdateId, type PaymentId } from "../../payment/ids.ts";
import type { CompleteVerdict, CompleteView } from "../../payment/judge-complete.ts";
import { handOut, isFreeFor, leaseEnd } from "../../payment/lease-order-update.ts";
import { LEASE_SECONDS, type LeasedOrderUpdate, type OrderUpdate } from "../../payment/order-update.ts";
import { FIRST_QUESTION_AFTER_MONEY_S } from "../../payment/question-schedule.ts";
import { CURRENCY } from "../../payment/shop-payment.ts";
import { type Row, type Statement, type StatementResult, statement, time } from "../driver/statement.ts";
import type { Decision } from "../driver/transaction.ts";
import { raiseAnomaly } from "../effects/anomaly-writes.ts";
import { statementsOf } from "../effects/apply-effects.ts";
import { merchantTransKey } from "../rows/attempt-rows.ts";
import { type EventType, insertEvent, keepNewAttemptId, NEW_ATTEMPT } from "../rows/record-rows.ts";

/** What else was read under the lock. */
export interface LockedReading {
  /** What the payment still owes the shop. */
  readonly open: readonly OrderUpdate[];
  /** The database's time; undefined without a payment. */
  readonly now: Row | undefined;
  /** Whether the click_trans_id has an attempt already, under whatever reference. */
  readonly isTransIdUsed: boolean;
  /** What the reference of another debit means here. */
  readonly paymentOfReference?: PaymentId | undefined;
}

interface Judged {
  readonly view: CompleteView;
  readonly locked: LockedReading;
  readonly verdict: CompleteVerdict;
}

/** The statements that make a verdict true, and what to tell of it. */
export function completeWrites(question: CompleteQuestion, judged: Judged): Decision<JudgedComplete> {
  const { attempt } = judged.view;
  const owed = orderUpdateWrites(question, judged);
  const writes = [
    ...owed.writes,
    ...(attempt === undefined
      ? cancelAheadWrites(question, judged)
      : transitionWrites(question, attempt, judged.verdict)),
    ...anomalyWrites(question, attempt, judged.verdict),
    ...(judged.verdict.anomaly === "MONEY_WITHOUT_ATTEMPT" ? askUnder(judged.locked.paymentOfReference) : []),
  ];
  return {
    writes,
    value: (written) => ({
      verdict: judged.verdict,
      attemptId: attempt?.id,
      paymentId: attempt?.paymentId,
      orderId: attempt?.orderId,
      orderUpdate: owed.handedOut(written),
    }),
  };
}

interface OwedUpdate {
  /** First in the batch, so that `handedOut` finds the new row's id in the first result. */
  readonly writes: readonly Statement[];
  readonly handedOut: (written: readonly StatementResult[]) => LeasedOrderUpdate | undefined;
}

const NOTHING_OWED: OwedUpdate = { writes: [], handedOut: () => undefined };

function orderUpdateWrites(question: CompleteQuestion, { view, locked, verdict }: Judged): OwedUpdate {
  const { attempt } = view;
  if (attempt?.paymentId === undefined || attempt.orderId === undefined || locked.now === undefined)
    return NOTHING_OWED;
  const now = time(locked.now, "now");
  if (verdict.next === "CAPTURED") return newUpdate(question, { ...attempt, ...idsOf(attempt) }, locked, now);
  const [first] = locked.open;
  if (!question.handOut || first === undefined || !isFreeFor(question.token, first)) return NOTHING_OWED;
  const { answer, effects } = handOut(first, question.token, now);
  return { writes: effects.flatMap(statementsOf), handedOut: () => answer };
}

function idsOf(attempt: Attempt): {
  paymentId: NonNullable<Attempt["paymentId"]>;
  orderId: NonNullable<Attempt["orderId"]>;
} {
  if (attempt.paymentId === undefined || attempt.orderId === undefined) throw new TypeError("attempt without payment");
  return { paymentId: attempt.paymentId, orderId: attempt.orderId };
}

function newUpdate(
  question: CompleteQuestion,
  attempt: Attempt & ReturnType<typeof idsOf>,
  { open }: LockedReading,
  now: Date,
): OwedUpdate {
  // Updates of one payment go out in order: not while an older one is unfinished.
  const leased = question.handOut && !question.hold && open.length === 0;
  const insert = statement(
    `INSERT INTO clickbridge_order_update
       (attempt_id, kind, state, payment_id, order_id, amount_tiyin, token, lease_expire_time, try_count)
     VALUES (?, 'MARK_PAID', ?, ?, ?, ?, ?, ${leased ? `NOW(3) + INTERVAL ${LEASE_SECONDS} SECOND` : "NULL"}, ?)`,
    attempt.id,
    question.hold ? "HELD" : "PENDING",
    attempt.paymentId,
    attempt.orderId,
    orderTiyin(attempt),
    leased ? question.token : null,
    leased ? 1 : 0,
  );
  const handedOut = (written: readonly StatementResult[]): LeasedOrderUpdate => ({
    id: asOrderUpdateId(written[0]?.insertId ?? 0),
    token: question.token,
    kind: "MARK_PAID",
    paymentId: attempt.paymentId,
    orderId: attempt.orderId,
    attemptId: attempt.id,
    amountTiyin: orderTiyin(attempt),
    feeTiyin: attempt.feeTiyin,
    clickTransId: attempt.clickTransId,
    clickPaydocId: attempt.clickPaydocId ?? question.callback.clickPaydocId,
    captureTime: now,
    leaseExpireTime: leaseEnd(now),
    tryNumber: 1,
  });
  return { writes: [insert], handedOut: leased ? handedOut : () => undefined };
}

function transitionWrites({ callback, serviceId }: CompleteQuestion, attempt: Attempt, verdict: CompleteVerdict) {
  const { next } = verdict;
  if (next === undefined) return [];
  const otherTransId = callback.raw.clickTransId === attempt.clickTransId ? null : BigInt(callback.raw.clickTransId);
  const paydocId = callback.clickPaydocId === undefined ? null : BigInt(callback.clickPaydocId);
  return [
    statement(
      `UPDATE clickbridge_attempt
       SET state = ?, last_answer = ?, capture_time = ${next === "CANCELLED" ? "NULL" : "NOW(3)"},
         complete_click_trans_id = ?, click_paydoc_id = COALESCE(click_paydoc_id, ?)
       WHERE id = ? AND state = ?`,
      next,
      verdict.answer,
      otherTransId,
      paydocId,
      attempt.id,
      attempt.state,
    ),
    insertEvent({
      type: EVENT_OF[next],
      aggregateId: attempt.id,
      serviceId,
      paymentId: attempt.paymentId,
      payload: {
        answer: verdict.answer,
        clickError: callback.error,
        amountTiyin: String(attempt.amountTiyin),
        feeTiyin: String(attempt.feeTiyin),
        currency: CURRENCY,
        clickTransId: attempt.clickTransId,
        clickPaydocId: attempt.clickPaydocId ?? callback.clickPaydocId,
        merchantTransId: attempt.merchantTransId,
      },
    }),
  ];
}

const EVENT_OF: Readonly<Record<"CAPTURED" | "OWED" | "CANCELLED", EventType>> = {
  CAPTURED: "attempt.captured",
  OWED: "attempt.owed",
  CANCELLED: "attempt.cancelled",
};

/**
 * A cancel that overtook its Prepare leaves a cancelled attempt, unless the click_trans_id is used already. A plain INSERT: when the
 * Prepare arrives in this very moment, the duplicate sends us round again, and we cancel what it made.
 */
function cancelAheadWrites(question: CompleteQuestion, { verdict, locked }: Judged): readonly Statement[] {
  const { serviceId, callback, callerAddress } = question;
  if (!verdict.cancelAhead || locked.isTransIdUsed) return [];
  return [
    statement(
      `INSERT INTO clickbridge_attempt (service_id, click_trans_id, merchant_trans_id, merchant_trans_key, amount_tiyin, state,
         last_answer, click_paydoc_id, caller_address)
       VALUES (?, ?, ?, UNHEX(?), ?, 'CANCELLED', ?, ?, ?)`,
      BigInt(serviceId),
      BigInt(callback.raw.clickTransId),
      callback.raw.merchantTransId,
      merchantTransKey(callback.raw.merchantTransId),
      callback.amountTiyin,
      verdict.answer,
      callback.clickPaydocId === undefined ? null : BigInt(callback.clickPaydocId),
      callerAddress || null,
    ),
    keepNewAttemptId,
    insertEvent({
      type: "attempt.cancelled",
      aggregateId: NEW_ATTEMPT,
      serviceId,
      paymentId: undefined,
      payload: {
        answer: verdict.answer,
        clickError: callback.error,
        amountTiyin: String(callback.amountTiyin),
        clickTransId: callback.raw.clickTransId,
        merchantTransId: callback.raw.merchantTransId,
      },
    }),
  ];
}

/** Money of another debit, which Click files under the reference of this payment: reconciliation finds it there. */
function askUnder(paymentId: PaymentId | undefined): readonly Statement[] {
  if (paymentId === undefined) return [];
  return [
    statement(
      `INSERT INTO clickbridge_question (subject, subject_id, due_time)
       VALUES ('REFERENCE', ?, NOW(3) + INTERVAL ${FIRST_QUESTION_AFTER_MONEY_S} SECOND)
       ON DUPLICATE KEY UPDATE ask_count = 0, due_time = NOW(3) + INTERVAL ${FIRST_QUESTION_AFTER_MONEY_S} SECOND`,
      paymentId,
    ),
  ];
}

function anomalyWrites(
  { callback, serviceId }: CompleteQuestion,
  attempt: Attempt | undefined,
  verdict: CompleteVerdict,
): readonly Statement[] {
  if (verdict.anomaly === undefined) return [];
  const { clickTransId, merchantTransId, merchantPrepareId } = callback.raw;
  const detail = {
    clickTransId,
    clickPaydocId: callback.clickPaydocId,
    merchantTransId,
    merchantPrepareId,
    amountTiyin: String(callback.amountTiyin),
    clickError: callback.error,
    paymentId: attempt?.paymentId,
  };
  const subject = attempt === undefined ? { clickTransId, merchantTransId } : { attemptId: attempt.id };
  return raiseAnomaly({ kind: verdict.anomaly, serviceId, subject, detail });
}
