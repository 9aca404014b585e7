import { type Decision, needsNote, RESOLUTIONS, type Resolution } from "./anomaly.ts";
import { orderTiyin } from "./attempt.ts";
import { FailureError } from "./failure.ts";
import { type AnomalyId, asOrderId, asPaymentId } from "./ids.ts";
import { leftTiyin, whyNotRefundable } from "./refundable.ts";
import {
  type AnomalousAttemptView,
  type AnomalousChargeView,
  resolveAboutAttempt,
  resolveAboutCharge,
  resolveAboutNothing,
} from "./resolve-anomaly.ts";
import { CURRENCY } from "./shop-payment.ts";

/** The resolutions that an anomaly allows now, found by a trial call of the functions that decide. */

export interface PossibleResolution {
  readonly resolution: Resolution;
  /** ACCEPT: the attempt's own payment cannot keep the money, so the request must name another one. */
  readonly needsPaymentId: boolean;
  readonly needsNote: boolean;
  readonly needsClickPaymentId: boolean;
}

/** An anomaly and what its resolutions depend on, read without a lock: it may have changed when the decision is made. */
export type Situation =
  | { readonly about: "NOTHING" }
  | { readonly about: "CHARGE"; readonly view: AnomalousChargeView | undefined }
  | {
      readonly about: "ATTEMPT";
      /** Includes the attempts with the same Click payment number. */
      readonly view: AnomalousAttemptView & Pick<AnomalousChargeView, "sameNumber">;
    };

export interface ServiceRules {
  readonly partialRefund: boolean;
}

export function possibleResolutions(
  anomalyId: AnomalyId,
  situation: Situation,
  rules: ServiceRules,
): readonly PossibleResolution[] {
  const decide = (resolution: Resolution) => ({ anomalyId, resolution, ...UNSAID });
  return RESOLUTIONS.flatMap((resolution) => {
    const possible = { resolution, needsNote: needsNote(resolution), ...NEEDS_NOTHING };
    switch (situation.about) {
      case "NOTHING":
        return isPossible(() => resolveAboutNothing(decide(resolution))) ? [possible] : [];
      case "CHARGE": {
        const needsClickPaymentId = resolution === "CHARGED";
        const decision = { ...decide(resolution), clickPaymentId: needsClickPaymentId ? ANY_CLICK_ID : undefined };
        const isOpen = isPossible(() => resolveAboutCharge(decision, situation.view));
        return isOpen ? [{ ...possible, needsClickPaymentId }] : [];
      }
      case "ATTEMPT": {
        const { view } = situation;
        if (resolution === "REFUND") return isRefundable(view, rules) ? [possible] : [];
        if (isPossible(() => resolveAboutAttempt(decide(resolution), view))) return [possible];
        const isForAnother = resolution === "ACCEPT" && isAcceptable(decide(resolution), view);
        return isForAnother ? [{ ...possible, needsPaymentId: true }] : [];
      }
      default:
        return situation satisfies never;
    }
  });
}

const UNSAID = { paymentId: undefined, note: "", caller: "", userId: "" };
const NEEDS_NOTHING = { needsPaymentId: false, needsClickPaymentId: false };
/** A placeholder: the real number is checked when the decision is made. */
const ANY_CLICK_ID = "1";

function isPossible(decide: () => unknown): boolean {
  try {
    decide();
    return true;
  } catch (error) {
    if (error instanceof FailureError) return false;
    throw error;
  }
}

/** Whether a payment with exactly this sum that no other attempt holds could keep the money. */
function isAcceptable(decision: Decision, view: AnomalousAttemptView): boolean {
  const paymentId = asPaymentId(1);
  const payment = {
    ...{ paymentId, orderId: asOrderId(1), orderNumber: "", paymentNumber: "", paySystemId: 1, personTypeId: 1 },
    ...{ sumTiyin: orderTiyin(view.view.attempt), currency: CURRENCY },
    ...{ paid: false, returned: false, orderCancelled: false },
  };
  const keeper = { payment, attempts: [] };
  return isPossible(() => resolveAboutAttempt({ ...decision, paymentId }, { ...view, keeper }));
}

/** The check of RefundPayment before it polls Click. */
function isRefundable(
  { view: { attempt }, returnedTiyin, openRefund, sameNumber }: Extract<Situation, { about: "ATTEMPT" }>["view"],
  { partialRefund }: ServiceRules,
): boolean {
  const clickPaymentId = attempt.clickPaymentId ?? attempt.clickPaydocId;
  if (clickPaymentId === undefined || openRefund !== undefined || (returnedTiyin > 0n && !partialRefund)) return false;
  const amountTiyin = leftTiyin(attempt, returnedTiyin);
  return whyNotRefundable({ amountTiyin, clickPaymentId }, { attempt, returnedTiyin, sameNumber }) === undefined;
}
