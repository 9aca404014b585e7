import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { type Row, statement } from "../../../src/mysql/driver/statement.ts";
import { inTransaction } from "../../../src/mysql/driver/transaction.ts";
import { applyEffects, type IdOf } from "../../../src/mysql/effects/apply-effects.ts";
import { type Effect, type EnqueueOrderUpdate, NEW_ATTEMPT, type NewAttempt } from "../../../src/payment/effects.ts";
import { asAttemptId, asOrderId, asOrderUpdateId, asPaymentId, asServiceId } from "../../../src/payment/ids.ts";
import { createShop, SERVICE, type Shop } from "../../support/shop/shop.ts";

let shop: Shop;
let pool: Pool;

beforeAll(async () => {
  shop = await createShop();
  pool = new Pool({ url: shop.url, connectionsMax: 2 });
});
beforeEach(async () => {
  await pool.run(...TABLES.map((table) => statement(`DELETE FROM ${table}`)));
});
afterAll(async () => {
  await pool.close();
  await shop.stop();
});

const TABLES = ["clickbridge_order_update", "clickbridge_anomaly", "clickbridge_event", "clickbridge_attempt"];
const serviceId = asServiceId(SERVICE.serviceId);
const payment = { paymentId: asPaymentId(7), orderId: asOrderId(5) };

const CAPTURED: NewAttempt = {
  effect: "NewAttempt",
  state: "CAPTURED",
  serviceId,
  clickTransId: undefined,
  clickPaydocId: "900",
  clickPaymentId: "900",
  merchantTransId: "57",
  payment,
  amountTiyin: 100_000n,
  feeTiyin: 0n,
  answer: 0,
  captureSource: "CARD",
};
const MARK: EnqueueOrderUpdate = {
  effect: "EnqueueOrderUpdate",
  attemptId: NEW_ATTEMPT,
  kind: "MARK_PAID",
  state: "PENDING",
  payment,
  amountTiyin: 100_000n,
};

function apply<T>(effects: readonly Effect[], value: (idOf: IdOf) => T): Promise<T> {
  return inTransaction<T>(pool, async () => applyEffects(effects, value));
}

async function rowsOf(table: string, columns: string): Promise<readonly Row[]> {
  const [found] = await pool.run(statement(`SELECT ${columns} FROM ${table} ORDER BY id`));
  return found?.rows ?? [];
}

const ANOMALY: Effect = {
  effect: "RaiseAnomaly",
  kind: "PAID_OTHERWISE",
  serviceId,
  subject: { attemptId: NEW_ATTEMPT },
  detail: {},
  onRepeat: "COUNT_AND_OPEN",
};
const EVENT: Effect = {
  effect: "AppendEvent",
  type: "attempt.captured",
  aggregateId: NEW_ATTEMPT,
  serviceId,
  paymentId: payment.paymentId,
  payload: {},
};

/** What MARK becomes when it is made with the attempt. */
async function newMark() {
  const made = await apply([CAPTURED, MARK], (idOf) => ({ attempt: idOf(CAPTURED), update: idOf(MARK) }));
  return { attemptId: asAttemptId(made.attempt), updateId: asOrderUpdateId(made.update) };
}

describe("effects", () => {
  test("about a new attempt use the row that the same transaction inserts, and its id is returned", async () => {
    const made = await apply([CAPTURED, MARK, ANOMALY, EVENT], (idOf) => [idOf(CAPTURED), idOf(MARK)]);

    const [attempt] = await rowsOf(
      "clickbridge_attempt",
      "id, click_payment_id, CAST(capture_time IS NOT NULL AS CHAR) AS taken",
    );
    const [update] = await rowsOf("clickbridge_order_update", "id, attempt_id, try_count, token");
    expect(attempt).toEqual({ id: made[0], click_payment_id: "900", taken: "1" });
    expect(update).toEqual({ id: String(made[1]), attempt_id: made[0], try_count: 0, token: null });
    expect(await rowsOf("clickbridge_anomaly", "attempt_id")).toEqual([{ attempt_id: made[0] }]);
    expect(await rowsOf("clickbridge_event", "type, aggregate_id")).toEqual([
      { type: "anomaly.raised", aggregate_id: expect.any(String) },
      { type: "attempt.captured", aggregate_id: String(made[0]) },
    ]);
  });

  test("are all written, or none: the first that does not find what it expects keeps the others away", async () => {
    const { attemptId } = await newMark();
    const event: Effect = { ...EVENT, aggregateId: attemptId };

    const missed = apply(
      [event, { effect: "MoveAttempt", attemptId, from: "PREPARED", to: "CANCELLED" }, event],
      () => "never",
    );

    await expect(missed).rejects.toMatchObject({ failure: { reason: "DATABASE_UNAVAILABLE" } });
    expect(await rowsOf("clickbridge_event", "id")).toEqual([]);
    expect(await rowsOf("clickbridge_attempt", "state")).toEqual([{ state: "CAPTURED" }]);
  });

  test("on an order update are compare-and-set on its lease", async () => {
    const { updateId } = await newMark();
    const lease = (token: string) => ({ token, seconds: 30, started: false });
    const read = { state: "PENDING", tryCount: 0, token: undefined } as const;
    await apply(
      [{ effect: "SetOrderUpdate", id: updateId, from: read, set: { lease: lease("a"), tryCount: 1 } }],
      () => 0,
    );

    let tries = 0;
    const taken = inTransaction<string>(pool, async () => {
      tries += 1;
      const from = tries === 1 ? read : { ...read, token: "a", tryCount: 1 };
      return applyEffects([{ effect: "SetOrderUpdate", id: updateId, from, set: { lease: lease("b") } }], "taken");
    });

    expect([await taken, tries]).toEqual(["taken", 2]);
    expect(await rowsOf("clickbridge_order_update", "token, try_count")).toEqual([{ token: "b", try_count: 1 }]);
  });

  test("on an attempt keep when and how its money was taken, and forget both of money that never came", async () => {
    const { attemptId } = await newMark();
    const capture = async () => (await rowsOf("clickbridge_attempt", "capture_time, capture_source"))[0];
    const before = await capture();

    await apply([{ effect: "MoveAttempt", attemptId, from: "CAPTURED", to: "OWED" }], () => 0);
    const kept = await capture();
    await apply([{ effect: "MoveAttempt", attemptId, from: "OWED", to: "CANCELLED" }], () => 0);

    expect(before).toEqual({ capture_time: expect.any(String), capture_source: "CARD" });
    expect([kept, await capture()]).toEqual([before, { capture_time: null, capture_source: null }]);
  });
});
