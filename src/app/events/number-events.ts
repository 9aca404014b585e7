import type { Lease } from "../instance/lease.ts";
import type { EventSequencer } from "./event.ts";
import type { EventFeed } from "./event-feed.ts";

export interface NumberEventsDeps {
  readonly eventLease: Lease;
  readonly sequencer: EventSequencer;
  readonly feed: EventFeed;
}

const EVENTS_A_BATCH_MAX = 200;

/** Numbers committed events on the replica that holds the lease, and wakes this replica's watchers. */
export async function numberEvents({ eventLease, sequencer, feed }: NumberEventsDeps): Promise<void> {
  if (await eventLease.tryAcquire()) await allOf(() => sequencer.number(EVENTS_A_BATCH_MAX));
  await feed.look();
}

/** Deletes events past their retention on the replica that holds the lease. */
export async function purgeEvents(
  { eventLease, sequencer }: Pick<NumberEventsDeps, "eventLease" | "sequencer">,
  retentionDays: number,
): Promise<void> {
  if (await eventLease.tryAcquire()) await allOf(() => sequencer.purge({ retentionDays, limit: EVENTS_A_BATCH_MAX }));
}

const BATCHES_A_ROUND_MAX = 50;

/** Repeats while batches are full. Each batch is its own transaction; the next round continues. */
async function allOf(batch: () => Promise<number>): Promise<void> {
  for (let batches = 0; batches < BATCHES_A_ROUND_MAX; batches += 1) {
    if ((await batch()) < EVENTS_A_BATCH_MAX) return;
  }
}
