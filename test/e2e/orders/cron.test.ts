import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bitrixModule } from "../../../tools/package/bitrix-module.ts";
import { APPLIED_ONCE, applied, leaseEnded } from "../../support/shop/applied.ts";
import { purchase } from "../../support/shop/purchase.ts";
import { type ShopSite, startShopSite } from "../../support/shop/shop-site.ts";

/** The ways in which a shop catches up: the module's own script for cron, and its agent. Both in processes of their own. */
const CRON = "local/modules/clickbridge.payment/install/cron/catch_up.php";
const ORDERS = 10;

let fixture: ShopSite;
let folder: string;
/** Where the kernel stops one process right before it saves an order, when the pipe is there. */
let pipe: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "clickbridge-cron-"));
  pipe = join(folder, "before-save");
  fixture = await startShopSite("php-fpm", {
    // A database cluster: GET_LOCK is granted on each of its nodes, so it excludes nobody.
    kernel: { pause_at: { before_save: pipe }, lock_statement: "SELECT 1", unlock_statement: "SELECT 1" },
    module: { zip: bitrixModule().zip, folder: "local" },
  });
});
afterAll(async () => {
  await fixture?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const runCron = (...args: readonly string[]) => fixture.runScript(CRON, ...args);
const runAgents = () => fixture.runScript("bitrix/modules/main/tools/run_agents.php", fixture.site.root);
const agentDue = () =>
  fixture.shop.query("UPDATE b_agent SET NEXT_EXEC = NOW() - INTERVAL 1 SECOND, DATE_CHECK = NULL, RUNNING = 'N'");
const purchased = async () => (await purchase(fixture.service, fixture.shop)).order;

test("cron and agent at once, on two connections without a common lock, apply every order update once", async () => {
  const orders = [];
  for (let i = 0; i < ORDERS; i += 1) orders.push(await purchased());
  await agentDue();

  await Promise.all([runCron(), runAgents(), runCron()]);

  expect(await Promise.all(orders.map((order) => applied(fixture.shop, order)))).toEqual(
    orders.map(() => APPLIED_ONCE),
  );
});

test("one that stands still before its save keeps the order to itself, and the others' orders go on", async () => {
  const first = await purchased();
  execFileSync("mkfifo", [pipe]);
  const standing = runCron();
  const wake = await open(pipe, "w");
  const second = await purchased();
  await runCron();
  const meanwhile = [await applied(fixture.shop, first), await applied(fixture.shop, second)];
  await wake.write("go\n");
  await wake.close();
  await standing;

  expect(meanwhile).toEqual([expect.objectContaining({ PAID: "N", history: 0, mails: 0 }), APPLIED_ONCE]);
  expect(await applied(fixture.shop, first)).toEqual(APPLIED_ONCE);
});

test.each([
  ["cron", () => runCron()],
  ["the agent", () => agentDue().then(runAgents)],
])("a fatal error of the shop's own code in %s costs that order its turn, and no other order", async (_name, run) => {
  const bad = await purchased();
  const good = await purchased();
  const init = join(fixture.site.root, "bitrix/php_interface/init.php");
  writeFileSync(
    init,
    `<?php Bitrix\\Main\\EventManager::getInstance()->addEventHandler('sale', 'OnSaleOrderBeforeSaved', static function ($event): void {
      // Not even a Throwable: no code of the module's goes on after it.
      if ($event->getParameter('ENTITY')->getId() === ${bad.orderId}) {
          exit(255);
      }
    });`,
  );
  const died = await run().catch(() => "died");
  const next = await run();
  const meanwhile = [await applied(fixture.shop, bad), await applied(fixture.shop, good)];
  rmSync(init);
  await leaseEnded(fixture.shop, bad.paymentId);
  await run();

  expect([died, next]).toEqual(["died", ""]);
  expect(meanwhile).toEqual([expect.objectContaining({ PAID: "N", state: "PENDING" }), APPLIED_ONCE]);
  expect(await applied(fixture.shop, bad)).toEqual(APPLIED_ONCE);
});

test("an event handler of the shop that always throws: three saves are rolled back, the fourth sets the payment paid, with an anomaly", async () => {
  const order = await purchased();
  const init = join(fixture.site.root, "bitrix/php_interface/init.php");
  writeFileSync(
    init,
    `<?php Bitrix\\Main\\EventManager::getInstance()->addEventHandler('sale', 'OnSaleOrderPaid', static function (): void {
      throw new RuntimeException('the warehouse does not answer');
    });`,
  );
  const seen = [];
  for (let tries = 1; tries <= 4; tries += 1) {
    await runCron();
    seen.push(await applied(fixture.shop, order));
    await leaseEnded(fixture.shop, order.paymentId);
  }
  rmSync(init);
  const anomalies = await fixture.shop.query(
    "SELECT n.kind, n.state FROM clickbridge_anomaly n JOIN clickbridge_attempt a ON a.id = n.attempt_id WHERE a.payment_id = ?",
    [order.paymentId],
  );

  const nothing = { PAID: "N", PAYED: "N", state: "PENDING", history: 0, mails: 0 };
  expect(seen.slice(0, 3)).toEqual([nothing, nothing, nothing]);
  expect(seen[3]).toMatchObject({ PAID: "Y", PAYED: "Y", state: "APPLIED" });
  expect(anomalies).toEqual([{ kind: "APPLIED_IN_PARTS", state: "OPEN" }]);
});

test("neither has a user, and the order's history names none", async () => {
  const order = await purchased();
  await agentDue();
  await runAgents();

  expect(
    await fixture.shop.query("SELECT DISTINCT USER_ID FROM b_sale_order_change WHERE ORDER_ID = ?", [order.orderId]),
  ).toEqual([{ USER_ID: 0 }]);
});

test("without the service cron reports it and ends with 0: it runs again in a minute", async () => {
  const order = await purchased();
  const settings = join(fixture.site.root, "bitrix/php_interface/clickbridge.php");
  const away = readFileSync(settings, "utf8");
  writeFileSync(settings, "<?php return ['addresses' => ['unix:/nowhere.sock']];");
  const printed = await runCron();
  writeFileSync(settings, away);
  await runCron();

  expect(printed).toBe("");
  expect(await applied(fixture.shop, order)).toEqual(APPLIED_ONCE);
});

test("a module that is a link is told the document root; without it, and when it is not installed, cron says what is wrong", async () => {
  const linked = join(folder, "linked");
  symlinkSync(join(fixture.site.root, "local/modules/clickbridge.payment"), linked);
  const order = await purchased();
  const script = join(linked, "install/cron/catch_up.php");
  // Never the waiting kind: the service runs in this process.
  await promisify(execFile)("php", [script, fixture.site.root]);
  const complaint = await runCron("/nowhere").catch((error: { stderr: string }) => error.stderr);
  await fixture.shop.query("DELETE FROM b_module");
  const absent = await runCron().catch((error: { stderr: string }) => error.stderr);
  await fixture.shop.query("INSERT INTO b_module (ID) VALUES ('clickbridge.payment')");

  expect(await applied(fixture.shop, order)).toEqual(APPLIED_ONCE);
  expect(complaint).toContain("no Bitrix in /nowhere; name the document root");
  expect(absent).toContain("the module clickbridge.payment is not installed");
});
