/** Consecutive failures that open the circuit. */
const FAILURES_MAX = 5;
/** How long the circuit stays open. */
const OPEN_MS = 15_000;

export interface CircuitBreakerOptions {
  readonly now: () => Date;
  readonly failuresMax?: number;
  readonly openMs?: number;
}

/** Permission for one call; `end` must be called with any result. */
export interface Permit {
  end(outcome: "REACHED" | "FAILED"): void;
}

/**
 * Stops calls to an unreachable host: after consecutive failures nothing is sent for a while, then one call tries. Our own code, because
 * libraries use timers or the process's clock, which tests must control.
 */
export class CircuitBreaker {
  readonly #now: () => Date;
  readonly #failuresMax: number;
  readonly #openMs: number;
  #failures = 0;
  /** Undefined: closed. */
  #openedAtMs: number | undefined;
  /** The trial call. */
  #trial: Permit | undefined;

  constructor({ now, failuresMax = FAILURES_MAX, openMs = OPEN_MS }: CircuitBreakerOptions) {
    this.#now = now;
    this.#failuresMax = failuresMax;
    this.#openMs = openMs;
  }

  /** Undefined: the circuit is open, do not send. */
  pass(): Permit | undefined {
    const passage: Permit = { end: (outcome) => this.#ended(passage, outcome) };
    if (this.#openedAtMs === undefined) return passage;
    const openForMs = this.#now().getTime() - this.#openedAtMs;
    // A clock that was set back must not keep the circuit open.
    const isOver = openForMs >= this.#openMs || openForMs < 0;
    if (!isOver || this.#trial !== undefined) return undefined;
    this.#trial = passage;
    return passage;
  }

  #ended(passage: Permit, outcome: "REACHED" | "FAILED"): void {
    const isTrial = this.#trial === passage;
    if (isTrial) this.#trial = undefined;
    if (outcome === "REACHED") {
      this.#failures = 0;
      this.#openedAtMs = undefined;
      return;
    }
    this.#failures += 1;
    // A call that was sent before the circuit opened and fails later does not extend it.
    const opens = this.#openedAtMs === undefined ? this.#failures >= this.#failuresMax : isTrial;
    if (opens) this.#openedAtMs = this.#now().getTime();
  }
}
