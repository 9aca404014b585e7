import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseOrder } from "../../../src/certify/order.ts";
import { runCertification } from "../../../src/certify/run-certification.ts";
import { signedCallback } from "../../support/click/click.ts";
import { SERVICE } from "../../support/shop/shop.ts";
import { formOf, type ShopSite, startShopSite, WORLDS, type World } from "../../support/shop/shop-site.ts";

const ORDERS_OF_BOTH_SUITES = 6;

describe.each(Object.keys(WORLDS) as World[])("nginx and %s", (world) => {
  let fixture: ShopSite;
  beforeAll(async () => {
    fixture = await startShopSite(world);
  });
  afterAll(() => fixture?.stop());

  test("both of Click's certification suites pass against the module", async () => {
    const orders = await Promise.all(
      Array.from({ length: ORDERS_OF_BOTH_SUITES }, () => fixture.shop.addOrder({ sums: ["500.00"] })),
    );

    const report = await runCertification({
      prepareUrl: fixture.site.prepareUrl,
      completeUrl: fixture.site.completeUrl,
      serviceId: SERVICE.serviceId,
      secretKey: SERVICE.secretKey,
      orders: orders.map((order) => must(parseOrder(`${order.number}:500`))),
      suites: ["tool", "postman"],
      account: false,
      callTimeoutMs: 20_000,
    });

    expect(report).toMatchObject({ passed: true });
  });
});

describe("a certification account", () => {
  const REFERENCE = "click-tool-31";
  const IN_AN_HOUR = new Date(Date.now() + 6 * 60 * 60 * 1_000).toISOString().slice(0, 16).replace("T", " ");
  let fixture: ShopSite;
  beforeAll(async () => {
    fixture = await startShopSite("php-fpm", { env: { CLICKBRIDGE_SETTINGS_TTL_MS: "0" } });
    await fixture.shop.setValue(fixture.shop.paySystemId, "CLICK_CERTIFICATION_REFERENCE", REFERENCE);
    await fixture.shop.setValue(fixture.shop.paySystemId, "CLICK_CERTIFICATION_UNTIL", IN_AN_HOUR);
  });
  afterAll(() => fixture?.stop());

  const certify = (page: string) =>
    runCertification({
      prepareUrl: fixture.site.prepareUrl.replace("callback.php", page),
      completeUrl: fixture.site.completeUrl.replace("callback.php", page),
      serviceId: SERVICE.serviceId,
      secretKey: SERVICE.secretKey,
      orders: [must(parseOrder(`${REFERENCE}:500`))],
      suites: ["tool", "postman"],
      account: true,
      callTimeoutMs: 20_000,
    });

  test.each(["callback.php", "playground.php"])(
    "passes both suites with one reference and no order, by %s",
    async (page) => {
      expect(await certify(page)).toMatchObject({ passed: true });
      const updates = await fixture.shop.query("SELECT COUNT(*) AS n FROM clickbridge_order_update");
      expect(updates[0]?.["n"]).toBe(0);
    },
  );

  test("the playground lets Click's documentation in and no other site, and knows no order", async () => {
    const url = fixture.site.prepareUrl.replace("callback.php", "playground.php");
    const order = await fixture.shop.addOrder();
    const body = formOf(signedCallback({ action: "0", merchantTransId: order.number }));
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const asked = async (method: string, origin: string) => {
      const response = await fetch(url, {
        method,
        headers: { ...headers, origin },
        ...(method === "POST" ? { body } : {}),
      });
      return {
        status: response.status,
        allowed: response.headers.get("access-control-allow-origin"),
        text: await response.text(),
      };
    };

    expect(await asked("OPTIONS", "https://docs.click.uz")).toEqual({
      status: 204,
      allowed: "https://docs.click.uz",
      text: "",
    });
    expect(await asked("OPTIONS", "https://evil.example")).toMatchObject({ allowed: null });
    expect(await asked("POST", "https://docs.click.uz.evil.example")).toMatchObject({ allowed: null });
    const answer = await asked("POST", "https://docs.click.uz");
    expect(JSON.parse(answer.text)).toMatchObject({ error: -5 });
    const attempts = await fixture.shop.query("SELECT id FROM clickbridge_attempt WHERE merchant_trans_id = ?", [
      order.number,
    ]);
    expect(attempts).toEqual([]);
    expect(fixture.site.logs().php).toBe("");
  });
});

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("no order");
  return value;
}
