import { afterAll, beforeAll, expect, test } from "vitest";
import { type Galera, type GaleraNode, startGalera } from "../support/servers/galera.ts";
import { type ServiceProcess, startServiceProcess } from "../support/service/service-process.ts";
import { createShop, type Shop } from "../support/shop/shop.ts";
import { until } from "../support/until.ts";
import { Appliers } from "./appliers.ts";
import { askNode, contentOf } from "./nodes.ts";
import { runPurchases } from "./traffic.ts";
import { violations } from "./violations.ts";

/** What has to be bought between one fault and the next, so that each meets traffic. */
const PURCHASES_BETWEEN = 40;
/** Nobody waits for longer than this for purchases that go on while a node is away. */
const PURCHASES_TIMEOUT_MS = 60_000;

let galera: Galera;
let shop: Shop;
let replicas: readonly [ServiceProcess, ServiceProcess];
const node = (index: number) => galera.nodes[index] as GaleraNode;
const databaseAt = (index: number) => node(index).url(shop.database.name);

beforeAll(async () => {
  // Of its own: the other files' must stay whole.
  galera = await startGalera();
  process.env["CLICKBRIDGE_TEST_DATABASE_URL"] = node(2).url("");
  shop = await createShop();
  // Each has a node of its own, and the other's when that is away: what it was not told of a COMMIT it reads there.
  replicas = await Promise.all([
    startServiceProcess(`${databaseAt(0)},${databaseAt(1)}`),
    startServiceProcess(`${databaseAt(1)},${databaseAt(0)}`),
  ]);
});
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await shop.stop();
  await galera.stop();
});

test("a node killed and started anew, and one that hangs, in the middle of purchases: what was answered is what is there", async () => {
  const appliers = new Appliers();
  let begun = 0;
  let over = false;
  const running = runPurchases(replicas, { shop, appliers }, (count) => {
    begun = count;
    return over;
  });
  const someMore = async () => {
    const goal = begun + PURCHASES_BETWEEN;
    await until("purchases stand still", async () => begun >= goal, PURCHASES_TIMEOUT_MS);
  };

  await someMore();
  await node(1).signal("SIGKILL");
  await node(2).synced(2);
  await someMore();
  await node(1).restart();
  await someMore();
  // By now both services are at the first node, and leave it.
  await node(0).signal("SIGSTOP");
  await node(2).synced(2);
  await someMore();
  await node(0).signal("SIGCONT");
  await Promise.all([0, 1, 2].map((index) => node(index).synced(3)));
  await someMore();
  over = true;
  const purchases = await running;

  expect(await violations((sql) => askNode(databaseAt(2), sql), purchases)).toEqual([]);
  expect(appliers.twice).toEqual([]);
  expect(purchases.length).toBeGreaterThan(PURCHASES_BETWEEN * 5);
});

test("when the services have ended, every node has the same rows", async () => {
  await Promise.all(replicas.map((replica) => replica.part.stop()));

  const [first = [], ...others] = await Promise.all(galera.nodes.map((_, index) => contentOf(databaseAt(index))));

  expect(first.length).toBeGreaterThan(0);
  for (const other of others) expect(other).toEqual(first);
});
