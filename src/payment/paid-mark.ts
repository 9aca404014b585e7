import { type Attempt, orderTiyin } from "./attempt.ts";
import type { Effect, EnqueueOrderUpdate, OrderUpdateChange } from "./effects.ts";
import type { OrderUpdate, OrderUpdateKind } from "./order-update.ts";

/** The mark that the shop is owed for money that a payment keeps, and its opposite. `updates` are those of the attempt. */

/** HELD: not before Click confirms it. Nothing is owed for money that has no payment. */
export function enqueueMarkPaid(
  attempt: Attempt,
  state: EnqueueOrderUpdate["state"] = "PENDING",
): readonly EnqueueOrderUpdate[] {
  return oweUpdate(attempt, "MARK_PAID", state);
}

/**
 * Kept money went back: a mark that nobody has in hands yet is withdrawn, and one that was given out, or applied, is followed by its
 * opposite. A mark that the shop refused needs none.
 */
export function takeBackMark(attempt: Attempt, updates: readonly OrderUpdate[]): readonly Effect[] {
  const mark = updateOf("MARK_PAID", updates);
  if (mark === undefined || mark.state === "REFUSED" || mark.state === "WITHDRAWN") return [];
  return isUntouched(mark) ? [withdrawn(mark)] : oweUpdate(attempt, "MARK_REFUNDED", "PENDING");
}

/** A refund is on its way: a mark that nobody has in hands is not given out meanwhile. */
export function withdrawUntouched(updates: readonly OrderUpdate[]): readonly Effect[] {
  const mark = updateOf("MARK_PAID", updates);
  // What is HELD is not given out anyway, and must not come back as PENDING.
  return mark?.state === "PENDING" && isUntouched(mark) ? [withdrawn(mark)] : [];
}

/** The refund did not happen: the shop is owed its mark again. */
export function restoreMark(updates: readonly OrderUpdate[]): readonly Effect[] {
  const mark = updateOf("MARK_PAID", updates);
  return mark?.state === "WITHDRAWN" ? [setUpdate(mark, { state: "PENDING", dueInSeconds: 0 })] : [];
}

/** The shop has the mark after the money went back, be it that it refused it before: it has to come off. */
export function oweMarkRefunded(attempt: Attempt, updates: readonly OrderUpdate[]): readonly Effect[] {
  const opposite = updateOf("MARK_REFUNDED", updates);
  if (opposite === undefined) return oweUpdate(attempt, "MARK_REFUNDED", "PENDING");
  return opposite.state === "WITHDRAWN" ? [setUpdate(opposite, { state: "PENDING" })] : [];
}

/** The shop never took the mark: there is nothing to take back. */
export function withdrawMarkRefunded(updates: readonly OrderUpdate[]): readonly Effect[] {
  const opposite = updateOf("MARK_REFUNDED", updates);
  return opposite?.state === "PENDING" ? [setUpdate(opposite, { state: "WITHDRAWN" })] : [];
}

export function updateOf(kind: OrderUpdateKind, updates: readonly OrderUpdate[]): OrderUpdate | undefined {
  return updates.find(({ update }) => update.kind === kind);
}

export function setUpdate({ id, state, token, tryCount }: OrderUpdate, set: OrderUpdateChange): Effect {
  return { effect: "SetOrderUpdate", id, from: { state, token, tryCount }, set };
}

function isUntouched({ state, leaseLive, started }: OrderUpdate): boolean {
  return (state === "HELD" || state === "PENDING") && !leaseLive && !started;
}

function withdrawn(mark: OrderUpdate): Effect {
  return setUpdate(mark, { state: "WITHDRAWN", lease: "ENDED" });
}

function oweUpdate(
  attempt: Attempt,
  kind: OrderUpdateKind,
  state: EnqueueOrderUpdate["state"],
): readonly EnqueueOrderUpdate[] {
  const { id: attemptId, paymentId, orderId } = attempt;
  if (paymentId === undefined || orderId === undefined) return [];
  const amountTiyin = orderTiyin(attempt);
  return [{ effect: "EnqueueOrderUpdate", attemptId, kind, state, payment: { paymentId, orderId }, amountTiyin }];
}
