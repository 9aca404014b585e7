import { describe, expect, onTestFinished, test } from "vitest";
import { clickOver, newClickId } from "../../support/click/click.ts";
import { startTestService, type TestService } from "../../support/service/service.ts";
import type { ShopOrder } from "../../support/shop/shop.ts";
import {
  type ClickPayment,
  newClickPayment,
  type Staged,
  shopAndService,
} from "../../support/shop/shop-and-service.ts";

/**
 * Many callbacks about one payment in the same moment, over several services on one database. Whatever the order of events, nobody may
 * hear an error of gRPC (a deadlock, UNAVAILABLE), and the money ends at one place.
 */
const fixture = shopAndService();

const SERVICES = 3;
/** A cluster, where every statement is a round trip of its own, is asked for less: what is queued for more than 3 s hears UNAVAILABLE. */
const AT_ONCE = Number(process.env["CLICKBRIDGE_TEST_CALLS_AT_ONCE"] ?? 24);

/** Services of the test's own beside the file's, so that no lock in one process hides a race. */
async function severalServices(): Promise<readonly TestService[]> {
  const others: TestService[] = [];
  for (let i = 1; i < SERVICES; i += 1) {
    const service = await startTestService({ databaseUrl: fixture.shop.url });
    onTestFinished(() => service.stop());
    others.push(service);
  }
  return [fixture.service, ...others];
}

/** The n-th caller, on the services in turn. */
function callers(services: readonly TestService[]) {
  const clicks = services.map((service) => clickOver(service));
  return (n: number) => clicks[n % clicks.length] ?? clickOver(fixture.service);
}

const times = <T>(count: number, make: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => make(n)));

