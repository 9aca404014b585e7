import type { FiscalStore, NewSubmission } from "../../app/fiscal/fiscal-store.ts";
import type { Stored } from "../../app/outbox/send-once.ts";
import { type FiscalReply, type FiscalSubmission, settledSubmission } from "../../payment/fiscal.ts";
import { asFiscalSubmissionId } from "../../payment/ids.ts";
import type { Pool } from "../driver/pool.ts";
import { type Row, type StatementResult, statement, text, time } from "../driver/statement.ts";
import { inTransaction, read } from "../driver/transaction.ts";
import { clickPaymentOfAttempt, clickPaymentsOf, toClickPayment } from "../rows/click-payment-rows.ts";
import {
  claimSubmission,
  insertSubmission,
  laterThan,
  openBeside,
  sentBeside,
  submissionByIdForUpdate,
  submissionByRequest,
  toSubmission,
  updateSubmission,
} from "../rows/fiscal-rows.ts";
import { lockPayments } from "../rows/payment-lock.ts";
import { receiptOf, toReceipt, writeReceipt } from "../rows/receipt-rows.ts";

export function fiscalStore(pool: Pool): FiscalStore {
  return {
    clickPayment: async (paymentId, attemptId) => {
      const ways = attemptId === undefined ? clickPaymentsOf(paymentId) : [clickPaymentOfAttempt(paymentId, attemptId)];
      const found = await read(pool, ...ways);
      return found.flatMap((result) => result.rows).map(toClickPayment)[0];
    },
    find: async (kind, caller, requestId) => {
      const [found] = await read(pool, submissionByRequest(kind, caller, requestId));
      return found?.rows.map(withHash)[0];
    },
    store: (submission) => store(pool, submission),
    wasSubmittedBefore: async (submission) => isAny((await read(pool, sentBeside(submission)))[0]),
    claimForSending: (submission, token) => claim(pool, submission, token),
    settle: (submission, reply) => settle(pool, submission, reply),
    receipt: async (payment) => (await read(pool, receiptOf(payment)))[0]?.rows.map(toReceipt)[0],
    keepReceipt: (payment, receipt) =>
      inTransaction<void>(pool, async () => ({ writes: [writeReceipt(payment, receipt)], value: undefined })),
  };
}

/** Under the payment's lock, so that at most one about a payment of Click's is under way. */
function store(pool: Pool, submission: NewSubmission): Promise<Stored<FiscalSubmission> | "OPEN"> {
  const { kind, caller, requestId, requestHash } = submission;
  return inTransaction<Stored<FiscalSubmission> | "OPEN">(pool, async (tx) => {
    const [, found, open, clock] = await tx.run(
      lockPayments([submission]),
      submissionByRequest(kind, caller, requestId),
      openBeside(submission, 0),
      statement("SELECT NOW(3) AS now"),
    );
    const [existing] = (found?.rows ?? []).map(withHash);
    if (existing !== undefined) return { writes: [], value: existing };
    if (isAny(open)) return { writes: [], value: "OPEN" };
    const [now] = clock?.rows ?? [];
    return {
      writes: [insertSubmission(submission)],
      value: ([inserted]) => ({
        requestHash,
        request: newSubmission(submission, inserted?.insertId ?? 0, now === undefined ? new Date(0) : time(now, "now")),
      }),
    };
  });
}

function newSubmission(submission: NewSubmission, id: number, createTime: Date): FiscalSubmission {
  const { kind, serviceId, paymentId, orderId, clickPaymentId } = submission;
  return {
    ...{ kind, serviceId, paymentId, orderId, clickPaymentId, createTime },
    id: asFiscalSubmissionId(id),
    state: "STORED",
    clickRefusal: undefined,
    clickErrorCode: 0,
    clickErrorNote: "",
  };
}

function claim(pool: Pool, submission: FiscalSubmission, token: string): Promise<boolean | "OPEN"> {
  const { id } = submission;
  return inTransaction<boolean | "OPEN">(pool, async (tx) => {
    const [, found, open, later] = await tx.run(
      lockPayments([submission]),
      submissionByIdForUpdate(id),
      openBeside(submission, id),
      laterThan(submission),
    );
    const [current] = (found?.rows ?? []).map(toSubmission);
    if (current?.state === "STORED" && (isAny(open) || isAny(later))) return { writes: [], value: "OPEN" };
    return { writes: [claimSubmission(id, token)], value: ([updated]) => updated?.matchedCount === 1 };
  });
}

/** Only what is being sent can be settled; anything else keeps what was noted before. */
function settle(pool: Pool, { id }: FiscalSubmission, reply: FiscalReply): Promise<FiscalSubmission> {
  return inTransaction(pool, async (tx) => {
    const [found] = await tx.run(submissionByIdForUpdate(id));
    const [current] = (found?.rows ?? []).map(toSubmission);
    if (current === undefined) throw new TypeError("a submission vanished while it was being sent");
    if (current.state !== "SENDING") return { writes: [], value: current };
    const settled = settledSubmission(current, reply);
    return { writes: [updateSubmission(settled)], value: settled };
  });
}

function isAny(result: StatementResult | undefined): boolean {
  return (result?.rows.length ?? 0) > 0;
}

function withHash(row: Row): Stored<FiscalSubmission> {
  return { request: toSubmission(row), requestHash: Buffer.from(text(row, "request_hash_hex"), "hex") };
}
