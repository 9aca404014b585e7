import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type Simulator, startSimulator } from "../../../src/simulator/start.ts";
import { startBrowser } from "../../support/shop/browser.ts";
import { SERVICE, type ShopOrder } from "../../support/shop/shop.ts";
import { type ShopSite, startShopSite } from "../../support/shop/shop-site.ts";

/** A guest has nothing but the order's hash, in the link of a mail. It opens the order, so Click must not get it. */

let fixture: ShopSite;
let click: Simulator;
let browser: Browser;
beforeAll(async () => {
  click = await startSimulator({ accounts: [SERVICE] });
  fixture = await startShopSite("php-fpm", {
    kernel: { language: "en" },
    env: { CLICKBRIDGE_PAY_URL: `${click.url}/services/pay` },
  });
  click.standIn.setShop(fixture.site);
  await fixture.shop.query(
    `REPLACE INTO b_option (MODULE_ID, NAME, VALUE) VALUES ('sale', 'allow_guest_order_view', 'Y'),
     ('sale', 'allow_guest_order_view_status', 'a:1:{i:0;s:1:"N";}')`,
  );
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await fixture?.stop();
  await click?.stop();
});

async function guestsPage(name = "HASH"): Promise<{ order: ShopOrder; hash: string; url: string }> {
  const order = await fixture.shop.addOrder();
  const [row] = await fixture.shop.query(
    "SELECT MD5(CONCAT(DATE_FORMAT(DATE_INSERT, '%d.%m.%Y %H:%i:%s'), '|', USER_ID, '|', ID)) AS hash FROM b_sale_order WHERE ID = ?",
    [order.orderId],
  );
  const hash = String(row?.["hash"]);
  return { order, hash, url: `${fixture.site.url}/shop/order.php?id=${order.orderId}&${name}=${hash}` };
}

async function open(url: string): Promise<Page> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

test.each(["HASH", "access"])("pays and comes back to the order, and Click never sees the %s", async (name) => {
  const { order, hash, url } = await guestsPage(name);
  const page = await open(url);
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().startsWith(click.url)) asked.push(`${request.url()} ${request.postData() ?? ""}`);
  });

  await page.getByRole("link", { name: "Pay with Click" }).click();
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.locator('[data-payment-state="paid"]').waitFor();

  expect(asked.length).toBeGreaterThan(1);
  expect(asked.join("\n")).toContain("back.php");
  expect(asked.join("\n")).not.toContain(hash);
  expect(page.url()).toContain(`/shop/order.php?id=${order.orderId}&${name}=${hash}&clickbridge_payment=`);
  expect(page.url()).toContain("payment_status=2");
  expect(fixture.site.logs().php).toBe("");
});

test("in another browser, which does not know the page, shows where the order is", async () => {
  const { url } = await guestsPage();
  const page = await open(url);
  const href = (await page.getByRole("link", { name: "Pay with Click" }).getAttribute("href")) ?? "";
  const back = new URL(href).searchParams.get("return_url") ?? "";

  const elsewhere = await fetch(`${back}&payment_id=5&payment_status=2`, { redirect: "manual" });
  const text = await elsewhere.text();

  expect(elsewhere.status).toBe(200);
  expect(text).toContain("You are back from Click.");
  expect(text).toContain('<html lang="en">');
});

test("the cookie is for back.php alone, and no script reads it", async () => {
  const { url, hash, order } = await guestsPage();
  const page = await open(url);
  const cookies = await page.context().cookies(`${fixture.site.url}/bitrix/tools/clickbridge/back.php`);

  expect(cookies).toMatchObject([
    {
      name: `clickbridge_page_${order.paymentId}`,
      path: "/bitrix/tools/clickbridge/back.php",
      httpOnly: true,
      sameSite: "Lax",
    },
  ]);
  expect(cookies[0]?.expires).toBeLessThan(Date.now() / 1_000 + 3_700);
  expect(await page.evaluate("document.cookie")).not.toContain(hash);
});

test("a wrong hash is not stored and not sent anywhere", async () => {
  const { url, hash } = await guestsPage();
  const wrong = url.replace(hash, "0".repeat(32));

  const response = await fetch(wrong);
  const html = await response.text();

  expect(response.headers.get("set-cookie")).toBeNull();
  expect(html).not.toContain("data-token");
  expect(html).not.toContain("0".repeat(32));
});
