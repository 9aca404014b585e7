import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bitrixModule } from "../../../tools/package/bitrix-module.ts";
import { newClickId, signedCallback } from "../../support/click/click.ts";
import { SERVICE, type ShopOrder } from "../../support/shop/shop.ts";
import { formOf, type ShopSite, startShopSite, WORLDS, type World } from "../../support/shop/shop-site.ts";
import { until } from "../../support/until.ts";

/**
 * Click's cabinet may name either page of the shop. Bitrix's own knows active pay systems only, loads the order first, prints nothing for one that
 * is gone or cancelled and marks it for a handler's error; so the module answers there before Bitrix begins.
 */
const { zip } = bitrixModule();

type Route = "prepare" | "complete";
type Fields = Partial<Parameters<typeof signedCallback>[0]>;

/** What Click may send without anything changing, and what it hears. */
const CASES: readonly {
  readonly name: string;
  readonly route: Route;
  readonly error: number;
  /** In place of what would be right for a new order. */
  readonly fields: Fields;
}[] = [
  { name: "an order that nobody made", route: "prepare", error: -5, fields: { merchantTransId: "no-such-order" } },
  { name: "the id of a payment in another spelling", route: "prepare", error: -5, fields: { merchantTransId: "06" } },
  { name: "a bad signature", route: "prepare", error: -1, fields: { signString: "0".repeat(32) } },
  { name: "a bad signature of a Complete", route: "complete", error: -1, fields: { signString: "0".repeat(32) } },
  { name: "a service that the shop does not have", route: "prepare", error: -1, fields: { serviceId: "99999" } },
  { name: "another sum", route: "prepare", error: -2, fields: { amount: "999.99" } },
  {
    name: "the action of the other route",
    route: "prepare",
    error: -3,
    fields: { action: "1", merchantPrepareId: "1" },
  },
  { name: "a Complete that nobody prepared", route: "complete", error: -6, fields: { merchantPrepareId: "7777" } },
  { name: "a cancelled Complete that nobody prepared", route: "complete", error: -9, fields: { error: "-5017" } },
  { name: "a Prepare that Click itself failed", route: "prepare", error: -9, fields: { error: "-1" } },
];

/** Bodies and addresses that are no callback of Click's. */
const NOISE: readonly {
  readonly name: string;
  readonly query: string;
  readonly body: string;
  readonly type?: string;
  readonly method?: "GET" | "PUT";
}[] = [
  { name: "an empty body", query: "route=prepare", body: "" },
  { name: "a field that is a list", query: "route=prepare", body: "amount[]=1" },
  { name: "a field twice", query: "route=prepare", body: "amount=1&amount=2" },
  { name: "a route of another name", query: "route=refund", body: "amount=1" },
  { name: "a route that is a list", query: "route[]=prepare", body: "amount=1" },
  { name: "no route, and an action that tells it", query: "", body: "action=1&amount=1" },
  { name: "JSON", query: "route=prepare", body: '{"amount":1}', type: "application/json" },
  { name: "multipart", query: "route=prepare", body: "--x--\r\n", type: "multipart/form-data; boundary=x" },
  { name: "a PUT", query: "route=prepare", body: "amount=1", method: "PUT" },
  { name: "bytes that are no UTF-8", query: "route=prepare", body: "amount=%ff" },
];

