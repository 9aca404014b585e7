import type { AnomalyKind, Decision } from "./anomaly.ts";
import { type Attempt, holdsMoney, holdsPayment, isOfPayment, orderTiyin } from "./attempt.ts";
import { type Move, moveAttempt } from "./attempt-moves.ts";
import { type Charge, decidedCharge } from "./charge.ts";
import { chargeMoved } from "./charge-moved.ts";
import type { Effect } from "./effects.ts";
import { fail } from "./failure.ts";
import type { AttemptReading } from "./judge-reported-status.ts";
import { enqueueMarkPaid, setUpdate, updateOf } from "./mark-paid.ts";
import type { Refund } from "./refund.ts";
import { reverseAttempt, settleRefund } from "./settle-refund.ts";
import { hasSum, type ShopPayment, takenInShop } from "./shop-payment.ts";

/** The effects of a resolution besides those on the anomaly itself. An impossible one fails with RESOLUTION_NOT_POSSIBLE. */

/** An anomaly about an attempt. */
export interface AnomalousAttemptView extends AttemptReading {
  readonly kind: AnomalyKind;
  readonly openRefund: Refund | undefined;
  /** For ACCEPT: the payment that will keep the money, and its attempts; undefined when the shop has none. */
  readonly keeper: { readonly payment: ShopPayment; readonly attempts: readonly Attempt[] } | undefined;
}

export function resolveAboutAttempt(decision: Decision, view: AnomalousAttemptView): readonly Effect[] {
  const { kind, openRefund, returnedTiyin } = view;
  if (kind === "REFUND_UNKNOWN" && openRefund?.state === "UNKNOWN") return endRefund(decision, openRefund, view);
  if (decision.resolution === "CLOSE") return [];
  // Money with an open refund cannot be accepted, confirmed to the shop, or refunded again.
  if (openRefund !== undefined) return impossible(decision, `refund ${openRefund.id} is under way`);
  switch (decision.resolution) {
    case "RETRY_APPLY":
      return retryApply(decision, view);
    case "ACCEPT":
      if (returnedTiyin > 0n) return impossible(decision, "a part of it went back");
      return accept(decision, view);
    case "REFUNDED_ELSEWHERE":
      return refundedElsewhere(decision, view);
    default:
      return impossible(decision, "a refund is asked of Click first");
  }
}

/** An anomaly about a charge; `sameNumber`: attempts with the Click number that the decision names. */
export interface AnomalousChargeView {
  readonly charge: Charge;
  readonly sameNumber: readonly Attempt[];
}

/** An anomaly of a charge with unknown result cannot simply be closed: the charge would block its payment for ever. */
export function resolveAboutCharge(decision: Decision, view: AnomalousChargeView | undefined): readonly Effect[] {
  const { resolution, clickPaymentId } = decision;
  if (view === undefined) return resolution === "CLOSE" ? [] : impossible(decision, "the charge is gone");
  const { charge, sameNumber } = view;
  if (charge.state !== "UNKNOWN")
    return resolution === "CLOSE" ? [] : impossible(decision, `the charge is ${charge.state}`);
  if (resolution !== "CHARGED" && resolution !== "NOT_CHARGED")
    return impossible(decision, "say whether it was charged");
  const other = sameNumber.find((attempt) => attempt.paymentId !== charge.paymentId);
  if (other !== undefined) return impossible(decision, `payment ${clickPaymentId} of Click's is attempt ${other.id}'s`);
  return chargeMoved(decidedCharge(charge, clickPaymentId), charge);
}

/** An anomaly about neither. */
export function resolveAboutNothing(decision: Decision): readonly Effect[] {
  return decision.resolution === "CLOSE" ? [] : impossible(decision, "it is about no attempt");
}

/** Only an operator can find out whether a partial refund happened. */
function endRefund(decision: Decision, refund: Refund, view: AnomalousAttemptView): readonly Effect[] {
  const { updates, returnedTiyin } = view;
  const about = { attempt: view.view.attempt, updates, returnedTiyin };
  switch (decision.resolution) {
    case "REFUNDED_ELSEWHERE":
      return settleRefund(refund, { kind: "DONE" }, about);
    case "CLOSE":
      return settleRefund(refund, { kind: "NOT_DONE" }, about);
    default:
      return impossible(decision, `refund ${refund.id} is under way`);
  }
}

/** Makes the order update due again: after a refusal, or when the shop shows the payment unpaid after it was applied. */
function retryApply(decision: Decision, { view: { attempt }, updates }: AnomalousAttemptView): readonly Effect[] {
  const update = updateOf("MARK_PAID", updates);
  if (!holdsPayment(attempt) || update === undefined) return impossible(decision, "the attempt holds no payment");
  if (update.state === "HELD" || update.state === "WITHDRAWN")
    return impossible(decision, `the order update is ${update.state}`);
  if (update.leaseLive) return impossible(decision, "the order update is leased now");
  const anew = { refusal: "NONE", dueInSeconds: 0, lease: "ENDED", tryCount: 0, saveCount: 0 } as const;
  return [setUpdate(update, { state: "PENDING", ...anew })];
}

/** Owed money pays a payment that asks for exactly that sum and that no other attempt holds. */
function accept(
  decision: Decision,
  { view: { attempt }, keeper, returnedTiyin }: AnomalousAttemptView,
): readonly Effect[] {
  if (attempt.state !== "OWED") return impossible(decision, "the attempt is not OWED");
  const paymentId = decision.paymentId ?? attempt.paymentId;
  if (paymentId === undefined) return impossible(decision, "payment_id is needed: the attempt has none");
  if (keeper === undefined) return fail({ reason: "PAYMENT_NOT_FOUND", paymentId });
  const { payment, attempts } = keeper;
  const holder = attempts.find((a) => a.id !== attempt.id && isOfPayment(a, paymentId) && holdsPayment(a));
  if (holder !== undefined) return impossible(decision, `attempt ${holder.id} pays that payment`);
  if (takenInShop(payment)) return impossible(decision, "the shop shows that payment paid or returned");
  if (payment.orderCancelled) return impossible(decision, "the order is cancelled");
  if (!hasSum(payment, orderTiyin(attempt))) return impossible(decision, "that payment asks for another sum");
  const kept = { paymentId, orderId: payment.orderId };
  return [
    ...moveAttempt(attempt, "CAPTURED", { ...decidedBy(decision), set: { payment: kept }, returnedTiyin }),
    ...enqueueMarkPaid({ ...attempt, ...kept }),
  ];
}

function refundedElsewhere(
  decision: Decision,
  { view, updates, returnedTiyin }: AnomalousAttemptView,
): readonly Effect[] {
  if (!holdsMoney(view.attempt)) return impossible(decision, "the attempt holds no money");
  return reverseAttempt(view.attempt, updates, { ...decidedBy(decision), returnedTiyin });
}

function decidedBy({ anomalyId, caller }: Decision): Pick<Move, "cause" | "booking"> {
  return { cause: { anomalyId }, booking: { source: "OPERATOR", actor: caller } };
}

function impossible({ anomalyId }: Decision, why: string): never {
  return fail({ reason: "RESOLUTION_NOT_POSSIBLE", anomalyId, why });
}
