import { type Attempt, everCaptured, isOfPayment, orderTiyin } from "./attempt.ts";
import { raiseAnomaly } from "./attempt-anomalies.ts";
import { type Effect, NEW_ATTEMPT, type PaymentOfAttempt } from "./effects.ts";
import type { PaymentId, ServiceId } from "./ids.ts";
import type { StatusVerdict } from "./judge-reported-status.ts";
import { bookTaken } from "./ledger.ts";
import { type Captured, type KeeperView, whyNotKept } from "./why-not-kept.ts";

/** A capture that Click's Merchant API reports, not a callback. */
export interface PaidWithoutCallback {
  readonly serviceId: ServiceId;
  readonly paymentId: PaymentId;
  readonly clickPaymentId: string;
  /** The amount of the charge; for RECONCILIATION the sum that the shop asks now, because Click does not tell what it took. */
  readonly amountTiyin: bigint;
  /** The fee that the amount includes. */
  readonly feeTiyin: bigint;
  readonly source: "CARD" | "PASS" | "RECONCILIATION";
  /** Name of the token that requested the charge. */
  readonly actor?: string;
  /** The reference at Click. */
  readonly reference: string;
}

/**
 * The attempt that callbacks created for it, if any. Of several attempts of one Click payment: the confirmed one, else the one that had
 * the money. `sameNumber`: all attempts with Click's number.
 */
export function attemptOfPaid(paid: PaidWithoutCallback, sameNumber: readonly Attempt[]): Attempt | undefined {
  const known = sameNumber.filter((attempt) => isKnown(attempt, paid));
  return known.find((a) => a.clickPaymentId === paid.clickPaymentId) ?? known.find(everCaptured) ?? known[0];
}

function isKnown(attempt: Attempt, { clickPaymentId, paymentId, reference }: PaidWithoutCallback): boolean {
  if (attempt.clickPaymentId === clickPaymentId) return true;
  return isOfPayment(attempt, paymentId) || attempt.merchantTransId === reference;
}

/** A capture without attempt creates one, captured for the payment or owed. */
export function judgePaidWithoutCallback(
  paid: PaidWithoutCallback,
  payment: PaymentOfAttempt,
  view: KeeperView,
): StatusVerdict {
  const { serviceId, paymentId, clickPaymentId, amountTiyin, feeTiyin, reference, source, actor = "" } = paid;
  const after: Captured["after"] = source === "RECONCILIATION" ? "NOTHING" : "CHARGE";
  const notKept = whyNotKept({ paymentId, after }, view);
  const sums = { amountTiyin: String(amountTiyin), feeTiyin: String(feeTiyin) };
  const cause = { source, ...sums, clickPaymentId, merchantTransId: reference };
  const state = notKept === undefined ? "CAPTURED" : "OWED";
  const ids = { clickTransId: undefined, clickPaydocId: clickPaymentId, clickPaymentId, merchantTransId: reference };
  const taken = { state, serviceId, ...payment, amountTiyin, feeTiyin, ...ids } as const;
  const orderUpdate: Effect = {
    effect: "EnqueueOrderUpdate",
    attemptId: NEW_ATTEMPT,
    kind: "MARK_PAID",
    state: "PENDING",
    payment,
    amountTiyin: orderTiyin(paid),
  };
  return {
    outcome: state,
    effects: [
      {
        effect: "NewAttempt",
        ...{ state, serviceId, payment, amountTiyin, feeTiyin, ...ids },
        answer: 0,
        captureSource: source,
      },
      {
        effect: "AppendEvent",
        type: notKept === undefined ? "attempt.captured" : "attempt.owed",
        aggregateId: NEW_ATTEMPT,
        ...{ serviceId, paymentId, payload: cause },
        booked: { attemptId: NEW_ATTEMPT, entries: bookTaken(taken, { source, actor }) },
      },
      notKept === undefined
        ? orderUpdate
        : raiseAnomaly({ attemptId: NEW_ATTEMPT, serviceId }, notKept, { paymentId, ...cause }),
    ],
  };
}
