import type { ServiceId } from "../../payment/ids.ts";
import type { Discrepancy } from "../payments/finding.ts";

export interface ReconciliationStore {
  /** Ends requests to Click that a dead process or a lost reply left: what never left is over, what may have left is unknown or lost. */
  endStale(): Promise<readonly Discrepancy[]>;
  /** Raises anomalies where the shop shows something else than it was told, or is not told at all. */
  compareWithShop(): Promise<readonly Discrepancy[]>;
  /** Raises anomalies where our own rows, or the shop's word of what we did, contradict each other; adds what alone can be missing. */
  audit(services: readonly AuditedService[]): Promise<readonly Discrepancy[]>;
}

export interface AuditedService {
  readonly serviceId: ServiceId;
  readonly paySystemIds: readonly number[];
}
