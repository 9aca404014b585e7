import type { TestOrder } from "./order.ts";
import type { BlockName, Step, SuiteName } from "./step.ts";
import { SUITES } from "./suites.ts";

/** One request to send, and the steps that it judges: more than one when two suites share a payment. */
export interface PlannedCall {
  readonly suite: SuiteName;
  readonly block: BlockName;
  readonly step: Step;
  readonly order: TestOrder;
  /** A step of another suite that asks the very same and cannot have a payment of its own. */
  readonly alsoJudges?: { readonly suite: SuiteName; readonly step: Step };
  /** What the order went through before: a failure may come from there and not from the step. */
  readonly history?: string;
}

export interface PlanFault {
  readonly fault: string;
}

export interface PlanRequest {
  readonly suites: readonly SuiteName[];
  readonly orders: readonly TestOrder[];
  /** One account takes any number of payments: every block uses the one reference. */
  readonly account: boolean;
}

const ORDERS_PER_SUITE = 3;
const AFTER_CANCEL =
  "this order had a cancelled attempt before, which must leave it payable; six orders give every block a fresh one";
const BESIDE_LIVE = "this order has a prepared attempt of the other suite; six orders give every block a fresh one";

/**
 * Says which order each step uses. A suite needs three: one that steps 1–8 pay, one that 9–11 pay, one that 12–15 cancel. Both suites
 * want six; with fewer, the cancelling blocks share an order, then 9–11 are run on it too, since a cancelled attempt leaves an order
 * payable. With three, the Complete that ends 9–11 is sent once and judges step 11 of both suites.
 */
export function planCalls(request: PlanRequest): readonly PlannedCall[] | PlanFault {
  const { suites, orders, account } = request;
  const fault = faultOf(request);
  if (fault !== undefined) return { fault };
  const order = (index: number): TestOrder => orders[account ? 0 : index] as TestOrder;
  if (account || orders.length >= ORDERS_PER_SUITE * suites.length) {
    return suites.flatMap((suite, s) =>
      (["pay", "bind", "cancel"] as const).flatMap((block, b) => calls(suite, block, order(s * ORDERS_PER_SUITE + b))),
    );
  }
  const last = orders.length - 1;
  const paid = [...calls("tool", "pay", order(0)), ...calls("postman", "pay", order(1))];
  const cancelled = [...calls("tool", "cancel", order(last)), ...calls("postman", "cancel", order(last), AFTER_CANCEL)];
  switch (orders.length) {
    case 5:
      return [...paid, ...calls("tool", "bind", order(2)), ...calls("postman", "bind", order(3)), ...cancelled];
    case 4:
      return [
        ...paid,
        ...calls("tool", "bind", order(2)),
        ...cancelled,
        ...calls("postman", "bind", order(last), AFTER_CANCEL),
      ];
    default:
      return [...paid, ...cancelled, ...sharedBind(order(last))];
  }
}

export function isPlanFault(plan: readonly PlannedCall[] | PlanFault): plan is PlanFault {
  return "fault" in plan;
}

function faultOf({ suites, orders, account }: PlanRequest): string | undefined {
  const wanted = suites.length * ORDERS_PER_SUITE;
  if (account) {
    return orders.length === 1 ? undefined : `--account takes exactly one --order; ${orders.length} were given.`;
  }
  if (orders.length < ORDERS_PER_SUITE) {
    return (
      `Three unpaid orders are needed, ${orders.length} given: steps 1-8 pay one, 9-11 pay another, 12-15 cancel a third. ` +
      "A shop of balances, where one account is paid many times, takes --account and one --order."
    );
  }
  if (orders.length > wanted) return `At most ${wanted} orders can be used, ${orders.length} were given.`;
  const repeated = orders.find((order, i) => orders.findIndex((other) => other.reference === order.reference) < i);
  if (repeated === undefined) return undefined;
  return `The order ${repeated.reference} is given twice: each can be paid once. A shop of balances takes --account.`;
}

function calls(suite: SuiteName, block: BlockName, order: TestOrder, history?: string): PlannedCall[] {
  return SUITES[suite].steps[block].map((step) => ({ suite, block, step, order, ...(history && { history }) }));
}

function sharedBind(order: TestOrder): PlannedCall[] {
  const tool = calls("tool", "bind", order, AFTER_CANCEL);
  const [last] = tool.slice(-1);
  const postman = calls("postman", "bind", order, BESIDE_LIVE);
  return [
    ...tool.slice(0, -1),
    ...postman.map((call, i) =>
      last !== undefined && i === postman.length - 1
        ? { ...call, alsoJudges: { suite: last.suite, step: last.step } }
        : call,
    ),
  ];
}
