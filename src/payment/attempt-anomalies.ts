import type { AnomalyKind } from "./anomaly.ts";
import type { AttemptReference, CloseAnomalies, Detail, Effect, RaiseAnomaly } from "./effects.ts";
import type { AttemptId, ServiceId } from "./ids.ts";

/** Which attempt an anomaly is about, and of which service it is. */
export interface AnomalousAttempt {
  readonly attemptId: AttemptReference;
  readonly serviceId: ServiceId;
}

/** A person, or the policy, has to look at an attempt. */
export function raiseAnomaly(
  { attemptId, serviceId }: AnomalousAttempt,
  kind: AnomalyKind,
  detail: Detail,
): RaiseAnomaly {
  return { effect: "RaiseAnomaly", kind, serviceId, subject: { attemptId }, detail, onRepeat: "COUNT_AND_OPEN" };
}

/** The same of what is found by looking, again and again. */
export function raiseAnomalyOnce(attempt: AnomalousAttempt, kind: AnomalyKind, detail: Detail): RaiseAnomaly {
  return { ...raiseAnomaly(attempt, kind, detail), onRepeat: "IGNORE" };
}

/** What has settled itself. */
export function closeAnomalies(attemptId: AttemptId, kinds: readonly AnomalyKind[]): CloseAnomalies {
  return { effect: "CloseAnomalies", attemptId, kinds };
}

/** What a person is told by a decision. */
export function anomalyIn(effects: readonly Effect[]): AnomalyKind | undefined {
  return effects.find((effect) => effect.effect === "RaiseAnomaly")?.kind;
}
