import type { AttemptState } from "../../src/payment/attempt.ts";
import type { ClickPayment } from "../support/shop/shop-and-service.ts";

/**
 * A small model of one order with one payment and all that Click ever tried on it: what each callback has to be answered, and what has
 * to become of its attempt. Written from design.md section 3 and 4, not from the code.
 */
export interface Model {
  readonly order: ModelOrder;
  readonly attempts: ModelAttempt[];
  /** Click's numbers whose Complete said "taken" and named no attempt. */
  readonly homelessMoney: string[];
}

export interface ModelOrder {
  sumTiyin: number;
  paid: boolean;
  returned: boolean;
  cancelled: boolean;
}

export interface ModelAttempt {
  readonly id: number;
  readonly payment: ClickPayment;
  readonly amountTiyin: number;
  /** False for a cancel that came before any Prepare. */
  readonly hasPayment: boolean;
  state: AttemptState;
  /** A Complete with error=0 was answered with 0 or -4. */
  moneyTaken: boolean;
  /** A Complete with error=0 was answered with anything else. */
  moneyRefused: boolean;
}

export function newModel(): Model {
  return {
    order: { sumTiyin: 100_000, paid: false, returned: false, cancelled: false },
    attempts: [],
    homelessMoney: [],
  };
}

export interface Expectation {
  readonly answer: number;
  readonly state: AttemptState;
}

const holds = ({ state }: ModelAttempt) => state === "CAPTURED" || state === "SETTLED";

/** Paid or returned in the shop, or an attempt, other than the one in question, holds it. */
function isTaken({ order, attempts }: Model, except?: ModelAttempt): boolean {
  return order.paid || order.returned || attempts.some((attempt) => attempt !== except && holds(attempt));
}

/** A Prepare with a number of Click's that has no attempt yet. */
export function expectNewPrepare(model: Model, request: { amountTiyin: number; error: number }): Expectation {
  const refused = (answer: number): Expectation => ({ answer, state: "REFUSED" });
  if (request.error < 0 || isTaken(model) || model.order.cancelled) return refused(-9);
  if (request.amountTiyin !== model.order.sumTiyin) return refused(-2);
  return { answer: 0, state: "PREPARED" };
}

/** The same Prepare once more. */
export function expectRepeatedPrepare(model: Model, attempt: ModelAttempt): Expectation {
  const { state, amountTiyin } = attempt;
  const stays = (answer: number): Expectation => ({ answer, state });
  if (state === "CAPTURED" || state === "SETTLED" || state === "OWED") return stays(-4);
  if (state === "CANCELLED" || state === "REVERSED") return stays(-9);
  if (state === "PREPARED") return stays(isTaken(model, attempt) ? -9 : 0);
  return expectNewPrepare(model, { amountTiyin, error: 0 });
}

/** A Complete that names this attempt. */
export function expectComplete(
  model: Model,
  attempt: ModelAttempt,
  request: { amountTiyin: number; error: number },
): Expectation {
  const { state } = attempt;
  const stays = (answer: number): Expectation => ({ answer, state });
  if (state === "CAPTURED" || state === "SETTLED" || state === "OWED" || state === "REVERSED") {
    return stays(request.error === 0 || request.error === -1 ? -4 : -9);
  }
  if (state === "CANCELLED") return stays(-9);
  if (request.error < 0) return { answer: -9, state: "CANCELLED" };
  if (request.amountTiyin !== attempt.amountTiyin) return stays(-2);
  const fits = state === "PREPARED" || (attempt.hasPayment && model.order.sumTiyin === attempt.amountTiyin);
  return { answer: 0, state: fits && !isTaken(model, attempt) ? "CAPTURED" : "OWED" };
}

/** Which attempt holds the payment, if any. */
export function holder(model: Model): ModelAttempt | undefined {
  return model.attempts.find(holds);
}