/** How often each value came. */
function tally(values: readonly (string | number)[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

const attemptsOf = (order: ShopOrder) =>
  fixture.shop.query(
    `SELECT a.id, a.state, a.payment_id, u.state AS update_state FROM clickbridge_attempt a
     LEFT JOIN clickbridge_order_update u ON u.attempt_id = a.id WHERE a.order_id = ? ORDER BY a.id`,
    [order.orderId],
  );

const completeOf = ({ payment, attemptId }: Staged) => ({ ...payment, merchantPrepareId: String(attemptId) });

test("every write about a payment takes its lock first: the version counts it", async () => {
  const version = async (paymentId: number) => {
    const [row] = await fixture.shop.query("SELECT version FROM clickbridge_payment WHERE payment_id = ?", [paymentId]);
    return row?.["version"];
  };
  const staged = await fixture.stage("PREPARED");
  const { order } = staged;
  const versions = [await version(order.paymentId)];

  const second = await fixture.prepared(order);
  versions.push(await version(order.paymentId));
  await fixture.complete(completeOf(staged));
  versions.push(await version(order.paymentId));
  await fixture.complete({ ...completeOf(second), error: "-5017" });
  versions.push(await version(order.paymentId));

  expect(versions).toEqual([1, 2, 3, 4]);
});

describe("one payment of Click's, many times at once", () => {
  test("the same Prepare: one attempt, and everybody hears its id", async () => {
    const caller = callers(await severalServices());
    const payment = newClickPayment((await fixture.shop.addOrder()).number);

    const answers = await times(AT_ONCE, (n) => caller(n).prepare(payment));

    expect(tally(answers.map(({ error }) => error))).toEqual({ 0: AT_ONCE });
    expect(new Set(answers.map(({ merchantPrepareId }) => merchantPrepareId)).size).toBe(1);
  });

  test("Prepares of one click_trans_id for two orders: one order's are accepted, the other's make no attempt", async () => {
    const caller = callers(await severalServices());
    const orders = [await fixture.shop.addOrder(), await fixture.shop.addOrder()];
    const payments = orders.map(({ number }) => newClickPayment(number));
    const clickTransId = newClickId();

    const answers = await times(AT_ONCE, async (n) => {
      const { error } = await caller(n).prepare({ ...(payments[n % 2] as ClickPayment), clickTransId });
      return `${n % 2}: ${error}`;
    });

    const attempts = await Promise.all(orders.map(attemptsOf));
    const [accepted, other] = attempts[0]?.length === 1 ? [0, 1] : [1, 0];
    expect(attempts.map((rows) => rows.length).sort()).toEqual([0, 1]);
    expect(tally(answers)).toEqual({ [`${accepted}: 0`]: AT_ONCE / 2, [`${other}: -8`]: AT_ONCE / 2 });
  });

  test("the same Complete: one 0, and -4 for all others; one order update, handed to one caller", async () => {
    const caller = callers(await severalServices());
    const staged = await fixture.stage("PREPARED");

    const answers = await times(AT_ONCE, (n) => caller(n).complete(completeOf(staged)));

    expect(tally(answers.map(({ error }) => error))).toEqual({ 0: 1, [-4]: AT_ONCE - 1 });
    expect(answers.filter(({ orderUpdate }) => orderUpdate !== undefined)).toHaveLength(1);
    expect(await fixture.record(staged.attemptId)).toMatchObject({
      state: "CAPTURED",
      orderUpdates: ["MARK_PAID PENDING 100000"],
      events: ["attempt.prepared", "attempt.captured"],
    });
  });

  test("Complete and cancel: one of them wins, and all answers agree with it", async () => {
    const caller = callers(await severalServices());
    const staged = await fixture.stage("PREPARED");

    const answers = await times(AT_ONCE, async (n) => {
      const error = n % 2 === 0 ? "0" : "-5017";
      return `${error}: ${(await caller(n).complete({ ...completeOf(staged), error })).error}`;
    });

    const half = AT_ONCE / 2;
    const { state } = await fixture.record(staged.attemptId);
    const told = {
      CAPTURED: { "0: 0": 1, "0: -4": half - 1, "-5017: -9": half },
      CANCELLED: { "0: -9": half, "-5017: -9": half },
    };
    expect(tally(answers)).toEqual(told[state as keyof typeof told]);
  });

  test("a cancel that overtakes its Prepare: one attempt, cancelled, and no Prepare after it hears 0", async () => {
    const caller = callers(await severalServices());
    const order = await fixture.shop.addOrder();
    const payment = newClickPayment(order.number);

    const answers = await times(AT_ONCE, async (n) =>
      n % 2 === 0 ? caller(n).prepare(payment) : caller(n).complete({ ...payment, error: "-5017" }),
    );
    const after = await fixture.prepare(payment);

    expect(answers.map(({ error }) => error).filter((error) => error !== 0 && error !== -9)).toEqual([]);
    expect(after.error).toBe(-9);
    expect(await fixture.record(after.merchantPrepareId)).toMatchObject({ state: "CANCELLED", orderUpdates: [] });
  });

  test("the same money without any attempt: -6 for all, and one anomaly", async () => {
    const caller = callers(await severalServices());
    const payment = newClickPayment((await fixture.shop.addOrder()).number);

    const answers = await times(AT_ONCE, (n) => caller(n).complete(payment));

    const anomalies = await fixture.shop.query(
      "SELECT kind, seen_count FROM clickbridge_anomaly WHERE subject LIKE ?",
      [`trans:%:${payment.clickTransId}:%`],
    );
    expect(tally(answers.map(({ error }) => error))).toEqual({ [-6]: AT_ONCE });
    expect(anomalies).toEqual([{ kind: "MONEY_WITHOUT_ATTEMPT", seen_count: AT_ONCE }]);
  });
});

describe("many payments of Click's for one order at once", () => {
  test("Prepares: all are accepted, each with its own id", async () => {
    const caller = callers(await severalServices());
    const order = await fixture.shop.addOrder();

    const answers = await times(AT_ONCE, (n) => caller(n).prepare(newClickPayment(order.number)));

    expect(tally(answers.map(({ error }) => error))).toEqual({ 0: AT_ONCE });
    expect(new Set(answers.map(({ merchantPrepareId }) => merchantPrepareId)).size).toBe(AT_ONCE);
  });

  test("Completes: 0 for all; one CAPTURED, the rest OWED with an anomaly each; one order update", async () => {
    const caller = callers(await severalServices());
    const order = await fixture.shop.addOrder();
    const staged = await times(AT_ONCE, () => fixture.prepared(order));

    const answers = await times(AT_ONCE, (n) => caller(n).complete(completeOf(staged[n] as Staged)));

    const attempts = await attemptsOf(order);
    const anomalies = await fixture.shop.query(
      "SELECT attempt_id FROM clickbridge_anomaly WHERE kind = 'SECOND_CAPTURE' AND attempt_id IN (?) ORDER BY attempt_id",
      [staged.map(({ attemptId }) => attemptId)],
    );
    expect(tally(answers.map(({ error }) => error))).toEqual({ 0: AT_ONCE });
    expect(tally(attempts.map(({ state }) => state))).toEqual({ CAPTURED: 1, OWED: AT_ONCE - 1 });
    expect(anomalies.map((a) => a["attempt_id"])).toEqual(
      attempts.filter(({ state }) => state === "OWED").map(({ id }) => id),
    );
    expect(attempts.filter((a) => a["update_state"] !== null).map(({ state }) => state)).toEqual(["CAPTURED"]);
  });

  test("an order with three payments of the same sum takes exactly three", async () => {
    const caller = callers(await severalServices());
    const order = await fixture.shop.addOrder({ sums: ["1000", "1000", "1000"] });

    const answers = await times(AT_ONCE, async (n) => {
      const payment = newClickPayment(order.number);
      const { merchantPrepareId = 0 } = await caller(n).prepare(payment);
      return caller(n + 1).complete({ ...payment, merchantPrepareId: String(merchantPrepareId) });
    });

    const attempts = await attemptsOf(order);
    const captured = attempts.filter(({ state }) => state === "CAPTURED");
    expect(tally(answers.map(({ error }) => error))).toEqual({ 0: AT_ONCE });
    expect(tally(attempts.map(({ state }) => state))).toEqual({ CAPTURED: 3, OWED: AT_ONCE - 3 });
    expect(new Set(captured.map((a) => a["payment_id"]))).toEqual(new Set(order.payments.map(({ id }) => id)));
  });

  test("whole payments at once, with repeats and new numbers: one CAPTURED, no money is lost", async () => {
    const caller = callers(await severalServices());
    const order = await fixture.shop.addOrder();

    const said = await times(AT_ONCE, async (n) => {
      const payment = newClickPayment(order.number);
      const prepares = await Promise.all([caller(n).prepare(payment), caller(n + 1).prepare(payment)]);
      const merchantPrepareId = String(prepares[0]?.merchantPrepareId ?? 0);
      const complete = { ...payment, merchantPrepareId };
      const completes = await Promise.all([
        caller(n).complete(complete),
        caller(n + 1).complete({ ...complete, clickTransId: newClickId() }),
      ]);
      return {
        ids: new Set(prepares.map((answer) => answer.merchantPrepareId)).size,
        completes: tally(completes.map(({ error }) => error)),
      };
    });

    const attempts = await attemptsOf(order);
    expect(said).toEqual(Array.from({ length: AT_ONCE }, () => ({ ids: 1, completes: { 0: 1, [-4]: 1 } })));
    expect(tally(attempts.map(({ state }) => state))).toEqual({ CAPTURED: 1, OWED: AT_ONCE - 1 });
  });
});

test("callbacks of many orders at once do not disturb each other", async () => {
  const caller = callers(await severalServices());
  const orders = await times(AT_ONCE, () => fixture.shop.addOrder());

  const answers = await times(AT_ONCE * 2, async (n) => {
    const payment = newClickPayment(orders[n % AT_ONCE]?.number ?? "");
    const { merchantPrepareId = 0 } = await caller(n).prepare(payment);
    return caller(n).complete({ ...payment, merchantPrepareId: String(merchantPrepareId) });
  });

  const states = (await Promise.all(orders.map(attemptsOf))).map((attempts) => tally(attempts.map((a) => a["state"])));
  expect(tally(answers.map(({ error }) => error))).toEqual({ 0: AT_ONCE * 2 });
  expect(states).toEqual(orders.map(() => ({ CAPTURED: 1, OWED: 1 })));
});
