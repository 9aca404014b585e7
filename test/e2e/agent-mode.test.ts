import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newClickId } from "../support/click.ts";
import { type ShopSite, startShopSite } from "../support/shop-site.ts";

/** Never the waiting kind: the service runs in this process. */
const run = promisify(execFile);

let house: ShopSite;
let folder: string;
/** The kernel writes a line for each hit that loads it. */
let loads: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "clickbridge-agent-"));
  await chmod(folder, 0o755);
  loads = join(folder, "loads");
  writeFileSync(loads, "");
  // The web user would write it.
  await chmod(loads, 0o666);
  house = await startShopSite("mod_php", { bridge: { apply: "agent" }, kernel: { loads_file: loads } });
});
afterAll(async () => {
  await house?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function isPaid(paymentId: number): Promise<boolean> {
  const [row] = await house.shop.query("SELECT PAID FROM b_sale_order_payment WHERE ID = ?", [paymentId]);
  return row?.["PAID"] === "Y";
}

test("a front that leaves applying to the agent answers without Bitrix, and the agent marks the payment at once", async () => {
  const order = await house.shop.addOrder();
  const payment = { merchantTransId: order.number, clickTransId: newClickId() };
  const prepared = await house.callback("prepare", payment);
  const merchantPrepareId = String(prepared.json["merchant_prepare_id"]);

  const completed = await house.callback("complete", { ...payment, merchantPrepareId });
  const before = { paid: await isPaid(order.paymentId), loads: readFileSync(loads, "utf8") };
  // Had the front taken the update, its lease would keep the agent from it.
  const agent = join(house.site.root, "bitrix/modules/main/tools/run_agent.php");
  await run("php", [agent, house.site.root, "\\ClickBridge\\Order\\CatchUp::run();"]);

  expect([completed.json["error"], before]).toEqual([0, { paid: false, loads: "" }]);
  expect(await isPaid(order.paymentId)).toBe(true);
  expect(readFileSync(loads, "utf8")).toBe("cli\n");
  expect(house.site.logs().php).toBe("");
});

test("while the agent has not come, the order's page asks the buyer not to pay again", async () => {
  const order = await house.shop.addOrder();
  const payment = { merchantTransId: order.number, clickTransId: newClickId() };
  const prepared = await house.callback("prepare", payment);
  const merchantPrepareId = String(prepared.json["merchant_prepare_id"]);
  const page = async () => (await fetch(`${house.site.url}/shop/order.php?id=${order.orderId}`)).text();

  const before = await page();
  await house.callback("complete", { ...payment, merchantPrepareId });
  const after = await page();

  expect(before).toContain("/services/pay?");
  expect(after).not.toContain("/services/pay?");
  expect(after).toContain("не платите ещё раз");
});
