import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Demo } from "../../../tools/demo/start.ts";
import { createTestDatabase, type TestDatabase } from "../../support/servers/database.ts";
import { startBrowser } from "../../support/shop/browser.ts";

const SCREENSHOTS = fileURLToPath(new URL("../../../var/screenshots", import.meta.url));
const PHONE = { width: 390, height: 760 };

let folder: string;
let database: TestDatabase;
let demo: Demo;
let browser: Browser;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "clickbridge-purchase-"));
  database = await createTestDatabase();
  await mkdir(SCREENSHOTS, { recursive: true });
  // Read when the demo's files are loaded: this demo must not be the developer's own.
  process.env["CLICKBRIDGE_DEMO_FOLDER"] = join(folder, "demo");
  process.env["CLICKBRIDGE_DATABASE_URL"] = database.url;
  process.env["CLICKBRIDGE_DEMO_DATABASE"] = database.name;
  const { startDemo } = await import("../../../tools/demo/start.ts");
  demo = await startDemo(() => {});
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await demo?.stop();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

async function openOrder(number: string): Promise<Page> {
  const page = await browser.newPage({ viewport: PHONE });
  await page.goto(demo.places.shop_url);
  await page.screenshot({ path: join(SCREENSHOTS, `1-shop-before-${number}.png`) });
  await page.getByRole("link", { name: number, exact: false }).first().click();
  return page;
}

test("a customer opens an order, pays with Click, confirms, and comes back to an order that is paid", async () => {
  const page = await openOrder("57");
  await page.screenshot({ path: join(SCREENSHOTS, "2-order.png") });
  await page.getByRole("link", { name: "Pay with Click" }).click();
  await page.getByRole("button", { name: "Confirm" }).waitFor();
  await page.screenshot({ path: join(SCREENSHOTS, "3-click.png") });
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.locator('[data-payment-state="paid"]').waitFor();
  await page.screenshot({ path: join(SCREENSHOTS, "4-paid.png") });

  expect(page.url()).toContain(demo.places.shop_url);
  expect(await page.getByRole("link", { name: "Pay with Click" }).count()).toBe(0);
});

test("a customer who declines comes back to an order that can still be paid", async () => {
  const page = await openOrder("58");
  await page.getByRole("link", { name: "Pay with Click" }).click();
  await page.getByRole("button", { name: "Decline" }).click();
  await page.waitForURL((url) => url.href.startsWith(demo.places.shop_url));

  await page.getByText("The payment was declined").waitFor();
  expect(await page.getByRole("link", { name: "Pay with Click" }).count()).toBe(1);
});
