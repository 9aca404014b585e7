import { expect, test } from "vitest";
import { ServiceRegistry } from "../../../src/app/services/service-registry.ts";
import type { PaySystemRow } from "../../../src/app/services/shop-reader.ts";

const TTL_MS = 15_000;

/** One pay system whose secret may change, a clock of our own, and a count of the readings. */
function registryOfTest(secretKey = "the_first_secret") {
  const shop = { secretKey, readings: 0, nowMs: 100_000, faults: [] as string[] };
  const row = (): PaySystemRow => ({
    paySystemId: 1,
    active: true,
    values: new Map([
      [
        0,
        new Map([
          ["CLICK_SERVICE_ID", "11111"],
          ["CLICK_MERCHANT_ID", "22222"],
          ["CLICK_MERCHANT_USER_ID", "33333"],
          ["CLICK_SECRET_KEY", shop.secretKey],
        ]),
      ],
    ]),
  });
  const registry = new ServiceRegistry({
    shop: {
      paySystems: async () => {
        shop.readings += 1;
        return [row()];
      },
    },
    overrideOf: () => ({
      dialect: "click",
      reference: "order_number",
      callers: [],
      partialRefund: false,
      owedPolicy: "hold",
      takenAnswer: -9,
    }),
    ttlMs: TTL_MS,
    nowMs: () => shop.nowMs,
    onFault: (fault) => shop.faults.push(fault),
  });
  const secret = async () => (await registry.service("11111"))?.secretKeys[0]?.reveal();
  return { shop, registry, secret };
}

test("settings are believed for their time, and read again after it", async () => {
  const { shop, secret } = registryOfTest();
  await secret();
  shop.secretKey = "the_second_secret";

  shop.nowMs += TTL_MS;
  expect([await secret(), shop.readings]).toEqual(["the_first_secret", 1]);
  shop.nowMs += 1;
  expect([await secret(), shop.readings]).toEqual(["the_second_secret", 2]);
});

test("a reread looks at once, but not twice in a second: noise must not become load", async () => {
  const { shop, registry, secret } = registryOfTest();
  await secret();
  shop.secretKey = "the_second_secret";

  shop.nowMs += 999;
  expect([await registry.reread(), await secret(), shop.readings]).toEqual([false, "the_first_secret", 1]);
  shop.nowMs += 1;
  expect([await registry.reread(), await secret(), shop.readings]).toEqual([true, "the_second_secret", 2]);
  expect([await registry.reread(), shop.readings]).toEqual([false, 2]);
});

test("many who ask at once share one reading", async () => {
  const { shop, secret } = registryOfTest();

  await Promise.all(Array.from({ length: 20 }, secret));

  expect(shop.readings).toBe(1);
});

test("a fault is reported once while it lasts, and again when it returns", async () => {
  const { shop, registry } = registryOfTest("short");
  const lookAgain = async () => {
    shop.nowMs += TTL_MS + 1;
    await registry.all();
  };

  await lookAgain();
  await lookAgain();
  expect(shop.faults).toEqual(["service 11111 has no secret key of at least 8 characters"]);
  shop.secretKey = "long_enough_now";
  await lookAgain();
  shop.secretKey = "short";
  await lookAgain();
  expect(shop.faults).toHaveLength(2);
});

test("a service that is not configured is undefined", async () => {
  expect(await registryOfTest().registry.service("99999")).toBeUndefined();
});
