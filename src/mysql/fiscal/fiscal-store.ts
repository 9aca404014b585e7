import type { FiscalStore, NewSubmission } from "../../app/fiscal/fiscal-store.ts";
import type { Stored } from "../../app/outbox/send-once.ts";
import { type FiscalSubmission, settledSubmission } from "../../payment/fiscal.ts";
import { settledOnce } from "../../payment/outbox.ts";
import type { Pool } from "../driver/pool.ts";
import { type StatementResult, statement } from "../driver/statement.ts";
import { inTransaction, read } from "../driver/transaction.ts";
import {
  claiming,
  findRequest,
  moveRequest,
  type OutboxKind,
  requestNamed,
  storedIn,
  storing,
} from "../outbox/outbox.ts";
import { clickPaymentOfAttempt, clickPaymentsOf, toClickPayment } from "../rows/click-payment-rows.ts";
import { laterThan, openBeside, SUBMISSION_COLUMNS, sentBeside, toSubmission } from "../rows/fiscal-rows.ts";
import { lockPayments } from "../rows/payment-lock.ts";
import { receiptOf, toReceipt, writeReceipt } from "../rows/receipt-rows.ts";

export const SUBMISSIONS: OutboxKind<FiscalSubmission, FiscalSubmission> = {
  subject: "fiscal submission",
  table: "clickbridge_fiscal",
  columns: SUBMISSION_COLUMNS,
  toRequest: toSubmission,
  lock: (tx, submission) => tx.run(lockPayments([submission])),
  moved: (next, before) => [{ effect: "SetSubmission", submission: next, from: before.state }],
};

export function fiscalStore(pool: Pool): FiscalStore {
  return {
    clickPayment: async (paymentId, attemptId) => {
      const ways = attemptId === undefined ? clickPaymentsOf(paymentId) : [clickPaymentOfAttempt(paymentId, attemptId)];
      const found = await read(pool, ...ways);
      return found.flatMap((result) => result.rows).map(toClickPayment)[0];
    },
    find: (kind, caller, requestId) => findRequest(pool, SUBMISSIONS, { kind, caller, requestId }),
    store: (submission) => store(pool, submission),
    wasSubmittedBefore: async (submission) => isAny((await read(pool, sentBeside(submission)))[0]),
    claimForSending: (submission, token) => claim(pool, submission, token),
    settle: (submission, reply) =>
      moveRequest(pool, SUBMISSIONS, submission, (current) =>
        settledOnce(current, (sending) => settledSubmission(sending, reply)),
      ),
    receipt: async (payment) => (await read(pool, receiptOf(payment)))[0]?.rows.map(toReceipt)[0],
    keepReceipt: (payment, receipt) =>
      inTransaction<void>(pool, async () => ({ writes: [writeReceipt(payment, receipt)], value: undefined })),
  };
}

/** Runs under the payment's lock, so that at most one submission of a Click payment is open. */
function store(pool: Pool, submission: NewSubmission): Promise<Stored<FiscalSubmission> | "OPEN"> {
  const { kind, userId, serviceId, paymentId, orderId, clickPaymentId } = submission;
  return inTransaction<Stored<FiscalSubmission> | "OPEN">(pool, async (tx) => {
    const [, found, open] = await tx.run(
      lockPayments([submission]),
      requestNamed(SUBMISSIONS, submission),
      openBeside(submission, 0),
    );
    const existing = storedIn(SUBMISSIONS, found);
    if (existing !== undefined) return { writes: [], value: existing };
    if (isAny(open)) return { writes: [], value: "OPEN" };
    return storing(SUBMISSIONS, submission, {
      kind,
      user_id: userId,
      service_id: BigInt(serviceId),
      payment_id: paymentId,
      order_id: orderId,
      click_payment_id: BigInt(clickPaymentId),
    });
  });
}

function claim(pool: Pool, submission: FiscalSubmission, token: string): Promise<boolean | "OPEN"> {
  const { id } = submission;
  return inTransaction<boolean | "OPEN">(pool, async (tx) => {
    const [, found, open, later] = await tx.run(
      lockPayments([submission]),
      statement("SELECT state FROM clickbridge_fiscal WHERE id = ? FOR UPDATE", id),
      openBeside(submission, id),
      laterThan(submission),
    );
    const isStored = found?.rows[0]?.["state"] === "STORED";
    if (isStored && (isAny(open) || isAny(later))) return { writes: [], value: "OPEN" };
    return claiming(SUBMISSIONS, id, token);
  });
}

function isAny(result: StatementResult | undefined): boolean {
  return (result?.rows.length ?? 0) > 0;
}
