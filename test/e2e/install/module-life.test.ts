import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { bitrixModule } from "../../../tools/package/bitrix-module.ts";
import { ADMIN_COOKIE, visitorOf } from "../../support/shop/admin.ts";
import { type ModuleSource, unpackModule } from "../../support/shop/document-root.ts";
import { type ShopSite, startShopSite } from "../../support/shop/shop-site.ts";
import { until } from "../../support/until.ts";

const ID = "clickbridge.payment";
const BRIDGE = fileURLToPath(new URL("../../../php-bridge", import.meta.url));
const SCRIPT = "bitrix/modules/main/tools/module.php";
const { zip } = bitrixModule();

async function shopWith(module: ModuleSource, kernel = {}): Promise<ShopSite> {
  const fixture = await startShopSite("php-fpm", {
    kernel: { language: "en", admin_cookie: ADMIN_COOKIE, ...kernel },
    module,
  });
  onTestFinished(() => fixture.stop());
  return fixture;
}

const install = (fixture: ShopSite) => fixture.runScript(SCRIPT, fixture.site.root, "install", ID);
const uninstall = (fixture: ShopSite) => fixture.runScript(SCRIPT, fixture.site.root, "uninstall", ID);

async function takesPayment(fixture: ShopSite): Promise<boolean> {
  const order = await fixture.shop.addOrder();
  const payment = await fixture.prepared(order);
  await fixture.callback("complete", payment);
  await until("the order was not paid", () => fixture.isPaid(order.paymentId));
  return true;
}

async function listed({ shop }: ShopSite) {
  const rows = async (sql: string) => (await shop.query(sql)).map((row) => Object.values(row).join(" "));
  return {
    modules: await rows("SELECT ID FROM b_module"),
    agents: await rows("SELECT MODULE_ID, NAME FROM b_agent"),
    events: await rows("SELECT MESSAGE_ID, TO_MODULE_ID FROM b_module_to_module"),
  };
}

const INSTALLED = {
  modules: [ID],
  agents: [`${ID} \\ClickBridge\\Order\\CatchUp::run();`],
  events: [`OnBeforeProlog ${ID}`],
};
const NOTHING = { modules: [], agents: [], events: [] };

function shimFiles({ site }: ShopSite): readonly string[] {
  const folders = ["bitrix/tools/clickbridge", "bitrix/php_interface/include/sale_payment/clickbridge"];
  return folders.filter((folder) => existsSync(join(site.root, folder)));
}

test("installed twice it is there once, and takes payments", async () => {
  const fixture = await shopWith({ zip, folder: "local" });
  await install(fixture);

  expect(await listed(fixture)).toEqual(INSTALLED);
  expect(await takesPayment(fixture)).toBe(true);
  expect(fixture.site.logs().php).toBe("");
});

test("an installation that stopped half way is repeated by the same button", async () => {
  const fixture = await shopWith({ zip, folder: "bitrix" });
  await fixture.shop.query("DELETE FROM b_module");
  await fixture.shop.query("DELETE FROM b_agent");
  rmSync(join(fixture.site.root, "bitrix/tools/clickbridge/callback.php"));
  await install(fixture);

  expect(await listed(fixture)).toEqual(INSTALLED);
  expect(await takesPayment(fixture)).toBe(true);
});

test("where files cannot be written it says which, and Bitrix goes on to offer it", async () => {
  const fixture = await shopWith("none");
  unpackModule(fixture.site.root, { zip, folder: "local" });
  // A file where the folder has to be stops root as well.
  mkdirSync(join(fixture.site.root, "bitrix/tools"), { recursive: true });
  writeFileSync(join(fixture.site.root, "bitrix/tools/clickbridge"), "");
  const refused = await install(fixture).catch((error: { stdout: string }) => error.stdout);
  const half = await listed(fixture);
  rmSync(join(fixture.site.root, "bitrix/tools/clickbridge"));
  await install(fixture);

  expect(refused).toContain("These files could not be written:");
  expect(refused).toContain("/bitrix/tools/clickbridge/callback.php");
  expect(half).toEqual(NOTHING);
  expect(await listed(fixture)).toEqual(INSTALLED);
});

test("a folder that was copied without its packages is refused with what to do", async () => {
  const fixture = await shopWith("none");
  unpackModule(fixture.site.root, { zip, folder: "local" });
  rmSync(join(fixture.site.root, "local/modules", ID, "vendor"), { recursive: true });

  const refused = await install(fixture).catch((error: { stdout: string }) => error.stdout);

  expect(refused).toContain("the package google/protobuf is missing");
  expect(await listed(fixture)).toEqual(NOTHING);
});

