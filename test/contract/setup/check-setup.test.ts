import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { CurrencyRepair_Kind, SetupCheck_Status as Status } from "../../../src/gen/clickbridge/v1/setup_service.ts";
import { DEFAULT_BEHAVIOUR } from "../../../src/simulator/behaviour.ts";
import { clickOver, newClickId } from "../../support/click/click.ts";
import { startMerchant } from "../../support/click/click-merchant.ts";
import { startFormModule } from "../../support/click/form-module.ts";
import { startHttpServer } from "../../support/servers/http-server.ts";
import { failureOf } from "../../support/service/failure.ts";
import { ALL_SCOPES_TOKEN, bearer, call } from "../../support/service/service.ts";
import { purchase } from "../../support/shop/purchase.ts";
import { SERVICE } from "../../support/shop/shop.ts";
import { type SoundShop, startSoundShop } from "../../support/shop/sound-shop.ts";

/** Every check of the set-up, turned by a real change of what it looks at. The changes are undone after each test. */

let fixture: SoundShop;
let undo: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  fixture = await startSoundShop();
});
afterEach(async () => {
  for (const step of undo.reverse()) await step();
  undo = [];
});
afterAll(() => fixture.stop());

const PAGE = "/bitrix/tools/clickbridge/callback.php";
const urls = () => [fixture.module.prepareUrl, fixture.module.completeUrl];
const inShop = (sql: string, ...values: unknown[]) => fixture.shop.query(sql, values);

/** Changes the shop, and remembers how to change it back. */
async function change(sql: string, back: string): Promise<void> {
  await inShop(sql);
  undo.push(() => inShop(back));
}

async function checks(callbackUrls: readonly string[] = []) {
  const { setup } = fixture.service;
  return (await call(setup, setup.checkSetup, { callbackUrls })).checks;
}

/** The checks of one id as `OK`, or `FAULT: what was found`. */
async function found(id: string, callbackUrls?: readonly string[]): Promise<string> {
  const name = (status: number) =>
    Object.entries(Status)
      .find(([, value]) => value === status)?.[0]
      ?.slice("STATUS_".length);
  return (await checks(callbackUrls))
    .filter((check) => check.id === id)
    .map(({ status, message }) => (status === Status.STATUS_OK ? "OK" : `${name(status)}: ${message}`))
    .join("\n");
}

const SETTING = (code: string, value: string) =>
  `UPDATE b_sale_bizval SET PROVIDER_VALUE = '${value}' WHERE CODE_KEY = '${code}' AND CONSUMER_KEY = 'PAYSYSTEM_${fixture.shop.paySystemId}'`;

test("the calling module gets which of the two is older", async () => {
  const { setup } = fixture.service;
  const metadata = bearer(ALL_SCOPES_TOKEN);
  metadata.set("clickbridge-module-version", "0.0.1");

  const { checks: all } = await call(setup, setup.checkSetup, { callbackUrls: [] }, metadata);

  expect(all[1]).toMatchObject({ id: "module_version", status: Status.STATUS_WARNING });
  expect(all[1]?.message).toContain("the module is older than the service");
});

describe("a sound installation", () => {
  test("has no fault, and nothing but a name and a first payment left to do", async () => {
    const open = (await checks(urls())).filter(({ status }) => status !== Status.STATUS_OK);

    // The test's module speaks http, its installation has no name, and its token may give back any sum.
    expect(open.map(({ id }) => id)).toEqual(["configuration", "instance", "callback_https", "last_callback"]);
    for (const { status } of open) expect(status).toBe(Status.STATUS_WARNING);
  });

  test("has a remedy for every fault, and no secret", async () => {
    const all = await checks(urls());

    for (const { status, remedy } of all) expect(remedy !== "").toBe(status !== Status.STATUS_OK);
    expect(JSON.stringify(all)).not.toContain(SERVICE.secretKey);
    expect(JSON.stringify(all)).not.toContain("secret-of-the-user");
  });

  test("that is looked over without addresses has them unknown", async () => {
    expect(await found("callback_prepare")).toMatch(/^UNKNOWN/);
    expect(await found("callback_complete")).toMatch(/^UNKNOWN/);
    expect(await found("callback_https")).toMatch(/^UNKNOWN/);
  });

  test("is left without one row more", async () => {
    const tables = (await inShop("SHOW TABLES")).map((row) => String(Object.values(row)[0]));
    const counted = tables.filter((table) => table !== "clickbridge_lease");
    const counts = async () =>
      Promise.all(
        counted.map(async (table) => [table, (await inShop(`SELECT COUNT(*) AS n FROM ${table}`))[0]?.["n"]]),
      );
    const before = await counts();

    await checks(urls());

    expect(await counts()).toEqual(before);
  });
});

