import type { CompleteQuestion, JudgedComplete } from "../app/ports.ts";
import { type Attempt, isOfPayment } from "../payment/attempt.ts";
import type { CompleteVerdict, CompleteView } from "../payment/judge-complete.ts";
import { isBorrowed } from "../payment/moved-digits.ts";
import {
  type AttemptName,
  attemptBoundTo,
  attemptNamed,
  attemptNumbered,
  attemptsBesideForUpdate,
  attemptsOfClicksNumber,
  attemptsOfSameMoney,
  forUpdate,
  paydocOf,
  toAttempt,
} from "./attempt-rows.ts";
import { completeWrites, type LockedReading } from "./complete-writes.ts";
import { openUpdatesBeside, toOrderUpdateRow } from "./order-update-rows.ts";
import { lockPaymentOf } from "./payment-lock.ts";
import type { Pool } from "./pool.ts";
import { shopPaymentOf, toShopPayment } from "./shop-rows.ts";
import type { Row, StatementResult } from "./statement.ts";
import { inTransaction, StaleReadError, type Transaction } from "./transaction.ts";

/** An attempt's id is an INT; a longer number names none. */
const ATTEMPT_ID_MAX = 2 ** 31 - 1;

interface Reading {
  readonly view: CompleteView;
  readonly locked: LockedReading;
}

/**
 * A Complete in two round trips: lock the payment of the attempt and read everything; write and commit, with the order update
 * that it owes, leased to this caller.
 */
export function completeTransaction(
  pool: Pool,
  question: CompleteQuestion,
  judge: (view: CompleteView) => CompleteVerdict,
): Promise<JudgedComplete> {
  const name = nameOf(question);
  return inTransaction(pool, async (tx) => {
    const { serviceId, callback } = question;
    const { clickTransId, merchantTransId } = callback.raw;
    const [found, siblings, , ...beside] = await tx.run(
      attemptNamed(name),
      attemptsOfClicksNumber(serviceId, clickTransId),
      lockPaymentOf(name),
      attemptsBesideForUpdate(name),
      shopPaymentOf(name),
      openUpdatesBeside(name),
      forUpdate(attemptsOfSameMoney(serviceId, merchantTransId, paydocOf(name, callback.clickPaydocId))),
    );
    const named = theAttempt(question, found?.rows ?? []);
    const borrowed = isBorrowed(named, clickTransId, callback.raw, (siblings?.rows ?? []).map(toAttempt));
    const attempt = borrowed ? undefined : named;
    const { view, locked } =
      attempt?.paymentId === undefined
        ? await readWithoutPayment(tx, question, { name: borrowed ? nobody(question) : name, borrowed })
        : readingOf({ ...attempt, paymentId: attempt.paymentId }, beside);
    return completeWrites(question, { view, locked, verdict: judge(view) });
  });
}

/** What was read behind the lock. The attempt was named before it: if it has moved since, another payment is locked. */
function readingOf(
  before: Attempt & { readonly paymentId: NonNullable<Attempt["paymentId"]> },
  [attemptRows, paymentRows, updateRows, sameMoneyRows]: readonly StatementResult[],
): Reading {
  const rows = attemptRows?.rows ?? [];
  const attempts = rows.map(toAttempt);
  const attempt = attempts.find((a) => a.id === before.id);
  if (attempt === undefined || !isOfPayment(attempt, before.paymentId)) throw new StaleReadError("the attempt moved");
  const [payment] = (paymentRows?.rows ?? []).map(toShopPayment);
  const others = [...attempts, ...(sameMoneyRows?.rows ?? []).map(toAttempt)].filter((a) => a.id !== attempt.id);
  return {
    view: { attempt, others, payment },
    locked: { open: (updateRows?.rows ?? []).map(toOrderUpdateRow), now: rows[0], clicksNumberIsBound: true },
  };
}

/** No attempt, or one that never had a payment: only what is about the same money can take part, and its rows are the lock. */
async function readWithoutPayment(
  tx: Transaction,
  question: CompleteQuestion,
  { name, borrowed }: { readonly name: AttemptName; readonly borrowed: boolean },
): Promise<Reading> {
  const { serviceId, callback } = question;
  const [again, bound, sameMoney] = await tx.run(
    forUpdate(attemptNamed(name)),
    forUpdate(attemptNamed(byClicksNumber(question))),
    forUpdate(attemptsOfSameMoney(serviceId, callback.raw.merchantTransId, paydocOf(name, callback.clickPaydocId))),
  );
  const attempt = theAttempt(question, again?.rows ?? []);
  if (attempt?.paymentId !== undefined) throw new StaleReadError("the attempt got a payment");
  return {
    view: {
      attempt,
      others: (sameMoney?.rows ?? []).map(toAttempt).filter((a) => a.id !== attempt?.id),
      payment: undefined,
    },
    locked: { open: [], now: undefined, clicksNumberIsBound: borrowed || (bound?.rows ?? []).length > 0 },
  };
}

function nobody({ serviceId, callback }: CompleteQuestion): AttemptName {
  return attemptNumbered(0, serviceId, callback.raw.merchantTransId);
}

function byClicksNumber({ serviceId, callback }: CompleteQuestion): AttemptName {
  return attemptBoundTo(serviceId, callback.raw.clickTransId, callback.raw.merchantTransId);
}

function nameOf(question: CompleteQuestion): AttemptName {
  const { merchantPrepareId, raw } = question.callback;
  if (merchantPrepareId === undefined) return byClicksNumber(question);
  // Digits with leading zeros name no attempt: without separators in the hash they could be another field's.
  const canonical = String(Number(merchantPrepareId)) === merchantPrepareId;
  const id = canonical && Number(merchantPrepareId) <= ATTEMPT_ID_MAX ? Number(merchantPrepareId) : 0;
  return attemptNumbered(id, question.serviceId, raw.merchantTransId);
}

/** Of this service and with this very reference, or none. */
function theAttempt({ serviceId, callback }: CompleteQuestion, rows: readonly Row[]): Attempt | undefined {
  return rows
    .map(toAttempt)
    .find((a) => a.serviceId === serviceId && a.merchantTransId === callback.raw.merchantTransId);
}