test("it takes over from an installation by hand: stubs, links into its own folder, and an agent of no module", async () => {
  const fixture = await shopWith("none");
  const { root } = fixture.site;
  const module = join(root, "local/modules", ID);
  cpSync(BRIDGE, module, { recursive: true });
  const handlers = join(root, "bitrix/php_interface/include/sale_payment");
  mkdirSync(handlers, { recursive: true });
  symlinkSync(join(module, "handler/clickbridge"), join(handlers, "clickbridge"));
  mkdirSync(join(root, "bitrix/tools"), { recursive: true });
  symlinkSync(join(module, "public"), join(root, "bitrix/tools/clickbridge"));
  await fixture.shop.query(
    "INSERT INTO b_agent (NAME, MODULE_ID, AGENT_INTERVAL, NEXT_EXEC) VALUES (?, '', 60, NOW())",
    ["\\ClickBridge\\Order\\CatchUp::run();"],
  );
  unpackModule(root, { zip, folder: "local" });
  await install(fixture);

  expect(lstatSync(join(handlers, "clickbridge")).isSymbolicLink()).toBe(false);
  // Written through the link, the stub would have come to require itself.
  expect(readFileSync(join(module, "handler/clickbridge/handler.php"), "utf8")).toContain("class ClickBridgeHandler");
  expect(await listed(fixture)).toEqual(INSTALLED);
  expect(await takesPayment(fixture)).toBe(true);
});

test("a new version is copied over the old one: its stubs are the old ones, and payments go on before anybody presses anything", async () => {
  const fixture = await shopWith({ zip, folder: "local" });
  const callback = join(fixture.site.root, "bitrix/tools/clickbridge/callback.php");
  // As an older version left it: another text that requires the same file.
  writeFileSync(
    callback,
    "<?php require $_SERVER['DOCUMENT_ROOT'] . '/local/modules/clickbridge.payment/public/callback.php';",
  );
  unpackModule(fixture.site.root, { zip, folder: "local" });

  expect(await takesPayment(fixture)).toBe(true);
  expect((await visitorOf(fixture).get(`settings.php?mid=${ID}`)).bad).toEqual([expect.stringContaining(callback)]);
});

test("a module in /local comes before one in /bitrix, in the stubs as in Bitrix", async () => {
  const fixture = await shopWith({ zip, folder: "bitrix" });
  const { root } = fixture.site;
  unpackModule(root, { zip, folder: "local" });
  rmSync(join(root, "bitrix/modules", ID, "public"), { recursive: true });
  rmSync(join(root, "bitrix/modules", ID, "handler"), { recursive: true });

  expect(await takesPayment(fixture)).toBe(true);
});

test("a shop that keeps its handlers elsewhere gets them there", async () => {
  const fixture = await shopWith("none");
  await fixture.shop.query(
    "INSERT INTO b_option (MODULE_ID, NAME, VALUE) VALUES ('sale', 'path2user_ps_files', '/local/own_payment/')",
  );
  unpackModule(fixture.site.root, { zip, folder: "local" });
  await install(fixture);

  expect(existsSync(join(fixture.site.root, "local/own_payment/clickbridge/handler.php"))).toBe(true);
  expect(shimFiles(fixture)).toEqual(["bitrix/tools/clickbridge"]);
  const order = await fixture.shop.addOrder();
  const page = await (await fetch(`${fixture.site.url}/shop/order.php?id=${order.orderId}`)).text();
  expect(page).toContain("Pay with Click");
});

test("removed, it takes its files, its agent and its event with it, and leaves payments, pay systems, settings and the shop's own files", async () => {
  const fixture = await shopWith({ zip, folder: "local" });
  await takesPayment(fixture);
  const own = join(fixture.site.root, "bitrix/tools/clickbridge/own.txt");
  writeFileSync(own, "the shop's");
  const count = async (table: string) => (await fixture.shop.query(`SELECT COUNT(*) AS n FROM ${table}`))[0]?.["n"];
  const kept = [
    "clickbridge_payment",
    "clickbridge_attempt",
    "b_sale_pay_system_action",
    "b_sale_bizval",
    "b_sale_order",
  ];
  const before = await Promise.all(kept.map(count));
  await uninstall(fixture);
  const removed = { ...(await listed(fixture)), files: shimFiles(fixture), own: readdirSync(dirname(own)) };
  const after = await Promise.all(kept.map(count));
  await install(fixture);

  expect(removed).toEqual({ ...NOTHING, files: ["bitrix/tools/clickbridge"], own: ["own.txt"] });
  expect(after).toEqual(before);
  expect(before.every((rows) => Number(rows) > 0)).toBe(true);
  expect(existsSync(join(fixture.site.root, "bitrix/php_interface/clickbridge.php"))).toBe(true);
  expect(await takesPayment(fixture)).toBe(true);
});

