import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type OrderUpdate, OrderUpdate_Kind } from "../../../src/gen/clickbridge/v1/order_update.ts";
import {
  AcknowledgeOrderUpdateRequest_Outcome as Outcome,
  AcknowledgeOrderUpdateRequest_Refusal as Refusal,
} from "../../../src/gen/clickbridge/v1/order_update_service.ts";
import { clickOver, newClickId } from "../../support/click/click.ts";
import { attemptRecord } from "../../support/service/attempt-record.ts";
import { failureOf } from "../../support/service/failure.ts";
import { logOfTest } from "../../support/service/log-of-test.ts";
import { call, startTestService, type TestService } from "../../support/service/service.ts";
import { handedOut, type Purchase, purchase } from "../../support/shop/purchase.ts";
import { createShop, type Shop } from "../../support/shop/shop.ts";

let shop: Shop;
let service: TestService;

const { log, lines } = logOfTest();

beforeAll(async () => {
  shop = await createShop();
  service = await startTestService({ databaseUrl: shop.url, log });
});
afterAll(async () => {
  await service.stop();
  await shop.stop();
});
// Each test begins with nothing owed.
beforeEach(() => shop.query("DELETE FROM clickbridge_order_update"));

const claim = async (limit = 0): Promise<readonly OrderUpdate[]> =>
  (await call(service.updates, service.updates.claimOrderUpdates, { limit })).orderUpdates;

const start = ({ orderUpdateId, token }: Pick<OrderUpdate, "orderUpdateId" | "token">) =>
  call(service.updates, service.updates.startOrderUpdate, { orderUpdateId, token });

interface Result {
  readonly token?: string;
  readonly outcome: Outcome;
  readonly refusal?: Refusal;
  readonly detail?: string;
  readonly inParts?: boolean;
}

const acknowledge = (update: Pick<OrderUpdate, "orderUpdateId" | "token">, result: Result) =>
  call(service.updates, service.updates.acknowledgeOrderUpdate, {
    orderUpdateId: update.orderUpdateId,
    token: update.token,
    refusal: Refusal.REFUSAL_UNSPECIFIED,
    detail: "",
    inParts: false,
    ...result,
  });

const APPLIED: Result = { outcome: Outcome.OUTCOME_APPLIED };
const RETRY: Result = { outcome: Outcome.OUTCOME_RETRY, detail: "the order is locked" };
const REFUSED: Result = { outcome: Outcome.OUTCOME_REFUSED, refusal: Refusal.REFUSAL_AMOUNT_CHANGED, detail: "900" };

/** As if the lease had ended and the pause were over: the service believes the database's clock only. */
const passTime = () =>
  shop.query(
    `UPDATE clickbridge_order_update SET due_time = NOW(3) - INTERVAL 1 SECOND,
       lease_expire_time = IF(lease_expire_time IS NULL, NULL, NOW(3) - INTERVAL 1 SECOND)`,
  );

const row = async ({ orderUpdateId }: Pick<OrderUpdate, "orderUpdateId">): Promise<Record<string, unknown>> => {
  const [found] = await shop.query(
    `SELECT state, token, try_count, refusal, detail, TIMESTAMPDIFF(SECOND, NOW(3), lease_expire_time) AS lease_seconds,
       TIMESTAMPDIFF(SECOND, update_time, due_time) AS due_seconds FROM clickbridge_order_update WHERE id = ?`,
    [orderUpdateId],
  );
  return found ?? {};
};

const stateOfAttempt = async ({ attemptId }: Pick<Purchase, "attemptId">) =>
  (await shop.query("SELECT state FROM clickbridge_attempt WHERE id = ?", [attemptId]))[0]?.["state"];

const anomalies = async ({ attemptId }: Pick<Purchase, "attemptId">) =>
  (await shop.query("SELECT kind, state FROM clickbridge_anomaly WHERE attempt_id = ? ORDER BY id", [attemptId])).map(
    (found) => `${found["kind"]} ${found["state"]}`,
  );

async function claimed(): Promise<{ readonly bought: Purchase; readonly update: OrderUpdate }> {
  const bought = await purchase(service, shop);
  const [update] = await claim();
  if (update === undefined) throw new Error("nothing was claimed");
  return { bought, update };
}

