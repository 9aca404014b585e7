import { expect, onTestFinished, test } from "vitest";
import { clickOver } from "../../support/click/click.ts";
import { NO_FILTER } from "../../support/service/rpcs.ts";
import { call, startTestService } from "../../support/service/service.ts";
import { purchase } from "../../support/shop/purchase.ts";
import { shopOfTest } from "../../support/shop/shop.ts";

const MANY = 25_000;

test("a search that no key carries looks through 20,000 payments a page, and goes on where it ended", async () => {
  const shop = await shopOfTest();
  const service = await startTestService({ databaseUrl: shop.url });
  onTestFinished(() => service.stop());
  const { order } = await purchase(service, shop, { order: { number: "needle-1" } });
  await shop.query("UPDATE clickbridge_payment SET create_time = '2020-01-01' WHERE payment_id = ?", [order.paymentId]);
  await shop.query(
    `INSERT INTO clickbridge_payment (payment_id, order_id, create_time)
     SELECT 1000000 + n, 1000000 + n, '2026-01-01' + INTERVAL n SECOND FROM
       (WITH RECURSIVE hundred (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM hundred WHERE n < 299)
        SELECT a.n * 300 + b.n AS n FROM hundred a JOIN hundred b) AS numbers WHERE n < ?`,
    [MANY],
  );
  await clickOver(service).prepare({ merchantTransId: (await shop.addOrder({ number: "hay-1" })).number });
  const page = (pageToken: string) =>
    call(service.payments, service.payments.listPayments, { ...NO_FILTER, searchText: "eedle", pageToken });

  const first = await page("");
  const second = await page(first.nextPageToken);

  expect([first.payments.length, first.nextPageToken === ""]).toEqual([0, false]);
  expect([second.payments.map(({ orderNumber }) => orderNumber), second.nextPageToken]).toEqual([["needle-1"], ""]);
  const exact = await call(service.payments, service.payments.listPayments, { ...NO_FILTER, searchText: "needle-1" });
  expect(exact.payments.map(({ orderNumber }) => orderNumber)).toEqual(["needle-1"]);
});
