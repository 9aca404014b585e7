import type { Anomaly, AnomalyKind, AnomalyState, Decision } from "../../payment/anomaly.ts";
import type { AnomalyId, AttemptId, PaymentId, ServiceId } from "../../payment/ids.ts";
import type { PossibleResolution, Situation } from "../../payment/possible-resolutions.ts";

/** An anomaly with the resolutions that are possible now. */
export interface ToldAnomaly extends Anomaly {
  readonly possibleResolutions: readonly PossibleResolution[];
}

export interface AnomalyFilter {
  readonly state?: AnomalyState | undefined;
  readonly kind?: AnomalyKind | undefined;
  readonly serviceId?: ServiceId | undefined;
  readonly paymentId?: PaymentId | undefined;
}

export interface AnomalyStore {
  find(id: AnomalyId): Promise<Anomaly | undefined>;
  /** Newest first, older than `before`. */
  list(
    filter: AnomalyFilter,
    page: { readonly before: AnomalyId | undefined; readonly limit: number },
  ): Promise<readonly Anomaly[]>;
  /** What the possible resolutions depend on, one for each anomaly in the same order; read without a lock. */
  situations(anomalies: readonly Anomaly[]): Promise<readonly Situation[]>;
  /** Carries out the resolution, stores the decision and closes the anomaly in one transaction. Not for REFUND. */
  decide(decision: Decision): Promise<Anomaly>;
  /** How many refunds of an attempt ended without money going back. */
  endedRefunds(attemptId: AttemptId): Promise<number>;
  close(id: AnomalyId): Promise<void>;
}