describe("handing out", () => {
  test("the answer to a Complete carries the update with everything an applier needs", async () => {
    const bought = await purchase(service, shop, { leaveOrderUpdate: false });

    const update = handedOut(bought);

    expect(update).toMatchObject({
      kind: OrderUpdate_Kind.KIND_MARK_PAID,
      paymentId: BigInt(bought.order.paymentId),
      orderId: BigInt(bought.order.orderId),
      amountTiyin: 100_000n,
      currency: "UZS",
      attemptId: BigInt(bought.attemptId),
      clickTransId: bought.clickTransId,
      clickPaymentId: bought.clickPaydocId,
      tryNumber: 1,
    });
    expect(update.token).toMatch(/^[\w-]{32}$/);
    expect(update.leaseExpireTime?.getTime()).toBeGreaterThan(update.captureTime?.getTime() ?? Number.NaN);
  });

  test("the lease is half a minute of the database's time", async () => {
    const update = handedOut(await purchase(service, shop, { leaveOrderUpdate: false }));

    const { lease_seconds: seconds } = await row(update);

    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(30);
  });

  test("nobody else gets an update while its lease is live", async () => {
    await purchase(service, shop, { leaveOrderUpdate: false });

    const claims = await Promise.all([claim(), claim(), claim()]);

    expect(claims.flat()).toEqual([]);
  });

  test("two claimers at once: one of them gets it", async () => {
    await purchase(service, shop);

    const claims = await Promise.all([claim(), claim(), claim(), claim()]);

    expect(claims.flat()).toHaveLength(1);
  });

  test("a repeated Complete leases it again after the lease has ended, not before", async () => {
    const bought = await purchase(service, shop, { leaveOrderUpdate: false });
    const repeat = () =>
      clickOver(service).complete({
        clickTransId: bought.clickTransId,
        merchantTransId: bought.order.number,
        merchantPrepareId: String(bought.attemptId),
      });

    const early = await repeat();
    await passTime();
    const late = await repeat();

    expect([early.error, early.orderUpdate]).toEqual([-4, undefined]);
    expect([late.error, late.orderUpdate?.orderUpdateId]).toEqual([-4, handedOut(bought).orderUpdateId]);
    expect(late.orderUpdate?.token).not.toBe(handedOut(bought).token);
    expect(late.orderUpdate?.tryNumber).toBe(2);
  });

  test("a module that leaves updates to its agent gets none", async () => {
    const bought = await purchase(service, shop, { leaveOrderUpdate: true });

    const left = await claim();

    expect(bought.completed.orderUpdate).toBeUndefined();
    expect(left.map((update) => update.attemptId)).toEqual([BigInt(bought.attemptId)]);
  });

  test("an update with an expired lease is leased with a new token, and the old holder may not save", async () => {
    const { update: first } = await claimed();
    await passTime();

    const [second] = await claim();

    expect(second?.orderUpdateId).toBe(first.orderUpdateId);
    expect(second?.tryNumber).toBe(2);
    expect(await failureOf(start(first))).toMatchObject({ code: "FAILED_PRECONDITION", reason: "LEASE_LOST" });
  });

  test("a try without a result makes the next one wait longer", async () => {
    const { update } = await claimed();
    const waits: number[] = [];

    for (let tries = 1; tries <= 3; tries += 1) {
      waits.push(Number((await row(update))["due_seconds"]));
      await passTime();
      await claim();
    }

    expect(waits).toEqual([5, 10, 20]);
  });

  test("the limit counts, 0 means twenty, and less is an error", async () => {
    for (let count = 0; count < 22; count += 1) await purchase(service, shop);

    const three = await claim(3);
    const rest = await claim(0);

    expect([three.length, rest.length]).toEqual([3, 19]);
    expect(await failureOf(claim(-1))).toMatchObject({ code: "INVALID_ARGUMENT", fields: ["limit"] });
  });

  test("updates of one payment go out in order, one at a time", async () => {
    const { bought, update: paid } = await claimed();
    // A refund will owe this; nothing of ours writes it yet.
    await shop.query(
      `INSERT INTO clickbridge_order_update (attempt_id, kind, state, payment_id, order_id, amount_tiyin)
       VALUES (?, 'MARK_REFUNDED', 'PENDING', ?, ?, 100000)`,
      [bought.attemptId, bought.order.paymentId, bought.order.orderId],
    );

    const early = await claim();
    await acknowledge(paid, APPLIED);
    const late = await claim();

    expect(early).toEqual([]);
    expect(late.map((update) => update.kind)).toEqual([OrderUpdate_Kind.KIND_MARK_REFUNDED]);
  });

  test("one bad update never starves the rest", async () => {
    const { update: bad } = await claimed();
    for (let tries = 0; tries < 8; tries += 1) {
      await acknowledge({ ...bad, token: String((await row(bad))["token"]) }, RETRY);
      await passTime();
      await claim();
    }
    await passTime();
    const good = await purchase(service, shop);

    const ids = (await claim(1)).concat(await claim(1)).map((update) => update.attemptId);

    expect(ids).toContain(BigInt(good.attemptId));
  });

  test("those whose payments are locked do not count for the limit, and are reported", async () => {
    const busy = [await purchase(service, shop), await purchase(service, shop)];
    const good = await purchase(service, shop);
    const other = await shop.pool.getConnection();
    await other.query("START TRANSACTION");
    await other.query("UPDATE clickbridge_payment SET version = version + 1 WHERE payment_id IN (?)", [
      busy.map(({ order }) => order.paymentId),
    ]);

    const ids = (await claim(1)).map((update) => update.attemptId);
    await other.query("ROLLBACK");
    other.release();
    const later = (await claim()).map((update) => update.attemptId);

    expect(ids).toEqual([BigInt(good.attemptId)]);
    expect(later).toEqual(busy.map(({ attemptId }) => BigInt(attemptId)));
    const warned = lines().filter(({ msg }) => msg === "an order update could not be handed out");
    expect(warned).toHaveLength(busy.length);
  });

  test("one whose row is broken costs the others nothing", async () => {
    const bad = await purchase(service, shop);
    const good = await purchase(service, shop);
    // Its counter is full: the lease cannot be written.
    await shop.query("UPDATE clickbridge_order_update SET try_count = 2147483647 WHERE attempt_id = ?", [
      bad.attemptId,
    ]);

    const ids = (await claim(1)).map((update) => update.attemptId);

    expect(ids).toEqual([BigInt(good.attemptId)]);
  });
});

