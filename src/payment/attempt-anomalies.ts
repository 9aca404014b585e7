import type { AnomalyKind } from "./anomaly.ts";
import type { AttemptReference, CloseAnomalies, Detail, Effect, RaiseAnomaly } from "./effects.ts";
import type { AttemptId, ServiceId } from "./ids.ts";

/** The attempt of an anomaly, and its service. */
export interface AnomalousAttempt {
  readonly attemptId: AttemptReference;
  readonly serviceId: ServiceId;
}

/** Raises an anomaly of an attempt. A repeat is counted and opens it again. */
export function raiseAnomaly(
  { attemptId, serviceId }: AnomalousAttempt,
  kind: AnomalyKind,
  detail: Detail,
): RaiseAnomaly {
  return { effect: "RaiseAnomaly", kind, serviceId, subject: { attemptId }, detail, onRepeat: "COUNT_AND_OPEN" };
}

/** The same for findings of repeated checks: a repeat changes nothing. */
export function raiseAnomalyOnce(attempt: AnomalousAttempt, kind: AnomalyKind, detail: Detail): RaiseAnomaly {
  return { ...raiseAnomaly(attempt, kind, detail), onRepeat: "IGNORE" };
}

/** Closes anomalies that no longer apply. */
export function closeAnomalies(attemptId: AttemptId, kinds: readonly AnomalyKind[]): CloseAnomalies {
  return { effect: "CloseAnomalies", attemptId, kinds };
}

/** The anomaly that a decision raises. */
export function anomalyIn(effects: readonly Effect[]): AnomalyKind | undefined {
  return effects.find((effect) => effect.effect === "RaiseAnomaly")?.kind;
}
