import { fail } from "../../payment/failure.ts";
import type { Epoch, EventFilter, EventReader, EventRecord } from "./event.ts";

/** Per process. Each watcher is a stream with a timer and a few kilobytes. */
const WATCHERS_MAX = 500;
/** A watcher that falls behind the kept events reads from the table. */
const EVENTS_KEPT_MAX = 1_000;
const EVENTS_A_LOOK_MAX = 500;
const EVERYTHING: EventFilter = { serviceIds: [], types: [], aggregateTypes: [] };

/** What is new after a cursor, and the cursor that comes after it. */
export interface Fresh {
  readonly events: readonly EventRecord[];
  readonly nextSeq: number;
}

/**
 * The newest events, read once per process and shared by all its watchers: database load does not depend on their number, and is zero
 * without watchers. A watcher is only a cursor and has no queue.
 */
export class EventFeed {
  readonly #reader: EventReader;
  readonly #watchersMax: number;
  #watchers = 0;
  /** All events after #floorSeq, up to #headSeq. */
  #events: EventRecord[] = [];
  #floorSeq = 0;
  /** Undefined while nobody watches. */
  #headSeq: number | undefined;
  #epoch = 0;
  #lookTime = new Date(0);
  readonly #wake = new Set<() => void>();

  constructor(reader: EventReader, watchersMax = WATCHERS_MAX) {
    this.#reader = reader;
    this.#watchersMax = watchersMax;
  }

  /** When the database last answered. */
  get lookTime(): Date {
    return this.#lookTime;
  }

  /** The epoch of the last read. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Adds a watcher; `leave` removes it. */
  async join(): Promise<void> {
    if (this.#watchers >= this.#watchersMax) fail({ reason: "WATCHERS_TOO_MANY", watchersMax: this.#watchersMax });
    this.#watchers += 1;
    if (this.#headSeq !== undefined) return;
    try {
      const newest = await this.#reader.newest();
      // Several watchers may join first at once: the first answer counts.
      if (this.#headSeq === undefined) this.#beginAt(newest);
    } catch (error) {
      this.leave();
      throw error;
    }
  }

  leave(): void {
    this.#watchers -= 1;
    if (this.#watchers === 0) this.#headSeq = undefined;
  }

  /** Reads new events (one small query when there are none) and wakes the watchers. */
  async look(): Promise<void> {
    if (this.#headSeq === undefined) return;
    const newest = await this.#reader.newest();
    if (this.#headSeq === undefined) return;
    this.#lookTime = new Date();
    // The numbers went back: a backup was restored while we run.
    if (newest.seq < this.#headSeq || newest.epoch.id !== this.#epoch) this.#beginAt(newest);
    while (this.#headSeq !== undefined && this.#headSeq < newest.seq) await this.#readAfter(this.#headSeq);
  }

  /** Undefined when some events after the cursor are only in the table. */
  since(afterSeq: number): Fresh | undefined {
    if (afterSeq < this.#floorSeq) return undefined;
    const headSeq = this.#headSeq ?? 0;
    if (afterSeq >= headSeq) return { events: [], nextSeq: afterSeq };
    return { events: this.#events.filter(({ seq }) => seq > afterSeq), nextSeq: headSeq };
  }

  /** Whether the last read ended before this number. */
  isBehind(seq: number): boolean {
    return (this.#headSeq ?? 0) < seq;
  }

  /** Waits for new events, the timeout or the signal. */
  wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.#wake.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      signal.addEventListener("abort", done);
      this.#wake.add(done);
      if (signal.aborted) done();
    });
  }

  async #readAfter(headSeq: number): Promise<void> {
    const page = await this.#reader.page(headSeq, { filter: EVERYTHING, limit: EVENTS_A_LOOK_MAX });
    // Meanwhile all watchers may have left and others joined.
    if (this.#headSeq !== headSeq) return;
    const events = [...this.#events, ...page.events];
    const tooMany = Math.max(0, events.length - EVENTS_KEPT_MAX);
    this.#floorSeq = events[tooMany - 1]?.seq ?? this.#floorSeq;
    this.#events = events.slice(tooMany);
    this.#headSeq = page.nextSeq;
    for (const wake of [...this.#wake]) wake();
  }

  #beginAt({ seq, epoch }: { readonly seq: number; readonly epoch: Epoch }): void {
    this.#events = [];
    this.#floorSeq = seq;
    this.#headSeq = seq;
    this.#epoch = epoch.id;
    this.#lookTime = new Date();
  }
}
