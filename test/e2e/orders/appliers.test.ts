import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { APPLIED_ONCE, applied, leaseEnded, lockFreed } from "../../support/shop/applied.ts";
import { purchase } from "../../support/shop/purchase.ts";
import { type ShopSite, startShopSite } from "../../support/shop/shop-site.ts";

const ORDERS = 12;

let fixture: ShopSite;
let folder: string;
/** Where the kernel stops one process right before it saves an order, when the pipe is there. */
let pipe: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "clickbridge-appliers-"));
  pipe = join(folder, "before-save");
  fixture = await startShopSite("php-fpm", { kernel: { pause_at: { before_save: pipe } } });
});
afterAll(async () => {
  await fixture?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("several appliers at once apply every order update once", async () => {
  const orders = [];
  for (let i = 0; i < ORDERS; i += 1) orders.push((await purchase(fixture.service, fixture.shop)).order);

  await Promise.all(Array.from({ length: 4 }, fixture.runAgent));
  const effects = await Promise.all(orders.map((order) => applied(fixture.shop, order)));

  expect(effects).toEqual(orders.map(() => APPLIED_ONCE));
});

test("an applier that is stopped past its lease, and the one that got the update meanwhile, apply it once", async () => {
  const { order } = await purchase(fixture.service, fixture.shop);
  execFileSync("mkfifo", [pipe]);
  const stopped = fixture.runAgent();
  // Opens as soon as the applier is about to save, with the 15-minute lease.
  const wake = await open(pipe, "w");
  await leaseEnded(fixture.shop, order.paymentId);
  await fixture.runAgent();
  const meanwhile = await applied(fixture.shop, order);

  await wake.write("go\n");
  await wake.close();
  await stopped;

  expect(meanwhile).toMatchObject({ PAID: "N", history: 0 });
  expect(await applied(fixture.shop, order)).toEqual(APPLIED_ONCE);
});

test("an applier that is killed before its save loses nothing: the next one applies the update", async () => {
  const { order } = await purchase(fixture.service, fixture.shop);
  execFileSync("mkfifo", [pipe]);
  const killed = fixture.runAgent().catch(() => "killed");
  const wake = await open(pipe, "w");
  await wake.write("die\n");
  await wake.close();
  const how = await killed;
  await lockFreed(fixture.shop, order.paymentId);
  await leaseEnded(fixture.shop, order.paymentId);

  await fixture.runAgent();

  expect(how).toBe("killed");
  expect(await applied(fixture.shop, order)).toEqual(APPLIED_ONCE);
});