describe("the start of a save", () => {
  test("extends the lease to a quarter of an hour", async () => {
    const { update } = await claimed();

    const { leaseExpireTime } = await start(update);

    const { lease_seconds: seconds } = await row(update);
    expect(seconds).toBeGreaterThan(14 * 60);
    expect(seconds).toBeLessThanOrEqual(15 * 60);
    expect(leaseExpireTime).toBeInstanceOf(Date);
  });

  test("a repeat renews the lease", async () => {
    const { update } = await claimed();
    await start(update);
    await shop.query("UPDATE clickbridge_order_update SET lease_expire_time = NOW(3) + INTERVAL 9 SECOND");

    await start(update);

    expect((await row(update))["lease_seconds"]).toBeGreaterThan(14 * 60);
  });

  test("keeps everybody else away, a repeated Complete too", async () => {
    const bought = await purchase(service, shop, { leaveOrderUpdate: false });
    await start(handedOut(bought));

    const again = await clickOver(service).complete({
      clickTransId: bought.clickTransId,
      merchantTransId: bought.order.number,
      merchantPrepareId: String(bought.attemptId),
    });

    expect(again.orderUpdate).toBeUndefined();
    expect(await claim()).toEqual([]);
  });

  test("is refused after the end: applied or refused", async () => {
    const { update: applied } = await claimed();
    await acknowledge(applied, APPLIED);
    const { update: refused } = await claimed();
    await acknowledge(refused, REFUSED);

    const failures = await Promise.all([applied, refused].map((update) => failureOf(start(update))));

    expect(failures.map((failure) => failure.reason)).toEqual(["LEASE_LOST", "LEASE_LOST"]);
  });

  test.each([
    ["no number", { orderUpdateId: 0n, token: "x" }, ["order_update_id"]],
    ["no token", { orderUpdateId: 1n, token: "" }, ["token"]],
  ])("%s is named as the fault", async (_, request, fields) => {
    const failure = await failureOf(start(request));

    expect(failure).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST", fields });
  });

  test("an update that is not there is not found", async () => {
    const failure = await failureOf(start({ orderUpdateId: 987_654_321n, token: "x" }));

    expect(failure).toMatchObject({ code: "NOT_FOUND", reason: "ORDER_UPDATE_NOT_FOUND" });
    expect(failure.metadata).toEqual({ orderUpdateId: "987654321" });
  });
});

