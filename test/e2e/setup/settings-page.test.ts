import { chmodSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bitrixModule } from "../../../tools/package/bitrix-module.ts";
import { ALL_SCOPES_TOKEN, startTestService } from "../../support/service/service.ts";
import { tokensFile } from "../../support/service/tokens-file.ts";
import { ADMIN_COOKIE, type Visitor, visitorOf } from "../../support/shop/admin.ts";
import { type ShopSite, startShopSite } from "../../support/shop/shop-site.ts";

const PAGE = "settings.php?mid=clickbridge.payment&lang=en";
const TOKEN = "a-token-that-nobody-may-see-again";

let fixture: ShopSite;
let address: string;
let file: string;
beforeAll(async () => {
  fixture = await startShopSite("php-fpm", {
    kernel: { language: "en", admin_cookie: ADMIN_COOKIE },
    module: { zip: bitrixModule().zip, folder: "local" },
  });
  file = join(fixture.site.root, "bitrix/php_interface/clickbridge.php");
  address = /unix:[^']+/.exec(readFileSync(file, "utf8"))?.[0] ?? "";
});
afterAll(() => fixture?.stop());

const asked = (form: Readonly<Record<string, string>> = {}) => ({
  addresses: address,
  token: "",
  apply: "after_answer",
  ...form,
});
const save = (form: Readonly<Record<string, string>>) => ({ save: "1", ...asked(form) });

async function settingsPage() {
  const admin = visitorOf(fixture);
  await admin.get(PAGE);
  return admin;
}

test("shows what the file says, and where Click's cabinet has to point", async () => {
  const { text, good, bad } = await visitorOf(fixture).get(PAGE);

  expect(text).toContain(`>${address}</textarea>`);
  expect(text).toContain("callback.php?route=prepare");
  expect([good, bad]).toEqual([[], []]);
});

test("saves in one step, for PHP and its group alone, and payments go on with it", async () => {
  const admin = await settingsPage();

  const { good, bad } = await admin.post(PAGE, save({ addresses: ` ${address} \r\n\r\n`, apply: "agent" }));
  const payment = await fixture.callback("prepare", { merchantTransId: (await fixture.shop.addOrder()).number });

  expect([good, bad]).toEqual([["The settings are saved."], []]);
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(readdirSync(dirname(file)).filter((name) => name.startsWith("clickbridge.php"))).toEqual(["clickbridge.php"]);
  expect(readFileSync(file, "utf8")).toContain("'apply' => 'agent'");
  expect(payment.json["error"]).toBe(0);
});

test("a token goes in and never comes out; an empty field keeps it, and only a mark of its own deletes it", async () => {
  const admin = await settingsPage();
  const pages = [
    await admin.post(PAGE, save({ token: TOKEN, admin_token: `${TOKEN}-of-the-admin` })),
    await admin.post(PAGE, save({})),
    await admin.post(PAGE, save({ addresses: "nonsense", token: `${TOKEN}2` })),
    await admin.get(PAGE),
  ];
  const kept = readFileSync(file, "utf8");
  await admin.post(PAGE, save({ token_delete: "Y" }));
  const withoutFirst = readFileSync(file, "utf8");
  await admin.post(PAGE, save({ admin_token_delete: "Y" }));

  for (const { text } of pages) expect(text).not.toContain(TOKEN);
  expect(pages[3]?.text).toContain("A token is saved and is not shown.");
  expect(kept).toContain(`'token' => '${TOKEN}'`);
  expect(kept).toContain(`'admin_token' => '${TOKEN}-of-the-admin'`);
  expect(withoutFirst).toContain("'token' => ''");
  expect(withoutFirst).toContain(`'admin_token' => '${TOKEN}-of-the-admin'`);
  expect(readFileSync(file, "utf8")).not.toContain(TOKEN);
});

test.each([
  ["no address", { addresses: "" }, "Give 1 to 8 addresses"],
  ["an address of another form", { addresses: "http://x" }, "Give 1 to 8 addresses"],
  ["plaintext beyond this server", { addresses: "tcp://10.0.0.1:1" }, "needs the mark of a trusted network"],
  ["a token with a space", { token: "a b" }, "A token may have printable ASCII"],
  ["a certificate that is not there", { tls_ca: "/nowhere.pem" }, "PEM files are given by their full path"],
  ["a way to apply that there is not", { apply: "now" }, "Choose when an order is marked paid"],
])(
  "%s is refused with what to do, the file stays, and the form keeps what was typed",
  async (_name, form, sentence) => {
    const before = readFileSync(file, "utf8");
    const admin = await settingsPage();

    const { bad, good, text } = await admin.post(PAGE, save(form));

    expect([bad.length, bad[0], good]).toEqual([1, expect.stringContaining(sentence), []]);
    expect(readFileSync(file, "utf8")).toBe(before);
    if ("addresses" in form) expect(text).toContain(`>${form.addresses}</textarea>`);
  },
);

test("what is typed is text: it can neither leave its field nor become PHP", async () => {
  const admin = await settingsPage();
  const { text } = await admin.post(PAGE, save({ addresses: '</textarea><script>alert("x")</script>' }));
  await admin.post(PAGE, save({ token: "'.phpinfo().'\\" }));
  const { status } = await admin.get(PAGE);
  const saved = readFileSync(file, "utf8");
  await admin.post(PAGE, save({ token_delete: "Y" }));

  expect(text).not.toContain("<script>");
  expect(saved).toContain(String.raw`'token' => '\'.phpinfo().\'\\'`);
  expect(status).toBe(200);
});

test("where the folder cannot be written the page says so, and the file stays as it was", async () => {
  const before = readFileSync(file, "utf8");
  const admin = await settingsPage();
  chmodSync(dirname(file), 0o555);
  const { good, bad, text } = await admin.post(PAGE, save({ addresses: "unix:/another.sock" }));
  chmodSync(dirname(file), 0o755);

  expect([good, bad]).toEqual([[], [expect.stringContaining(`the web server cannot write to ${dirname(file)}`)]]);
  expect(text).toContain(">unix:/another.sock</textarea>");
  expect(readFileSync(file, "utf8")).toBe(before);
  expect(readdirSync(dirname(file)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test.each([
  ["the page that is opened next", (admin: Visitor) => admin.get(PAGE)],
  ["the next save", (admin: Visitor) => admin.post(PAGE, save({}))],
])(
  "what a page that was killed while it wrote has left is taken away by %s; one that is at it is let be",
  async (_, act) => {
    const admin = await settingsPage();
    const [left, beingWritten] = [`${file}.0123456789ab.tmp`, `${file}.ba9876543210.tmp`];
    for (const name of [left, beingWritten]) writeFileSync(name, TOKEN);
    const before = new Date(Date.now() - 3_600_000);
    utimesSync(left, before, before);
    await act(admin);
    const there = readdirSync(dirname(file)).filter((name) => name.endsWith(".tmp"));
    rmSync(beingWritten);

    expect(there).toEqual([basename(beingWritten)]);
  },
);

test("a file that does not run is shown as none, and written anew", async () => {
  const admin = await settingsPage();
  writeFileSync(file, "<?php return [");
  const broken = await admin.get(PAGE);
  const { good } = await admin.post(PAGE, save({}));

  expect(broken.text).toContain("></textarea>");
  expect(good).toEqual(["The settings are saved."]);
});

test("only an administrator has access", async () => {
  const before = readFileSync(file, "utf8");
  for (const cookie of [null, "somebody-with-an-account"]) {
    const visitor = visitorOf(fixture, cookie);
    const pages = [await visitor.get(PAGE), await visitor.post(PAGE, save({ apply: "agent" }))];
    for (const { status, text } of pages) {
      expect(status).toBe(403);
      expect(text).not.toContain(address);
    }
  }
  expect(readFileSync(file, "utf8")).toBe(before);
});

test("a form that another site made an administrator send does nothing", async () => {
  const before = readFileSync(file, "utf8");

  const { bad } = await visitorOf(fixture).post(PAGE, save({ sessid: "0".repeat(32), apply: "agent" }));

  expect(bad).toEqual(["The session has expired and nothing was done. Send the form again."]);
  expect(readFileSync(file, "utf8")).toBe(before);
});

test("the check says of each address whether the service answers there and takes the token, and what to do", async () => {
  const folder = await mkdtemp(join(tmpdir(), "clickbridge-tokens-"));
  const strict = await startTestService({
    databaseUrl: fixture.shop.url,
    env: {
      CLICKBRIDGE_LISTEN: "tcp://127.0.0.1:0",
      CLICKBRIDGE_TOKENS_FILE: await tokensFile(folder, [
        { name: "module", token: ALL_SCOPES_TOKEN, scopes: ["checkout", "callback"] },
      ]),
    },
  });
  const admin = await settingsPage();
  const addresses = `${address}\n${strict.address}\nunix:/nowhere.sock`;
  await admin.post(PAGE, save({ addresses, token: ALL_SCOPES_TOKEN }));
  const known = await admin.post(PAGE, { check: "1" });
  await admin.post(PAGE, save({ addresses, token: "unknown-to-both" }));
  const unknown = await admin.post(PAGE, { check: "1" });
  await strict.stop();
  await rm(folder, { recursive: true });
  await admin.post(PAGE, save({ token_delete: "Y" }));
  const sentence = "the service answers but does not know this token";

  expect(known.good[0]).toBe(`${address}: the service answers and takes the token.`);
  expect(known.bad.slice(0, 2)).toEqual([
    `${strict.address}: the token lacks the scope updates.`,
    expect.stringContaining("unix:/nowhere.sock: the service does not answer"),
  ]);
  expect(unknown.bad.slice(0, 2)).toEqual([
    expect.stringContaining(`${address}: ${sentence}`),
    expect.stringContaining(`${strict.address}: ${sentence}`),
  ]);
  expect(await fixture.shop.query("SELECT id FROM clickbridge_attempt WHERE merchant_trans_id = ''")).toEqual([]);
  expect(fixture.site.logs().php).toBe("");
});

test.each([
  ["no token of the administrator's, whatever the module's may do", { token: ALL_SCOPES_TOKEN }, "is not given"],
  [
    "one that the service does not know",
    { admin_token: "a-token-of-the-admin-s-own" },
    "does not know the administrator's",
  ],
])("with %s the installation is not looked over, and the page says what to do", async (_, tokens, sentence) => {
  const admin = await settingsPage();
  await admin.post(PAGE, save(tokens));
  const { good, bad } = await admin.post(PAGE, { check: "1" });
  await admin.post(PAGE, save({ token_delete: "Y", admin_token_delete: "Y" }));

  expect(good).toEqual([`${address}: the service answers and takes the token.`]);
  expect(bad).toEqual([expect.stringContaining(sentence)]);
});

test("the check then has the service look over the installation, with the shop's own addresses for Click", async () => {
  const admin = await settingsPage();
  await admin.post(PAGE, save({ admin_token: ALL_SCOPES_TOKEN }));
  const { good, bad } = await admin.post(PAGE, { check: "1" });
  await admin.post(PAGE, save({ admin_token_delete: "Y" }));

  expect(good.at(-1)).toMatch(/^Checks with nothing to say: [1-9]\d*\.$/);
  // This shop's addresses are plain http, and there is no UZS in it.
  expect(bad.join("\n")).toContain("callback_https");
  expect(bad.join("\n")).toContain("currency");
  // A signed Prepare came through the module.
  expect(bad.join("\n")).not.toMatch(/callback_(prepare|complete)/);
  expect(fixture.site.logs().php).toBe("");
});

test("one button makes the currency UZS and says what it did, and another keeps Click to it", async () => {
  // As before the module was installed.
  await fixture.shop.query("DELETE FROM b_catalog_currency");
  await fixture.shop.query("INSERT INTO b_language (LID, NAME, DEF) VALUES ('ru', 'Russian', 'Y')");
  await fixture.shop.query(
    "INSERT INTO b_catalog_currency (CURRENCY, AMOUNT, BASE, CURRENT_BASE_RATE) VALUES ('RUB', 1, 'Y', 1)",
  );
  const admin = await settingsPage();
  const made = await admin.post(PAGE, { currency: "1" });
  const restricted = await admin.post(PAGE, { restrict: "1" });
  const rows = await fixture.shop.query("SELECT CURRENCY, NUMCODE FROM b_catalog_currency WHERE CURRENCY = 'UZS'");

  expect(made.good[0]).toContain("The currency UZS was added");
  expect(made.bad.join("\n")).toContain("are offered for other currencies too");
  expect(made.text).toContain('name="restrict"');
  expect(restricted.good[0]).toContain("is offered for orders in UZS only");
  expect(rows).toEqual([{ CURRENCY: "UZS", NUMCODE: "860" }]);
  expect(fixture.site.logs().php).toBe("");
});

test("files that are gone or of another version are named, and put right by one button; so is the agent", async () => {
  const admin = await settingsPage();
  const stub = join(fixture.site.root, "bitrix/tools/clickbridge/callback.php");
  rmSync(stub);
  await fixture.shop.query("DELETE FROM b_agent");
  const broken = await admin.get(PAGE);
  const repaired = await admin.post(PAGE, { repair: "1" });
  await fixture.shop.query("UPDATE b_agent SET ACTIVE = 'N'");
  const agentless = await admin.get(PAGE);
  await admin.post(PAGE, { repair: "1" });

  expect(broken.bad).toEqual([expect.stringContaining(stub)]);
  expect([repaired.good, repaired.bad]).toEqual([["The module's files and agent are in place."], []]);
  expect(statSync(stub).isFile()).toBe(true);
  expect(agentless.bad).toEqual([expect.stringContaining("The module's agent is gone or switched off")]);
  expect((await admin.get(PAGE)).bad).toEqual([]);
  expect(await fixture.shop.query("SELECT ACTIVE FROM b_agent")).toEqual([{ ACTIVE: "Y" }]);
});
