import { type EventReader, type EventRecord, fits } from "./event.ts";
import type { EventFeed } from "./event-feed.ts";
import { type EventQuery, pageAfter } from "./list-events.ts";

export interface WatchEventsDeps {
  readonly events: EventReader;
  readonly feed: EventFeed;
}

export type EventUpdate =
  | { readonly kind: "event"; readonly epoch: number; readonly event: EventRecord }
  | { readonly kind: "heartbeat"; readonly epoch: number; readonly seq: number; readonly lookTime: Date };

export interface Watch extends EventQuery {
  readonly heartbeatIntervalMs: number;
}

/**
 * Sends history, then live events, with one cursor that only grows: the next events come from the feed when it has them, else from the
 * table. So no event is sent twice or skipped, however often the source changes.
 */
export async function* watchEvents(
  { events, feed }: WatchEventsDeps,
  { filter, heartbeatIntervalMs, ...start }: Watch,
  signal: AbortSignal,
): AsyncGenerator<EventUpdate> {
  await feed.join();
  try {
    const first = await pageAfter(events, { ...start, filter });
    const epoch = first.epoch.id;
    const toUpdate = (event: EventRecord): EventUpdate => ({ kind: "event", epoch, event });
    yield* first.events.map(toUpdate);
    let seq = first.nextSeq;
    // The first heartbeat tells that history is complete, so it is not delayed.
    let nextHeartbeatMs = 0;
    while (!signal.aborted) {
      // A new epoch has begun: a read from the table with the old epoch fails.
      const kept = feed.epoch === epoch ? feed.since(seq) : undefined;
      const fresh = kept ?? (await pageAfter(events, { afterSeq: seq, epoch, filter }));
      const fitting = fresh.events.filter((event) => fits(filter, event));
      yield* fitting.map(toUpdate);
      if (fitting.length > 0 && nextHeartbeatMs > 0) nextHeartbeatMs = performance.now() + heartbeatIntervalMs;
      const advanced = fresh.nextSeq > seq;
      seq = fresh.nextSeq;
      if (advanced) continue;
      if (performance.now() >= nextHeartbeatMs) {
        // The feed may lag behind the table for a moment. If it stays behind, the table went back, and this read fails.
        if (feed.isBehind(seq)) await pageAfter(events, { afterSeq: seq, epoch, filter });
        yield { kind: "heartbeat", epoch, seq, lookTime: feed.lookTime };
        nextHeartbeatMs = performance.now() + heartbeatIntervalMs;
      }
      await feed.wait(nextHeartbeatMs - performance.now(), signal);
    }
  } finally {
    feed.leave();
  }
}
