import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { purchase } from "../support/purchase.ts";
import { type ShopSite, startShopSite } from "../support/shop-site.ts";

const run = promisify(execFile);
const ORDERS = 12;

let house: ShopSite;
let folder: string;
/** Where the kernel stops one process right before it saves an order, when the pipe is there. */
let pipe: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "clickbridge-appliers-"));
  pipe = join(folder, "before-save");
  house = await startShopSite("php-fpm", { kernel: { pause_at: { before_save: pipe } } });
});
afterAll(async () => {
  await house?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The agent as Bitrix runs it, in a process of its own. */
function runAgent(): Promise<unknown> {
  const tool = join(house.site.root, "bitrix/modules/main/tools/run_agent.php");
  return run("php", [tool, house.site.root, "\\ClickBridge\\Order\\CatchUp::run();"]);
}

async function sideEffects(orderId: number) {
  const [row] = await house.shop.query(
    `SELECT (SELECT COUNT(*) FROM b_sale_order_change WHERE ORDER_ID = o.ID AND TYPE = 'PAYMENT_PAID') AS history,
       (SELECT COUNT(*) FROM b_event WHERE EVENT_NAME = 'SALE_ORDER_PAID'
         AND JSON_VALUE(C_FIELDS, '$.ORDER_ID') = o.ACCOUNT_NUMBER) AS mails,
       o.PAYED AS payed, p.PAID AS paid, u.state
     FROM b_sale_order o JOIN b_sale_order_payment p ON p.ORDER_ID = o.ID
     JOIN clickbridge_order_update u ON u.payment_id = p.ID WHERE o.ID = ?`,
    [orderId],
  );
  return row;
}

const ONCE = { history: 1, mails: 1, payed: "Y", paid: "Y", state: "APPLIED" };

test("several appliers at once mark every order once", async () => {
  const orders = [];
  for (let i = 0; i < ORDERS; i += 1) orders.push((await purchase(house.service, house.shop)).order);

  await Promise.all(Array.from({ length: 4 }, runAgent));
  const effects = await Promise.all(orders.map((order) => sideEffects(order.orderId)));

  expect(effects).toEqual(orders.map(() => ONCE));
});

test("an applier that is stopped past its lease, and the one that got the update meanwhile, mark the order once", async () => {
  const { order } = await purchase(house.service, house.shop);
  execFileSync("mkfifo", [pipe]);
  const stopped = runAgent();
  // Opens as soon as the applier stands before its save, with the 15-minute lease in hand.
  const wake = await open(pipe, "w");
  await house.shop.query(
    "UPDATE clickbridge_order_update SET lease_expire_time = NOW(3) - INTERVAL 1 SECOND, due_time = NOW(3)",
  );
  await runAgent();
  const meanwhile = await sideEffects(order.orderId);

  await wake.write("go\n");
  await wake.close();
  await stopped;

  expect(meanwhile).toMatchObject({ paid: "N", history: 0 });
  expect(await sideEffects(order.orderId)).toEqual(ONCE);
});

test("an applier that is killed before its save loses nothing: the next one marks the order", async () => {
  const { order } = await purchase(house.service, house.shop);
  execFileSync("mkfifo", [pipe]);
  const killed = runAgent().catch(() => "killed");
  const wake = await open(pipe, "w");
  await wake.write("die\n");
  await wake.close();
  const how = await killed;
  await house.shop.query(
    "UPDATE clickbridge_order_update SET lease_expire_time = NOW(3) - INTERVAL 1 SECOND, due_time = NOW(3)",
  );

  await runAgent();

  expect(how).toBe("killed");
  expect(await sideEffects(order.orderId)).toEqual(ONCE);
});
