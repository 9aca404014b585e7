import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseOrder } from "../../src/certify/order.ts";
import { runCertification } from "../../src/certify/run-certification.ts";
import { SERVICE } from "../support/shop.ts";
import { type ShopSite, startShopSite, WORLDS, type World } from "../support/shop-site.ts";

const ORDERS_OF_BOTH_SUITES = 6;

describe.each(Object.keys(WORLDS) as World[])("nginx and %s", (world) => {
  let house: ShopSite;
  beforeAll(async () => {
    house = await startShopSite(world);
  });
  afterAll(() => house?.stop());

  test("both of Click's certification suites pass against the front", async () => {
    const orders = await Promise.all(
      Array.from({ length: ORDERS_OF_BOTH_SUITES }, () => house.shop.addOrder({ sums: ["500.00"] })),
    );

    const report = await runCertification({
      prepareUrl: house.site.prepareUrl,
      completeUrl: house.site.completeUrl,
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

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("no order");
  return value;
}
