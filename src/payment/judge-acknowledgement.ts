import type { AnomalyKind } from "./anomaly.ts";
import type { Attempt } from "./attempt.ts";
import { closeAnomalies, raiseAnomaly } from "./attempt-anomalies.ts";
import type { Detail, Effect } from "./effects.ts";
import type { EventType } from "./event.ts";
import { gaveBack, holdsLease } from "./lease-order-update.ts";
import {
  type ApplyOutcome,
  DETAIL_CHARACTERS_MAX,
  type OrderUpdate,
  retryDelaySeconds,
  SAVES_IN_TRANSACTION_MAX,
  TRIES_BEFORE_STUCK,
} from "./order-update.ts";
import { oweMarkRefunded, setUpdate, withdrawMarkRefunded } from "./paid-mark.ts";

export interface AcknowledgementView {
  readonly update: OrderUpdate;
  readonly attempt: Attempt;
  /** All updates of the attempt. */
  readonly updates: readonly OrderUpdate[];
}

/** FINISHED: the update needs nothing more. */
export type AcknowledgementAnswer = "FINISHED" | "COMES_AGAIN" | "LEASE_LOST";

export interface AcknowledgementVerdict {
  readonly answer: AcknowledgementAnswer;
  readonly effects: readonly Effect[];
}

type Applied = Extract<ApplyOutcome, { kind: "APPLIED" }>;
type Refused = Extract<ApplyOutcome, { kind: "REFUSED" }>;
type Retried = Exclude<ApplyOutcome, Applied | Refused>;

/**
 * How an update ended. APPLIED is a fact and taken from anyone who can have been given the update; the other two need the token of
 * the lease.
 */
export function judgeAcknowledgement(
  { token, outcome }: { readonly token: string; readonly outcome: ApplyOutcome },
  view: AcknowledgementView,
): AcknowledgementVerdict {
  const { update } = view;
  if (outcome.kind === "APPLIED") return judgeApplied(outcome, view);
  // The same word once more, from whoever said it first.
  if (outcome.kind === "REFUSED" && update.state === "REFUSED" && update.token === token) return finished([]);
  if (outcome.kind !== "REFUSED" && gaveBack(update, token)) return { answer: "COMES_AGAIN", effects: [] };
  if (!holdsLease(update, token)) return { answer: "LEASE_LOST", effects: [] };
  return outcome.kind === "REFUSED"
    ? finished(refused(view, outcome))
    : { answer: "COMES_AGAIN", effects: retried(update, outcome) };
}

const finished = (effects: readonly Effect[]): AcknowledgementVerdict => ({ answer: "FINISHED", effects });

/** A fact, whoever reports it, also after a refusal. */
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
      // Handed out to nobody, or taken back: there is no money of Click's behind it, so whoever says this has to forget it.
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

/** A save outside of a transaction follows others that failed, and whoever finds its work done may not be the one that did it. */
function inParts(update: OrderUpdate, { inParts, detail }: Applied): readonly Effect[] {
  const saves = update.saveCount;
  const isWhole = !inParts && saves <= SAVES_IN_TRANSACTION_MAX;
  return isWhole ? [] : [anomaly(update, "APPLIED_IN_PARTS", { saves, detail: cut(detail) || update.detail })];
}

/** The shop knows of the capture. That it knows of a refund settles nothing. */
function settled(view: AcknowledgementView): readonly Effect[] {
  const { update, attempt, updates } = view;
  if (isOfMoneyGoneBack(view)) return oweMarkRefunded(attempt, updates);
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
    // The shop never took a mark whose money went back: nothing for a person to do.
    ...(isOfMoneyGoneBack(view)
      ? withdrawMarkRefunded(updates)
      : [anomaly(update, "APPLY_REFUSED", { refusal, detail: why })]),
    event(update, "order_update.refused", { refusal }),
  ];
}

/** The mark was in somebody's hands when the money went back. */
function isOfMoneyGoneBack({ update, attempt }: AcknowledgementView): boolean {
  return update.update.kind === "MARK_PAID" && attempt.state === "REVERSED";
}

/** More tries help an applier that is too old no more than the first did. */
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
