import { fail } from "../../payment/failure.ts";
import type { Epoch, EventFilter, EventReader, EventRecord } from "./event.ts";

/** Of one process. Each is a stream with a timer and a few kilobytes. */
const WATCHERS_MAX = 500;
/** A watcher that falls behind these reads the table again. */
const EVENTS_KEPT_MAX = 1_000;
const EVENTS_A_LOOK_MAX = 500;
const EVERYTHING: EventFilter = { serviceIds: [], types: [], aggregateTypes: [] };

/** What is new after a cursor, and the cursor that comes after it. */
export interface Fresh {
  readonly events: readonly EventRecord[];
  readonly nextSeq: number;
}

/**
 * The newest events, read once a process and shared by all of its watchers: however many they are, the database is asked as often, and
 * not at all when there is none. A watcher is no more than a cursor; nothing is queued for it here.
 */
export class EventFeed {
  readonly #reader: EventReader;
  readonly #watchersMax: number;
  #watchers = 0;
  /** All there are above #floorSeq, up to #headSeq. */
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

  /** When the database last answered a look. */
  get lookTime(): Date {
    return this.#lookTime;
  }

  /** As the database told it last. */
  get epoch(): number {
    return this.#epoch;
  }

  /** One more watcher, which leaves by `leave`. */
  async join(): Promise<void> {
    if (this.#watchers >= this.#watchersMax) fail({ reason: "WATCHERS_TOO_MANY", watchersMax: this.#watchersMax });
    this.#watchers += 1;
    if (this.#headSeq !== undefined) return;
    try {
      const newest = await this.#reader.newest();
      // Several may come first at once: the first answer counts.
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

  /** Reads what is new, in one small question when nothing is, and wakes the watchers. */
  async look(): Promise<void> {
    if (this.#headSeq === undefined) return;
    const newest = await this.#reader.newest();
    if (this.#headSeq === undefined) return;
    this.#lookTime = new Date();
    // Back in time: a backup was restored under us.
    if (newest.seq < this.#headSeq || newest.epoch.id !== this.#epoch) this.#beginAt(newest);
    while (this.#headSeq !== undefined && this.#headSeq < newest.seq) await this.#readAfter(this.#headSeq);
  }

  /** Undefined when some events after the cursor are not kept here: the table has them. */
  since(afterSeq: number): Fresh | undefined {
    if (afterSeq < this.#floorSeq) return undefined;
    const headSeq = this.#headSeq ?? 0;
    if (afterSeq >= headSeq) return { events: [], nextSeq: afterSeq };
    return { events: this.#events.filter(({ seq }) => seq > afterSeq), nextSeq: headSeq };
  }

  /** Whether the last look had not come as far as this. */
  isBehind(seq: number): boolean {
    return (this.#headSeq ?? 0) < seq;
  }

  /** Until something is new, for so long, or until the signal. */
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
    // All may have left meanwhile, and others have come.
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
