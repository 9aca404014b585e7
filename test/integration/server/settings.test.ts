import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type CallbackOptions, clickOver, newClickId } from "../../support/click/click.ts";
import { logOfTest } from "../../support/service/log-of-test.ts";
import { startTestService, type TestService } from "../../support/service/service.ts";
import { SERVICE, type Shop, shopOfTest } from "../../support/shop/shop.ts";

const KEY = { first: "first_secret_key", second: "second_secret_key", third: "third_secret_key" };

/** A shop whose only pay system has no values yet. */
async function bareShop(options: Parameters<typeof shopOfTest>[0] = {}): Promise<Shop> {
  const shop = await shopOfTest(options);
  await shop.query("DELETE FROM b_sale_bizval");
  return shop;
}

async function serviceOfTest(shop: Shop, env: Readonly<Record<string, string>> = {}) {
  const { log, lines } = logOfTest("info");
  const service = await startTestService({ databaseUrl: shop.url, env, log });
  onTestFinished(() => service.stop());
  return { service, lines };
}

/** The verdict on a Prepare for a new order of this buyer and pay system. */
async function verdict(
  service: TestService,
  shop: Shop,
  { order = {}, ...callback }: Partial<CallbackOptions> & { readonly order?: Parameters<Shop["addOrder"]>[0] } = {},
): Promise<number> {
  const { number } = await shop.addOrder(order);
  return (await clickOver(service).prepare({ merchantTransId: number, ...callback })).error;
}

