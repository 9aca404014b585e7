import type { Attempt } from "./attempt.ts";
import { closeAnomalies, raiseAnomaly } from "./attempt-anomalies.ts";
import { bindClickPayment, moveAttempt } from "./attempt-moves.ts";
import type { Detail, Effect } from "./effects.ts";
import type { AttemptId } from "./ids.ts";
import { setUpdate } from "./mark-paid.ts";
import { type OrderUpdate, retryDelaySeconds, TRIES_BEFORE_STUCK } from "./order-update.ts";

/** A capture whose order update waits for Click's reported status (`confirm_before_paid`, dialect `legacy`). */

export interface HeldView {
  readonly update: OrderUpdate;
  readonly attempt: Attempt;
  /** Went back in parts before. */
  readonly returnedTiyin: bigint;
}

/** A status poll is sent now: the next one waits longer, and after many without a result an anomaly is raised. */
export function askAboutHeld(update: OrderUpdate): readonly Effect[] {
  if (update.state !== "HELD") return [];
  const { tryCount } = update;
  const later = setUpdate(update, { tryCount: tryCount + 1, dueInSeconds: retryDelaySeconds(tryCount + 1) });
  return tryCount < TRIES_BEFORE_STUCK
    ? [later]
    : [later, notConfirmed(update, update.update.clickPaymentId, { why: "NO_STATUS", tries: tryCount })];
}

/**
 * Click reports the payment paid: the order update becomes PENDING. If that payment already confirmed another attempt (`holder`), this one
 * stays HELD. No effects when it is no longer HELD.
 */
export function releaseHeld(
  { update, attempt }: HeldView,
  { clickPaymentId, holder }: { readonly clickPaymentId: string; readonly holder: AttemptId | undefined },
): readonly Effect[] {
  if (update.state !== "HELD") return [];
  if (holder !== undefined) {
    return [notConfirmed(update, clickPaymentId, { why: "PAID_ANOTHER_ATTEMPT", otherAttemptId: holder })];
  }
  return [
    ...bindClickPayment(attempt, clickPaymentId),
    setUpdate(update, { state: "PENDING", dueInSeconds: 0, tryCount: 0 }),
    ...confirmCapture(attempt),
  ];
}

/**
 * Click reports the payment failed: there was no money, the attempt is cancelled, and the order can be paid again. With a refund, open or done
 * (`isRefunded`), it was paid: a refund is only stored after Click showed it paid. Then the refund or reconciliation ends the attempt.
 */
export function withdrawHeld(
  { update, attempt, returnedTiyin }: HeldView,
  { clickPaymentId, isRefunded }: { readonly clickPaymentId: string; readonly isRefunded: boolean },
): readonly Effect[] {
  if (update.state !== "HELD" || isRefunded) return [];
  const booking = { source: "RECONCILIATION", clickPaymentId } as const;
  return [
    setUpdate(update, { state: "WITHDRAWN" }),
    notConfirmed(update, clickPaymentId, { why: "FAILED" }),
    ...(attempt.state === "CAPTURED" ? moveAttempt(attempt, "CANCELLED", { cause: {}, booking, returnedTiyin }) : []),
  ];
}

/** Click confirms a capture that it may have denied before. */
export function confirmCapture({ id }: Attempt): readonly Effect[] {
  return [{ effect: "ForgetDenial", attemptId: id }, closeAnomalies(id, ["CAPTURE_NOT_CONFIRMED"])];
}

function notConfirmed(
  { id, serviceId, update }: OrderUpdate,
  clickPaymentId: string | undefined,
  more: Detail,
): Effect {
  const { attemptId } = update;
  return raiseAnomaly({ attemptId, serviceId }, "CAPTURE_NOT_CONFIRMED", {
    orderUpdateId: id,
    clickPaymentId,
    ...more,
  });
}
