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

/** Hands out what the shop is owed, each with a lease. Called again: others, or none while the leases live. */
export function claimOrderUpdates(deps: OrderUpdateDeps, limit: number): Promise<readonly LeasedOrderUpdate[]> {
  return deps.orderUpdates.claim(Math.min(limit || CLAIM_LIMIT_DEFAULT, CLAIM_LIMIT_MAX), deps.newToken);
}

/** The holder is about to save: from here nobody else gets the update until the lease ends. */
export async function startOrderUpdate(
  deps: OrderUpdateDeps,
  { orderUpdateId, token }: { readonly orderUpdateId: OrderUpdateId; readonly token: string },
): Promise<StartedSave> {
  const started = await deps.orderUpdates.start(orderUpdateId, token);
  if (started === "NOT_FOUND") return fail({ reason: "ORDER_UPDATE_NOT_FOUND", orderUpdateId });
  return started === "LEASE_LOST" ? fail({ reason: "LEASE_LOST", orderUpdateId }) : started;
}

/** Notes how an update ended; true when it needs nothing more. */
export async function acknowledgeOrderUpdate(
  deps: OrderUpdateDeps,
  acknowledgement: { readonly orderUpdateId: OrderUpdateId; readonly token: string; readonly outcome: ApplyOutcome },
): Promise<boolean> {
  const { orderUpdateId, token, outcome } = acknowledgement;
  const noted = await deps.orderUpdates.acknowledge(orderUpdateId, token, outcome);
  if (noted === "NOT_FOUND") return fail({ reason: "ORDER_UPDATE_NOT_FOUND", orderUpdateId });
  return noted === "LEASE_LOST" ? fail({ reason: "LEASE_LOST", orderUpdateId }) : noted === "FINISHED";
}
