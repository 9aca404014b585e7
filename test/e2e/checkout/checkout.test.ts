import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import jsQRModule from "jsqr";
import type { Browser, BrowserContextOptions, Page, Request } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startBrowser } from "../../support/shop/browser.ts";
import { type CheckoutFixture, startCheckoutFixture } from "../../support/shop/checkout-fixture.ts";
import type { ShopOrder } from "../../support/shop/shop.ts";
import { until } from "../../support/until.ts";

const SCREENSHOTS = fileURLToPath(new URL("../../../var/screenshots/checkout", import.meta.url));
const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
// Its types say an ES module, and Node gets a CommonJS one.
const jsQR = jsQRModule as unknown as typeof jsQRModule.default;
const QR_PIXELS = 480;
const WIDTHS = { phone: { width: 360, height: 740 }, desktop: { width: 1_280, height: 800 } } as const;

let fixture: CheckoutFixture;
let browser: Browser;
beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  fixture = await startCheckoutFixture();
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await fixture?.stop();
});
afterEach(() => {
  expect(fixture.site.logs().php).toBe("");
});

/** A page of its own, that fails the test when its console says anything: a CSP that forbids, a script that throws. */
async function open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: WIDTHS.phone, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    // Chromium says it of every answer that is no success, also of those that are meant.
    const isMeant = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isMeant) faults.push(message.text());
  });
  onTestFinished(async () => {
    await context.close();
    expect(faults).toEqual([]);
  });
  await page.goto(url);
  return page;
}

/** What axe-core finds, of every gravity. */
async function axeFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  return page.evaluate<readonly string[]>(
    "axe.run().then((r) => r.violations.flatMap((v) => v.nodes.map((n) => [v.impact, v.id, n.html].join(' '))))",
  );
}

const shot = (page: Page, name: string) => page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true });
const stage = (page: Page, name: string) => page.locator(`.clickbridge[data-stage="${name}"]`).waitFor();
const stateText = (page: Page) => page.locator(".clickbridge-state").textContent();
const button = (page: Page) => page.getByRole("link", { name: "Pay with Click" });
const phone = (page: Page) => page.getByRole("textbox", { name: /phone number/ });
const ways = (page: Page) => page.getByText("Ways to pay");

/** Presses a button of Click's page of waiting invoices, as the app's user would in the app. */
async function inApp(decision: "Confirm" | "Decline", order: ShopOrder): Promise<void> {
  const app = await open(fixture.simulator.url);
  await app.locator(".card", { hasText: order.number }).getByRole("button", { name: decision }).first().click();
}

async function sendInvoice(page: Page, number = "901234567"): Promise<void> {
  await phone(page).click();
  await phone(page).pressSequentially(number);
  await page.getByRole("button", { name: "Send the invoice" }).click();
}

