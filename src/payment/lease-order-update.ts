import { raiseAnomaly } from "./attempt-anomalies.ts";
import type { Effect, OrderUpdateChange } from "./effects.ts";
import { setUpdate } from "./mark-paid.ts";
import {
  LEASE_SECONDS,
  type LeasedOrderUpdate,
  type OrderUpdate,
  retryDelaySeconds,
  SAVES_IN_TRANSACTION_MAX,
  STARTED_LEASE_SECONDS,
  type StartedSave,
  TRIES_BEFORE_STUCK,
} from "./order-update.ts";

/** Leases of order updates, each to one applier at a time. `now` is the database's time. */

export interface HandedOut {
  readonly answer: LeasedOrderUpdate;
  readonly effects: readonly Effect[];
}

/**
 * Whether the update can be leased with this token. A live lease with the same token had a COMMIT whose reply was lost: it is granted again,
 * or nobody would apply the update until it expires.
 */
export function isFreeFor(token: string, { state, leaseLive, token: holder }: OrderUpdate): boolean {
  return state === "PENDING" && (!leaseLive || holder === token);
}

/** Grants a lease with a new token and counts a try. The previous holder loses its lease. */
export function handOut(update: OrderUpdate, token: string, now: Date, more: OrderUpdateChange = {}): HandedOut {
  const tryNumber = update.tryCount + 1;
  const lease = { token, seconds: LEASE_SECONDS, started: false };
  return {
    answer: { ...update.update, token, leaseExpireTime: leaseEnd(now), tryNumber },
    effects: [setUpdate(update, { lease, tryCount: tryNumber, ...more })],
  };
}

/** The same for a claim of due updates. If this try reports nothing, the next one waits longer; many tries raise an anomaly. */
export function claimUpdate(due: OrderUpdate, token: string, now: Date): HandedOut {
  const { id, serviceId, tryCount, update } = due;
  const { answer, effects } = handOut(due, token, now, { dueInSeconds: retryDelaySeconds(tryCount + 1) });
  if (tryCount < TRIES_BEFORE_STUCK) return { answer, effects };
  const detail = { orderUpdateId: id, tries: tryCount };
  return {
    answer,
    effects: [...effects, raiseAnomaly({ serviceId, attemptId: update.attemptId }, "APPLY_STUCK", detail)],
  };
}

/** The compare-and-set just before a save. A repeat with the live token renews the lease and counts as the same save. */
export function startSave(
  update: OrderUpdate,
  token: string,
  now: Date,
): { readonly answer: StartedSave | "LEASE_LOST"; readonly effects: readonly Effect[] } {
  if (!holdsLease(update, token)) return { answer: "LEASE_LOST", effects: [] };
  const saveCount = update.saveCount + (update.started ? 0 : 1);
  const lease = { token, seconds: STARTED_LEASE_SECONDS, started: true };
  return {
    answer: {
      leaseExpireTime: after(now, STARTED_LEASE_SECONDS),
      outsideTransaction: saveCount > SAVES_IN_TRANSACTION_MAX,
    },
    effects: [setUpdate(update, { lease, saveCount })],
  };
}

/** The token counts as the lease even after its end, until the update is leased again or a RETRY returns it. */
export function holdsLease(update: OrderUpdate, token: string): boolean {
  return isOfLastHolder(update, token) && update.leased;
}

/** The last holder returned the update with a RETRY, and it was not leased since. */
export function gaveBack(update: OrderUpdate, token: string): boolean {
  return isOfLastHolder(update, token) && !update.leased;
}

/** The end of a lease granted at `now`. */
export function leaseEnd(now: Date): Date {
  return after(now, LEASE_SECONDS);
}

function isOfLastHolder(update: OrderUpdate, token: string): boolean {
  return update.state === "PENDING" && token !== "" && update.token === token;
}

function after(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1_000);
}
