import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newClickId } from "../support/click.ts";
import { type ShopSite, startShopSite, WORLDS, type World } from "../support/shop-site.ts";
import { until } from "../support/until.ts";

/** Where a front can die inside Bitrix's save, and what Bitrix had told by then or tells later (test/php/Order/KilledFrontTest.php). */
const POINTS = [
  { point: "order_loaded", mails: 1 },
  { point: "before_save", mails: 1 },
  { point: "order_saved", mails: 0 },
  { point: "payment_saved", mails: 0 },
  { point: "after_save", mails: 1 },
] as const;
const LOCK_SECONDS_MAX = 30;

/** Never the waiting kind: the service runs in this process. */
const run = promisify(execFile);

describe.each(Object.keys(WORLDS) as World[])("nginx and %s", (world) => {
  let house: ShopSite;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "clickbridge-fifos-"));
    // The front, another user, takes each FIFO away once it has come to it.
    await chmod(folder, 0o777);
    const pauseAt = Object.fromEntries(POINTS.map(({ point }) => [point, join(folder, point)]));
    house = await startShopSite(world, { kernel: { pause_at: pauseAt } });
  });
  afterAll(async () => {
    await house?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Pays the order, and waits until the front is at this point: it has answered Click before. */
  async function completeUpTo(point: string, merchantTransId: string) {
    const fifo = join(folder, point);
    await run("mkfifo", ["--mode=666", fifo]);
    const payment = { merchantTransId, clickTransId: newClickId() };
    const prepared = await house.callback("prepare", payment);
    const merchantPrepareId = String(prepared.json["merchant_prepare_id"]);
    const completed = await house.callback("complete", { ...payment, merchantPrepareId });
    const writer = await open(fifo, "w");
    const tell = async (word: "go" | "die"): Promise<void> => {
      await writer.write(`${word}\n`);
      await writer.close();
    };
    return { completed, tell };
  }

  test.each(POINTS)(
    "a front that dies at $point has answered Click, and the agent ends its work",
    async ({ point, mails }) => {
      const order = await house.shop.addOrder();
      const { completed, tell } = await completeUpTo(point, order.number);
      await tell("die");
      await lockFreed(house, order.paymentId);
      await leaseEnded(house, order.paymentId);
      const agentsNext = await runAgent(house.site.root);

      expect(completed.json["error"]).toBe(0);
      expect(agentsNext).toBe("\\ClickBridge\\Order\\CatchUp::run();\n");
      expect(await seen(house, order)).toEqual({ PAID: "Y", PAYED: "Y", state: "APPLIED", history: 1, mails });
      expect(house.site.logs().php).toBe("");
    },
  );

  test("a front that stands still past its lease and the agent that comes meanwhile mark the payment once", async () => {
    const order = await house.shop.addOrder();

    const { tell } = await completeUpTo("before_save", order.number);
    await leaseEnded(house, order.paymentId);
    await runAgent(house.site.root);
    const whileStanding = await seen(house, order);
    await tell("go");
    await until("the front did not end its work", async () => (await seen(house, order))["state"] === "APPLIED");
    await leaseEnded(house, order.paymentId);
    await runAgent(house.site.root);

    expect(whileStanding).toMatchObject({ PAID: "N", state: "PENDING", history: 0, mails: 0 });
    expect(await seen(house, order)).toEqual({ PAID: "Y", PAYED: "Y", state: "APPLIED", history: 1, mails: 1 });
  });
});

/** The database lets go of a dead front's lock when it has seen its connection end. */
async function lockFreed({ shop }: ShopSite, paymentId: number): Promise<void> {
  const md5 = (text: string) => createHash("md5").update(text).digest("hex");
  const name = `${md5(shop.database.name)}${md5(`clickbridge_payment_${paymentId}`)}`;
  const connection = await shop.pool.getConnection();
  await connection.query("SELECT GET_LOCK(?, ?)", [name, LOCK_SECONDS_MAX]);
  await connection.query("SELECT RELEASE_LOCK(?)", [name]);
  connection.release();
}

/** As if a quarter of an hour had passed: the service believes the database's clock only. */
async function leaseEnded({ shop }: ShopSite, paymentId: number): Promise<void> {
  await shop.query(
    `UPDATE clickbridge_order_update SET due_time = NOW(3) - INTERVAL 1 SECOND, lease_expire_time = NOW(3) - INTERVAL 1 SECOND
     WHERE payment_id = ?`,
    [paymentId],
  );
}

/** Runs the agent once, as Bitrix's cron does; gives what it prints. */
async function runAgent(root: string): Promise<string> {
  const script = join(root, "bitrix/modules/main/tools/run_agent.php");
  return (await run("php", [script, root, "\\ClickBridge\\Order\\CatchUp::run();"])).stdout;
}

async function seen(
  { shop }: ShopSite,
  order: { readonly orderId: number; readonly paymentId: number; readonly number: string },
): Promise<Record<string, unknown>> {
  const [row] = await shop.query(
    `SELECT p.PAID, o.PAYED, u.state,
       (SELECT COUNT(*) FROM b_sale_order_change WHERE TYPE = 'PAYMENT_PAID' AND ORDER_ID = o.ID) AS history,
       (SELECT COUNT(*) FROM b_event WHERE EVENT_NAME = 'SALE_ORDER_PAID' AND JSON_VALUE(C_FIELDS, '$.ORDER_ID') = ?) AS mails
     FROM b_sale_order_payment p JOIN b_sale_order o ON o.ID = p.ORDER_ID JOIN clickbridge_order_update u ON u.payment_id = p.ID
     WHERE p.ID = ?`,
    [order.number, order.paymentId],
  );
  return { ...row, history: Number(row?.["history"]), mails: Number(row?.["mails"]) };
}
