import { readFileSync, writeFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ShopSite, startShopSite } from "../../support/shop/shop-site.ts";

/** Never the waiting kind: the service runs in this process. */
let fixture: ShopSite;
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
  fixture = await startShopSite("mod_php", { bridge: { apply: "agent" }, kernel: { loads_file: loads } });
});
afterAll(async () => {
  await fixture?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("a module that leaves applying to the agent answers without Bitrix, and the agent sets the payment paid at once", async () => {
  const order = await fixture.shop.addOrder();
  const payment = await fixture.prepared(order);

  const completed = await fixture.callback("complete", payment);
  const before = { paid: await fixture.isPaid(order.paymentId), loads: readFileSync(loads, "utf8") };
  // Had the module taken the update, its lease would keep the agent from it.
  await fixture.runAgent();

  expect([completed.json["error"], before]).toEqual([0, { paid: false, loads: "" }]);
  expect(await fixture.isPaid(order.paymentId)).toBe(true);
  expect(readFileSync(loads, "utf8")).toBe("cli\n");
  expect(fixture.site.logs().php).toBe("");
});

test("while the agent has not come, the order's page asks the buyer not to pay again", async () => {
  const order = await fixture.shop.addOrder();
  const payment = await fixture.prepared(order);
  const page = async () => (await fetch(`${fixture.site.url}/shop/order.php?id=${order.orderId}`)).text();

  const before = await page();
  await fixture.callback("complete", payment);
  const after = await page();

  expect(before).toContain("/services/pay?");
  expect(after).not.toContain("/services/pay?");
  expect(after).toContain("не платите ещё раз");
});