describe("the database", () => {
  test("that lacks a migration is a fault", async () => {
    const [row] = await inShop("SELECT * FROM clickbridge_migration WHERE name = '004_attempt'");
    await inShop("DELETE FROM clickbridge_migration WHERE name = '004_attempt'");
    undo.push(() => inShop("INSERT INTO clickbridge_migration SET ?", row));

    expect(await found("migrations")).toBe("FAULT: the database lacks 004_attempt");
  });

  test.each([
    ["SELECT", "b_sale_order", "FAULT: the database user lacks SELECT on b_sale_order"],
    ["UPDATE", "clickbridge_attempt", "FAULT: the database user lacks UPDATE on clickbridge_attempt"],
    ["SELECT", "b_language", "WARNING: some checks cannot be made: the database user lacks SELECT on b_language"],
  ])("whose user may not %s %s is reported", async (right, table, expected) => {
    const at = `${right} ON \`${fixture.shop.database.name}\`.\`${table}\``;
    await change(
      `REVOKE ${at} FROM \`${fixture.databaseUser}\`@\`%\``,
      `GRANT ${at} TO \`${fixture.databaseUser}\`@\`%\``,
    );

    expect(await found("database_grants")).toBe(expected);
  });

  test("whose user may write the shop's tables is a warning", async () => {
    const at = `INSERT ON \`${fixture.shop.database.name}\`.b_sale_order`;
    await change(
      `GRANT ${at} TO \`${fixture.databaseUser}\`@\`%\``,
      `REVOKE ${at} FROM \`${fixture.databaseUser}\`@\`%\``,
    );

    expect(await found("database_grants")).toBe("WARNING: the database user may write the shop's tables: b_sale_order");
  });

  test("that a check may not read makes that check unknown, and no other", async () => {
    const at = `SELECT ON \`${fixture.shop.database.name}\`.b_sale_bizval`;
    await change(
      `REVOKE ${at} FROM \`${fixture.databaseUser}\`@\`%\``,
      `GRANT ${at} TO \`${fixture.databaseUser}\`@\`%\``,
    );

    expect(await found("settings")).toMatch(/^UNKNOWN: it could not be looked at: database: ER_TABLEACCESS_DENIED/);
    expect(await found("currency")).toBe("OK");
  });

  test("that writes its log now and then is a warning", async () => {
    await change("SET GLOBAL innodb_flush_log_at_trx_commit = 2", "SET GLOBAL innodb_flush_log_at_trx_commit = 1");

    expect(await found("durability")).toMatch(/^WARNING: innodb_flush_log_at_trx_commit=2/);
  });

  test("whose orders are in a table without transactions is a warning that names it", async () => {
    expect(await found("shop_tables")).toBe("OK");
    await change("ALTER TABLE b_sale_order_payment ENGINE=MyISAM", "ALTER TABLE b_sale_order_payment ENGINE=InnoDB");

    expect(await found("shop_tables")).toMatch(/^WARNING: .*b_sale_order_payment is MyISAM/);
  });
});