describe.each(Object.keys(WORLDS) as World[])("behind nginx and %s", (world) => {
  let fixture: ShopSite;
  let switchedOff: number;
  beforeAll(async () => {
    fixture = await startShopSite(world, { module: { zip, folder: "local" } });
    switchedOff = await fixture.shop.addPaySystem(SERVICE, { active: "N" });
  });
  afterAll(() => fixture?.stop());

  const resultPage = (query: string): string => `${fixture.site.url}/bitrix/tools/sale_ps_result.php?${query}`;
  /** Both pages, and Bitrix's own as it may be named wrongly or long after. */
  const pages = (query: string): readonly string[] => [
    `${fixture.site.url}/bitrix/tools/clickbridge/callback.php?${query}`,
    resultPage(`BX_HANDLER=CLICKBRIDGE&BX_PAYSYSTEM_CODE=${fixture.shop.paySystemId}&${query}`),
    resultPage(`BX_HANDLER=CLICKBRIDGE&BX_PAYSYSTEM_CODE=${switchedOff}&${query}`),
    resultPage(`BX_HANDLER=CLICKBRIDGE&BX_PAYSYSTEM_CODE=4711&${query}`),
    resultPage(`BX_HANDLER=CLICKBRIDGE&BX_PAYSYSTEM_CODE[]=1&${query}`),
    resultPage(`BX_HANDLER=CLICKBRIDGE&${query}`),
  ];

  async function ask(url: string, body: string, type = "application/x-www-form-urlencoded", method = "POST") {
    const response = await fetch(url, { method, headers: { "content-type": type }, body });
    return { status: response.status, type: response.headers.get("content-type"), body: await response.text() };
  }

  /** The answers of all pages, which must be one and the same. */
  async function sameAnswer(query: string, ...request: [body: string, type?: string, method?: string]) {
    const answers = [];
    for (const page of pages(query)) answers.push(await ask(page, ...request));
    const [first] = answers;
    if (first === undefined) throw new Error("no page");
    expect(answers).toEqual(answers.map(() => first));
    return { ...first, error: (JSON.parse(first.body) as { error?: number }).error };
  }

  const signed = (route: Route, order: ShopOrder, fields: Fields): string =>
    formOf(signedCallback({ action: route === "prepare" ? "0" : "1", merchantTransId: order.number, ...fields }));

  const JSON_TYPE = expect.stringMatching(/^application\/json/i);

  test.each(CASES)("$name is answered alike: $error", async ({ route, error, fields }) => {
    const order = await fixture.shop.addOrder();

    const answer = await sameAnswer(`route=${route}`, signed(route, order, fields));

    expect(answer).toMatchObject({ status: 200, type: JSON_TYPE, error });
  });

  test.each(NOISE)("$name is answered alike", async ({ query, body, type, method }) => {
    expect(await sameAnswer(query, body, type, method)).toMatchObject({ status: 200, type: JSON_TYPE });
  });

  test("a body that is too long is kept from our own page by the web server, and refused at Bitrix's", async () => {
    const answers = [];
    for (const page of pages("route=prepare")) answers.push(await ask(page, `a=${"x".repeat(70_000)}`));
    const [ours, ...bitrix] = answers;

    expect(ours?.status).toBe(413);
    expect(bitrix.map(({ status, body }) => [status, (JSON.parse(body) as { error?: number }).error])).toEqual(
      bitrix.map(() => [200, -8]),
    );
  });

  test.each([
    ["a cancelled order", { cancelled: true }, -9],
    ["an order in another currency", { currency: "USD" }, -2],
  ] as const)("%s is answered alike", async (_name, options, error) => {
    const order = await fixture.shop.addOrder(options);

    expect(await sameAnswer("route=prepare", signed("prepare", order, {}))).toMatchObject({ status: 200, error });
  });

  test("a paid order is answered alike", async () => {
    const order = await fixture.shop.addOrder();
    await fixture.shop.query("UPDATE b_sale_order_payment SET PAID = 'Y' WHERE ID = ?", [order.paymentId]);

    expect(await sameAnswer("route=prepare", signed("prepare", order, {}))).toMatchObject({ status: 200, error: -9 });
  });

  test("a Prepare and each of its repeats get one answer, whichever page they come to", async () => {
    const order = await fixture.shop.addOrder();

    const answer = await sameAnswer("route=prepare", signed("prepare", order, { clickTransId: newClickId() }));

    expect(answer).toMatchObject({ error: 0 });
  });

  test.each([1, 2, 3, 5])("page %i takes a payment as the first one does, and the order is paid", async (index) => {
    const answers = [];
    for (const page of [0, index]) {
      const order = await fixture.shop.addOrder();
      const clickTransId = newClickId();
      const prepare = signed("prepare", order, { clickTransId });
      const prepared = await ask(pages("route=prepare")[page] ?? "", prepare);
      const merchantPrepareId = String((JSON.parse(prepared.body) as Record<string, unknown>)["merchant_prepare_id"]);
      const complete = signed("complete", order, { clickTransId, merchantPrepareId });
      const completed = await ask(pages("route=complete")[page] ?? "", complete);
      await until("the order was not paid", () => fixture.isPaid(order.paymentId));
      const again = await sameAnswer("route=complete", complete);
      // What is of this one payment may differ, and nothing else.
      const own = new RegExp([clickTransId, order.number, merchantPrepareId].map((id) => `"?${id}"?`).join("|"), "g");
      answers.push([completed, again].map((answer) => ({ ...answer, body: answer.body.replace(own, "…") })));
    }
    const [first, other] = answers;

    expect(other).toEqual(first);
    expect(first?.map(({ body }) => (JSON.parse(body.replaceAll("…", "0")) as { error: number }).error)).toEqual([
      0, -4,
    ]);
  });

  test("no order was marked as a problem", async () => {
    expect(await fixture.shop.query("SELECT ID FROM b_sale_order WHERE MARKED = 'Y'")).toEqual([]);
  });

  test("a callback of another pay system's is left to Bitrix", async () => {
    const url = resultPage("BX_HANDLER=OTHER&route=prepare");

    expect(await ask(url, "amount=1")).toMatchObject({ status: 200, body: "" });
  });
});
