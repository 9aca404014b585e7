import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bitrixModule } from "../../../tools/package/bitrix-module.ts";
import { newClickId } from "../../support/click/click.ts";
import { APPLIED_ONCE, applied } from "../../support/shop/applied.ts";
import { purchase } from "../../support/shop/purchase.ts";
import { type ShopSite, startShopSite, type World } from "../../support/shop/shop-site.ts";
import { until } from "../../support/until.ts";

/** Every other test links the checkout's folders; a shop unpacks the archive and installs it. */
const { zip } = bitrixModule();

const SHOPS = [
  ["php-fpm", "local"],
  ["mod_php", "bitrix"],
] as const satisfies readonly (readonly [World, "local" | "bitrix"])[];

/** What the administrator's form of the pay system asks for. */
const DESCRIPTION = `<?php
$_SERVER["DOCUMENT_ROOT"] = $argv[1];
require "$argv[1]/bitrix/modules/main/include/prolog_before.php";
Bitrix\\Main\\Loader::includeModule("sale");
echo json_encode(array_keys(Bitrix\\Sale\\PaySystem\\Manager::getHandlerDescription("clickbridge")["CODES"] ?? []));`;

function writeScript({ site }: ShopSite, php: string): void {
  writeFileSync(join(site.root, "script.php"), php);
}

/** As while an update of the module is being copied. */
function moveModule({ site }: ShopSite, folder: string, where: "away" | "back"): void {
  const place = join(site.root, folder, "modules/clickbridge.payment");
  const aside = `${site.root}-module-aside`;
  renameSync(...((where === "away" ? [place, aside] : [aside, place]) as [string, string]));
}

describe.each(SHOPS)("a shop behind nginx and %s with the module unpacked into /%s/modules", (world, folder) => {
  let fixture: ShopSite;
  beforeAll(async () => {
    fixture = await startShopSite(world, { kernel: { language: "en" }, module: { zip, folder } });
  });
  afterAll(() => fixture?.stop());

  test("shows the button, takes a payment, and PHP logs nothing", async () => {
    const order = await fixture.shop.addOrder();
    const page = await (await fetch(`${fixture.site.url}/shop/order.php?id=${order.orderId}`)).text();
    const payment = { merchantTransId: order.number, clickTransId: newClickId() };
    const prepared = await fixture.callback("prepare", payment);
    const merchantPrepareId = String(prepared.json["merchant_prepare_id"]);
    const completed = await fixture.callback("complete", { ...payment, merchantPrepareId });
    await until("the order was not paid", () => fixture.isPaid(order.paymentId));

    expect(page).toContain("Pay with Click");
    expect([prepared.json["error"], completed.json["error"]]).toEqual([0, 0]);
    expect(fixture.site.logs().php).toBe("");
  });

  test("asks the administrator for Click's four values", async () => {
    writeScript(fixture, DESCRIPTION);
    const printed = await fixture.runScript("script.php", fixture.site.root);

    for (const code of ["CLICK_SERVICE_ID", "CLICK_MERCHANT_ID", "CLICK_MERCHANT_USER_ID", "CLICK_SECRET_KEY"]) {
      expect(JSON.parse(printed)).toContain(code);
    }
  });

  test("has PHP leave bodies alone: one with thousands of fields is refused without a warning", async () => {
    const reply = await fixture.post(fixture.site.prepareUrl, "a=1&".repeat(5_000));

    expect(reply).toMatchObject({ status: 200, json: { error: -8 } });
    expect(fixture.site.logs().php).toBe("");
  });

  test("has an agent that applies updates not applied after the answer, and stays", async () => {
    const { order } = await purchase(fixture.service, fixture.shop);

    await fixture.runScript("bitrix/modules/main/tools/run_agents.php", fixture.site.root);
    const agents = await fixture.shop.query("SELECT MODULE_ID, NAME, RUNNING, AGENT_INTERVAL FROM b_agent");

    expect(await applied(fixture.shop, order)).toEqual(APPLIED_ONCE);
    expect(agents).toEqual([
      {
        MODULE_ID: "clickbridge.payment",
        NAME: "\\ClickBridge\\Order\\CatchUp::run();",
        RUNNING: "N",
        AGENT_INTERVAL: 60,
      },
    ]);
  });

  test("has a script for cron, which does the same without the agent", async () => {
    const { order } = await purchase(fixture.service, fixture.shop);

    const printed = await fixture.runScript(`${folder}/modules/clickbridge.payment/install/cron/catch_up.php`);

    expect(printed).toBe("");
    expect(await applied(fixture.shop, order)).toEqual(APPLIED_ONCE);
  });

  test("while the module's folder is away Click hears -7, and other pay systems and pages go on", async () => {
    const order = await fixture.shop.addOrder();
    const payment = await fixture.prepared(order);
    moveModule(fixture, folder, "away");
    const completed = await fixture.callback("complete", payment);
    const page = await fetch(`${fixture.site.url}/shop/`);
    const foreign = await fixture.post(`${fixture.site.url}/bitrix/tools/sale_ps_result.php?BX_HANDLER=OTHER`, "a=1");
    await fixture.runScript("bitrix/modules/main/tools/run_agents.php", fixture.site.root);
    moveModule(fixture, folder, "back");
    const again = await fixture.callback("complete", payment);
    await until("the order was not paid", () => fixture.isPaid(order.paymentId));

    expect(completed).toMatchObject({ status: 200, body: '{"error":-7,"error_note":"Failed to update user"}' });
    expect([page.status, foreign.status]).toEqual([200, 200]);
    expect(again.json["error"]).toBe(0);
    expect(fixture.site.logs().php).toBe("");
  });

  test("its stubs are byte for byte what lies in the module", async () => {
    const module = join(fixture.site.root, folder, "modules/clickbridge.payment");
    const copied = (path: string) => readFileSync(join(fixture.site.root, "bitrix", path), "utf8");
    const kept = (path: string) => readFileSync(join(module, "install", path), "utf8");

    for (const name of ["handler.php", ".description.php", "template/template.php"]) {
      expect(copied(`php_interface/include/sale_payment/clickbridge/${name}`)).toBe(
        kept(`sale_payment/clickbridge/${name}`),
      );
    }
    for (const name of ["callback.php", "status.php", "back.php", "playground.php", ".user.ini", ".htaccess"]) {
      expect(copied(`tools/clickbridge/${name}`)).toBe(kept(`tools/clickbridge/${name}`));
    }
  });
});
