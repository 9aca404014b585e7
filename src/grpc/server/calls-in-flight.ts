import { fail } from "../../payment/failure.ts";

/** The calls in progress on all listeners. A drain refuses new calls and waits for the rest. */
export class CallsInFlight {
  #count = 0;
  readonly #draining = new AbortController();
  #tellIdle: (() => void)[] = [];

  get count(): number {
    return this.#count;
  }

  /** Aborted when a drain begins: streams end then, and the drain does not wait for them. */
  get draining(): AbortSignal {
    return this.#draining.signal;
  }

  /** Counts a call. Every call, also a refused one, must end with `leave()`. */
  enter(): void {
    this.#count += 1;
  }

  /** Fails with DRAINING once a drain has begun: a call that has not started can safely be sent elsewhere. */
  checkOpen(): void {
    if (this.draining.aborted) fail({ reason: "DRAINING" });
  }

  leave(): void {
    this.#count -= 1;
    if (this.#count > 0) return;
    for (const tell of this.#tellIdle.splice(0)) tell();
  }

  /** Refuses new calls from now on. Idempotent. */
  close(): void {
    this.#draining.abort();
  }

  /** Settles when no call is in progress. */
  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => this.#tellIdle.push(resolve));
  }
}
