import { afterAll, beforeAll, expect, test } from "vitest";
import { bitrixModule } from "../../../tools/package/bitrix-module.ts";
import { newClickId, signedCallback } from "../../support/click/click.ts";
import { SERVICE, type ShopOrder, type ShopService } from "../../support/shop/shop.ts";
import { formOf, type ShopSite, startShopSite } from "../../support/shop/shop-site.ts";
import { until } from "../../support/until.ts";

/** A second contract with Click, with its own cabinet and key. */
const OTHER: ShopService = {
  serviceId: "55555",
  merchantId: "66666",
  merchantUserId: "77777",
  secretKey: "another_secret_key",
};

const LEGAL_ENTITY = 2;

let fixture: ShopSite;
/** The id of each pay system, all of the handler clickbridge in one shop. */
let systems: { first: number; sameService: number; other: number; byPersonType: number };
beforeAll(async () => {
  fixture = await startShopSite("php-fpm", {
    kernel: { language: "en" },
    module: { zip: bitrixModule().zip, folder: "local" },
  });
  const { shop } = fixture;
  systems = {
    first: shop.paySystemId,
    sameService: await shop.addPaySystem(SERVICE),
    other: await shop.addPaySystem(OTHER),
    byPersonType: await shop.addPaySystem(SERVICE),
  };
  for (const [code, value] of Object.entries(codes(OTHER))) {
    await shop.setValue(systems.byPersonType, code, value, { personTypeId: LEGAL_ENTITY });
  }
});
afterAll(() => fixture?.stop());

function codes(service: ShopService): Record<string, string> {
  return {
    CLICK_SERVICE_ID: service.serviceId,
    CLICK_MERCHANT_ID: service.merchantId,
    CLICK_MERCHANT_USER_ID: service.merchantUserId,
    CLICK_SECRET_KEY: service.secretKey,
  };
}

/** Prepare and Complete with a service's own number and key, at Bitrix's page as one pay system's cabinet names it. */
async function pay(order: ShopOrder, { serviceId, secretKey }: ShopService, paySystemId: number) {
  const payment = {
    merchantTransId: order.number,
    clickTransId: newClickId(),
    clickPaydocId: newClickId(),
    serviceId,
    secretKey,
  };
  const send = async (route: "prepare" | "complete", merchantPrepareId?: string) => {
    const action = route === "prepare" ? "0" : "1";
    const url = fixture.resultPage(route).replace(/BX_PAYSYSTEM_CODE=\d+/, `BX_PAYSYSTEM_CODE=${paySystemId}`);
    const own = merchantPrepareId === undefined ? {} : { merchantPrepareId };
    return (await fixture.post(url, formOf(signedCallback({ action, ...payment, ...own })))).json;
  };
  const prepared = await send("prepare");
  const completed =
    prepared["error"] === 0 ? await send("complete", String(prepared["merchant_prepare_id"])) : undefined;
  return { errors: [prepared["error"], completed?.["error"]], clickPaydocId: payment.clickPaydocId };
}

async function linkOf(order: ShopOrder): Promise<URL> {
  const page = await (await fetch(`${fixture.site.url}/shop/order.php?id=${order.orderId}`)).text();
  const link = /href="([^"]*\/services\/pay[^"]*)"/.exec(page)?.[1];
  if (link === undefined) throw new Error("the order's page has no pay link");
  return new URL(link.replaceAll("&amp;", "&"));
}

test.each([
  ["the first", "first", SERVICE, 1],
  ["one that shares its service with the first", "sameService", SERVICE, 1],
  ["one with its own service", "other", OTHER, 1],
  ["one whose settings depend on the person type, for a person", "byPersonType", SERVICE, 1],
  ["one whose settings depend on the person type, for a company", "byPersonType", OTHER, LEGAL_ENTITY],
] as const)(
  "%s: the link names its service, which alone takes the payment",
  async (_name, system, service, personTypeId) => {
    const paySystemId = systems[system];
    const stranger = service === OTHER ? SERVICE : OTHER;
    const order = await fixture.shop.addOrder({ paySystemId, personTypeId });

    const link = await linkOf(order);
    const refused = await pay(order, stranger, paySystemId);
    const paid = await pay(order, service, paySystemId);
    await until("the order was not paid", () => fixture.isPaid(order.paymentId));

    expect([link.searchParams.get("service_id"), link.searchParams.get("merchant_id")]).toEqual([
      service.serviceId,
      service.merchantId,
    ]);
    expect(refused.errors).toEqual([-5, undefined]);
    expect(paid.errors).toEqual([0, 0]);
    expect(fixture.site.logs().php).toBe("");
  },
);

test("two sites of the shop, each with its own pay system, take payments of their own orders", async () => {
  const { shop } = fixture;
  const orders = [
    { order: await shop.addOrder({ paySystemId: systems.first }), service: SERVICE, system: systems.first },
    { order: await shop.addOrder({ paySystemId: systems.other }), service: OTHER, system: systems.other },
  ];
  await shop.query("UPDATE b_sale_order SET LID = 's2' WHERE ID = ?", [orders[1]?.order.orderId]);

  const paid = await Promise.all(orders.map(({ order, service, system }) => pay(order, service, system)));
  await until("the orders were not paid", async () =>
    (await Promise.all(orders.map(({ order }) => fixture.isPaid(order.paymentId)))).every(Boolean),
  );

  expect(paid.map(({ errors }) => errors)).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

test("an order with a payment of each service is paid half by each", async () => {
  const order = await fixture.shop.addOrder({ sums: ["1000.00", "1000.00"] });
  const [mine, others] = order.payments.map(({ id }) => id);
  await fixture.shop.query("UPDATE b_sale_order_payment SET PAY_SYSTEM_ID = ? WHERE ID = ?", [systems.other, others]);

  const first = await pay(order, OTHER, systems.other);
  await until("the payment was not marked", () => fixture.isPaid(others ?? 0));
  const isMinePaid = await fixture.isPaid(mine ?? 0);
  const second = await pay(order, SERVICE, systems.first);
  await until("the payment was not marked", () => fixture.isPaid(mine ?? 0));

  expect([first.errors, second.errors, isMinePaid]).toEqual([[0, 0], [0, 0], false]);
});

test("a pay system that names another's number at Bitrix's page changes nothing: Click's own number decides", async () => {
  const order = await fixture.shop.addOrder({ paySystemId: systems.other });

  const paid = await pay(order, OTHER, systems.first);
  await until("the order was not paid", () => fixture.isPaid(order.paymentId));

  expect(paid.errors).toEqual([0, 0]);
});

test("what 1C takes out of Bitrix is Click's own number of the payment, and the day in Tashkent", async () => {
  const order = await fixture.shop.addOrder();
  const { clickPaydocId } = await pay(order, SERVICE, systems.first);
  await until("the order was not paid", () => fixture.isPaid(order.paymentId));

  const [row] = await fixture.shop.query(
    `SELECT p.PAY_VOUCHER_NUM AS number, p.PAY_VOUCHER_DATE = DATE(a.capture_time + INTERVAL 5 HOUR) AS isTashkentDay
     FROM b_sale_order_payment p JOIN clickbridge_attempt a ON a.payment_id = p.ID WHERE p.ID = ?`,
    [order.paymentId],
  );

  expect(row).toEqual({ number: clickPaydocId, isTashkentDay: 1 });
});
