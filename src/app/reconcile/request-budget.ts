import type { Questions } from "../payments/ask-click.ts";

/** What a question needs as a rule: its payment's status, and its day under the reference. */
export const QUESTION_REQUESTS = 2;
/** When Click files the payment under a neighbouring day. */
const QUESTION_REQUESTS_MAX = 4;

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
  allowsQuestion(): boolean {
    return this.#left >= QUESTION_REQUESTS || this.#left === this.#requestsARound;
  }

  spend(overdraftMax: number): boolean {
    if (this.#left <= -overdraftMax) return false;
    this.#left -= 1;
    return true;
  }
}

/** Questions beyond the budget are not put: they count as unanswered, and come again. */
export function withinBudget<Click extends Questions>(click: Click, budget: RequestBudget): Click {
  return limited(click, budget, 0);
}

/**
 * For questions that began within the budget: what they need beyond it is lent to them. Broken off, one that needs more than a round has left
 * would begin anew in each, and never end.
 */
export function begunWithin<Click extends Questions>(click: Click, budget: RequestBudget): Click {
  return limited(click, budget, QUESTION_REQUESTS_MAX - QUESTION_REQUESTS);
}

function limited<Click extends Questions>(click: Click, budget: RequestBudget, overdraftMax: number): Click {
  return {
    ...click,
    paymentStatus: async (...question: Parameters<Questions["paymentStatus"]>) =>
      budget.spend(overdraftMax) ? click.paymentStatus(...question) : UNANSWERED,
    paymentOfReference: async (...question: Parameters<Questions["paymentOfReference"]>) =>
      budget.spend(overdraftMax) ? click.paymentOfReference(...question) : UNANSWERED,
  };
}

const UNANSWERED = { kind: "UNKNOWN" } as const;
