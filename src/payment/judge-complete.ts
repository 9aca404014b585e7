import type { AnswerCode } from "../protocol/answer.ts";
import type { Attempt } from "./attempt.ts";
import { moveAttempt } from "./attempt-moves.ts";
import type { CallbackEvent } from "./callback-event.ts";
import { type CompleteVerdict, type CompleteView, verdictOnComplete } from "./complete-verdict.ts";
import { type Effect, type EnqueueOrderUpdate, NEW_ATTEMPT, type RaiseAnomaly } from "./effects.ts";
import type { PaymentId } from "./ids.ts";
import { handOut, isFreeFor, leaseEnd } from "./lease-order-update.ts";
import { LEASE_SECONDS, type LeasedOrderUpdate, type OrderUpdate } from "./order-update.ts";
import { enqueueMarkPaid } from "./paid-mark.ts";

export interface CompleteEvent extends CallbackEvent {
  /** When Click signed it, by its own clock. */
  readonly signTime: Date | undefined;
  /** As it was received. */
  readonly merchantPrepareId: string | undefined;
  /** Hold the order update back until Click confirms the payment. */
  readonly hold: boolean;
  /** The lease's token, should one be needed. */
  readonly token: string;
}

/** Everything that was read under the lock. */
export interface LockedCompleteView extends CompleteView {
  /** Whether what the shop is owed is handed out to this caller, with a lease. */
  readonly handOut: boolean;
  /** What the payment still owes the shop, oldest first. */
  readonly open: readonly OrderUpdate[];
  /** The database's time; undefined without a payment. */
  readonly now: Date | undefined;
  /** Whether the click_trans_id has an attempt already, under whatever reference. */
  readonly isTransIdUsed: boolean;
  /** What the reference of another debit means here. */
  readonly paymentOfReference?: PaymentId | undefined;
}

/** An order update that this very transaction makes, and whose id it does not know yet. */
export interface NewLeasedUpdate {
  readonly madeBy: EnqueueOrderUpdate;
  readonly update: Omit<LeasedOrderUpdate, "id">;
}

export interface JudgedComplete {
  readonly answer: AnswerCode;
  readonly effects: readonly Effect[];
  /** For this caller to apply. */
  readonly handedOut?: LeasedOrderUpdate | NewLeasedUpdate | undefined;
}

/** What a signed Complete is answered, and what it does. */
export function judgeComplete(event: CompleteEvent, view: LockedCompleteView): JudgedComplete {
  const verdict = verdictOnComplete(event, view);
  const { attempt } = view;
  const owed = attempt === undefined ? NOTHING_OWED : orderUpdate(event, { ...view, attempt }, verdict);
  return {
    answer: verdict.answer,
    effects: [
      ...(attempt === undefined ? cancelAhead(event, view, verdict) : transition(event, attempt, verdict)),
      ...owed.effects,
      ...anomaly(event, attempt, verdict),
      ...(verdict.anomaly === "MONEY_WITHOUT_ATTEMPT" ? askUnder(view.paymentOfReference) : []),
    ],
    handedOut: owed.handedOut,
  };
}

function transition(event: CompleteEvent, attempt: Attempt, { answer, next }: CompleteVerdict): readonly Effect[] {
  if (next === undefined) return [];
  const { clickTransId, clickPaydocId, error } = event;
  const cause = {
    answer,
    clickError: error,
    clickPaymentId: attempt.clickPaymentId ?? attempt.clickPaydocId ?? clickPaydocId,
  };
  const completeClickTransId = clickTransId === attempt.clickTransId ? undefined : clickTransId;
  const captureSource = next === "CANCELLED" ? undefined : "CALLBACK";
  return moveAttempt(attempt, next, {
    cause,
    set: { answer, completeClickTransId, clickPaydocId, captureSource },
    booking: { source: "CALLBACK", clickTime: event.signTime, clickPaymentId: clickPaydocId },
    returnedTiyin: 0n,
  });
}