describe("APPLIED", () => {
  test("settles the attempt and finishes the update", async () => {
    const { bought, update } = await claimed();

    const { finished } = await acknowledge(update, APPLIED);

    expect(finished).toBe(true);
    expect(await stateOfAttempt(bought)).toBe("SETTLED");
    await passTime();
    expect(await claim()).toEqual([]);
  });

  test("is taken from anyone: without a token, with a lost one, after the lease", async () => {
    const { bought, update } = await claimed();
    await passTime();
    await claim();

    const { finished } = await acknowledge({ ...update, token: "" }, APPLIED);

    expect(finished).toBe(true);
    expect(await stateOfAttempt(bought)).toBe("SETTLED");
  });

  test("reported twice, by two at once, is stored once", async () => {
    const { bought, update } = await claimed();

    await Promise.all([acknowledge(update, APPLIED), acknowledge(update, APPLIED), acknowledge(update, APPLIED)]);

    const events = await shop.query(
      "SELECT type FROM clickbridge_event WHERE type = 'attempt.settled' AND payment_id = ?",
      [bought.order.paymentId],
    );
    expect(events).toHaveLength(1);
  });

  test.each(["HELD", "WITHDRAWN"])("is not taken of one that is %s: its money is not the shop's", async (state) => {
    const { bought, update } = await claimed();
    await shop.query("UPDATE clickbridge_order_update SET state = ? WHERE id = ?", [state, update.orderUpdateId]);

    const failure = await failureOf(acknowledge(update, APPLIED));

    expect(failure).toMatchObject({ code: "FAILED_PRECONDITION", reason: "LEASE_LOST" });
    expect([(await row(update))["state"], await stateOfAttempt(bought)]).toEqual([state, "CAPTURED"]);
  });

  test("of a refund settles nothing", async () => {
    const { bought, update } = await claimed();
    await shop.query("UPDATE clickbridge_attempt SET state = 'REVERSED' WHERE id = ?", [bought.attemptId]);
    await shop.query("UPDATE clickbridge_order_update SET kind = 'MARK_REFUNDED' WHERE id = ?", [update.orderUpdateId]);

    const answer = await acknowledge(update, APPLIED);

    expect([answer.finished, await stateOfAttempt(bought)]).toEqual([true, "REVERSED"]);
    const { events } = await attemptRecord(shop, bought.attemptId);
    expect(events).toEqual(["attempt.prepared", "attempt.captured"]);
  });

  test("is a fact also after a refusal, and closes what was open about it", async () => {
    const { bought, update } = await claimed();
    await acknowledge(update, REFUSED);

    await acknowledge(update, APPLIED);

    expect(await stateOfAttempt(bought)).toBe("SETTLED");
    expect(await anomalies(bought)).toEqual(["APPLY_REFUSED CLOSED"]);
  });
});

