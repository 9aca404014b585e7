import fc from "fast-check";
import { expect } from "vitest";
import type { OrderUpdate } from "../../src/gen/clickbridge/v1/order_update.ts";
import {
  AcknowledgeOrderUpdateRequest_Outcome as Outcome,
  AcknowledgeOrderUpdateRequest_Refusal as Refusal,
} from "../../src/gen/clickbridge/v1/order_update_service.ts";
import { newClickId } from "../support/click/click.ts";
import { attemptsNaming } from "../support/service/attempt-record.ts";
import { call } from "../support/service/service.ts";
import { type ClickPayment, newClickPayment } from "../support/shop/shop-and-service.ts";
import { expectInvariants, type Real } from "./payment-invariants.ts";
import {
  expectComplete,
  expectNewPrepare,
  expectRepeatedPrepare,
  holder,
  type Model,
  type ModelAttempt,
  type ModelOrder,
} from "./payment-model.ts";

type Command = fc.AsyncCommand<Model, Real>;

const sums = (tiyin: number) => (tiyin / 100).toFixed(2);
const moneyRefused = { moneyTaken: false, moneyRefused: false };

/** One event. Its name is printed when fast-check finds a counterexample. */
function command(
  name: string,
  run: (model: Model, real: Real) => Promise<void>,
  check: (model: Model) => boolean = () => true,
): Command {
  return {
    check,
    run: async (model, real) => {
      await run(model, real);
      await expectInvariants(model, real);
    },
    toString: () => name,
  };
}

/** A new number of Click's asks for the order's sum, or another. */
function prepareNew(offTiyin: number, error: number): Command {
  return command(`prepare(the sum + ${offTiyin} tiyin, ${error})`, async (model, { fixture, order }) => {
    const amountTiyin = model.order.sumTiyin + offTiyin;
    const payment = newClickPayment(order.number, sums(amountTiyin));
    const expected = expectNewPrepare(model, { amountTiyin, error });

    const answer = await fixture.prepare({ ...payment, error: String(error) });

    expect(answer.error).toBe(expected.answer);
    const id = answer.merchantPrepareId ?? 0;
    expect(model.attempts.map((attempt) => attempt.id)).not.toContain(id);
    model.attempts.push({ id, payment, amountTiyin, hasPayment: true, state: expected.state, ...moneyRefused });
  });
}

/** A command about one of the attempts that there are, counted from the newest. */
function about(name: string, index: number, run: (m: Model, r: Real, attempt: ModelAttempt) => Promise<void>): Command {
  return command(
    `${name} of the newest attempt but ${index}`,
    async (model, real) => {
      const attempt = model.attempts.at(-1 - (index % model.attempts.length));
      if (attempt === undefined) throw new Error("check() lets this run only with attempts");
      await run(model, real, attempt);
    },
    (model) => model.attempts.length > 0,
  );
}

function prepareAgain(index: number): Command {
  return about("prepare again", index, async (model, { fixture }, attempt) => {
    const expected = expectRepeatedPrepare(model, attempt);

    const answer = await fixture.prepare(attempt.payment);

    expect({ error: answer.error, id: answer.merchantPrepareId }).toEqual({ error: expected.answer, id: attempt.id });
    attempt.state = expected.state;
  });
}

export interface CompleteOptions {
  readonly index: number;
  readonly error: number;
  /** How much its sum is off. */
  readonly offTiyin: number;
  /** How it names its attempt. */
  readonly by: "prepare id" | "Click's number" | "prepare id, with a new number of Click's";
}

function complete({ index, error, offTiyin, by }: CompleteOptions): Command {
  const name = `complete(${error}, its sum + ${offTiyin} tiyin) by ${by}`;
  return about(name, index, async (model, { fixture }, attempt) => {
    const amountTiyin = attempt.amountTiyin + offTiyin;
    const expected = expectComplete(model, attempt, { amountTiyin, error });
    const request: ClickPayment & { merchantPrepareId?: string } = {
      ...attempt.payment,
      amount: sums(amountTiyin),
      ...(by === "Click's number" ? {} : { merchantPrepareId: String(attempt.id) }),
      ...(by === "prepare id, with a new number of Click's" ? { clickTransId: newClickId() } : {}),
    };

    const answer = await fixture.complete({ ...request, error: String(error) });

    expect(answer.error).toBe(expected.answer);
    expect(answer.merchantConfirmId).toBe(expected.answer === 0 ? attempt.id : undefined);
    attempt.state = expected.state;
    if (error !== 0) return;
    if (answer.error === 0 || answer.error === -4) attempt.moneyTaken = true;
    else attempt.moneyRefused = true;
  });
}

/** A Complete whose Prepare never came: money without a home, or a cancel that a late Prepare has to find. */
function completeUnheard(error: number): Command {
  return command(`complete(${error}) without a Prepare`, async (model, { fixture, order }) => {
    const payment = newClickPayment(order.number);

    const answer = await fixture.complete({ ...payment, error: String(error) });

    expect(answer.error).toBe(error === 0 ? -6 : -9);
    if (error === 0) model.homelessMoney.push(payment.clickTransId);
    else {
      const id = (await attemptsNaming(fixture.shop, order.number)).at(-1) ?? 0;
      model.attempts.push({
        id,
        payment,
        amountTiyin: 100_000,
        hasPayment: false,
        state: "CANCELLED",
        ...moneyRefused,
      });
    }
  });
}

