import type { CompleteQuestion, JudgedComplete } from "../../app/callbacks/callback-store.ts";
import { type Attempt, isAnotherDebit } from "../../payment/attempt.ts";
import type { CompleteVerdict, CompleteView } from "../../payment/judge-complete.ts";
import { isBorrowed } from "../../payment/moved-digits.ts";
import type { Pool } from "../driver/pool.ts";
import { inTransaction, StaleReadError, type Transaction } from "../driver/transaction.ts";
import {
  type AttemptName,
  attemptBoundTo,
  attemptNamed,
  attemptNumbered,
  attemptsInHandForUpdate,
  attemptsOfNames,
  forUpdate,
  namedBy,
  ofClicksNumber,
  ofSameMoney,
  paydocOf,
  takeInHand,
  toAttempt,
} from "../rows/attempt-rows.ts";
import { openUpdatesInHand, toOrderUpdate } from "../rows/order-update-rows.ts";
import { lockOrderInHand } from "../rows/payment-lock.ts";
import { shopPaymentInHand, toShopPayment } from "../rows/shop-rows.ts";
import { completeWrites, type LockedReading } from "./complete-writes.ts";

/** An attempt's id is an INT; a longer number names none. */
const ATTEMPT_ID_MAX = 2 ** 31 - 1;

interface Reading {
  readonly view: CompleteView;
  readonly locked: LockedReading;
}

/**
 * A Complete in two round trips: lock the payments of the attempt's order and read everything; write and commit, with the order update
 * that it owes, leased to this caller. An attempt without payment takes one more.
 */
export function completeTransaction(
  pool: Pool,
  question: CompleteQuestion,
  judge: (view: CompleteView) => CompleteVerdict,
): Promise<JudgedComplete> {
  return inTransaction(pool, async (tx) => {
    const { view, locked } = await readLocked(tx, question);
    return completeWrites(question, { view, locked, verdict: judge(view) });
  });
}

async function readLocked(tx: Transaction, question: CompleteQuestion): Promise<Reading> {
  const name = nameOf(question);
  const byNumber = ofClicksNumber(question.serviceId, question.callback.raw.clickTransId);
  const names = [...byNumber, sameMoneyAs(name, question)];
  const [, , inHand, payments, updates, about] = await tx.run(
    takeInHand(name),
    lockOrderInHand,
    attemptsInHandForUpdate,
    shopPaymentInHand,
    openUpdatesInHand,
    // After the locks: who captures an attempt without payment holds the rows that are about the same money, and no order.
    attemptsOfNames(names),
  );
  const rows = inHand?.rows ?? [];
  const attempts = rows.map(toAttempt);
  const attempt = attempts.find((a) => isNamed(question, a));
  const aboutRows = about?.rows ?? [];
  const siblings = namedBy(names, byNumber, aboutRows);
  if (attempt === undefined) return readWithoutPayment(tx, question, siblings);
  if (isBorrowedBy(question, attempt, siblings)) return NOBODYS;
  const sameMoney = namedBy(names, names.slice(byNumber.length), aboutRows);
  return {
    view: {
      attempt,
      others: [...attempts, ...sameMoney].filter((a) => a.id !== attempt.id),
      payment: (payments?.rows ?? []).map(toShopPayment)[0],
    },
    locked: { open: (updates?.rows ?? []).map(toOrderUpdate), now: rows[0], clicksNumberIsBound: true },
  };
}

/** The Complete of somebody else's Prepare: no attempt is named, and none may be made under Click's number. */
const NOBODYS: Reading = {
  view: { attempt: undefined, others: [], payment: undefined },
  locked: { open: [], now: undefined, clicksNumberIsBound: true },
};

/** No attempt, or one that never had a payment: only what is about the same money can take part, and its rows are the lock. */
async function readWithoutPayment(
  tx: Transaction,
  question: CompleteQuestion,
  siblings: readonly Attempt[],
): Promise<Reading> {
  const name = nameOf(question);
  const [again, bound, sameMoney] = await tx.run(
    forUpdate(attemptNamed(name)),
    forUpdate(attemptNamed(byClicksNumber(question))),
    forUpdate(attemptNamed(sameMoneyAs(name, question))),
  );
  const named = (again?.rows ?? []).map(toAttempt);
  const attempt = named.find((a) => isNamed(question, a));
  // What was in hand was taken before its lock.
  if (attempt?.paymentId !== undefined) throw new StaleReadError("the attempt got a payment, or another one");
  if (isBorrowedBy(question, attempt, siblings)) return NOBODYS;
  return {
    view: {
      attempt,
      others: (sameMoney?.rows ?? []).map(toAttempt).filter((a) => a.id !== attempt?.id),
      payment: undefined,
    },
    locked: {
      ...{ open: [], now: undefined, clicksNumberIsBound: (bound?.rows ?? []).length > 0 },
      paymentOfReference: named[0]?.paymentId,
    },
  };
}

function isBorrowedBy(
  { callback: { raw } }: CompleteQuestion,
  named: Attempt | undefined,
  siblings: readonly Attempt[],
): boolean {
  return isBorrowed(named, raw.clickTransId, raw, siblings);
}

function sameMoneyAs(name: AttemptName, { serviceId, callback }: CompleteQuestion): AttemptName {
  return ofSameMoney(serviceId, callback.raw.merchantTransId, paydocOf(name, callback.clickPaydocId));
}

function byClicksNumber({ serviceId, callback }: CompleteQuestion): AttemptName {
  return attemptBoundTo(serviceId, callback.raw.clickTransId, callback.raw.merchantTransId);
}

/** By its prepare id, or without one by Click's number: always of this service and with this very reference. See also `isNamed`. */
function nameOf(question: CompleteQuestion): AttemptName {
  const id = preparedId(question);
  return id === undefined
    ? byClicksNumber(question)
    : attemptNumbered(id, question.serviceId, question.callback.raw.merchantTransId);
}

function isNamed(question: CompleteQuestion, attempt: Attempt): boolean {
  const { merchantTransId, clickTransId } = question.callback.raw;
  if (attempt.serviceId !== question.serviceId || attempt.merchantTransId !== merchantTransId) return false;
  const id = preparedId(question);
  if (id === undefined) return attempt.clickTransId === clickTransId;
  return (
    attempt.id === id && !isAnotherDebit(attempt, { clickTransId, clickPaydocId: question.callback.clickPaydocId })
  );
}

/** Undefined without a prepare id; 0, which is nobody's, for one that cannot be ours. */
function preparedId({ callback: { merchantPrepareId } }: CompleteQuestion): number | undefined {
  if (merchantPrepareId === undefined) return undefined;
  // Digits with leading zeros name no attempt: without separators in the hash they could be another field's.
  const canonical = String(Number(merchantPrepareId)) === merchantPrepareId;
  return canonical && Number(merchantPrepareId) <= ATTEMPT_ID_MAX ? Number(merchantPrepareId) : 0;
}