describe("REFUSED", () => {
  test("with the live token ends it, and leaves an anomaly and an event", async () => {
    const { bought, update } = await claimed();

    const { finished } = await acknowledge(update, REFUSED);

    expect(finished).toBe(true);
    expect(await row(update)).toMatchObject({ state: "REFUSED", refusal: "AMOUNT_CHANGED", detail: "900" });
    expect(await anomalies(bought)).toEqual(["APPLY_REFUSED OPEN"]);
    expect(await stateOfAttempt(bought)).toBe("CAPTURED");
  });

  test("reported twice by the same holder changes nothing", async () => {
    const { update } = await claimed();
    await acknowledge(update, REFUSED);

    const { finished } = await acknowledge(update, REFUSED);

    expect(finished).toBe(true);
    expect(await shop.query("SELECT seen_count FROM clickbridge_anomaly ORDER BY id DESC LIMIT 1")).toEqual([
      { seen_count: 1 },
    ]);
  });

  test.each([
    ["REFUSED", REFUSED],
    ["RETRY", RETRY],
  ])("%s without the lease is not accepted", async (_, result) => {
    const { update } = await claimed();
    await passTime();
    await claim();

    const failure = await failureOf(acknowledge(update, result));

    expect(failure).toMatchObject({ code: "FAILED_PRECONDITION", reason: "LEASE_LOST" });
    expect((await row(update))["state"]).toBe("PENDING");
  });

  test("for an unknown kind keeps the update for a newer applier, with an anomaly at once", async () => {
    const { bought, update } = await claimed();
    const result = { ...REFUSED, refusal: Refusal.REFUSAL_KIND_UNKNOWN, detail: "kind 7" };

    const told = [await acknowledge(update, result), await acknowledge(update, result)];

    expect(told).toEqual([{ finished: false }, { finished: false }]);
    expect(await row(update)).toMatchObject({ state: "PENDING", refusal: null, detail: "kind 7", due_seconds: 5 });
    expect(await anomalies(bought)).toEqual(["APPLY_STUCK OPEN"]);
    await acknowledge(update, APPLIED);
    expect(await anomalies(bought)).toEqual(["APPLY_STUCK CLOSED"]);
  });

  test("knows every reason of the list, by its name", async () => {
    const waits: readonly number[] = [Refusal.REFUSAL_UNSPECIFIED, Refusal.REFUSAL_KIND_UNKNOWN];
    const reasons = Object.entries(Refusal).filter(
      ([name, value]) => name.startsWith("REFUSAL_") && !waits.includes(value as number),
    );
    const stored: unknown[] = [];

    for (const [, refusal] of reasons) {
      const { update } = await claimed();
      await acknowledge(update, { ...REFUSED, refusal: refusal as Refusal });
      stored.push((await row(update))["refusal"]);
    }

    expect(stored).toEqual(reasons.map(([name]) => name.replace("REFUSAL_", "")));
    expect(stored).toHaveLength(6);
  });

  test.each<[string, Result, string[]]>([
    ["a refusal without a reason", { outcome: Outcome.OUTCOME_REFUSED }, ["refusal"]],
    ["a reason of tomorrow", { outcome: Outcome.OUTCOME_REFUSED, refusal: 99 as Refusal }, ["refusal"]],
    ["a refusal together with APPLIED", { ...APPLIED, refusal: Refusal.REFUSAL_ORDER_NOT_FOUND }, ["refusal"]],
    ["no outcome", { outcome: Outcome.OUTCOME_UNSPECIFIED }, ["outcome"]],
    ["an outcome of tomorrow", { outcome: 77 as Outcome }, ["outcome"]],
    ["RETRY without a token", { ...RETRY, token: "" }, ["token"]],
  ])("%s is named as the fault", async (_, result, fields) => {
    const { update } = await claimed();

    const failure = await failureOf(acknowledge(update, result));

    expect(failure).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST", fields });
  });

  test("keeps no more than 250 characters of a detail", async () => {
    const { update } = await claimed();

    await acknowledge(update, { ...REFUSED, detail: "я".repeat(400) });

    expect((await row(update))["detail"]).toBe("я".repeat(250));
  });
});

describe("RETRY", () => {
  test("reported twice by the same holder counts once, and after it the holder may not save", async () => {
    const { update } = await claimed();
    await acknowledge(update, RETRY);
    const once = await row(update);

    const { finished } = await acknowledge(update, RETRY);

    expect(finished).toBe(false);
    expect(await row(update)).toEqual(once);
    expect((await failureOf(start(update))).reason).toBe("LEASE_LOST");
  });

  test("frees the lease and waits longer every time, up to an hour", async () => {
    const { update } = await claimed();
    const waits: number[] = [];

    for (let tries = 1; tries <= 12; tries += 1) {
      const { finished } = await acknowledge({ ...update, token: String((await row(update))["token"]) }, RETRY);
      waits.push(finished ? Number.NaN : Number((await row(update))["due_seconds"]));
      await passTime();
      await claim();
    }

    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
  });

  test("five failed tries make one anomaly, and the tries go on", async () => {
    const { bought, update } = await claimed();
    const seen: string[][] = [];

    for (let tries = 1; tries <= 6; tries += 1) {
      await acknowledge({ ...update, token: String((await row(update))["token"]) }, RETRY);
      seen.push(await anomalies(bought));
      await passTime();
      await claim();
    }

    expect(seen.map((kinds) => kinds.length)).toEqual([0, 0, 0, 0, 1, 1]);
    expect(seen.at(-1)).toEqual(["APPLY_STUCK OPEN"]);
    expect(await row(update)).toMatchObject({ state: "PENDING", try_count: 7 });
  });

  test("appliers that die without a result raise the anomaly after five tries too", async () => {
    const { bought } = await claimed();

    for (let tries = 1; tries <= 5; tries += 1) {
      await passTime();
      await claim();
    }

    expect(await anomalies(bought)).toEqual(["APPLY_STUCK OPEN"]);
  });

  test("a later success closes the anomaly", async () => {
    const { bought, update } = await claimed();
    for (let tries = 1; tries <= 5; tries += 1) {
      await passTime();
      await claim();
    }

    await acknowledge(update, APPLIED);

    expect(await anomalies(bought)).toEqual(["APPLY_STUCK CLOSED"]);
  });
});

