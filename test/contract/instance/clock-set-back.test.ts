import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { leaseStore } from "../../../src/mysql/instance/lease-store.ts";
import { attemptRecord } from "../../support/service/attempt-record.ts";
import { HOUR, MINUTE, reconciliationOfTest } from "../../support/service/reconciliation-of-test.ts";
import { call, startTestService } from "../../support/service/service.ts";
import { purchase } from "../../support/shop/purchase.ts";
import { type ShopOrder, shopOfTest } from "../../support/shop/shop.ts";

/**
 * The database's clock is set back by an hour: what was written before lies an hour ahead. Leases and waits of minutes must not last an
 * hour longer for that.
 */

const reconciliation = reconciliationOfTest();
const setBack = (seconds = HOUR) => reconciliation.pass(-seconds);

beforeEach(async () => {
  reconciliation.behave({});
  await reconciliation.shop.query("UPDATE b_sale_order SET CANCELED = 'Y'");
  await reconciliation.forget([
    "attempt",
    "status_poll",
    "order_update",
    "anomaly",
    "event",
    "invoice",
    "refund",
    "charge",
    "ledger",
  ]);
});

describe("an order update", () => {
  const claim = async () => {
    const { updates } = reconciliation.service;
    const { orderUpdates } = await call(updates, updates.claimOrderUpdates, { limit: 0 });
    return orderUpdates;
  };
  const bought = () => purchase(reconciliation.service, reconciliation.shop);

  test("that was leased before is leased again", async () => {
    const { attemptId } = await bought();
    await claim();

    await setBack();

    expect((await claim()).map((update) => update.attemptId)).toEqual([BigInt(attemptId)]);
  });

  test("whose save was announced before is leased again", async () => {
    const { updates } = reconciliation.service;
    const { attemptId } = await bought();
    const [{ orderUpdateId, token } = { orderUpdateId: 0n, token: "" }] = await claim();
    await call(updates, updates.startOrderUpdate, { orderUpdateId, token });

    await setBack();

    expect((await claim()).map((update) => update.attemptId)).toEqual([BigInt(attemptId)]);
  });

  test("that waited for its next try is leased again", async () => {
    const { attemptId } = await bought();
    await reconciliation.shop.query(
      "UPDATE clickbridge_order_update SET try_count = 3, due_time = NOW(3) + INTERVAL 20 SECOND",
    );

    await setBack();

    expect((await claim()).map((update) => update.attemptId)).toEqual([BigInt(attemptId)]);
  });

  test.each([20, 2_000])("waits out its hour after %i tries", async (tries) => {
    await bought();
    await reconciliation.shop.query(
      "UPDATE clickbridge_order_update SET try_count = ?, due_time = NOW(3) + INTERVAL 1 HOUR",
      [tries],
    );

    expect(await claim()).toEqual([]);
  });

  test.each([
    ["handed out", false],
    ["being saved", true],
  ])("stays with its applier when it was %s by a node whose clock is half a minute ahead", async (_, started) => {
    const { updates } = reconciliation.service;
    await bought();
    const [{ orderUpdateId, token } = { orderUpdateId: 0n, token: "" }] = await claim();
    if (started) await call(updates, updates.startOrderUpdate, { orderUpdateId, token });

    await setBack(30);

    expect(await claim()).toEqual([]);
  });
});

describe("a lease", () => {
  const lease = { name: "clock", seconds: 6 };

  test("that was given before is free, and one of a clock half a minute ahead is not", async () => {
    const pool = new Pool({ url: reconciliation.shop.url, connectionsMax: 2 });
    const { take } = leaseStore(pool);
    const ahead = (seconds: number) =>
      reconciliation.shop.query(
        "UPDATE clickbridge_lease SET expire_time = expire_time + INTERVAL ? SECOND WHERE name = 'clock'",
        [seconds],
      );
    await take({ ...lease, holder: "killed" });

    await ahead(30);
    const early = await take({ ...lease, holder: "next" });
    await ahead(HOUR);
    const late = await take({ ...lease, holder: "next" });
    await pool.close();

    expect([early, late]).toEqual([false, true]);
  });

  test("of the numbering keeps a service that starts from no event", async () => {
    const shop = await shopOfTest();
    await shop.query(
      "INSERT INTO clickbridge_lease (name, holder, expire_time) VALUES ('events', 'killed', NOW(3) + INTERVAL 1 HOUR)",
    );
    const service = await startTestService({ databaseUrl: shop.url });
    onTestFinished(() => service.stop());

    await purchase(service, shop);

    const unnumbered = async () => (await shop.query("SELECT id FROM clickbridge_event WHERE seq IS NULL")).length;
    await expect.poll(unnumbered, { timeout: 60_000 }).toBe(0);
  });
});

describe("a status poll", () => {
  const record = async (order: ShopOrder) => attemptRecord(reconciliation.shop, await reconciliation.attemptOf(order));

  test("that waited before is made at once, and then waits by the new clock", async () => {
    const order = await reconciliation.shop.addOrder();
    await reconciliation.pay(order, { outcome: "hang" });
    await reconciliation.round();
    await setBack();
    const before = reconciliation.asked().length;

    await reconciliation.round();
    const asked = reconciliation.asked().length - before;
    await reconciliation.round();
    const again = reconciliation.asked().length - before - asked;
    await reconciliation.pass(16 * MINUTE);
    await reconciliation.round();
    const later = reconciliation.asked().length - before - asked - again;

    expect([asked > 0, again, later > 0]).toEqual([true, 0, true]);
  });

  test("of an attempt that was made before, and noticed after, waits no longer than another", async () => {
    const order = await reconciliation.shop.addOrder();
    await reconciliation.payUnheard(order);
    await setBack();

    await reconciliation.round();
    await reconciliation.pass(16 * MINUTE);
    await reconciliation.round();

    expect(await record(order)).toMatchObject({ state: "CAPTURED" });
  });
});

test.each([
  [
    "invoice",
    "INSERT INTO clickbridge_invoice (caller, request_id, request_hash, user_id, state, service_id, payment_id, order_id, reference, amount_tiyin, phone) VALUES ('x', 'x', 'x', '', 'SENDING', 11111, 1, 1, '1', 1, '')",
    "UNKNOWN",
  ],
])("an %s whose sender died before the clock was set back is not SENDING for an hour", async (table, insert, ended) => {
  await reconciliation.shop.query(insert);
  await setBack();

  await reconciliation.round();

  const [row] = await reconciliation.shop.query(`SELECT state FROM clickbridge_${table}`);
  expect(row?.["state"]).toBe(ended);
});
