import type { Attempt } from "./attempt.ts";
import { raiseAnomalyOnce } from "./attempt-anomalies.ts";
import type { Effect } from "./effects.ts";

/** Click's status may lag: only a second denial, this long after the first, raises an anomaly. */
const DENIALS_APART_S = 60 * 60;

export interface DenialView {
  /** Age of the first denial; undefined: there was none. */
  readonly ageSeconds: number | undefined;
  /** The anomaly was raised; an operator may have closed it since. */
  readonly isTold: boolean;
}

export interface DenialVerdict {
  readonly outcome: "UNCHANGED" | "CAPTURE_NOT_CONFIRMED";
  readonly effects: readonly Effect[];
}

/** Click denies, in a status poll, a capture that its Complete reported. */
export function judgeDenial(
  { id: attemptId, serviceId, paymentId, amountTiyin, clickPaydocId }: Attempt,
  said: string,
  { ageSeconds, isTold }: DenialView,
): DenialVerdict {
  if (ageSeconds === undefined || ageSeconds < DENIALS_APART_S) {
    const note: Effect = { effect: "NoteDenial", attemptId, askAgainAfterSeconds: DENIALS_APART_S };
    return { outcome: "UNCHANGED", effects: [note] };
  }
  if (isTold) return { outcome: "UNCHANGED", effects: [] };
  const detail = { paymentId, amountTiyin: String(amountTiyin), clickPaymentId: clickPaydocId, why: said };
  return {
    outcome: "CAPTURE_NOT_CONFIRMED",
    effects: [raiseAnomalyOnce({ attemptId, serviceId }, "CAPTURE_NOT_CONFIRMED", detail)],
  };
}