describe("a save that cannot be a whole one", () => {
  /** A try that announces its save and fails in it; gives what it was told about the transaction. */
  async function failedSave(update: OrderUpdate, detail = "failed: RuntimeException"): Promise<boolean> {
    const token = String((await row(update))["token"]);
    const { outsideTransaction } = await start({ ...update, token });
    await acknowledge({ ...update, token }, { ...RETRY, detail });
    await passTime();
    await claim();
    return outsideTransaction;
  }

  test("after three saves that failed in a transaction the next goes without, and its end is an anomaly", async () => {
    const { bought, update } = await claimed();
    const told = [await failedSave(update), await failedSave(update), await failedSave(update)];
    const token = String((await row(update))["token"]);

    const { outsideTransaction } = await start({ ...update, token });
    await acknowledge({ ...update, token }, APPLIED);

    expect([...told, outsideTransaction]).toEqual([false, false, false, true]);
    expect(await anomalies(bought)).toEqual(["APPLIED_IN_PARTS OPEN"]);
    const [found] = await shop.query("SELECT detail FROM clickbridge_anomaly WHERE attempt_id = ?", [bought.attemptId]);
    expect(JSON.parse(String(found?.["detail"]))).toMatchObject({ saves: 4, detail: "failed: RuntimeException" });
  });

  test("tries that never came to a save, and a save announced twice with one token, do not count", async () => {
    const { bought, update } = await claimed();
    for (let tries = 1; tries <= 4; tries += 1) {
      await passTime();
      await claim();
    }
    const token = String((await row(update))["token"]);

    const announced = [];
    for (let calls = 1; calls <= 4; calls += 1) announced.push((await start({ ...update, token })).outsideTransaction);
    await acknowledge({ ...update, token }, APPLIED);

    expect(announced).toEqual([false, false, false, false]);
    expect((await anomalies(bought)).filter((kind) => kind.startsWith("APPLIED_IN_PARTS"))).toEqual([]);
  });

  test("an applier that finds the work of a save without transaction done reports it too", async () => {
    const { bought, update } = await claimed();
    for (let saves = 1; saves <= 4; saves += 1) await failedSave(update);

    await acknowledge(update, APPLIED);

    expect(await anomalies(bought)).toEqual(["APPLIED_IN_PARTS OPEN"]);
  });

  test("one that failed and could not be rolled back raises an anomaly at once", async () => {
    const { bought, update } = await claimed();

    const { finished } = await acknowledge(update, { ...APPLIED, inParts: true, detail: "failed: RuntimeException" });

    expect(finished).toBe(true);
    expect(await anomalies(bought)).toEqual(["APPLIED_IN_PARTS OPEN"]);
  });

  test("only what was applied can be so in parts", async () => {
    const { update } = await claimed();

    expect(await failureOf(acknowledge(update, { ...RETRY, inParts: true }))).toMatchObject({
      code: "INVALID_ARGUMENT",
      fields: ["in_parts"],
    });
  });
});

describe("money that is not this order's to keep", () => {
  test("a second capture of one payment is OWED, with an anomaly and without an order update", async () => {
    const click = clickOver(service);
    const order = await shop.addOrder();
    const [one, two] = [newClickId(), newClickId()].map((clickTransId) => ({
      clickTransId,
      merchantTransId: order.number,
    })) as [{ clickTransId: string; merchantTransId: string }, { clickTransId: string; merchantTransId: string }];
    const first = await click.prepare(one);
    const second = await click.prepare(two);
    await click.complete({ ...one, merchantPrepareId: String(first.merchantPrepareId), leaveOrderUpdate: true });

    const answer = await click.complete({ ...two, merchantPrepareId: String(second.merchantPrepareId) });

    expect(answer.error).toBe(0);
    expect(await stateOfAttempt({ attemptId: second.merchantPrepareId ?? 0 })).toBe("OWED");
    expect(await anomalies({ attemptId: second.merchantPrepareId ?? 0 })).toEqual(["SECOND_CAPTURE OPEN"]);
    expect(
      await shop.query("SELECT attempt_id FROM clickbridge_order_update WHERE payment_id = ?", [order.paymentId]),
    ).toEqual([{ attempt_id: first.merchantPrepareId }]);
  });
});
