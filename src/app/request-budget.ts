import type { Questions } from "./ask-click.ts";

/** How many requests one round may send to Click. */
export class RequestBudget {
  #left: number;

  constructor(requests: number) {
    this.#left = requests;
  }

  left(): number {
    return this.#left;
  }

  spend(): boolean {
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }
}

/** Questions beyond the budget are not put: they count as unanswered, and come again. */
export function withinBudget<Click extends Questions>(click: Click, budget: RequestBudget): Click {
  return {
    ...click,
    paymentStatus: async (...question: Parameters<Questions["paymentStatus"]>) =>
      budget.spend() ? click.paymentStatus(...question) : UNANSWERED,
    paymentOfReference: async (...question: Parameters<Questions["paymentOfReference"]>) =>
      budget.spend() ? click.paymentOfReference(...question) : UNANSWERED,
  };
}

const UNANSWERED = { kind: "UNKNOWN" } as const;
