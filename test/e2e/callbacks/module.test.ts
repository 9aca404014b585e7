import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SetupCheck_Status as Status } from "../../../src/gen/clickbridge/v1/setup_service.ts";
import { newClickId, signedCallback } from "../../support/click/click.ts";
import { call } from "../../support/service/service.ts";
import { SERVICE } from "../../support/shop/shop.ts";
import { formOf, type ShopSite, startShopSite, WORLDS, type World } from "../../support/shop/shop-site.ts";
import { until } from "../../support/until.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const MEGABYTE = 1024 * 1024;

describe.each(Object.keys(WORLDS) as World[])("the module behind nginx and %s", (world) => {
  let fixture: ShopSite;
  beforeAll(async () => {
    fixture = await startShopSite(world);
  });
  afterAll(() => fixture?.stop());

  const signed = (route: "prepare" | "complete", fields: object) =>
    signedCallback({ action: route === "prepare" ? "0" : "1", merchantTransId: "1", ...fields });

  test.each<[string, string, Record<string, string>, string]>([
    ["an empty body", "", FORM, "the body is empty"],
    ["an array in a field", "amount[]=1&click_trans_id=1", FORM, "amount must be text"],
    ["a field that is there twice", "amount=1&amount=2", FORM, "amount is there twice"],
    ["text that is not UTF-8", "merchant_trans_id=%ff%fe", FORM, "merchant_trans_id must be UTF-8"],
    [
      "a thousand fields",
      Array.from({ length: 1_500 }, (_, i) => `f${i}=1`).join("&"),
      FORM,
      "there must be at most 256 fields",
    ],
    [
      "another content type",
      '{"amount":1}',
      { "content-type": "application/json" },
      "application/x-www-form-urlencoded",
    ],
    ["a field that is missing", "amount=1000", FORM, "click_trans_id"],
  ])("answers %s with -8 and the rule, and PHP logs nothing", async (_, body, headers, rule) => {
    const reply = await fixture.post(fixture.site.prepareUrl, body, headers);

    expect(reply).toMatchObject({ status: 200, json: { error: -8 } });
    expect(reply.json["error_note"]).toContain(rule);
    expect(fixture.site.logs().php).toBe("");
  });

  test("a megabyte for Bitrix's own page, which is no page of ours to limit, is answered with -8", async () => {
    const reply = await fixture.post(fixture.resultPage("prepare"), `amount=${"1".repeat(MEGABYTE)}`, FORM);

    expect(reply).toMatchObject({ status: 200, json: { error: -8 } });
    expect(reply.json["error_note"]).toContain("the body must have at most 65536 bytes");
    expect(fixture.site.logs().php).toBe("");
  });

  test("a body that no callback has is refused before PHP is asked", async () => {
    const { status } = await fetch(fixture.site.prepareUrl, {
      method: "POST",
      body: "a=".padEnd(65_537, "x"),
      headers: FORM,
    });

    expect(status).toBe(413);
    expect(fixture.site.logs().php).toBe("");
  });

  test("answers a GET with -8", async () => {
    const response = await fetch(fixture.site.prepareUrl);

    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("application/json");
    expect(await response.json()).toMatchObject({ error: -8 });
  });

  test("answers a signed callback that came to the other URL with -3", async () => {
    const order = await fixture.shop.addOrder();
    const form = formOf(signed("prepare", { merchantTransId: order.number }));

    expect((await fixture.post(fixture.site.completeUrl, form)).json).toMatchObject({ error: -3 });
  });

  test("answers a wrong signature with -1", async () => {
    const order = await fixture.shop.addOrder();
    const form = formOf(signed("prepare", { merchantTransId: order.number, signString: "0".repeat(32) }));

    expect((await fixture.post(fixture.site.prepareUrl, form)).json).toMatchObject({ error: -1 });
  });

  test("passes the setup check, at both of its addresses and by Bitrix's own page", async () => {
    const { setup } = fixture.service;
    const check = async (callbackUrls: readonly string[]) =>
      (await call(setup, setup.checkSetup, { callbackUrls })).checks
        .filter(({ id }) => id === "callback_prepare" || id === "callback_complete")
        .map(({ status }) => status);
    const attempts = () => fixture.shop.query("SELECT id FROM clickbridge_attempt ORDER BY id");
    const before = await attempts();

    const own = await check([fixture.site.prepareUrl, fixture.site.completeUrl]);
    const bitrix = await check([fixture.resultPage("prepare"), fixture.resultPage("complete")]);
    const swapped = await check([fixture.site.completeUrl, fixture.site.prepareUrl]);

    expect([own, bitrix]).toEqual([
      [Status.STATUS_OK, Status.STATUS_OK],
      [Status.STATUS_OK, Status.STATUS_OK],
    ]);
    expect(swapped).toEqual([Status.STATUS_FAULT, Status.STATUS_FAULT]);
    expect(await attempts()).toEqual(before);
    expect(fixture.site.logs().php).toBe("");
  });

  test("prints the service's answer byte for byte, as JSON", async () => {
    const order = await fixture.shop.addOrder({ number: `Заказ-"${world}"` });
    const reply = await fixture.callback("prepare", { merchantTransId: order.number, clickTransId: "3647147957" });

    expect(reply.body).toBe(
      `{"click_trans_id":3647147957,"merchant_trans_id":"Заказ-\\"${world}\\"","merchant_prepare_id":${reply.json["merchant_prepare_id"]},"error":0,"error_note":"Success"}`,
    );
  });

  test("a Complete sets the payment paid, and a repeat neither sets it again nor answers 0", async () => {
    const order = await fixture.shop.addOrder();
    const payment = await fixture.prepared(order);
    const first = await fixture.callback("complete", payment);
    await until("the payment was not marked paid", () => fixture.isPaid(order.paymentId));
    const again = await fixture.callback("complete", payment);

    expect([first.json["error"], again.json["error"]]).toEqual([0, -4]);
    expect(
      await fixture.shop.query("SELECT TYPE FROM b_sale_order_change WHERE ORDER_ID = ? ORDER BY TYPE", [
        order.orderId,
      ]),
    ).toEqual([{ TYPE: "ORDER_PAYMENT_VOUCHER_CHANGED" }, { TYPE: "PAYMENT_PAID" }]);
    expect(fixture.site.logs().php).toBe("");
  });

  test("Bitrix's own result page answers through the same code, also for an order that is cancelled", async () => {
    const order = await fixture.shop.addOrder();
    const cancelled = await fixture.shop.addOrder({ cancelled: true });
    const clickTransId = newClickId();
    const prepared = await fixture.post(
      fixture.resultPage("prepare"),
      formOf(signed("prepare", { merchantTransId: order.number, clickTransId })),
    );
    const merchantPrepareId = String(prepared.json["merchant_prepare_id"]);
    const completed = await fixture.post(
      fixture.resultPage("complete"),
      formOf(signed("complete", { merchantTransId: order.number, clickTransId, merchantPrepareId })),
    );
    await until("the payment was not marked paid", () => fixture.isPaid(order.paymentId));
    const refused = await fixture.post(
      fixture.resultPage("prepare"),
      formOf(signed("prepare", { merchantTransId: cancelled.number })),
    );

    expect([prepared, completed, refused].map((reply) => reply.json["error"])).toEqual([0, 0, -9]);
    expect(await fixture.shop.query("SELECT MARKED FROM b_sale_order WHERE MARKED = 'Y'")).toEqual([]);
  });

  test("a request to Bitrix's own page whose pay system is a list is not ours, and PHP logs nothing", async () => {
    const url = `${fixture.site.url}/bitrix/tools/sale_ps_result.php?BX_HANDLER=CLICKBRIDGE&BX_PAYSYSTEM_CODE[]=${fixture.shop.paySystemId}&route=prepare`;

    expect(await fixture.post(url, formOf(signed("prepare", {})))).toMatchObject({ status: 200, body: "" });
    expect(fixture.site.logs().php).toBe("");
  });

  test("neither page of the shop nor the handler's parameters show the secret key", async () => {
    const order = await fixture.shop.addOrder();
    const page = await (await fetch(`${fixture.site.url}/shop/order.php?id=${order.orderId}`)).text();

    expect(page).toContain("/services/pay?");
    expect(page).not.toContain(SERVICE.secretKey);
  });
});

