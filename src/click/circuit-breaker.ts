/** Failures in a row after which a host is left alone. */
const FAILURES_MAX = 5;
/** For how long it is left alone. */
const OPEN_MS = 15_000;

export interface CircuitBreakerOptions {
  readonly now: () => Date;
  readonly failuresMax?: number;
  readonly openMs?: number;
}

/** One call that may go; `end` has to be told, whatever happened. */
export interface Permit {
  end(outcome: "REACHED" | "FAILED"): void;
}

/**
 * Keeps calls away from a host that cannot be reached: after so many failures in a row nothing is sent for a while, then one call tries.
 * Our own, for the libraries keep their time by timers or the process's clock, and a test has to own it.
 */
export class CircuitBreaker {
  readonly #now: () => Date;
  readonly #failuresMax: number;
  readonly #openMs: number;
  #failures = 0;
  /** Undefined: closed. */
  #openedAtMs: number | undefined;
  /** The call that tries whether the host is back. */
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
    // A clock that was set back must not keep the circuit open for ever.
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
    // What was sent before the circuit opened, and fails later, does not prolong it.
    const opens = this.#openedAtMs === undefined ? this.#failures >= this.#failuresMax : isTrial;
    if (opens) this.#openedAtMs = this.#now().getTime();
  }
}
