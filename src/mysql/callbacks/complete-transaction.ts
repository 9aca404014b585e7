import type { CompleteInput, JudgedAndHandedOut } from "../../app/callbacks/callback-store.ts";
import type { Attempt } from "../../payment/attempt.ts";
import { anomalyIn } from "../../payment/attempt-anomalies.ts";
import { asOrderUpdateId } from "../../payment/ids.ts";
import type { JudgedComplete, LockedCompleteView } from "../../payment/judge-complete.ts";
import { boundAttempt } from "../../payment/replay.ts";
import type { Pool } from "../driver/pool.ts";
import { textOrUndefined, time } from "../driver/statement.ts";
import { type Decision, inTransaction, StaleReadError, type Transaction } from "../driver/transaction.ts";
import { applyEffects } from "../effects/apply-effects.ts";
import {
  type AttemptLookup,
  attemptBoundTo,
  attemptNamed,
  attemptsOfNames,
  bindTarget,
  byClickTransId,
  byPrepareId,
  forUpdate,
  lockNamedOfTarget,
  namedBy,
  OF_TARGET_PAYMENT,
  ofSameMoneyAtAll,
  paydocOf,
  paydocOfTarget,
  toAttempt,
  withSamePaydoc,
} from "../rows/attempt-rows.ts";
import { openUpdatesOfTarget, toOrderUpdate } from "../rows/order-update-rows.ts";
import { lockOrderOfTarget } from "../rows/payment-lock.ts";
import { shopPaymentOfTarget, toShopPayment } from "../rows/shop-rows.ts";

/** An attempt's id is an INT; a larger number matches no attempt. */
const ATTEMPT_ID_MAX = 2 ** 31 - 1;

type LockedReading = Omit<LockedCompleteView, "handOut">;

/**
 * A Complete in two round trips: lock the payments of the attempt's order and read everything; write and commit, including the order update,
 * leased to this caller. An attempt without payment needs one more.
 */
export function completeTransaction(
  pool: Pool,
  input: CompleteInput,
  judge: (view: LockedCompleteView) => JudgedComplete,
): Promise<JudgedAndHandedOut> {
  return inTransaction(pool, async (tx) => {
    const view = { ...(await readLocked(tx, input)), handOut: input.handOut };
    return written(view, judge(view));
  });
}

function written(
  { attempt }: LockedCompleteView,
  { answer, effects, handedOut }: JudgedComplete,
): Decision<JudgedAndHandedOut> {
  return applyEffects(effects, (idOf) => ({
    answer,
    anomaly: anomalyIn(effects),
    attemptId: attempt?.id,
    paymentId: attempt?.paymentId,
    orderId: attempt?.orderId,
    orderUpdate:
      handedOut !== undefined && "madeBy" in handedOut
        ? { ...handedOut.update, id: asOrderUpdateId(idOf(handedOut.madeBy)) }
        : handedOut,
  }));
}

async function readLocked(tx: Transaction, input: CompleteInput): Promise<LockedReading> {
  const name = nameOf(input);
  const byTransId = byClickTransId(input.serviceId, input.callback.raw.clickTransId);
  const { merchantTransId } = input.callback.raw;
  const sameMoney = withSamePaydoc(input.serviceId, merchantTransId, paydocOfTarget(input.callback.clickPaydocId));
  const names = [...byTransId, OF_TARGET_PAYMENT, sameMoney];
  const [, , inHand, payments, updates, about] = await tx.run(
    bindTarget(name),
    lockOrderOfTarget,
    lockNamedOfTarget(name),
    shopPaymentOfTarget,
    openUpdatesOfTarget,
    // Read after the locks: a capture of an attempt without payment locks the attempts of the same Click payment, not an order.
    attemptsOfNames(names),
  );
  const [row] = inHand?.rows ?? [];
  const aboutRows = about?.rows ?? [];
  const ofTransId = namedBy(names, byTransId, aboutRows);
  const named = row && exactly(input, toAttempt(row));
  if (named === undefined) return readWithoutPayment(tx, input, ofTransId);
  // The target was read before its lock.
  if (row && textOrUndefined(row, "bound_paydoc_id") !== named.clickPaydocId)
    throw new StaleReadError("the attempt got a paydoc id");
  const attempt = bound(input, named, ofTransId);
  if (attempt === undefined) return withoutAttempt(ofTransId, named);
  return {
    attempt,
    others: namedBy(names, names.slice(byTransId.length), aboutRows).filter((a) => a.id !== attempt.id),
    payment: (payments?.rows ?? []).map(toShopPayment)[0],
    open: (updates?.rows ?? []).map(toOrderUpdate),
    now: row && time(row, "now"),
    isTransIdUsed: true,
  };
}