test("in the admin section it asks before it goes, and deletes the settings file only when told so", async () => {
  const fixture = await shopWith({ zip, folder: "local" });
  const settings = join(fixture.site.root, "bitrix/php_interface/clickbridge.php");
  const admin = visitorOf(fixture);
  await admin.get(`settings.php?mid=${ID}`);
  const form = { id: ID, uninstall: "Y" };
  const foreign = await admin.post("partner_modules.php", { ...form, step: "2", sessid: "0" });
  const asked = await admin.post("partner_modules.php", form);
  const still = await listed(fixture);
  const gone = await admin.post("partner_modules.php", { ...form, step: "2" });
  const keptSettings = existsSync(settings);
  const back = await admin.post("partner_modules.php", { id: ID, install: "Y" });
  await admin.post("partner_modules.php", { ...form, step: "2", delete_settings: "Y" });

  expect(foreign.status).toBe(403);
  expect(asked.text).toContain("The data on payments (tables clickbridge_*), the pay systems and the orders stay.");
  expect(asked.text).toContain('name="delete_settings"');
  expect(still).toEqual(INSTALLED);
  expect([gone.text, keptSettings]).toEqual(["installed: N", true]);
  expect(back.good).toContain("The module is installed.");
  expect(back.text).toContain("settings.php?mid=clickbridge.payment");
  expect(existsSync(settings)).toBe(false);
  expect(fixture.site.logs().php).toBe("");
});

test("installing makes the currency UZS and says so, and leaves rates and the base currency to a person", async () => {
  const fixture = await shopWith({ zip, folder: "local" });
  // As a fresh shop has it.
  for (const table of ["b_catalog_currency", "b_catalog_currency_lang"])
    await fixture.shop.query(`DELETE FROM ${table}`);
  await fixture.shop.query("INSERT INTO b_language (LID, NAME, DEF) VALUES ('ru', 'Russian', 'Y')");
  await fixture.shop.query(
    "INSERT INTO b_catalog_currency (CURRENCY, AMOUNT, BASE, CURRENT_BASE_RATE) VALUES ('RUB', 1, 'Y', 1)",
  );
  const admin = visitorOf(fixture);
  const sessid = await keyOf(fixture);
  const first = await admin.post("partner_modules.php", { id: ID, install: "Y", sessid });
  const again = await admin.post("partner_modules.php", { id: ID, install: "Y", sessid });

  expect(first.good.join("\n")).toContain("The currency UZS was added");
  expect(again.good).toEqual(["The module is installed."]);
  expect(first.bad).toEqual(again.bad);
  expect(await fixture.shop.query("SELECT CURRENCY FROM b_catalog_currency WHERE BASE = 'Y'")).toEqual([
    { CURRENCY: "RUB" },
  ]);
  expect(await listed(fixture)).toEqual(INSTALLED);
});

test("what stops an installation in the admin section is shown there", async () => {
  const fixture = await shopWith("none");
  unpackModule(fixture.site.root, { zip, folder: "local" });
  chmodSync(join(fixture.site.root, "bitrix/php_interface"), 0o755);
  rmSync(join(fixture.site.root, "local/modules", ID, "vendor"), { recursive: true });
  const admin = visitorOf(fixture);
  const { text, bad } = await admin.post("partner_modules.php", { id: ID, install: "Y", sessid: await keyOf(fixture) });

  expect(text).toContain("Installing the module Click");
  expect(bad).toEqual([expect.stringContaining("the package google/protobuf is missing")]);
});

/** No page with a form is there before the module is: the stand-in's own word for the key. */
async function keyOf(fixture: ShopSite): Promise<string> {
  const page = join(fixture.site.root, "key.php");
  writeFileSync(
    page,
    "<?php require __DIR__ . '/bitrix/modules/main/include/prolog_before.php'; echo bitrix_sessid();",
  );
  const response = await fetch(`${fixture.site.url}/key.php`, { headers: { cookie: `STANDIN_USER=${ADMIN_COOKIE}` } });
  return response.text();
}
