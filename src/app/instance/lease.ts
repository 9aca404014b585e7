export interface LeaseStore {
  /** True when the holder now has the lease for this many seconds. */
  take(lease: { readonly name: string; readonly holder: string; readonly seconds: number }): Promise<boolean>;
  /** Releases it; does nothing when another holder has it. */
  release(lease: { readonly name: string; readonly holder: string }): Promise<void>;
}

export interface LeaseOptions {
  readonly store: LeaseStore;
  /** Name of the work. */
  readonly name: string;
  /** Unique to this process. */
  readonly holder: string;
  readonly nowMs: () => number;
}

/** Another replica takes over this long after a kill. */
const LEASE_SECONDS = 6;
/** Renewal interval: two renewals may fail before the lease is lost. */
const ASK_INTERVAL_MS = 2_000;
const MS_PER_SECOND = 1_000;

/**
 * Lets one replica at a time do a job. A paused process may still trust a lease that another one has taken, so the job must be safe to run
 * twice at once.
 */
export class Lease {
  readonly #options: LeaseOptions;
  #heldUntilMs = 0;
  #askAtMs = 0;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** Whether this process has the lease. Most calls need no database. */
  async tryAcquire(): Promise<boolean> {
    const { store, name, holder, nowMs } = this.#options;
    const askedMs = nowMs();
    if (askedMs < this.#askAtMs) return askedMs < this.#heldUntilMs;
    const taken = await store.take({ name, holder, seconds: LEASE_SECONDS });
    this.#heldUntilMs = taken ? askedMs + LEASE_SECONDS * MS_PER_SECOND : 0;
    this.#askAtMs = askedMs + ASK_INTERVAL_MS;
    return taken;
  }

  /** Lets the next replica start without a wait. */
  async release(): Promise<void> {
    const { store, name, holder, nowMs } = this.#options;
    if (nowMs() >= this.#heldUntilMs) return;
    this.#heldUntilMs = 0;
    await store.release({ name, holder });
  }
}