describe("the settings", () => {
  test("without a merchant are a fault of their service", async () => {
    await change(SETTING("CLICK_MERCHANT_ID", ""), SETTING("CLICK_MERCHANT_ID", SERVICE.merchantId));

    expect(await found("settings")).toBe("FAULT: CLICK_MERCHANT_ID is empty");
  });

  test("with a key that is too short are a fault", async () => {
    await change(SETTING("CLICK_SECRET_KEY", "short"), SETTING("CLICK_SECRET_KEY", SERVICE.secretKey));

    expect(await found("settings")).toContain("has no secret key of at least 8 characters");
  });

  test("of a pay system that names no service are a fault of that pay system", async () => {
    const id = await fixture.shop.addPaySystem({ serviceId: "shop" });
    undo.push(() => inShop("DELETE FROM b_sale_pay_system_action WHERE ID = ?", id));

    expect(await found("settings")).toContain("FAULT: it has no CLICK_SERVICE_ID");
  });

  test("that two services share a key in are a fault of the key alone", async () => {
    const id = await fixture.shop.addPaySystem({ ...SERVICE, serviceId: "99999" });
    undo.push(() => inShop("DELETE FROM b_sale_pay_system_action WHERE ID = ?", id));

    expect(await found("shared_key")).toContain("FAULT: they have the same secret key");
    expect(await found("settings")).toBe("OK\nOK");
  });

  test("of a pay system that is switched off are a warning", async () => {
    await change(
      "UPDATE b_sale_pay_system_action SET ACTIVE = 'N'",
      "UPDATE b_sale_pay_system_action SET ACTIVE = 'Y'",
    );

    expect(await found("settings")).toMatch(/^WARNING: its pay systems are switched off/);
  });
});

describe("the two addresses", () => {
  test("without a listener are faults", async () => {
    const module = await startFormModule(fixture.service);
    await module.stop();
    const gone = [module.prepareUrl, module.completeUrl];

    expect(await found("callback_prepare", gone)).toBe("FAULT: the connection was refused: nobody listens there");
    expect(await found("callback_complete", gone)).toBe("FAULT: the connection was refused: nobody listens there");
  });

  test("whose module has no service are faults that say so", async () => {
    const merchant = await startMerchant({}, { twist: () => ({ error: -7, error_note: "Failed to update user" }) });
    onTestFinished(() => merchant.stop());

    expect(await found("callback_prepare", [merchant.prepareUrl, merchant.completeUrl])).toContain(
      "cannot reach click-bridge (-7)",
    );
  });

  test("of another module with the same key are no click-bridge's", async () => {
    const merchant = await startMerchant({});
    onTestFinished(() => merchant.stop());

    expect(await found("callback_prepare", [merchant.prepareUrl, merchant.completeUrl])).toBe(
      "FAULT: something else than this click-bridge answers, with the same key",
    );
  });

  test("that know another key refuse the signature", async () => {
    const merchant = await startMerchant({});
    onTestFinished(() => merchant.stop());
    await change(SETTING("CLICK_SECRET_KEY", "quite_another_key"), SETTING("CLICK_SECRET_KEY", SERVICE.secretKey));

    expect(await found("callback_prepare", [merchant.prepareUrl, merchant.completeUrl])).toMatch(
      /^FAULT: the signature is refused/,
    );
  });

  test("that take any signature are a fault", async () => {
    const merchant = await startMerchant({}, { acceptsAnySignature: true });
    onTestFinished(() => merchant.stop());

    expect(await found("callback_complete", [merchant.prepareUrl, merchant.completeUrl])).toMatch(
      /^FAULT: error -\d was/,
    );
  });

  test("in the wrong order are faults", async () => {
    const swapped = [fixture.module.completeUrl, fixture.module.prepareUrl];

    expect(await found("callback_prepare", swapped)).toBe("FAULT: it is the Complete address");
    expect(await found("callback_complete", swapped)).toBe("FAULT: it is the Prepare address");
  });

  test.each([
    ["one alone", [`https://a.uz${PAGE}`]],
    ["three", [`https://a.uz${PAGE}`, `https://a.uz${PAGE}`, `https://a.uz${PAGE}`]],
    ["another scheme", [`https://a.uz${PAGE}`, `file://${PAGE}`]],
    ["a password", [`https://a.uz${PAGE}`, `https://user:password@b.uz${PAGE}`]],
    ["too long a text", [`https://a.uz${PAGE}`, `https://b.uz/${"x".repeat(2_000)}${PAGE}`]],
    ["a page that is none of ours", [`https://a.uz${PAGE}`, "http://127.0.0.1:9200/_cluster/settings"]],
    ["our page as the query of another", [`https://a.uz${PAGE}`, `http://10.0.0.1/admin?${PAGE}`]],
    ["our page behind a mark", [`https://a.uz${PAGE}`, `http://10.0.0.1/admin#${PAGE}`]],
    ["a parameter that is none of ours", [`https://a.uz${PAGE}`, `http://10.0.0.1${PAGE}?route=complete&key=x`]],
    ["a route of any text", [`https://a.uz${PAGE}`, `http://10.0.0.1${PAGE}?route=a%0d%0ab`]],
  ])("%s is refused, and nothing is called", async (_, callbackUrls) => {
    const failure = await failureOf(checks(callbackUrls));

    expect(failure).toMatchObject({ code: "INVALID_ARGUMENT", fields: ["callback_urls"] });
  });
});

