import type { ClickApi } from "../click/click-api.ts";

/** What reconciliation asks of Click. */
export type ReconcileApi = Pick<ClickApi, "paymentStatus" | "paymentOfReference" | "invoiceStatus">;

/** What a question needs as a rule: its payment's status, and its day under the reference. */
export const QUESTION_REQUESTS = 2;
/** An invoice that Click shows paid: its status, two days under the reference, and a payment's status for each. */
const QUESTION_REQUESTS_MAX = 5;

/** How many requests one round may send to Click. */
export class RequestBudget {
  readonly #requestsARound: number;
  /** Below 0: the next round pays for it. */
  #left: number;

  constructor(requestsARound: number) {
    this.#requestsARound = requestsARound;
    this.#left = requestsARound;
  }

  /** A new round. */
  refill(): void {
    this.#left = Math.min(this.#requestsARound, this.#left + this.#requestsARound);
  }

  left(): number {
    return Math.max(0, this.#left);
  }

  /** Whether one more question may begin. Of a budget smaller than a question one a round may. */
  allowsPoll(): boolean {
    return this.#left >= QUESTION_REQUESTS || this.#left === this.#requestsARound;
  }

  spend(overdraftMax: number): boolean {
    if (this.#left <= -overdraftMax) return false;
    this.#left -= 1;
    return true;
  }
}

/** StatusApi beyond the budget are not put: they count as unanswered, and come again. */
export function withinBudget<Click extends ReconcileApi>(click: Click, budget: RequestBudget): Click {
  return limited(click, budget, 0);
}

/**
 * For questions that began within the budget: what they need beyond it is lent to them. Broken off, one that needs more than a round has left
 * would begin anew in each, and never end.
 */
export function begunWithin<Click extends ReconcileApi>(click: Click, budget: RequestBudget): Click {
  return limited(click, budget, QUESTION_REQUESTS_MAX - QUESTION_REQUESTS);
}

function limited<Click extends ReconcileApi>(click: Click, budget: RequestBudget, overdraftMax: number): Click {
  return {
    ...click,
    paymentStatus: async (...question: Parameters<ReconcileApi["paymentStatus"]>) =>
      budget.spend(overdraftMax) ? click.paymentStatus(...question) : UNANSWERED,
    paymentOfReference: async (...question: Parameters<ReconcileApi["paymentOfReference"]>) =>
      budget.spend(overdraftMax) ? click.paymentOfReference(...question) : UNANSWERED,
    invoiceStatus: async (...question: Parameters<ReconcileApi["invoiceStatus"]>) =>
      budget.spend(overdraftMax) ? click.invoiceStatus(...question) : UNANSWERED,
  };
}

const UNANSWERED = { kind: "UNKNOWN" } as const;