describe("pay by link", () => {
  test("the page that waited meanwhile follows to paid without a reload, and offers nothing more", async () => {
    const order = await fixture.shop.addOrder({ sums: ["38400.50"] });
    const waiting = await open(fixture.orderUrl(order));
    await waiting.evaluate(() => Object.assign(globalThis, { notReloaded: true }));
    const buyer = await open(fixture.orderUrl(order));

    await button(buyer).click();
    await buyer.getByRole("button", { name: "Confirm" }).click();
    await buyer.locator('[data-payment-state="paid"]').waitFor();
    await stage(waiting, "PAID");

    expect(await stateText(waiting)).toBe("Paid. Thank you!");
    expect(await button(waiting).count()).toBe(0);
    expect(await phone(waiting).count()).toBe(0);
    expect(await waiting.evaluate(() => "notReloaded" in globalThis)).toBe(true);
    await shot(waiting, "paid-360");
  });

  test("a page rendered while Bitrix saved the payment shows it as paid, and stops polling", async () => {
    const url = fixture.orderUrl(await fixture.shop.addOrder());
    const page = await open("about:blank");
    let requests = 0;
    await page.route(url, async (route) => {
      const made = await route.fetch();
      await route.fulfill({
        response: made,
        body: (await made.text()).replace('data-stage="PAYABLE"', 'data-stage="PAID"'),
      });
    });
    await page.route("**/status.php", async (route) => {
      requests += 1;
      await route.continue();
    });
    await page.clock.install();
    await page.goto(url);

    await page.locator('[data-payment-state="paid"]').waitFor();
    await page.clock.runFor(60_000);

    expect(requests).toBe(0);
  });

  test("in a new window, where the shop wants it, with the page still there", async () => {
    await fixture.shop.setValue(fixture.shop.paySystemId, "CLICK_NEW_WINDOW", "Y");
    onTestFinished(() => fixture.shop.setValue(fixture.shop.paySystemId, "CLICK_NEW_WINDOW", "N"));
    const page = await open(fixture.orderUrl(await fixture.shop.addOrder()));

    const [click] = await Promise.all([page.context().waitForEvent("page"), button(page).click()]);
    await click.getByRole("button", { name: "Confirm" }).click();
    await stage(page, "PAID");

    expect(await page.evaluate("document.visibilityState")).toBe("visible");
  });

  test("with the choice of the card, where the shop offers it", async () => {
    await fixture.shop.setValue(fixture.shop.paySystemId, "CLICK_CARD_TYPES", "Y");
    onTestFinished(() => fixture.shop.setValue(fixture.shop.paySystemId, "CLICK_CARD_TYPES", "N"));
    const page = await open(fixture.orderUrl(await fixture.shop.addOrder()));

    const links = await button(page).all();
    const types = await Promise.all(
      links.map(async (link) => [
        (await link.textContent())?.trim(),
        new URL((await link.getAttribute("href")) ?? "").searchParams.get("card_type"),
      ]),
    );
    await shot(page, "cards-360");

    expect(types).toEqual([
      ["Pay with Click · Uzcard", "uzcard"],
      ["Pay with Click · Humo", "humo"],
    ]);
  });
});

describe("pay by phone", () => {
  test("the invoice goes to the phone, is confirmed in the app, and the page says paid", async () => {
    const order = await fixture.shop.addOrder();
    const page = await open(fixture.orderUrl(order));

    await sendInvoice(page);
    await stage(page, "INVOICE_SENT");
    await page.getByText("Sent.", { exact: true }).waitFor();
    await shot(page, "invoice-sent-360");
    expect(await axeFaults(page)).toEqual([]);
    await inApp("Confirm", order);
    await stage(page, "PAID");

    expect(
      await fixture.shop.query("SELECT phone, caller_network FROM clickbridge_invoice WHERE payment_id = ?", [
        order.paymentId,
      ]),
    ).toEqual([{ phone: "998901234567", caller_network: "127.0.0.1" }]);
  });

  test("a declined invoice is shown, and another one can be sent", async () => {
    const order = await fixture.shop.addOrder();
    const page = await open(fixture.orderUrl(order));

    await sendInvoice(page);
    await stage(page, "INVOICE_SENT");
    await inApp("Decline", order);
    await stage(page, "DECLINED");
    await shot(page, "declined-360");
    expect(await page.locator(".clickbridge-note").textContent()).toContain("The number that you use in Click");
    await page.getByRole("button", { name: "Send the invoice" }).click();
    await stage(page, "INVOICE_SENT");
    await inApp("Confirm", order);
    await stage(page, "PAID");

    expect(await fixture.isPaid(order.paymentId)).toBe(true);
  });

  test("a wrong number is shown next to the field, which gets the focus, and nothing is sent", async () => {
    const order = await fixture.shop.addOrder();
    const page = await open(fixture.orderUrl(order));

    await sendInvoice(page, "9012");
    await page.getByText("Enter an Uzbek mobile number").waitFor();

    expect(await phone(page).getAttribute("aria-invalid")).toBe("true");
    expect(await page.evaluate("document.activeElement.className")).toBe("clickbridge-phone");
    expect(
      await fixture.shop.query("SELECT id FROM clickbridge_invoice WHERE payment_id = ?", [order.paymentId]),
    ).toEqual([]);
    await shot(page, "wrong-number-360");
    expect(await axeFaults(page)).toEqual([]);
  });

  test.each([
    ["901234567", "+998 90 123-45-67"],
    ["998901234567", "+998 90 123-45-67"],
    ["+998 90 123 45 67", "+998 90 123-45-67"],
    ["8 90 123 45 67", "+998 90 123-45-67"],
    ["90123456789", "+998 90 123-45-67"],
    ["90a1b", "+998 90 1"],
  ])("the field spells %s as %s", async (typed, spelled) => {
    const page = await open(fixture.orderUrl(await fixture.shop.addOrder()));

    await phone(page).fill(typed);

    expect(await phone(page).inputValue()).toBe(spelled);
  });

  test("a digit too many is not taken, wherever it is typed", async () => {
    const page = await open(fixture.orderUrl(await fixture.shop.addOrder()));

    await phone(page).click();
    await page.keyboard.type("8812345678");
    await page.keyboard.press("Home");
    await page.keyboard.type("8");

    expect(await phone(page).inputValue()).toBe("+998 88 123-45-67");
  });

  test("what is deleted stays deleted", async () => {
    const page = await open(fixture.orderUrl(await fixture.shop.addOrder()));

    await phone(page).click();
    await page.keyboard.type("901234567");
    for (let press = 0; press < 4; press += 1) await page.keyboard.press("Backspace");
    await page.keyboard.type("89");

    expect(await phone(page).inputValue()).toBe("+998 90 123-48-9");
  });

  test("an invoice over the limit is refused with a text", async () => {
    const order = await fixture.shop.addOrder();
    const page = await open(fixture.orderUrl(order));
    for (let invoice = 0; invoice < 5; invoice += 1) {
      await sendInvoice(page, invoice === 0 ? "907654321" : "");
      await page.getByText("Sent.", { exact: true }).waitFor();
      await page.locator(".clickbridge-note").evaluate((note) => note.replaceChildren());
    }

    await page.getByRole("button", { name: "Send the invoice" }).click();
    await page.getByText("Too many invoices have been sent").waitFor();
    await shot(page, "too-many-360");

    expect(await button(page).isVisible()).toBe(true);
  });
});

