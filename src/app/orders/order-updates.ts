import { fail } from "../../payment/failure.ts";
import type { OrderUpdateId } from "../../payment/ids.ts";
import type { ApplyOutcome, LeasedOrderUpdate, StartedSave } from "../../payment/order-update.ts";
import type { OrderUpdateStore } from "./order-update-store.ts";

const CLAIM_LIMIT_DEFAULT = 20;
const CLAIM_LIMIT_MAX = 100;

export interface OrderUpdateDeps {
  readonly orderUpdates: OrderUpdateStore;
  readonly newToken: () => string;
}

/** Leases due order updates to the caller. A second call gets other updates, or none while the leases are live. */
export function claimOrderUpdates(deps: OrderUpdateDeps, limit: number): Promise<readonly LeasedOrderUpdate[]> {
  return deps.orderUpdates.claim(Math.min(limit || CLAIM_LIMIT_DEFAULT, CLAIM_LIMIT_MAX), deps.newToken);
}

/** The holder is about to save the order: extends the lease, so that nobody else gets the update meanwhile. */
export async function startOrderUpdate(
  deps: OrderUpdateDeps,
  { orderUpdateId, token }: { readonly orderUpdateId: OrderUpdateId; readonly token: string },
): Promise<StartedSave> {
  const started = await deps.orderUpdates.start(orderUpdateId, token);
  if (started === "NOT_FOUND") return fail({ reason: "ORDER_UPDATE_NOT_FOUND", orderUpdateId });
  return started === "LEASE_LOST" ? fail({ reason: "LEASE_LOST", orderUpdateId }) : started;
}

/** Stores the result of an order update; true when it is finished. */
export async function acknowledgeOrderUpdate(
  deps: OrderUpdateDeps,
  acknowledgement: { readonly orderUpdateId: OrderUpdateId; readonly token: string; readonly outcome: ApplyOutcome },
): Promise<boolean> {
  const { orderUpdateId, token, outcome } = acknowledgement;
  const noted = await deps.orderUpdates.acknowledge(orderUpdateId, token, outcome);
  if (noted === "NOT_FOUND") return fail({ reason: "ORDER_UPDATE_NOT_FOUND", orderUpdateId });
  return noted === "LEASE_LOST" ? fail({ reason: "LEASE_LOST", orderUpdateId }) : noted === "FINISHED";
}