/** A Complete of another debit, or a replay: it has no attempt, and none may be created for a click_trans_id that is already used. */
function withoutAttempt(ofTransId: readonly Attempt[], named: Attempt | undefined): LockedReading {
  return {
    ...NO_PAYMENT,
    attempt: undefined,
    others: [],
    isTransIdUsed: ofTransId.length > 0,
    paymentOfReference: named?.paymentId,
  };
}

const NO_PAYMENT = { payment: undefined, open: [], now: undefined } as const;

/** No attempt, or one without payment: only attempts of the same Click payment matter, and their row locks are the lock. */
async function readWithoutPayment(
  tx: Transaction,
  input: CompleteInput,
  ofTransId: readonly Attempt[],
): Promise<LockedReading> {
  const name = nameOf(input);
  const [again, sameMoney] = await tx.run(
    forUpdate(attemptNamed(name)),
    forUpdate(attemptNamed(sameMoneyAs(name, input))),
  );
  const [named] = (again?.rows ?? []).map(toAttempt).map((attempt) => exactly(input, attempt));
  // The target was read before its lock.
  if (named?.paymentId !== undefined) throw new StaleReadError("the attempt got a payment, or another one");
  const attempt = bound(input, named, ofTransId);
  if (attempt === undefined) return withoutAttempt(ofTransId, named);
  const others = (sameMoney?.rows ?? []).map(toAttempt).filter((a) => a.id !== attempt.id);
  return { ...NO_PAYMENT, attempt, others, isTransIdUsed: true };
}

function bound(
  { callback }: CompleteInput,
  named: Attempt | undefined,
  ofTransId: readonly Attempt[],
): Attempt | undefined {
  const { raw, clickPaydocId } = callback;
  return boundAttempt(named, { clickTransId: raw.clickTransId, clickPaydocId }, ofTransId);
}

function sameMoneyAs(name: AttemptLookup, { serviceId, callback }: CompleteInput): AttemptLookup {
  return ofSameMoneyAtAll(serviceId, callback.raw.merchantTransId, paydocOf(name, callback.clickPaydocId));
}

/** Finds the attempt by prepare id, or else by click_trans_id; always of this service and with exactly this reference. */
function nameOf(input: CompleteInput): AttemptLookup {
  const { serviceId, callback } = input;
  const { clickTransId, merchantTransId } = callback.raw;
  const id = preparedId(input);
  return id === undefined
    ? attemptBoundTo(serviceId, clickTransId, merchantTransId)
    : byPrepareId(id, serviceId, merchantTransId);
}

/** Compares the reference itself: the attempt was found by a digest of it. */
function exactly({ callback }: CompleteInput, attempt: Attempt): Attempt | undefined {
  return attempt.merchantTransId === callback.raw.merchantTransId ? attempt : undefined;
}

/** Undefined without a prepare id; 0, which no attempt has, when it cannot be ours. */
function preparedId({ callback: { merchantPrepareId } }: CompleteInput): number | undefined {
  if (merchantPrepareId === undefined) return undefined;
  // A number with leading zeros matches no attempt: the signed text has no separators, so the digits could belong to another field.
  const canonical = String(Number(merchantPrepareId)) === merchantPrepareId;
  return canonical && Number(merchantPrepareId) <= ATTEMPT_ID_MAX ? Number(merchantPrepareId) : 0;
}