describe("a payment under way", () => {
  test("is told, the ways to pay are closed and can be opened, and a reload half-way goes on from there", async () => {
    const order = await fixture.shop.addOrder();
    const page = await open(fixture.orderUrl(order));
    const { clickTransId, merchantPrepareId } = await fixture.prepared(order);
    await stage(page, "IN_PROGRESS");

    await page.reload();
    await stage(page, "IN_PROGRESS");
    await shot(page, "in-progress-360");
    const closed = await button(page).isVisible();
    await ways(page).click();
    const opened = await button(page).isVisible();
    await fixture.callback("complete", {
      merchantTransId: order.number,
      clickTransId,
      merchantPrepareId,
      amount: "1000.00",
      error: "-5017",
    });
    await stage(page, "DECLINED");

    expect([closed, opened]).toEqual([false, true]);
    expect(await stateText(page)).toContain("was declined");
  });

  test("offers nothing once Click has the money, also before Bitrix shows it paid, also after a reload", async () => {
    const order = await fixture.shop.addOrder();
    const page = await open(fixture.orderUrl(order));
    await fixture.prepared(order);
    await fixture.shop.query("UPDATE clickbridge_attempt SET state = 'CAPTURED' WHERE payment_id = ?", [
      order.paymentId,
    ]);
    await stage(page, "CAPTURED");
    const before = [await button(page).count(), await phone(page).count()];

    await page.reload();
    const after = [await button(page).count(), await phone(page).count()];
    await shot(page, "captured-360");
    expect(await axeFaults(page)).toEqual([]);
    await fixture.shop.query("UPDATE b_sale_order_payment SET PAID = 'Y' WHERE ID = ?", [order.paymentId]);
    await stage(page, "PAID");

    expect([before, after]).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  test("without news for long is shown as not finished", async () => {
    const order = await fixture.shop.addOrder();
    const page = await open(fixture.orderUrl(order));
    await fixture.prepared(order);
    await fixture.shop.query("UPDATE clickbridge_attempt SET state = 'EXPIRED' WHERE payment_id = ?", [
      order.paymentId,
    ]);

    await stage(page, "EXPIRED");

    expect(await button(page).isVisible()).toBe(true);
  });

  test("what Click says on the way back is shown and not believed", async () => {
    const order = await fixture.shop.addOrder();
    const back = `${fixture.orderUrl(order)}&clickbridge_payment=${order.paymentId}&payment_id=1&payment_status=2`;
    const page = await open(back);

    expect(await stateText(page)).toContain("Click says that you have paid");
    expect(await page.locator(".clickbridge").getAttribute("data-stage")).toBe("PAYABLE");
    await ways(page).click();
    const href = (await button(page).getAttribute("href")) ?? "";
    const wayBack = new URL(new URL(href).searchParams.get("return_url") ?? "");
    await shot(page, "hint-360");

    expect(wayBack.search).toBe(`?id=${order.orderId}&lang=en&clickbridge_payment=${order.paymentId}`);
  });
});

describe("asks the shop how the payment stands", () => {
  test("less and less often, not while the page is hidden, and at once when it is visible again", async () => {
    const order = await fixture.shop.addOrder();
    const page = await open("about:blank");
    await page.clock.install();
    const isStatusRequest = (request: Request) => request.url().endsWith("/status.php");
    let requests = 0;
    let answers = 0;
    page.on("request", (request) => {
      requests += isStatusRequest(request) ? 1 : 0;
    });
    page.on("requestfinished", (request) => {
      answers += isStatusRequest(request) ? 1 : 0;
    });
    const asked = async (ms: number) => {
      const before = requests;
      for (let passed = 0; passed < ms; passed += 500) {
        await page.clock.runFor(500);
        // The page asks again a while after the answer: its clock stands still until that is here.
        await until("the shop does not answer", async () => answers === requests);
      }
      return requests - before;
    };
    await page.goto(fixture.orderUrl(order));
    const hide = (hidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, "hidden", { value: ${hidden}, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));`);

    const [first, later] = [await asked(20_000), await asked(20_000)];
    await hide(true);
    const unseen = await asked(60_000);
    const [request] = await Promise.all([page.waitForRequest(/status\.php$/), hide(false)]);

    expect(first).toBeGreaterThan(later);
    expect(later).toBeGreaterThan(0);
    expect(unseen).toBe(0);
    expect(request.headers()["x-clickbridge-token"]).toMatch(/^v1\./);
  });

  test("with a token that has ended says that the page is old", async () => {
    const page = await open(fixture.orderUrl(await fixture.shop.addOrder()));
    await page.route("**/status.php", (route) =>
      route.fulfill({ status: 403, contentType: "application/json", body: '{"error":"TOKEN"}' }),
    );

    await page.getByText("This page is out of date").waitFor();

    expect(await stateText(page)).toBe("This page is out of date. Please load it again.");
  });
});

describe("without JavaScript", () => {
  test("the button pays", async () => {
    const order = await fixture.shop.addOrder();
    const page = await open(fixture.orderUrl(order), { javaScriptEnabled: false });

    await button(page).click();
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.waitForURL((url) => url.href.startsWith(fixture.site.url));

    await expect.poll(() => fixture.isPaid(order.paymentId)).toBe(true);
  });

  test("the form sends the invoice, says so in the page's language, and going back shows how it stands", async () => {
    const order = await fixture.shop.addOrder();
    const page = await open(fixture.orderUrl(order, "uz"), { javaScriptEnabled: false });

    await page.locator(".clickbridge-phone").fill("90 123 45 68");
    await page.locator(".clickbridge-send").click();
    await page.getByText("Hisob yuborildi").waitFor();
    await shot(page, "no-script-sent-360");
    await page.goBack();
    await page.reload();

    expect(await stateText(page)).toContain("Hisob telefonga yuborildi");
    await shot(page, "no-script-back-360");
  });
});

describe.each(["ru", "uz", "en"])("in %s", (language) => {
  test.each(Object.entries(WIDTHS))(
    "at the width of a %s the page fits and axe finds no fault",
    async (name, viewport) => {
      const order = await fixture.shop.addOrder({ sums: ["1234567.00"] });
      const page = await open(fixture.orderUrl(order, language), { viewport });

      await shot(page, `${language}-${name}`);
      const isWide = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
      const faults = await axeFaults(page);

      expect(isWide).toBe(false);
      expect(faults).toEqual([]);
      expect(await page.locator(".clickbridge").getAttribute("lang")).toBe(language);
      expect(await page.locator(".clickbridge-qr").isVisible()).toBe(name === "desktop");
      expect(await page.locator(".clickbridge").textContent()).not.toMatch(/CLICKBRIDGE_/);
    },
  );
});

test("the QR code is the payment link without a way back, as a phone reads it", async () => {
  const page = await open(fixture.orderUrl(await fixture.shop.addOrder({ number: "Заказ-60" })), {
    viewport: WIDTHS.desktop,
  });

  // As one text: a million numbers one by one would keep this process, and the service in it, busy for seconds.
  const pixels = await page.evaluate<string>(`new Promise((resolve) => {
    const image = new Image();
    image.onload = () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: ${QR_PIXELS}, height: ${QR_PIXELS} });
      const context = canvas.getContext("2d");
      context.drawImage(image, 0, 0, ${QR_PIXELS}, ${QR_PIXELS});
      const { data } = context.getImageData(0, 0, ${QR_PIXELS}, ${QR_PIXELS});
      resolve(btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join("")));
    };
    const svg = document.querySelector(".clickbridge-qr svg");
    svg.setAttribute("width", ${QR_PIXELS});
    svg.setAttribute("height", ${QR_PIXELS});
    image.src = "data:image/svg+xml," + encodeURIComponent(svg.outerHTML);
  })`);
  const read = jsQR(new Uint8ClampedArray(Buffer.from(pixels, "base64")), QR_PIXELS, QR_PIXELS);

  const link = new URL((await button(page).getAttribute("href")) ?? "");
  expect(read?.data).toBe(link.href.replace(/&return_url=[^&]*/, ""));
  expect(read?.data).toContain("transaction_param=%D0%97");
});

test("all of it can be done with the keyboard alone", async () => {
  const order = await fixture.shop.addOrder();
  const page = await open(fixture.orderUrl(order));
  const stops: string[] = [];
  for (let press = 0; press < 7; press += 1) {
    await page.keyboard.press("Tab");
    stops.push(await page.evaluate<string>("document.activeElement.className || document.activeElement.tagName"));
  }
  await phone(page).focus();
  await page.keyboard.type("901112233");
  await page.keyboard.press("Enter");
  await stage(page, "INVOICE_SENT");

  expect(stops.filter((name) => name.startsWith("clickbridge"))).toEqual([
    "clickbridge-summary",
    "clickbridge-button",
    "clickbridge-phone",
    "clickbridge-send",
  ]);
});

test("the whole checkout is smaller than 30 KB, and its style touches nothing outside it", async () => {
  const order = await fixture.shop.addOrder();
  const page = await open(fixture.orderUrl(order), { viewport: WIDTHS.desktop });
  const html = await page.locator(".clickbridge").evaluate((root) => root.outerHTML.length);
  const files = await Promise.all(
    ["checkout.css", "checkout.js"].map(async (name) =>
      (await fetch(`${fixture.site.url}/bitrix/tools/clickbridge/${name}`)).text(),
    ),
  );
  const selectors = (files[0] ?? "")
    .replaceAll(/\/\*.*?\*\//gs, "")
    .replaceAll(/@media[^{]*\{/g, "")
    .replaceAll(/\{[^}]*\}/g, ",")
    .split(/[,}]/)
    .map((selector) => selector.trim())
    .filter((selector) => selector !== "");

  expect(html + files.join("").length).toBeLessThan(30_000);
  expect(selectors.length).toBeGreaterThan(20);
  expect(selectors.filter((selector) => !/^\.clickbridge(?![a-z])/.test(selector))).toEqual([]);
});
