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
 * History, then live, by one cursor that only grows: where the feed keeps what comes next the watcher takes it from there, else from the
 * table. So nothing is given twice and nothing is left out, wherever it changes over, and as often as it does.
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
    // The first one says that history is through, so nothing puts it off.
    let nextHeartbeatMs = 0;
    while (!signal.aborted) {
      // Another epoch has begun: the table says so to who asks with the old one.
      const kept = feed.epoch === epoch ? feed.since(seq) : undefined;
      const fresh = kept ?? (await pageAfter(events, { afterSeq: seq, epoch, filter }));
      const fitting = fresh.events.filter((event) => fits(filter, event));
      yield* fitting.map(toUpdate);
      if (fitting.length > 0 && nextHeartbeatMs > 0) nextHeartbeatMs = performance.now() + heartbeatIntervalMs;
      const advanced = fresh.nextSeq > seq;
      seq = fresh.nextSeq;
      if (advanced) continue;
      if (performance.now() >= nextHeartbeatMs) {
        // The feed may lag behind what the table showed, but never for long: then the table itself went back, and this fails.
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
