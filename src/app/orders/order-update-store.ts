import type { OrderUpdateId } from "../../payment/ids.ts";
import type { AcknowledgementAnswer } from "../../payment/judge-acknowledgement.ts";
import type { ApplyOutcome, LeasedOrderUpdate, StartedSave } from "../../payment/order-update.ts";

export interface OrderUpdateStore {
  /** Order updates that another process has locked are skipped. */
  claim(limit: number, newToken: () => string): Promise<readonly LeasedOrderUpdate[]>;
  /** Extends the lease, or returns why not. */
  start(id: OrderUpdateId, token: string): Promise<StartedSave | "NOT_FOUND" | "LEASE_LOST">;
  /** Returns whether the update is finished, or why the outcome was not accepted. */
  acknowledge(id: OrderUpdateId, token: string, outcome: ApplyOutcome): Promise<AcknowledgementAnswer | "NOT_FOUND">;
}