describe("any server at an address", () => {
  const at = (answer: () => { httpStatus: number; body: string; location?: string }) =>
    startHttpServer((_request, response) => {
      const { httpStatus, body, location } = answer();
      response.writeHead(httpStatus, location === undefined ? {} : { location }).end(body);
    });
  const probed = async (url: string) => [
    await found("callback_prepare", [`${url}${PAGE}?route=prepare`, `${url}${PAGE}?route=complete`]),
    await found("callback_complete", [`${url}${PAGE}?route=prepare`, `${url}${PAGE}?route=complete`]),
  ];

  test("is not followed to where it points", async () => {
    let visits = 0;
    const behind = await at(() => {
      visits += 1;
      return { httpStatus: 200, body: "{}" };
    });
    const redirecting = await at(() => ({ httpStatus: 302, body: "", location: `${behind.url}/secret` }));
    onTestFinished(() => Promise.all([behind.stop(), redirecting.stop()]).then(() => undefined));

    expect(await probed(redirecting.url)).toEqual(["FAULT: HTTP 302 was answered", "FAULT: HTTP 302 was answered"]);
    expect(visits).toBe(0);
  });

  test.each([
    [
      "another thing's numbers",
      '{"error": 90210, "error_note": "hush"}',
      "an error that is none of Click's was answered",
    ],
    ["a page", "<html>hush</html>", "the body is HTML or XML, not JSON"],
    ["more than an answer", `{"error":0,"x":"${"hush".repeat(2_000)}"}`, "the answer is longer than 4096 bytes"],
  ])("with %s is judged, and its answer is not shown", async (_, body, sentence) => {
    const other = await at(() => ({ httpStatus: 200, body }));
    onTestFinished(() => other.stop());

    expect(await probed(other.url)).toEqual([`FAULT: ${sentence}`, `FAULT: ${sentence}`]);
  });
});

describe("a probe", () => {
  const PROBE = "clickbridge-probe-abcdefghijklmnopqrstuvwx";
  const attempts = () =>
    inShop("SELECT id FROM clickbridge_attempt WHERE merchant_trans_id LIKE 'clickbridge-probe-%'");

  test("that Click signs for a forged pay link is answered -5, and leaves no row", async () => {
    const answer = await clickOver(fixture.service).prepare({ merchantTransId: PROBE });

    expect(answer).toMatchObject({ error: -5, merchantPrepareId: undefined });
    expect(await attempts()).toEqual([]);
  });

  test("that is not signed is refused as everything is", async () => {
    const answer = await clickOver(fixture.service).prepare({ merchantTransId: PROBE, signString: "0".repeat(32) });

    expect(answer.error).toBe(-1);
  });

  test.each([`${PROBE}y`, PROBE.slice(0, -1), PROBE.toUpperCase(), `${PROBE.slice(0, -1)}1`, `x${PROBE}`])(
    "spelled %s is a reference like every other",
    async (merchantTransId) => {
      const answer = await clickOver(fixture.service).prepare({ merchantTransId });

      expect(answer.error).toBe(-5);
      expect(answer.merchantPrepareId).toBeGreaterThan(0);
      await inShop("DELETE FROM clickbridge_attempt");
    },
  );

  test("that Click took money for raises an anomaly", async () => {
    const clickTransId = newClickId();
    await clickOver(fixture.service).prepare({ clickTransId, merchantTransId: PROBE });

    const answer = await clickOver(fixture.service).complete({ clickTransId, merchantTransId: PROBE });

    expect(answer.error).toBe(-6);
    expect(await found("anomalies")).toBe("WARNING: anomalies wait for a person: MONEY_WITHOUT_ATTEMPT 1");
    await inShop("DELETE FROM clickbridge_anomaly");
  });
});

