import { fail } from "../../payment/failure.ts";

/** The calls under way on all listeners. A drain lets no new one begin and waits for the rest. */
export class CallsInFlight {
  #count = 0;
  readonly #draining = new AbortController();
  #tellIdle: (() => void)[] = [];

  get count(): number {
    return this.#count;
  }

  /** Aborted when a drain begins: streams end then, and are waited for by nobody. */
  get draining(): AbortSignal {
    return this.#draining.signal;
  }

  /** Counts a call in. Every call ends with `leave()`, a refused one too. */
  enter(): void {
    this.#count += 1;
  }

  /** Fails with DRAINING once a drain has begun: what has not begun yet is safe to send elsewhere. */
  checkOpen(): void {
    if (this.draining.aborted) fail({ reason: "DRAINING" });
  }

  leave(): void {
    this.#count -= 1;
    if (this.#count > 0) return;
    for (const tell of this.#tellIdle.splice(0)) tell();
  }

  /** From now on nothing new begins. Called twice: no difference. */
  close(): void {
    this.#draining.abort();
  }

  /** Settles when no call is under way. */
  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => this.#tellIdle.push(resolve));
  }
}
