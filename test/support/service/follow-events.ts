import type { Metadata, ServiceError } from "@grpc/grpc-js";
import type { Event, EventHeartbeat } from "../../../src/gen/clickbridge/v1/event.ts";
import type {
  PaymentServiceClient,
  WatchEventsRequest,
  WatchEventsResponse,
} from "../../../src/gen/clickbridge/v1/payment_service.ts";
import { ALL_SCOPES_TOKEN, bearer } from "./service.ts";

/** A consumer of events. */
export interface Follower {
  /** Every event so far. */
  readonly events: readonly Event[];
  readonly heartbeats: readonly EventHeartbeat[];
  /** The last seq of an event or a heartbeat; what was asked for before the first one. */
  readonly cursor: bigint | undefined;
  /** Settles when there are so many events. Rejects when the stream fails before. */
  count(events: number): Promise<readonly Event[]>;
  /** The next heartbeat from now on. Rejects when the stream fails before. */
  heartbeat(): Promise<EventHeartbeat>;
  /** Rejects with the status unless it was this side that ended it; then it settles. */
  readonly ended: Promise<void>;
  /** Reads nothing any more, until `resume`. */
  pause(): void;
  resume(): void;
  cancel(): void;
}

const FROM_OLDEST: WatchEventsRequest = {
  afterSeq: undefined,
  filter: undefined,
  heartbeatIntervalSeconds: 0,
  epoch: 0n,
};

export function followEvents(
  client: PaymentServiceClient,
  request: Partial<WatchEventsRequest>,
  metadata: Metadata = bearer(ALL_SCOPES_TOKEN),
): Follower {
  const stream = client.watchEvents({ ...FROM_OLDEST, ...request }, metadata);
  const events: Event[] = [];
  const heartbeats: EventHeartbeat[] = [];
  const listeners = new Set<() => void>();
  let cursor = request.afterSeq;
  let cancelled = false;
  const ended = new Promise<void>((resolve, reject) => {
    stream.on("error", (error: ServiceError) => (cancelled ? resolve() : reject(error)));
    stream.on("end", () => resolve());
  });
  ended.catch(() => undefined);
  stream.on("data", ({ update }: WatchEventsResponse) => {
    if (cancelled) return;
    if (update?.$case === "event") events.push(update.value);
    if (update?.$case === "heartbeat") heartbeats.push(update.value);
    cursor = update?.value.seq ?? cursor;
    for (const listener of listeners) listener();
  });
  const when = (holds: () => boolean): Promise<void> =>
    Promise.race([
      new Promise<void>((resolve) => {
        const listener = () => {
          if (!holds()) return;
          listeners.delete(listener);
          resolve();
        };
        listeners.add(listener);
        listener();
      }),
      ended.then(() => Promise.reject(new Error("the watch ended before that"))),
    ]);
  return {
    events,
    heartbeats,
    get cursor() {
      return cursor;
    },
    count: async (wanted) => {
      await when(() => events.length >= wanted);
      return events;
    },
    heartbeat: async () => {
      const before = heartbeats.length;
      await when(() => heartbeats.length > before);
      return heartbeats.at(-1) as EventHeartbeat;
    },
    ended,
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    cancel: () => {
      cancelled = true;
      stream.cancel();
    },
  };
}
