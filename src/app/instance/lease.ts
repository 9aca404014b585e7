export interface LeaseStore {
  /** True when the lease is the holder's now, for so long. */
  take(lease: { readonly name: string; readonly holder: string; readonly seconds: number }): Promise<boolean>;
  /** Lets go of it; nothing when it is somebody else's. */
  release(lease: { readonly name: string; readonly holder: string }): Promise<void>;
}

export interface LeaseOptions {
  readonly store: LeaseStore;
  /** Of the work. */
  readonly name: string;
  /** Of this process; no other one has it. */
  readonly holder: string;
  readonly nowMs: () => number;
}

/** A replica that was killed is replaced after this. */
const LEASE_SECONDS = 6;
/** Between two questions to the database; two may be lost before the lease is. */
const ASK_INTERVAL_MS = 2_000;
const MS_PER_SECOND = 1_000;

/**
 * Lets one replica at a time do a piece of work. A process that was paused may believe in a lease that is another's by now: what it
 * guards must be right with two at work.
 */
export class Lease {
  readonly #options: LeaseOptions;
  #heldUntilMs = 0;
  #askAtMs = 0;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** Whether the work is ours. Most answers need no database. */
  async tryAcquire(): Promise<boolean> {
    const { store, name, holder, nowMs } = this.#options;
    const askedMs = nowMs();
    if (askedMs < this.#askAtMs) return askedMs < this.#heldUntilMs;
    const taken = await store.take({ name, holder, seconds: LEASE_SECONDS });
    this.#heldUntilMs = taken ? askedMs + LEASE_SECONDS * MS_PER_SECOND : 0;
    this.#askAtMs = askedMs + ASK_INTERVAL_MS;
    return taken;
  }

  /** The next replica need not wait. */
  async release(): Promise<void> {
    const { store, name, holder, nowMs } = this.#options;
    if (nowMs() >= this.#heldUntilMs) return;
    this.#heldUntilMs = 0;
    await store.release({ name, holder });
  }
}
