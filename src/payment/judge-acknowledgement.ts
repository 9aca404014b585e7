import type { AnomalyKind } from "./anomaly.ts";
import type { Attempt } from "./attempt.ts";
import { closeAnomalies, raiseAnomaly } from "./attempt-anomalies.ts";
import type { Detail, Effect } from "./effects.ts";
import type { EventType } from "./event.ts";
import { gaveBack, holdsLease } from "./lease-order-update.ts";
import { enqueueMarkRefunded, setUpdate, withdrawMarkRefunded } from "./mark-paid.ts";
import {
  type ApplyOutcome,
  DETAIL_CHARACTERS_MAX,
  type OrderUpdate,
  retryDelaySeconds,
  SAVES_IN_TRANSACTION_MAX,
  TRIES_BEFORE_STUCK,
} from "./order-update.ts";

export interface AcknowledgementView {
  readonly update: OrderUpdate;
  readonly attempt: Attempt;
  /** All updates of the attempt. */
  readonly updates: readonly OrderUpdate[];
}

/** FINISHED: the update is final. */
export type AcknowledgementAnswer = "FINISHED" | "COMES_AGAIN" | "LEASE_LOST";

export interface AcknowledgementVerdict {
  readonly answer: AcknowledgementAnswer;
  readonly effects: readonly Effect[];
}

type Applied = Extract<ApplyOutcome, { kind: "APPLIED" }>;
type Refused = Extract<ApplyOutcome, { kind: "REFUSED" }>;
type Retried = Exclude<ApplyOutcome, Applied | Refused>;

/**
 * Judges the result of an order update. APPLIED is a fact and accepted from anyone who may have had a lease; the other results need the
 * token of the lease.
 */
export function judgeAcknowledgement(
  { token, outcome }: { readonly token: string; readonly outcome: ApplyOutcome },
  view: AcknowledgementView,
): AcknowledgementVerdict {
  const { update } = view;
  if (outcome.kind === "APPLIED") return judgeApplied(outcome, view);
  // A repeat of the same result from the same holder.
  if (outcome.kind === "REFUSED" && update.state === "REFUSED" && update.token === token) return finished([]);
  if (outcome.kind !== "REFUSED" && gaveBack(update, token)) return { answer: "COMES_AGAIN", effects: [] };
  if (!holdsLease(update, token)) return { answer: "LEASE_LOST", effects: [] };
  return outcome.kind === "REFUSED"
    ? finished(refused(view, outcome))
    : { answer: "COMES_AGAIN", effects: retried(update, outcome) };
}

const finished = (effects: readonly Effect[]): AcknowledgementVerdict => ({ answer: "FINISHED", effects });

/** APPLIED is a fact, whoever reports it, even after a refusal. */
function judgeApplied(outcome: Applied, view: AcknowledgementView): AcknowledgementVerdict {
  const { state } = view.update;
  switch (state) {
    case "APPLIED":
      return finished([]);
    case "PENDING":
    case "REFUSED":
      return finished(applied(view, outcome));
    case "HELD":
    case "WITHDRAWN":
      // Never leased, or withdrawn: there is no capture for it, so the reporter must forget it.
      return { answer: "LEASE_LOST", effects: [] };
    default:
      return state satisfies never;
  }
}

function applied(view: AcknowledgementView, outcome: Applied): readonly Effect[] {
  const { update, attempt } = view;
  return [
    setUpdate(update, { state: "APPLIED", lease: "ENDED" }),
    closeAnomalies(attempt.id, ["APPLY_STUCK", "APPLY_REFUSED"]),
    ...settled(view),
    ...inParts(update, outcome),
  ];
}

/** A save without transaction follows failed ones, and a later applier that finds it done may report it. */
function inParts(update: OrderUpdate, { inParts, detail }: Applied): readonly Effect[] {
  const saves = update.saveCount;
  const isWhole = !inParts && saves <= SAVES_IN_TRANSACTION_MAX;
  return isWhole ? [] : [anomaly(update, "APPLIED_IN_PARTS", { saves, detail: cut(detail) || update.detail })];
}

/** Settles the attempt when the shop has its MARK_PAID. A MARK_REFUNDED settles nothing. */
function settled(view: AcknowledgementView): readonly Effect[] {
  const { update, attempt, updates } = view;
  if (isOfMoneyGoneBack(view)) return enqueueMarkRefunded(attempt, updates);
  if (update.update.kind !== "MARK_PAID" || attempt.state !== "CAPTURED") return [];
  return [
    { effect: "MoveAttempt", attemptId: attempt.id, from: "CAPTURED", to: "SETTLED" },
    event(update, "attempt.settled", {}),
  ];
}

function refused(view: AcknowledgementView, { refusal, detail }: Refused): readonly Effect[] {
  const { update, updates } = view;
  const why = cut(detail);
  return [
    setUpdate(update, { state: "REFUSED", refusal, detail: why, lease: "ENDED", saveCount: 0 }),
    // The shop refused the order update, but the money is reversed: an operator has nothing to do.
    ...(isOfMoneyGoneBack(view)
      ? withdrawMarkRefunded(updates)
      : [anomaly(update, "APPLY_REFUSED", { refusal, detail: why })]),
    event(update, "order_update.refused", { refusal }),
  ];
}

/** The update was leased when the money was reversed. */
function isOfMoneyGoneBack({ update, attempt }: AcknowledgementView): boolean {
  return update.update.kind === "MARK_PAID" && attempt.state === "REVERSED";
}

/** Retries do not help an applier that is too old, so they do not raise APPLY_STUCK. */
function retried(update: OrderUpdate, outcome: Retried): readonly Effect[] {
  const tries = update.tryCount;
  const detail = cut(outcome.detail);
  const isStuck = outcome.kind === "KIND_UNKNOWN" || tries >= TRIES_BEFORE_STUCK;
  const retry = setUpdate(update, { detail, lease: "ENDED", dueInSeconds: retryDelaySeconds(tries) });
  return isStuck ? [retry, anomaly(update, "APPLY_STUCK", { tries, detail })] : [retry];
}

function event(
  { id, serviceId, update }: OrderUpdate,
  type: Extract<EventType, "attempt.settled" | "order_update.refused">,
  payload: Detail,
): Effect {
  return {
    effect: "AppendEvent",
    type,
    aggregateId: type === "attempt.settled" ? update.attemptId : id,
    serviceId,
    paymentId: update.paymentId,
    payload: { orderUpdateId: id, attemptId: update.attemptId, ...payload },
  };
}

function anomaly({ id, serviceId, update }: OrderUpdate, kind: AnomalyKind, detail: Detail): Effect {
  return raiseAnomaly({ serviceId, attemptId: update.attemptId }, kind, { orderUpdateId: id, ...detail });
}

function cut(detail: string): string {
  return detail.slice(0, DETAIL_CHARACTERS_MAX);
}
