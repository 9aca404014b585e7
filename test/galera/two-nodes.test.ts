import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type ServiceProcess, startServiceProcess } from "../support/service/service-process.ts";
import { createShop, type Shop } from "../support/shop/shop.ts";
import { Appliers } from "./appliers.ts";
import { askNode, atNode, contentOf } from "./nodes.ts";
import { runPurchases } from "./traffic.ts";
import { violations } from "./violations.ts";

/** Before statements went alone, one purchase in a hundred broke: six hundred without one that breaks are no luck. */
const PURCHASES = 600;

let shop: Shop;
let replicas: readonly [ServiceProcess, ServiceProcess];
const nodes = inject("galeraNodeUrls");
const databaseAt = (node: number) => atNode(nodes[node] ?? "", shop.database.name);

beforeAll(async () => {
  shop = await createShop();
  replicas = await Promise.all([startServiceProcess(databaseAt(0)), startServiceProcess(databaseAt(1))]);
});
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await shop.stop();
});

test(`${PURCHASES} purchases whose callbacks reach two services at two nodes at once: what was answered is what is there`, async () => {
  const appliers = new Appliers();

  const purchases = await runPurchases(replicas, { shop, appliers }, (begun) => begun >= PURCHASES);

  expect(await violations((sql) => askNode(databaseAt(2), sql), purchases)).toEqual([]);
  expect(purchases).toHaveLength(PURCHASES);
  expect(appliers.twice).toEqual([]);
  expect(appliers.count).toBeGreaterThan(PURCHASES / 2);
  // Without a race between nodes this would have shown nothing.
  const [aborts] = await askNode(databaseAt(0), "SHOW STATUS LIKE 'wsrep_local_bf_aborts'");
  expect(Number(aborts?.["Value"])).toBeGreaterThan(0);
});

test("when the services have ended, every node has the same rows", async () => {
  await Promise.all(replicas.map((replica) => replica.part.stop()));

  const [first = [], ...others] = await Promise.all(nodes.map((_, index) => contentOf(databaseAt(index))));

  expect(first.length).toBeGreaterThan(0);
  for (const other of others) expect(other).toEqual(first);
});
