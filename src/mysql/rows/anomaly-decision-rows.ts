import { fail } from "../../payment/failure.ts";
import type { AnomalyId } from "../../payment/ids.ts";
import { statement } from "../driver/statement.ts";
import type { Transaction } from "../driver/transaction.ts";

/** Locks the anomaly until the end of the transaction. Fails when it is already decided. */
export async function lockOpenAnomaly(tx: Transaction, anomalyId: AnomalyId): Promise<void> {
  const [found] = await tx.run(statement("SELECT state FROM clickbridge_anomaly WHERE id = ? FOR UPDATE", anomalyId));
  if (found?.rows[0]?.["state"] !== "OPEN") fail({ reason: "ANOMALY_NOT_OPEN", anomalyId });
}
