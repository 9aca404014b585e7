import type { ServiceId } from "../../payment/ids.ts";
import type { Discrepancy } from "../payments/finding.ts";

export interface ReconciliationStore {
  /** Ends requests to Click without a result: those not sent are dropped, those that may have been sent become unknown or lost. */
  endStale(): Promise<readonly Discrepancy[]>;
  /** Raises anomalies where the shop's payment differs from its order updates, or an update is overdue. */
  compareWithShop(): Promise<readonly Discrepancy[]>;
  /** Raises anomalies where our own rows contradict each other or what the shop reported; adds rows that can safely be added. */
  audit(services: readonly AuditedService[]): Promise<readonly Discrepancy[]>;
}

export interface AuditedService {
  readonly serviceId: ServiceId;
  readonly paySystemIds: readonly number[];
}
