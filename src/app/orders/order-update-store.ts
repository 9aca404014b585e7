import type { OrderUpdateId } from "../../payment/ids.ts";
import type { AcknowledgementAnswer } from "../../payment/judge-acknowledgement.ts";
import type { ApplyOutcome, LeasedOrderUpdate, StartedSave } from "../../payment/order-update.ts";

export interface OrderUpdateStore {
  /** One that cannot be had now is left out. */
  claim(limit: number, newToken: () => string): Promise<readonly LeasedOrderUpdate[]>;
  /** Extends the lease, or says why not. */
  start(id: OrderUpdateId, token: string): Promise<StartedSave | "NOT_FOUND" | "LEASE_LOST">;
  /** Whether the update needs nothing more, or why the outcome was not taken. */
  acknowledge(id: OrderUpdateId, token: string, outcome: ApplyOutcome): Promise<AcknowledgementAnswer | "NOT_FOUND">;
}