/** The shop's people, and Bitrix. */
function edit(name: string, change: (order: ModelOrder) => void): Command {
  return command(name, async ({ order: modelOrder }, real) => {
    change(modelOrder);
    await writeOrder(modelOrder, real);
  });
}

async function writeOrder(
  { sumTiyin, paid, returned, cancelled }: ModelOrder,
  { fixture, order }: Real,
): Promise<void> {
  await fixture.shop.query(
    "UPDATE b_sale_order_payment p JOIN b_sale_order o ON o.ID = p.ORDER_ID SET p.SUM = ?, p.PAID = ?, p.IS_RETURN = ?, o.CANCELED = ? WHERE o.ID = ?",
    [sums(sumTiyin), paid ? "Y" : "N", returned ? "Y" : "N", cancelled ? "Y" : "N", order.orderId],
  );
}

/** The agent claims what the order is owed, if its lease is free, and says how it ended; when applied, the shop shows it paid. */
function apply(outcome: "APPLIED" | "REFUSED" | "RETRY"): Command {
  return command(`claim, ${outcome}`, async (model, real) => {
    const update = await claim(model, real);
    if (update === undefined) return;
    const { updates } = real.fixture.service;
    await call(updates, updates.startOrderUpdate, { orderUpdateId: update.orderUpdateId, token: update.token });
    if (outcome === "APPLIED") {
      model.order.paid = true;
      await writeOrder(model.order, real);
    }
    const reported = {
      orderUpdateId: update.orderUpdateId,
      token: update.token,
      outcome: Outcome[`OUTCOME_${outcome}`],
    };
    const refusal = outcome === "REFUSED" ? Refusal.REFUSAL_AMOUNT_CHANGED : Refusal.REFUSAL_UNSPECIFIED;

    await call(updates, updates.acknowledgeOrderUpdate, { ...reported, refusal, detail: "", inParts: false });

    const attempt = holder(model);
    expect(update.attemptId).toBe(BigInt(attempt?.id ?? 0));
    if (outcome === "APPLIED" && attempt !== undefined) attempt.state = "SETTLED";
  });
}

async function claim(model: Model, { fixture }: Real): Promise<OrderUpdate | undefined> {
  const attempt = holder(model);
  if (attempt === undefined) return undefined;
  // As if the module had died long ago: its lease is over.
  await fixture.shop.query(
    "UPDATE clickbridge_order_update SET lease_expire_time = NULL, due_time = NOW(3) WHERE attempt_id = ? AND state = 'PENDING'",
    [attempt.id],
  );
  const { updates } = fixture.service;
  const { orderUpdates } = await call(updates, updates.claimOrderUpdates, { limit: 100 });
  return orderUpdates.find((update) => update.attemptId === BigInt(attempt.id));
}

const index = fc.nat({ max: 4 });
const offTiyin = fc.constantFrom(0, 0, 0, 0, 0, 0, 1, -1);
const error = fc.constantFrom(0, 0, 0, -1, -5017);
const by = fc.constantFrom<CompleteOptions["by"]>(
  "prepare id",
  "prepare id",
  "Click's number",
  "prepare id, with a new number of Click's",
);

const oddPrepare = fc.tuple(offTiyin, fc.constantFrom(0, 0, 0, -1)).map(([off, code]) => prepareNew(off, code));
const anyComplete = fc.record({ index, error, offTiyin, by }).map(complete);
const anyEdit = fc.constantFrom(
  edit("paid in cash", (order) => {
    order.paid = true;
  }),
  edit("not paid after all", (order) => {
    order.paid = false;
  }),
  edit("returned", (order) => {
    order.returned = true;
  }),
  edit("not returned after all", (order) => {
    order.returned = false;
  }),
  edit("cancelled", (order) => {
    order.cancelled = true;
  }),
  edit("not cancelled after all", (order) => {
    order.cancelled = false;
  }),
  edit("re-priced by a tiyin", (order) => {
    order.sumTiyin += 1;
  }),
  edit("priced as at first", (order) => {
    order.sumTiyin = 100_000;
  }),
);
const anyApply = fc.constantFrom<Parameters<typeof apply>[0]>("APPLIED", "APPLIED", "REFUSED", "RETRY").map(apply);

const often = <T>(times: number, one: T): T[] => Array.from({ length: times }, () => one);

/** Everything that may happen to a payment; what decides about money more often than the rest. */
export const PAYMENT_COMMANDS: readonly fc.Arbitrary<Command>[] = [
  ...often(2, fc.constant(prepareNew(0, 0))),
  oddPrepare,
  index.map(prepareAgain),
  ...often(6, anyComplete),
  fc.constantFrom(0, -5017).map(completeUnheard),
  ...often(3, anyEdit),
  ...often(2, anyApply),
];
