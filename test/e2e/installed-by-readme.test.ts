import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newClickId } from "../support/click.ts";
import { type ShopSite, startShopSite, WORLDS, type World } from "../support/shop-site.ts";
import { until } from "../support/until.ts";

const BRIDGE = fileURLToPath(new URL("../../php-bridge", import.meta.url));
const MODULE = "local/modules/clickbridge.payment";
/** A row of the README's table: the stub, and what it requires. */
const STUB = /^ +\| `\/(\S+\.php)` \| `(\S+\.php)` \|$/gm;
const README = readFileSync(join(BRIDGE, "README.md"), "utf8");

/** Every other test links the folders; a shop that follows the README copies them and adds stubs. */
function installByReadme(root: string): void {
  for (const linked of ["bitrix/tools/clickbridge", "bitrix/php_interface/include/sale_payment/clickbridge"]) {
    rmSync(join(root, linked));
  }
  cpSync(BRIDGE, join(root, MODULE), { recursive: true });
  for (const [, stub = "", target = ""] of README.matchAll(STUB)) {
    mkdirSync(dirname(join(root, stub)), { recursive: true });
    writeFileSync(join(root, stub), `<?php require $_SERVER['DOCUMENT_ROOT'] . '/${MODULE}/${target}';\n`);
  }
  for (const name of [".user.ini", ".htaccess", "checkout.css", "checkout.js"]) {
    copyFileSync(join(BRIDGE, "public", name), join(root, "bitrix/tools/clickbridge", name));
  }
  writeFileSync(
    join(root, "bitrix/php_interface/init.php"),
    `<?php require_once $_SERVER['DOCUMENT_ROOT'] . '/${MODULE}/autoload.php';\n`,
  );
}

/** What the administrator's form of the pay system asks for. */
const SETTINGS = `
$_SERVER["DOCUMENT_ROOT"] = $argv[1];
require "$argv[1]/bitrix/modules/main/include/prolog_before.php";
Bitrix\\Main\\Loader::includeModule("sale");
echo json_encode(array_keys(Bitrix\\Sale\\PaySystem\\Manager::getHandlerDescription("clickbridge")["CODES"] ?? []));`;

test("the README names five stubs, and the files that they require are there", () => {
  const targets = [...README.matchAll(STUB)].map(([, , target = ""]) => target);

  expect(targets).toHaveLength(5);
  for (const target of targets) expect(readFileSync(join(BRIDGE, target), "utf8")).toMatch(/^<\?php/);
});

describe.each(Object.keys(WORLDS) as World[])("a shop installed by the README, behind nginx and %s", (world) => {
  let house: ShopSite;
  beforeAll(async () => {
    house = await startShopSite(world, { kernel: { language: "en" } });
    installByReadme(house.site.root);
  });
  afterAll(() => house?.stop());

  test("shows the button, takes a payment, and PHP logs nothing", async () => {
    const order = await house.shop.addOrder();
    const page = await (await fetch(`${house.site.url}/shop/order.php?id=${order.orderId}`)).text();
    const payment = { merchantTransId: order.number, clickTransId: newClickId() };
    const prepared = await house.callback("prepare", payment);
    const merchantPrepareId = String(prepared.json["merchant_prepare_id"]);
    const completed = await house.callback("complete", { ...payment, merchantPrepareId });
    await until("the order was not paid", () => house.isPaid(order.paymentId));

    expect(page).toContain("Pay with Click");
    expect(page).toMatch(/href="\/bitrix\/tools\/clickbridge\/checkout\.css\?\d+"/);
    expect(await fetch(`${house.site.url}/bitrix/tools/clickbridge/status.php`)).toMatchObject({ status: 403 });
    expect([prepared.json["error"], completed.json["error"]]).toEqual([0, 0]);
    expect(house.site.logs().php).toBe("");
  });

  test("asks the administrator for Click's four values, the buyer's fee, the certification account and the look", () => {
    const printed = execFileSync("php", ["-r", SETTINGS, house.site.root], { encoding: "utf8" });

    expect(JSON.parse(printed)).toEqual([
      "CLICK_SERVICE_ID",
      "CLICK_MERCHANT_ID",
      "CLICK_MERCHANT_USER_ID",
      "CLICK_SECRET_KEY",
      "CLICK_FEE_PERCENT",
      "CLICK_CERTIFICATION_REFERENCE",
      "CLICK_CERTIFICATION_UNTIL",
      "CLICK_CARD_TYPES",
      "CLICK_NEW_WINDOW",
    ]);
  });

  test("answers through Bitrix's own result page too", async () => {
    const reply = await house.post(house.resultPage("prepare"), "amount=1");

    expect(reply).toMatchObject({ status: 200, json: { error: -8 } });
    expect(house.site.logs().php).toBe("");
  });

  test("has PHP leave bodies alone: one with thousands of fields is refused without a warning", async () => {
    const reply = await house.post(house.site.prepareUrl, "a=1&".repeat(5_000));

    expect(reply).toMatchObject({ status: 200, json: { error: -8 } });
    expect(house.site.logs().php).toBe("");
  });
});