describe("Click's API", () => {
  test("that refuses the account is a fault", async () => {
    await change(SETTING("CLICK_SECRET_KEY", "quite_another_key"), SETTING("CLICK_SECRET_KEY", SERVICE.secretKey));

    expect(await found("click_api")).toMatch(/^FAULT: Click refuses the account \(HTTP 401/);
  });

  test.each([
    [-120, "WARNING: this host's clock is 1", "seconds ahead of Click's"],
    [120, "WARNING: this host's clock is 1", "seconds behind Click's"],
    [3_600, "FAULT: this host's clock is 3", "seconds behind Click's"],
  ])("whose clock is %i seconds off is reported", async (seconds, start, end) => {
    const { standIn } = fixture.simulator;
    standIn.behaviour = { ...DEFAULT_BEHAVIOUR, clock_shift_seconds: seconds };
    undo.push(async () => {
      standIn.behaviour = DEFAULT_BEHAVIOUR;
    });

    const clock = await found("click_clock");

    expect(clock.startsWith(start)).toBe(true);
    expect(clock).toContain(end);
  });
});

describe("what is under way", () => {
  test("an order update that nobody claims is a fault, and its callback is named", async () => {
    const { completed } = await purchase(fixture.service, fixture.shop);
    undo.push(async () => {
      for (const table of ["attempt", "order_update", "event", "payment"])
        await inShop(`DELETE FROM clickbridge_${table}`);
    });

    expect(completed.error).toBe(0);
    expect(await found("last_callback")).toBe("OK");
    expect(await found("order_updates")).toBe("OK");

    await inShop("UPDATE clickbridge_order_update SET due_time = NOW(3) - INTERVAL 11 MINUTE");

    expect(await found("order_updates")).toMatch(/^FAULT: 1 of 1 order updates have waited more than 10 minutes/);
  });

  test("a database that another installation moves money with is a fault", async () => {
    await change("UPDATE clickbridge_instance SET name = 'shop-1'", "UPDATE clickbridge_instance SET name = ''");

    expect(await found("instance")).toMatch(
      /^FAULT: this database belongs to the installation "shop-1" and not to this/,
    );
  });
});

describe("the currency", () => {
  test.each([
    ["the numeric code", "NUMCODE = '643'", "NUMCODE = '860'", 'WARNING: UZS has the numeric code "643" and not 860'],
    ["the rate", "AMOUNT = 0", "AMOUNT = 1", "WARNING: UZS has no rate"],
    ["the base", "BASE = 'N'", "BASE = 'Y'", "WARNING: 0 currencies are the base and not one"],
    ["its name", "CURRENCY = 'UZX'", "CURRENCY = 'UZS'", "FAULT: the shop has no currency UZS: Click takes no other"],
  ])("with another %s is reported", async (_, set, back, expected) => {
    await change(`UPDATE b_catalog_currency SET ${set}`, `UPDATE b_catalog_currency SET ${back}`);

    expect(await found("currency")).toBe(expected);
  });

  test.each([
    [1, "WARNING: 1 UZS are 1 RUB: a rate that nobody has typed in"],
    [1_000_000, "WARNING: 1000000 UZS are 1 RUB: a rate that nobody has typed in"],
    [150, "OK"],
  ])("of which %i are one of the base is reported", async (count, expected) => {
    await change(
      `UPDATE b_catalog_currency SET BASE = 'N', AMOUNT_CNT = ${count}`,
      "UPDATE b_catalog_currency SET BASE = 'Y', AMOUNT_CNT = 1",
    );
    await change(
      "INSERT INTO b_catalog_currency (CURRENCY, AMOUNT, BASE, NUMCODE, CURRENT_BASE_RATE) VALUES ('RUB', 1, 'Y', '643', 1)",
      "DELETE FROM b_catalog_currency WHERE CURRENCY = 'RUB'",
    );

    expect(await found("currency")).toBe(expected);
  });

  test.each([
    ["no decimals", "DECIMALS = 0", "DECIMALS = 2", "WARNING: the format of UZS: uz has 0 decimals and not 2"],
    ["no place for the sum", "FORMAT_STRING = 'x'", "FORMAT_STRING = '# so‘m'", "uz has no place for the sum"],
    ["no language", "LID = 'xx'", "LID = 'uz'", "WARNING: the format of UZS: uz has none"],
  ])("with a format of %s is a warning", async (_, set, back, expected) => {
    const where = (lid: string) => `WHERE LID = '${lid}'`;
    await change(
      `UPDATE b_catalog_currency_lang SET ${set} ${where("uz")}`,
      `UPDATE b_catalog_currency_lang SET ${back} ${where(set === "LID = 'xx'" ? "xx" : "uz")}`,
    );

    expect(await found("currency_format")).toContain(expected);
  });

  test.each([
    [[], "WARNING: orders in any currency are offered Click, which takes UZS alone"],
    [["RUB"], "FAULT: its restriction keeps UZS out: Click is never offered"],
    [["UZS", "RUB"], "WARNING: orders in UZS, RUB are offered Click, which takes UZS alone"],
  ])("that the pay system is restricted to %j is reported", async (currencies, expected) => {
    const [row] = await inShop("SELECT PARAMS FROM b_sale_service_rstr");
    const items = currencies.map((code, index) => `i:${index};s:3:"${code}";`).join("");
    const params = `a:1:{s:8:"CURRENCY";a:${currencies.length}:{${items}}}`;
    undo.push(() => inShop("UPDATE b_sale_service_rstr SET PARAMS = ?, SERVICE_TYPE = 1", row?.["PARAMS"]));
    await inShop(
      "UPDATE b_sale_service_rstr SET PARAMS = ?, SERVICE_TYPE = ?",
      params,
      currencies.length === 0 ? 0 : 1,
    );

    expect(await found("currency_restriction")).toBe(expected);
  });
});

describe("PlanCurrency", () => {
  const plan = () => call(fixture.service.setup, fixture.service.setup.planCurrency, {});

  test("has nothing to write where all is right", async () => {
    expect(await plan()).toEqual({ repairs: [], problems: [] });
  });

  test("says what to write, with the number of the restriction that is too wide", async () => {
    const [row] = await inShop("SELECT ID, PARAMS FROM b_sale_service_rstr");
    await change("UPDATE b_catalog_currency SET NUMCODE = '643'", "UPDATE b_catalog_currency SET NUMCODE = '860'");
    undo.push(() => inShop("UPDATE b_sale_service_rstr SET PARAMS = ?", row?.["PARAMS"]));
    await inShop(`UPDATE b_sale_service_rstr SET PARAMS = 'a:1:{s:8:"CURRENCY";a:2:{i:0;s:3:"UZS";i:1;s:3:"RUB";}}'`);

    const { repairs } = await plan();

    expect(repairs).toMatchObject([
      { kind: CurrencyRepair_Kind.KIND_UPDATE_CURRENCY, fields: { CURRENCY: "UZS", NUMCODE: "860" }, before: "643" },
      { kind: CurrencyRepair_Kind.KIND_RESTRICT, restrictionId: BigInt(Number(row?.["ID"])) },
    ]);
    expect(repairs.map(({ message, words }) => [message, words])).toEqual([
      ["CODE_CHANGED", { OLD: "643" }],
      ["RESTRICTED", { ID: String(repairs[1]?.paySystemId) }],
    ]);
  });

  test("without the currency table is a failure, because the settings are unknown", async () => {
    await change("RENAME TABLE b_catalog_currency TO b_away", "RENAME TABLE b_away TO b_catalog_currency");

    expect(await failureOf(plan())).toMatchObject({ code: "UNAVAILABLE", reason: "DATABASE_UNAVAILABLE" });
  });
});
