import type { Anomaly, AnomalyKind, AnomalyState, Decision } from "../../payment/anomaly.ts";
import type { AnomalyId, AttemptId, PaymentId, ServiceId } from "../../payment/ids.ts";
import type { PossibleResolution, Situation } from "../../payment/possible-resolutions.ts";

/** An anomaly as it is told of. */
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
  /** What the resolutions of anomalies depend on, in their order, read without a lock. */
  situations(anomalies: readonly Anomaly[]): Promise<readonly Situation[]>;
  /** Does what the resolution says, keeps the decision and closes the anomaly, all or nothing. Not for REFUND. */
  decide(decision: Decision): Promise<Anomaly>;
  /** How many refunds of an attempt ended without money going back. */
  endedRefunds(attemptId: AttemptId): Promise<number>;
  close(id: AnomalyId): Promise<void>;
}