/** A file with the service's own settings. */
async function servicesFile(services: object): Promise<Readonly<Record<string, string>>> {
  const folder = await mkdtemp(join(tmpdir(), "clickbridge-services-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "services.json");
  await writeFile(file, JSON.stringify(services));
  return { CLICKBRIDGE_SERVICES_FILE: file };
}

describe("a person type", () => {
  test("has its own values, and the common ones where it has none", async () => {
    const shop = await bareShop();
    await shop.setValue(1, "CLICK_SERVICE_ID", "100");
    await shop.setValue(1, "CLICK_SECRET_KEY", KEY.first);
    await shop.setValue(1, "CLICK_SERVICE_ID", "200", { personTypeId: 2 });
    await shop.setValue(1, "CLICK_SECRET_KEY", KEY.second, { personTypeId: 2 });
    const { service } = await serviceOfTest(shop);
    const common = { serviceId: "100", secretKey: KEY.first };
    const own = { serviceId: "200", secretKey: KEY.second };

    const verdicts = [
      await verdict(service, shop, { ...common, order: { personTypeId: 1 } }),
      await verdict(service, shop, { ...own, order: { personTypeId: 2 } }),
      // Signed by one service, but the order is the other's.
      await verdict(service, shop, { ...common, order: { personTypeId: 2 } }),
      await verdict(service, shop, { ...own, order: { personTypeId: 1 } }),
    ];

    expect(verdicts).toEqual([0, 0, -5, -5]);
  });
});

describe("a value's provider", () => {
  test.each(["INPUT", "VALUE"])("%s is a value of the admin", async (provider) => {
    const shop = await bareShop();
    await shop.setValue(1, "CLICK_SERVICE_ID", "100", { provider });
    await shop.setValue(1, "CLICK_SECRET_KEY", KEY.first, { provider });
    const { service } = await serviceOfTest(shop);

    expect(await verdict(service, shop, { serviceId: "100", secretKey: KEY.first })).toBe(0);
  });

  test.each(["ORDER", "PROPERTY", "USER", "PAYMENT", "SHIPMENT", "COMPANY", "input", "VALUE "])(
    "%j would let a buyer choose the secret: the service has none",
    async (provider) => {
      const shop = await bareShop();
      await shop.setValue(1, "CLICK_SERVICE_ID", "100");
      await shop.setValue(1, "CLICK_SECRET_KEY", KEY.first, { provider });
      const { service } = await serviceOfTest(shop);

      expect(await verdict(service, shop, { serviceId: "100", secretKey: KEY.first })).toBe(-1);
    },
  );
});

describe("a secret key", () => {
  test.each(["", "       ", "short12"])("%j counts as not configured: nobody can sign with it", async (secretKey) => {
    const shop = await bareShop();
    await shop.setValue(1, "CLICK_SERVICE_ID", "100");
    await shop.setValue(1, "CLICK_SECRET_KEY", secretKey);
    const { service, lines } = await serviceOfTest(shop);

    expect(await verdict(service, shop, { serviceId: "100", secretKey })).toBe(-1);
    expect(lines().map((line) => line["fault"])).toContain("service 100 has no secret key of at least 8 characters");
  });

  test("that changes costs no payment: a signature that does not fit makes us look again", async () => {
    const shop = await bareShop();
    await shop.setValue(1, "CLICK_SERVICE_ID", "100");
    await shop.setValue(1, "CLICK_SECRET_KEY", KEY.first);
    const { service } = await serviceOfTest(shop, { CLICKBRIDGE_SETTINGS_TTL_MS: "600000" });
    await verdict(service, shop, { serviceId: "100", secretKey: KEY.first });
    await shop.setValue(1, "CLICK_SECRET_KEY", KEY.second);

    // We look again at most once a second: until then the old key holds.
    const changed = () => verdict(service, shop, { serviceId: "100", secretKey: KEY.second });

    await expect.poll(changed, { timeout: 5_000 }).toBe(0);
    expect(await verdict(service, shop, { serviceId: "100", secretKey: KEY.first })).toBe(-1);
  });
});

describe("pay systems that share a service", () => {
  const share = async (values: Readonly<Record<string, string>>) => {
    const shop = await bareShop();
    const second = await shop.addPaySystem({});
    for (const paySystemId of [1, second]) {
      await shop.setValue(paySystemId, "CLICK_SERVICE_ID", "100");
      await shop.setValue(paySystemId, "CLICK_MERCHANT_ID", "7");
      await shop.setValue(paySystemId, "CLICK_SECRET_KEY", KEY.first);
    }
    for (const [code, value] of Object.entries(values)) await shop.setValue(second, code, value);
    return { shop, second, ...(await serviceOfTest(shop)) };
  };
  const signed = { serviceId: "100", secretKey: KEY.first };

  test("and agree both take money", async () => {
    const { shop, second, service } = await share({});

    const verdicts = [
      await verdict(service, shop, signed),
      await verdict(service, shop, { ...signed, order: { paySystemId: second } }),
    ];

    expect(verdicts).toEqual([0, 0]);
  });

  test("and disagree on the secret take no payments, and an admin sees where, without the keys", async () => {
    const { shop, service, lines } = await share({ CLICK_SECRET_KEY: KEY.second });

    const verdicts = [
      await verdict(service, shop, signed),
      await verdict(service, shop, { ...signed, secretKey: KEY.second }),
    ];

    expect(verdicts).toEqual([-1, -1]);
    const told = lines().map((line) => line["fault"]);
    expect(told).toContain(
      "pay systems 1 (person type 0), 2 (person type 0) share service 100 and disagree on CLICK_SECRET_KEY",
    );
    expect(JSON.stringify(lines())).not.toMatch(/first_secret|second_secret/);
  });

  test("and disagree on the merchant still verify callbacks", async () => {
    const { shop, service } = await share({ CLICK_MERCHANT_ID: "8" });

    expect(await verdict(service, shop, signed)).toBe(0);
  });
});

describe("a pay system", () => {
  test("of another handler is not ours, whatever values it has", async () => {
    const shop = await shopOfTest();
    await shop.query("UPDATE b_sale_pay_system_action SET ACTION_FILE = 'click_uzbekistan'");
    const { service } = await serviceOfTest(shop);

    expect(await verdict(service, shop)).toBe(-1);
  });

  test.each(["ClickBridge", "clickbridge ", "CLICKBRIDGE"])("of the handler %j is not ours", async (actionFile) => {
    const shop = await shopOfTest({ collation: "utf8mb4_general_ci" });
    await shop.query("UPDATE b_sale_pay_system_action SET ACTION_FILE = ?", [actionFile]);
    const { service } = await serviceOfTest(shop);

    expect(await verdict(service, shop)).toBe(-1);
  });

  test("that is switched off takes no new payment, and still completes what it prepared", async () => {
    const shop = await shopOfTest();
    const { service } = await serviceOfTest(shop);
    const { number } = await shop.addOrder();
    const ids = { clickTransId: newClickId(), merchantTransId: number };
    const { merchantPrepareId } = await clickOver(service).prepare(ids);
    await shop.query("UPDATE b_sale_pay_system_action SET ACTIVE = 'N'");

    const completed = await clickOver(service).complete({ ...ids, merchantPrepareId: String(merchantPrepareId) });

    expect(completed.error).toBe(0);
    expect(await verdict(service, shop)).toBe(-5);
  });
});

describe("the service's own file", () => {
  test("gives the secret instead of the database, and two of them while it changes", async () => {
    const shop = await shopOfTest();
    const env = await servicesFile({ [SERVICE.serviceId]: { secrets: [KEY.first, KEY.second] } });
    const { service } = await serviceOfTest(shop, env);

    const verdicts = [
      await verdict(service, shop, { secretKey: KEY.first }),
      await verdict(service, shop, { secretKey: KEY.second }),
      await verdict(service, shop, { secretKey: KEY.third }),
      // What stands in the database does not count any more.
      await verdict(service, shop, { secretKey: SERVICE.secretKey }),
    ];

    expect(verdicts).toEqual([0, 0, -1, -1]);
  });

  test("about one service leaves the others as they are", async () => {
    const shop = await shopOfTest();
    const { service } = await serviceOfTest(shop, await servicesFile({ "900": { secrets: [KEY.first] } }));

    expect(await verdict(service, shop)).toBe(0);
  });
});

test("several services with their own keys live in one shop", async () => {
  const shop = await shopOfTest();
  const second = await shop.addPaySystem({ ...SERVICE, serviceId: "900", secretKey: KEY.second });
  const { service } = await serviceOfTest(shop);

  const verdicts = [
    await verdict(service, shop),
    await verdict(service, shop, { serviceId: "900", secretKey: KEY.second, order: { paySystemId: second } }),
    await verdict(service, shop, { serviceId: "900", secretKey: SERVICE.secretKey, order: { paySystemId: second } }),
    await verdict(service, shop, { serviceId: "900", secretKey: KEY.second }),
  ];

  expect(verdicts).toEqual([0, 0, -1, -5]);
});

test("two services with one key still take money, with a warning: digits could move between their numbers", async () => {
  const shop = await shopOfTest();
  const second = await shop.addPaySystem({ ...SERVICE, serviceId: "900" });
  const { service, lines } = await serviceOfTest(shop);

  expect(await verdict(service, shop, { serviceId: "900", order: { paySystemId: second } })).toBe(0);
  expect(lines().map((line) => line["fault"])).toContain("services 900 and 11111 have the same secret key");
});

test("a fee that is not a percentage is reported to the admin, with its place and without its value", async () => {
  const shop = await shopOfTest();
  await shop.setValue(1, "CLICK_FEE_PERCENT", "a lot", { personTypeId: 2 });
  const { service, lines } = await serviceOfTest(shop);

  const verdicts = [
    await verdict(service, shop, { order: { personTypeId: 2 } }),
    await verdict(service, shop, { order: { personTypeId: 1 } }),
  ];

  expect(verdicts).toEqual([-5, 0]);
  expect(lines().map((line) => line["fault"])).toContain(
    "pay system 1 (person type 2): CLICK_FEE_PERCENT must be a percentage from 0 to 20 with at most two decimals, as 1.5",
  );
  expect(JSON.stringify(lines())).not.toContain("a lot");
});
