import type { ClickApi } from "../click/click-api.ts";

/** The calls to Click that reconciliation makes. */
export type ReconcileApi = Pick<ClickApi, "paymentStatus" | "paymentOfReference" | "invoiceStatus">;

/** Requests of a usual poll: the payment's status, and the payment of the reference on one day. */
export const POLL_REQUESTS = 2;
/** Requests for an invoice that Click shows paid: its status, two days under the reference, and a payment status for each. */
const POLL_REQUESTS_MAX = 5;

/** How many requests one round may send to Click. */
export class RequestBudget {
  readonly #requestsARound: number;
  /** Below 0: taken from the next round. */
  #left: number;

  constructor(requestsARound: number) {
    this.#requestsARound = requestsARound;
    this.#left = requestsARound;
  }

  /** Starts a new round. */
  refill(): void {
    this.#left = Math.min(this.#requestsARound, this.#left + this.#requestsARound);
  }

  left(): number {
    return Math.max(0, this.#left);
  }

  /** Whether one more poll may begin. A budget smaller than one poll allows one per round. */
  allowsPoll(): boolean {
    return this.#left >= POLL_REQUESTS || this.#left === this.#requestsARound;
  }

  spend(overdraftMax: number): boolean {
    if (this.#left <= -overdraftMax) return false;
    this.#left -= 1;
    return true;
  }
}

/** Requests beyond the budget are not sent: they count as unanswered and are repeated later. */
export function withinBudget<Click extends ReconcileApi>(click: Click, budget: RequestBudget): Click {
  return limited(click, budget, 0);
}

/**
 * A poll that began within the budget may overdraw it. If it were stopped, a poll that needs more requests than a round has would start
 * again in each round and never finish.
 */
export function begunWithin<Click extends ReconcileApi>(click: Click, budget: RequestBudget): Click {
  return limited(click, budget, POLL_REQUESTS_MAX - POLL_REQUESTS);
}

function limited<Click extends ReconcileApi>(click: Click, budget: RequestBudget, overdraftMax: number): Click {
  return {
    ...click,
    paymentStatus: async (...request: Parameters<ReconcileApi["paymentStatus"]>) =>
      budget.spend(overdraftMax) ? click.paymentStatus(...request) : UNANSWERED,
    paymentOfReference: async (...request: Parameters<ReconcileApi["paymentOfReference"]>) =>
      budget.spend(overdraftMax) ? click.paymentOfReference(...request) : UNANSWERED,
    invoiceStatus: async (...request: Parameters<ReconcileApi["invoiceStatus"]>) =>
      budget.spend(overdraftMax) ? click.invoiceStatus(...request) : UNANSWERED,
  };
}

const UNANSWERED = { kind: "UNKNOWN" } as const;