describe.each(Object.keys(WORLDS) as World[])("without a service, behind nginx and %s", (world) => {
  test("Click hears -7 with HTTP 200, and the order page says so politely", async () => {
    const fixture = await startShopSite(world, { bridge: { addresses: ["unix:/nonexistent/click-bridge.sock"] } });
    try {
      const order = await fixture.shop.addOrder();
      const reply = await fixture.callback("prepare", { merchantTransId: order.number });
      const page = await (await fetch(`${fixture.site.url}/shop/order.php?id=${order.orderId}`)).text();

      expect(reply).toMatchObject({ status: 200, body: '{"error":-7,"error_note":"Failed to update user"}' });
      expect(page).not.toContain("/services/pay?");
      expect(fixture.site.logs().php).not.toMatch(/PHP (Warning|Notice|Fatal)/);
    } finally {
      await fixture.stop();
    }
  });
});

test("a Prepare loads no Bitrix, and a Complete loads it once, after its answer", async () => {
  const fixture = await startShopSite("php-fpm");
  const loads = join(fixture.site.root, "loads");
  try {
    writeFileSync(loads, "");
    // The web user writes it.
    chmodSync(loads, 0o666);
    writeFileSync(
      join(fixture.site.root, "bitrix/php_interface/init.php"),
      `<?php file_put_contents('${loads}', headers_sent() ? "after\\n" : "before\\n", FILE_APPEND);`,
    );
    const order = await fixture.shop.addOrder();
    const payment = { merchantTransId: order.number, clickTransId: newClickId() };
    const prepared = await fixture.callback("prepare", payment);
    const afterPrepare = readFileSync(loads, "utf8");
    await fixture.callback("complete", { ...payment, merchantPrepareId: String(prepared.json["merchant_prepare_id"]) });
    await until("Bitrix was not loaded", async () => readFileSync(loads, "utf8") !== "");

    expect(afterPrepare).toBe("");
    expect(readFileSync(loads, "utf8")).toBe("after\n");
  } finally {
    await fixture.stop();
  }
});
