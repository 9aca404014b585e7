import type { AnswerCode } from "../protocol/answer.ts";
import type { Attempt } from "./attempt.ts";
import { moveAttempt } from "./attempt-moves.ts";
import type { CallbackEvent } from "./callback-event.ts";
import { type CompleteVerdict, type CompleteView, verdictOnComplete } from "./complete-verdict.ts";
import { type Effect, type EnqueueOrderUpdate, NEW_ATTEMPT, type RaiseAnomaly } from "./effects.ts";
import type { PaymentId } from "./ids.ts";
import { handOut, isFreeFor, leaseEnd } from "./lease-order-update.ts";
import { enqueueMarkPaid } from "./mark-paid.ts";
import { LEASE_SECONDS, type LeasedOrderUpdate, type OrderUpdate } from "./order-update.ts";

export interface CompleteEvent extends CallbackEvent {
  /** sign_time, by Click's clock. */
  readonly signTime: Date | undefined;
  /** As it was received. */
  readonly merchantPrepareId: string | undefined;
  /** Hold the order update until Click confirms the payment. */
  readonly hold: boolean;
  /** The token for a lease, if one is granted. */
  readonly token: string;
}

/** Everything read under the lock. */
export interface LockedCompleteView extends CompleteView {
  /** Whether due order updates are leased to this caller. */
  readonly handOut: boolean;
  /** Unfinished order updates of the payment, oldest first. */
  readonly open: readonly OrderUpdate[];
  /** The database's time; undefined without a payment. */
  readonly now: Date | undefined;
  /** Whether the click_trans_id already has an attempt, under any reference. */
  readonly isTransIdUsed: boolean;
  /** The payment that the reference of another debit means. */
  readonly paymentOfReference?: PaymentId | undefined;
}

/** An order update that this transaction inserts, before its id is known. */
export interface NewLeasedUpdate {
  readonly madeBy: EnqueueOrderUpdate;
  readonly update: Omit<LeasedOrderUpdate, "id">;
}

export interface JudgedComplete {
  readonly answer: AnswerCode;
  readonly effects: readonly Effect[];
  /** Leased to this caller. */
  readonly handedOut?: LeasedOrderUpdate | NewLeasedUpdate | undefined;
}

/** The answer to a signed Complete, and its effects. */
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
  const { clickTransId, clickPaydocId, error, errorNote } = event;
  const cause = {
    answer,
    clickError: error,
    clickPaymentId: attempt.clickPaymentId ?? attempt.clickPaydocId ?? clickPaydocId,
  };
  const completeClickTransId = clickTransId === attempt.clickTransId ? undefined : clickTransId;
  const isCancelled = next === "CANCELLED";
  const captureSource = isCancelled ? undefined : "CALLBACK";
  const clickError = isCancelled ? { code: error, note: errorNote } : undefined;
  return moveAttempt(attempt, next, {
    cause,
    set: { answer, completeClickTransId, clickPaydocId, captureSource, clickError },
    booking: { source: "CALLBACK", clickTime: event.signTime, clickPaymentId: clickPaydocId },
    returnedTiyin: 0n,
  });
}

/** A cancel that overtook its Prepare creates a cancelled attempt, unless the click_trans_id is already used. */
function cancelAhead(
  event: CompleteEvent,
  { isTransIdUsed }: LockedCompleteView,
  { answer, cancelAhead: isAhead }: CompleteVerdict,
): readonly Effect[] {
  if (!isAhead || isTransIdUsed) return [];
  const { serviceId, clickTransId, clickPaydocId, merchantTransId, amountTiyin, error, errorNote, callerAddress } =
    event;
  const clickError = { code: error, note: errorNote };
  const ids = { serviceId, clickTransId, clickPaydocId, merchantTransId, payment: undefined };
  return [
    { effect: "NewAttempt", state: "CANCELLED", ...ids, amountTiyin, feeTiyin: 0n, answer, callerAddress, clickError },
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

/** A capture enqueues its MARK_PAID; a repeat leases an unfinished update. */
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
  // Updates of one payment are delivered in order: not while an older one is unfinished.
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

/** Money of another debit under the reference of this payment: reconciliation looks for it at Click. */
function askUnder(paymentId: PaymentId | undefined): readonly Effect[] {
  return paymentId === undefined ? [] : [{ effect: "AskUnderReference", paymentId }];
}
