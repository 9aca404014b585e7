import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CheckoutFixture, startCheckoutFixture } from "../../support/shop/checkout-fixture.ts";
import type { ShopOrder } from "../../support/shop/shop.ts";

/** Bitrix's sale_ps_ajax.php shows the checkout of any order to anybody: its buyer, a stranger, a robot that counts order numbers up. */

const STRANGERS_USER_ID = 2;

let fixture: CheckoutFixture;
beforeAll(async () => {
  fixture = await startCheckoutFixture();
});
afterAll(() => fixture?.stop());

const ajaxUrl = ({ orderId, paymentId }: ShopOrder) =>
  `${fixture.site.url}/bitrix/tools/sale_ps_ajax.php?orderId=${orderId}&paymentId=${paymentId}`;
const fetchText = async (url: string, headers: Readonly<Record<string, string>> = {}) =>
  (await fetch(url, { headers })).text();

/** Somebody else's, with everything personal that the shop knows of an order. */
async function strangersOrder(): Promise<ShopOrder> {
  const order = await fixture.shop.addOrder();
  await fixture.shop.query("UPDATE b_sale_order SET USER_ID = ? WHERE ID = ?", [STRANGERS_USER_ID, order.orderId]);
  return order;
}

/** Events get their numbers a moment later. */
const NUMBERED = "clickbridge_event";

/** All rows of the shop and of the service, but for what merely says that somebody looked. */
async function everything() {
  const tables = (await fixture.shop.query("SHOW TABLES")).map((row) => String(Object.values(row)[0]));
  const counted = tables.filter(
    (table) => !["clickbridge_lease", "clickbridge_service", "clickbridge_event_log"].includes(table),
  );
  return Promise.all(
    counted.map(
      async (table) =>
        [
          table,
          await fixture.shop.query(`SELECT ${table === NUMBERED ? "id" : "*"} FROM ${table} ORDER BY 1`),
        ] as const,
    ),
  );
}

const checkoutOf = (page: string) => /<div class="clickbridge"[\s\S]*?<\/details>\s*<\/div>/.exec(page)?.[0] ?? "";
/** Without what is another each time, and where each of the two pages is. */
const withoutNonces = (checkout: string) =>
  checkout
    .replace(/v1\.[\w.-]+/g, "TOKEN")
    .replace(/name="nonce" value="[0-9a-f]+"/g, "NONCE")
    .replace(/clickbridge-(phone|note)-[0-9a-f]+/g, "ID")
    .replace(/return_url=[^&"]+/g, "RETURN");

describe("a stranger", () => {
  test("gets the plain link: no token, no state, no form, nothing to follow", async () => {
    const order = await strangersOrder();

    const html = await fetchText(ajaxUrl(order));

    expect(html).toContain(`${fixture.simulator.url}/services/pay?`);
    for (const word of ["v1.", "data-token", "data-status", "<form", "<script", 'name="phone"']) {
      expect(html).not.toContain(word);
    }
    expect(html).toContain('data-stage=""');
  });

  test("sees no more of the order than its link says, also when it was captured or declined", async () => {
    const order = await strangersOrder();
    const open = await fetchText(ajaxUrl(order));
    await fixture.prepared(order);
    const prepared = await fetchText(ajaxUrl(order));
    await fixture.callback("complete", { ...(await fixture.prepared(order)), error: "-5017" });
    const declined = await fetchText(ajaxUrl(order));

    expect(prepared).toBe(open);
    expect(declined).toBe(open);
  });

  test("makes nothing: no invoice at Click, no row in any table of the shop or the service, however often", async () => {
    const order = await strangersOrder();
    const before = await everything();

    for (const _ of [1, 2, 3]) await fetchText(ajaxUrl(order), { referer: `${fixture.site.url}/shop/order.php?id=1` });

    expect(await everything()).toEqual(before);
    expect(fixture.simulator.standIn.ledger.invoices).toEqual([]);
    expect(fixture.simulator.standIn.ledger.payments).toEqual([]);
  });

  test("gets no way back to a page of another site", async () => {
    const order = await strangersOrder();

    const html = await fetchText(ajaxUrl(order), { referer: "https://evil.example/?id=1" });

    expect(html).not.toContain("evil.example");
    expect(html).not.toContain("return_url");
  });

  test("gets nothing where the order's status may not be paid", async () => {
    const order = await strangersOrder();
    await fixture.shop.query("REPLACE INTO b_option (MODULE_ID, NAME, VALUE) VALUES ('sale', 'allow_pay_status', 'X')");

    const html = await fetchText(ajaxUrl(order));
    await fixture.shop.query("DELETE FROM b_option WHERE NAME = 'allow_pay_status'");

    expect(html).toBe("");
  });
});

describe("the buyer", () => {
  test("gets the same checkout as on the page, and the way back to that page", async () => {
    const order = await fixture.shop.addOrder();
    const url = fixture.orderUrl(order);

    const onPage = checkoutOf(await fetchText(url));
    const byAjax = checkoutOf(await fetchText(ajaxUrl(order), { referer: url }));

    expect(onPage).toContain("data-token");
    expect(withoutNonces(byAjax)).toBe(withoutNonces(onPage));
    const back = encodeURIComponent(`${url}&clickbridge_payment=${order.paymentId}`);
    expect([onPage.includes(back), byAjax.includes(back)]).toEqual([true, true]);
  });

  test("makes nothing by looking, either", async () => {
    const order = await fixture.shop.addOrder();
    await fetchText(ajaxUrl(order));
    const before = await everything();

    await fetchText(ajaxUrl(order));

    expect(await everything()).toEqual(before);
    expect(fixture.site.logs().php).toBe("");
  });
});
