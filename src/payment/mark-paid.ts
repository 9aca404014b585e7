import { type Attempt, orderTiyin } from "./attempt.ts";
import type { Effect, EnqueueOrderUpdate, OrderUpdateChange } from "./effects.ts";
import type { OrderUpdate, OrderUpdateKind } from "./order-update.ts";

/** The MARK_PAID of money that a payment keeps, and its opposite, MARK_REFUNDED. `updates` are those of the attempt. */

/** HELD: not leased before Click confirms the capture. Money without payment has no order update. */
export function enqueueMarkPaid(
  attempt: Attempt,
  state: EnqueueOrderUpdate["state"] = "PENDING",
): readonly EnqueueOrderUpdate[] {
  return oweUpdate(attempt, "MARK_PAID", state);
}

/**
 * Kept money was reversed: a MARK_PAID that was not leased yet is withdrawn, and one that was leased or applied is followed by a
 * MARK_REFUNDED. A refused one needs none.
 */
export function takeBackMarkPaid(attempt: Attempt, updates: readonly OrderUpdate[]): readonly Effect[] {
  const update = updateOf("MARK_PAID", updates);
  if (update === undefined || update.state === "REFUSED" || update.state === "WITHDRAWN") return [];
  return isUntouched(update) ? [withdrawn(update)] : oweUpdate(attempt, "MARK_REFUNDED", "PENDING");
}

/** A refund has started: a MARK_PAID that is not leased is withdrawn meanwhile. */
export function withdrawUntouched(updates: readonly OrderUpdate[]): readonly Effect[] {
  const update = updateOf("MARK_PAID", updates);
  // A HELD update is not leased anyway, and must not return as PENDING.
  return update?.state === "PENDING" && isUntouched(update) ? [withdrawn(update)] : [];
}

/** The refund did not happen: the MARK_PAID becomes due again. */
export function restoreMarkPaid(updates: readonly OrderUpdate[]): readonly Effect[] {
  const update = updateOf("MARK_PAID", updates);
  return update?.state === "WITHDRAWN" ? [setUpdate(update, { state: "PENDING", dueInSeconds: 0 })] : [];
}

/** The shop applied MARK_PAID although the money is reversed, perhaps after a refusal: MARK_REFUNDED must follow. */
export function enqueueMarkRefunded(attempt: Attempt, updates: readonly OrderUpdate[]): readonly Effect[] {
  const opposite = updateOf("MARK_REFUNDED", updates);
  if (opposite === undefined) return oweUpdate(attempt, "MARK_REFUNDED", "PENDING");
  return opposite.state === "WITHDRAWN" ? [setUpdate(opposite, { state: "PENDING" })] : [];
}

/** The shop never applied MARK_PAID: there is nothing to clear. */
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

function withdrawn(update: OrderUpdate): Effect {
  return setUpdate(update, { state: "WITHDRAWN", lease: "ENDED" });
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
