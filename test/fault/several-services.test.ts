import { afterAll, beforeAll, expect, test } from "vitest";
import { clickOver, newClickId } from "../support/click/click.ts";
import { call, startTestService, type TestService } from "../support/service/service.ts";
import { ONCE, paidOnce } from "../support/shop/paid-once.ts";
import { purchase } from "../support/shop/purchase.ts";
import { createShop, type Shop } from "../support/shop/shop.ts";

/** Replicas against one database share nothing but its rows. */
let shop: Shop;
let services: TestService[];

const REPLICAS = 3;

beforeAll(async () => {
  shop = await createShop();
  services = await Promise.all(Array.from({ length: REPLICAS }, () => startTestService({ databaseUrl: shop.url })));
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()));
  await shop.stop();
});

const anyService = (index: number) => services[index % REPLICAS] as TestService;

test("claimers at several replicas share due updates: none is leased twice", async () => {
  for (let count = 0; count < 20; count += 1) await purchase(anyService(count), shop);

  const claims = await Promise.all(
    Array.from({ length: 9 }, (_, index) => {
      const { updates } = anyService(index);
      return call(updates, updates.claimOrderUpdates, { limit: 20 });
    }),
  );

  const ids = claims.flatMap(({ orderUpdates }) => orderUpdates.map((update) => update.orderUpdateId));
  expect([ids.length, new Set(ids).size]).toEqual([20, 20]);
});

test("one Complete that reaches all replicas at once is one capture", async () => {
  const order = await shop.addOrder();
  const ids = { clickTransId: newClickId(), merchantTransId: order.number };
  const { merchantPrepareId } = await clickOver(anyService(0)).prepare(ids);

  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      clickOver(anyService(index)).complete({ ...ids, merchantPrepareId: String(merchantPrepareId) }),
    ),
  );

  expect(answers.map((answer) => answer.error).sort()).toEqual([...Array(11).fill(-4), 0]);
  expect(answers.filter((answer) => answer.orderUpdate !== undefined)).toHaveLength(1);
  expect(await paidOnce(shop, order)).toEqual(ONCE);
});

test("one Prepare that reaches all replicas at once is one attempt", async () => {
  const order = await shop.addOrder();
  const ids = { clickTransId: newClickId(), merchantTransId: order.number };

  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, index) => clickOver(anyService(index)).prepare(ids)),
  );

  expect(new Set(answers.map((answer) => `${answer.error} ${answer.merchantPrepareId}`)).size).toBe(1);
  expect(answers[0]?.error).toBe(0);
});

test("a service restarted between Prepare and Complete goes on", async () => {
  const order = await shop.addOrder();
  const ids = { clickTransId: newClickId(), merchantTransId: order.number };
  const before = await startTestService({ databaseUrl: shop.url });
  const { merchantPrepareId } = await clickOver(before).prepare(ids);
  await before.stop();

  const after = await startTestService({ databaseUrl: shop.url });
  const completed = await clickOver(after).complete({ ...ids, merchantPrepareId: String(merchantPrepareId) });
  await after.stop();

  expect(completed.error).toBe(0);
  expect(await paidOnce(shop, order)).toEqual(ONCE);
});