/** A cancel that overtook its Prepare leaves a cancelled attempt, unless the click_trans_id is used already. */
function cancelAhead(
  event: CompleteEvent,
  { isTransIdUsed }: LockedCompleteView,
  { answer, cancelAhead: isAhead }: CompleteVerdict,
): readonly Effect[] {
  if (!isAhead || isTransIdUsed) return [];
  const { serviceId, clickTransId, clickPaydocId, merchantTransId, amountTiyin, error, callerAddress } = event;
  const ids = { serviceId, clickTransId, clickPaydocId, merchantTransId, payment: undefined };
  return [
    { effect: "NewAttempt", state: "CANCELLED", ...ids, amountTiyin, feeTiyin: 0n, answer, callerAddress },
    {
      effect: "AppendEvent",
      type: "attempt.cancelled",
      aggregateId: NEW_ATTEMPT,
      serviceId,
      paymentId: undefined,
      payload: { answer, clickError: error, amountTiyin: String(amountTiyin), clickTransId, merchantTransId },
    },
  ];
}

type Owed = Pick<JudgedComplete, "effects" | "handedOut">;
const NOTHING_OWED: Owed = { effects: [] };

/** A capture owes the shop its mark; a repeat hands out what is still owed. */
function orderUpdate(
  event: CompleteEvent,
  { attempt, open, now, handOut: isAskedFor }: LockedCompleteView & { readonly attempt: Attempt },
  { next }: CompleteVerdict,
): Owed {
  if (now === undefined) return NOTHING_OWED;
  if (next === "CAPTURED") return newUpdate(event, attempt, { now, isFree: isAskedFor && open.length === 0 });
  const [first] = open;
  if (!isAskedFor || first === undefined || !isFreeFor(event.token, first)) return NOTHING_OWED;
  const { answer, effects } = handOut(first, event.token, now);
  return { effects, handedOut: answer };
}

function newUpdate(
  { hold, token, clickPaydocId }: CompleteEvent,
  attempt: Attempt,
  // Updates of one payment go out in order: not while an older one is unfinished.
  { now, isFree }: { readonly now: Date; readonly isFree: boolean },
): Owed {
  const [owed] = enqueueMarkPaid(attempt, hold ? "HELD" : "PENDING");
  if (owed === undefined) return NOTHING_OWED;
  if (hold || !isFree) return { effects: [owed] };
  const madeBy: EnqueueOrderUpdate = { ...owed, lease: { token, seconds: LEASE_SECONDS, started: false } };
  const update = {
    ...{ token, kind: madeBy.kind, ...madeBy.payment, attemptId: attempt.id, amountTiyin: madeBy.amountTiyin },
    ...{ feeTiyin: attempt.feeTiyin, clickTransId: attempt.clickTransId },
    clickPaymentId: attempt.clickPaydocId ?? clickPaydocId,
    ...{ captureTime: now, leaseExpireTime: leaseEnd(now), tryNumber: 1 },
  };
  return { effects: [madeBy], handedOut: { madeBy, update } };
}

function anomaly(
  event: CompleteEvent,
  attempt: Attempt | undefined,
  { anomaly: kind }: CompleteVerdict,
): readonly RaiseAnomaly[] {
  if (kind === undefined) return [];
  const { serviceId, clickTransId, clickPaydocId, merchantTransId, merchantPrepareId, amountTiyin, error } = event;
  const ids = { clickTransId, clickPaymentId: clickPaydocId, merchantTransId, merchantPrepareId };
  return [
    {
      effect: "RaiseAnomaly",
      kind,
      serviceId,
      subject: attempt === undefined ? { clickTransId, merchantTransId } : { attemptId: attempt.id },
      detail: { ...ids, amountTiyin: String(amountTiyin), clickError: error, paymentId: attempt?.paymentId },
      onRepeat: "COUNT_AND_OPEN",
    },
  ];
}

/** Money of another debit, which Click files under the reference of this payment: reconciliation finds it there. */
function askUnder(paymentId: PaymentId | undefined): readonly Effect[] {
  return paymentId === undefined ? [] : [{ effect: "AskUnderReference", paymentId }];
}
