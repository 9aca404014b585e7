import { execFile } from "node:child_process";
import { chmod, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { APPLIED_ONCE, applied, leaseEnded, lockFreed } from "../../support/shop/applied.ts";
import type { ShopOrder } from "../../support/shop/shop.ts";
import { type ShopSite, startShopSite, WORLDS, type World } from "../../support/shop/shop-site.ts";
import { until } from "../../support/until.ts";

/** Where a module can die inside Bitrix's save (test/php/Order/KilledApplierTest.php). */
const POINTS = ["order_loaded", "before_save", "order_saved", "payment_saved", "after_save"] as const;

const run = promisify(execFile);

describe.each(Object.keys(WORLDS) as World[])("nginx and %s", (world) => {
  let fixture: ShopSite;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "clickbridge-fifos-"));
    // The module, another user, takes each FIFO away once it has come to it.
    await chmod(folder, 0o777);
    const pauseAt = Object.fromEntries(POINTS.map((point) => [point, join(folder, point)]));
    fixture = await startShopSite(world, { kernel: { pause_at: pauseAt } });
  });
  afterAll(async () => {
    await fixture?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Pays the order, and waits until the module is at this point: it has answered Click before. */
  async function completeUpTo(point: string, order: ShopOrder) {
    const fifo = join(folder, point);
    await run("mkfifo", ["--mode=666", fifo]);
    const completed = await fixture.callback("complete", await fixture.prepared(order));
    const writer = await open(fifo, "w");
    const tell = async (word: "go" | "die"): Promise<void> => {
      await writer.write(`${word}\n`);
      await writer.close();
    };
    return { completed, tell };
  }

  test.each(POINTS)("a module that dies at %s has answered Click, and the agent ends its work", async (point) => {
    const order = await fixture.shop.addOrder();
    const { completed, tell } = await completeUpTo(point, order);
    await tell("die");
    await lockFreed(fixture.shop, order.paymentId);
    await leaseEnded(fixture.shop, order.paymentId);
    const agentsNext = await fixture.runAgent();

    expect(completed.json["error"]).toBe(0);
    expect(agentsNext).toBe("\\ClickBridge\\Order\\CatchUp::run();\n");
    expect(await applied(fixture.shop, order)).toEqual(APPLIED_ONCE);
    expect(fixture.site.logs().php).toBe("");
  });

  test("a module that is stopped past its lease and the agent that runs meanwhile apply the update once", async () => {
    const order = await fixture.shop.addOrder();

    const { tell } = await completeUpTo("before_save", order);
    await leaseEnded(fixture.shop, order.paymentId);
    await fixture.runAgent();
    const whileStanding = await applied(fixture.shop, order);
    await tell("go");
    await until(
      "the module did not end its work",
      async () => (await applied(fixture.shop, order)).state === "APPLIED",
    );
    await leaseEnded(fixture.shop, order.paymentId);
    await fixture.runAgent();

    expect(whileStanding).toMatchObject({ PAID: "N", state: "PENDING", history: 0, mails: 0 });
    expect(await applied(fixture.shop, order)).toEqual(APPLIED_ONCE);
  });
});
