import { raiseAnomaly } from "./attempt-anomalies.ts";
import type { Effect, OrderUpdateChange } from "./effects.ts";
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
import { setUpdate } from "./paid-mark.ts";

/** An order update in the hands of one applier at a time. `now` is the database's time. */

export interface HandedOut {
  readonly answer: LeasedOrderUpdate;
  readonly effects: readonly Effect[];
}

/**
 * Whether the holder of this token may have it. A live lease of the very same token is one whose COMMIT was answered to nobody, for
 * the wire broke: it is given once more, or nobody would apply the update before it ends.
 */
export function isFreeFor(token: string, { state, leaseLive, token: holder }: OrderUpdate): boolean {
  return state === "PENDING" && (!leaseLive || holder === token);
}

/** A new token, a lease, one try more. Whoever had it before loses it with this. */
export function handOut(update: OrderUpdate, token: string, now: Date, more: OrderUpdateChange = {}): HandedOut {
  const tryNumber = update.tryCount + 1;
  const lease = { token, seconds: LEASE_SECONDS, started: false };
  return {
    answer: { ...update.update, token, leaseExpireTime: leaseEnd(now), tryNumber },
    effects: [setUpdate(update, { lease, tryCount: tryNumber, ...more })],
  };
}

/** The same for who asked for what is due. Should this try end without a word, the next one waits longer; after many tries a person is told. */
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

/** The compare-and-set just before a save. Called twice with the live token: the lease starts anew, and it is one save. */
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

/** The token is the lease, also past its end: it is replaced when the update is handed out anew, and given back by a RETRY. */
export function holdsLease(update: OrderUpdate, token: string): boolean {
  return isOfLastHolder(update, token) && update.leased;
}

/** The last holder gave the update back with a RETRY, and nobody has got it since. */
export function gaveBack(update: OrderUpdate, token: string): boolean {
  return isOfLastHolder(update, token) && !update.leased;
}

/** The end of a lease given at `now`. */
export function leaseEnd(now: Date): Date {
  return after(now, LEASE_SECONDS);
}

function isOfLastHolder(update: OrderUpdate, token: string): boolean {
  return update.state === "PENDING" && token !== "" && update.token === token;
}

function after(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1_000);
}
