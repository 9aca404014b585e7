import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { endCharge } from "../../../src/app/charges/end-charge.ts";
import type { PaidByClick } from "../../../src/app/payments/paid-by-click.ts";
import { ServiceRegistry } from "../../../src/app/services/service-registry.ts";
import { readConfig } from "../../../src/config.ts";
import { CHARGES, chargeStore } from "../../../src/mysql/charges/charge-store.ts";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { reap } from "../../../src/mysql/outbox/reaper.ts";
import { shopReader } from "../../../src/mysql/services/shop-reader.ts";
import { CHARGE_LIFE, type Charge, type ClickStatus } from "../../../src/payment/charge.ts";
import { asChargeId } from "../../../src/payment/ids.ts";
import type { PaidWithoutCallback } from "../../../src/payment/judge-paid-without-callback.ts";
import { fakeClick, passCharged, refused, UNKNOWN } from "../../support/click/fake-click.ts";
import { call, startTestService, type TestService } from "../../support/service/service.ts";
import { createShop, type Shop } from "../../support/shop/shop.ts";

/** Charges whose process died, or that Click had not ended: what reconciliation makes of each. */

const click = fakeClick();

let shop: Shop;
let service: TestService;
let pool: Pool;
let charges: ReturnType<typeof chargeStore>;
let registry: ServiceRegistry;
let recorded: PaidWithoutCallback[] = [];

beforeAll(async () => {
  shop = await createShop();
  service = await startTestService({ databaseUrl: shop.url, parts: { click: click.api } });
  pool = new Pool({ url: shop.url, connectionsMax: 4 });
  charges = chargeStore(pool);
  registry = new ServiceRegistry({
    shop: shopReader(pool),
    overrideOf: readConfig({ CLICKBRIDGE_DATABASE_URL: shop.url }).overrideOf,
    ttlMs: 0,
    nowMs: () => performance.now(),
    onFault: () => undefined,
  });
});
afterAll(async () => {
  await pool.close();
  await service.stop();
  await shop.stop();
});
beforeEach(async () => {
  click.reset();
  recorded = [];
  for (const table of ["charge", "anomaly", "event"]) await shop.query(`DELETE FROM clickbridge_${table}`);
});

const paidByClick: PaidByClick = {
  record: async (capture) => {
    recorded.push(capture);
    return "CAPTURED";
  },
};
const end = (charge: Charge) => endCharge({ registry, charges, paidByClick, click: click.api }, charge);

/** A round of the reaper, and what it made of a charge. */
async function reaped({ id }: Charge): Promise<Charge> {
  await reap(pool, CHARGES, CHARGE_LIFE);
  return (await charges.byId(id)) as Charge;
}

interface Left {
  readonly state: Charge["state"];
  readonly secondsAgo: number;
  readonly confirmation?: Charge["confirmation"];
}

/** A charge as somebody left it, so long ago. */
async function left({ state, secondsAgo, confirmation = "NOT_NEEDED" }: Left): Promise<Charge> {
  click.answer("chargeClickPass", () => passCharged("CREATED", confirmation !== "NOT_NEEDED"));
  const { charge } = await call(service.pass, service.pass.chargeClickPass, {
    ...{ requestId: randomUUID(), paymentId: BigInt((await shop.addOrder()).paymentId) },
    ...{ otpData: "x", cashboxCode: "", userId: "" },
  });
  click.reset();
  const id = Number(charge?.chargeId);
  await shop.query(
    `UPDATE clickbridge_charge SET state = ?, confirmation = ?, create_time = NOW(3) - INTERVAL ? SECOND,
       send_time = IF(state = 'STORED', NULL, create_time), update_time = create_time WHERE id = ?`,
    [state, confirmation, secondsAgo, id],
  );
  return (await charges.byId(asChargeId(id))) as Charge;
}

const events = async () => (await shop.query("SELECT type FROM clickbridge_event")).map((row) => row["type"]);
const anomalies = async () => (await shop.query("SELECT kind FROM clickbridge_anomaly")).map((row) => row["kind"]);

test("one that was never sent ends refused after ten minutes, and another charge may follow", async () => {
  const fresh = await left({ state: "STORED", secondsAgo: 590 });
  const old = await left({ state: "STORED", secondsAgo: 610 });

  const ends = [await reaped(fresh), await reaped(old)];

  expect(ends.map(({ state }) => state)).toEqual(["STORED", "REFUSED"]);
  expect(ends[1]?.clickRefusal).toBe("NOT_SENT");
  expect([click.calls, await events(), await anomalies()]).toEqual([[], ["charge.refused"], []]);
});

test("one that may have been sent ends UNKNOWN after two minutes, with an anomaly, and is not sent again", async () => {
  const fresh = await left({ state: "SENDING", secondsAgo: 110 });
  const old = await left({ state: "SENDING", secondsAgo: 130 });

  const ends = [await reaped(fresh), await reaped(old), await reaped(old)];

  expect(ends.map(({ state }) => state)).toEqual(["SENDING", "UNKNOWN", "UNKNOWN"]);
  expect([click.calls, await events(), await anomalies()]).toEqual([
    [],
    ["charge.unknown", "anomaly.raised"],
    ["CHARGE_UNKNOWN"],
  ]);
});

test.each<[ClickStatus, Charge["state"], readonly string[]]>([
  ["PAID", "DONE", ["charge.done"]],
  ["FAILED", "FAILED", ["charge.refused"]],
  ["CREATED", "PROCESSING", []],
  ["PROCESSING", "PROCESSING", []],
])("one of Click's ends as Click says: %s is %s", async (status, state, types) => {
  const charge = await left({ state: "PROCESSING", secondsAgo: 90 });
  click.answer("paymentStatus", () => ({ kind: "DONE", status }));

  const ended = await end(charge);

  expect(ended.state).toBe(state);
  expect(click.calls).toMatchObject([{ name: "paymentStatus", given: [charge.clickPaymentId] }]);
  expect(recorded.map((capture) => capture.clickPaymentId)).toEqual(state === "DONE" ? [charge.clickPaymentId] : []);
  expect(await events()).toEqual(types);
});

test.each([
  ["is silent", UNKNOWN],
  ["refuses the query", refused("OTHER", -1)],
])("one of Click's stays while Click %s", async (_, reply) => {
  const charge = await left({ state: "PROCESSING", secondsAgo: 9_000 });
  click.answer("paymentStatus", () => reply);

  const ended = await end(charge);

  expect(ended.state).toBe("PROCESSING");
});

test.each<[Charge["confirmation"], number, ClickStatus, Charge["state"]]>([
  ["WAITING", 20, "PAID", "PROCESSING"],
  ["UNKNOWN", 20, "PAID", "PROCESSING"],
  ["REFUSED", 20, "PAID", "PROCESSING"],
  ["CONFIRMED", 20, "PAID", "DONE"],
  ["UNKNOWN", 61, "PAID", "DONE"],
  ["WAITING", 20, "FAILED", "FAILED"],
])("its confirmation %s, %i seconds old, at Click %s: it is %s", async (...row) => {
  const [confirmation, secondsAgo, status, state] = row;
  const charge = await left({ state: "PROCESSING", secondsAgo, confirmation });
  click.answer("paymentStatus", () => ({ kind: "DONE", status }));

  const ended = await end(charge);

  expect(ended.state).toBe(state);
});

test("two at once end it once", async () => {
  const charge = await left({ state: "PROCESSING", secondsAgo: 90 });

  const ends = await Promise.all([end(charge), end(charge), end(charge)]);

  expect(ends.map(({ state }) => state)).toEqual(["DONE", "DONE", "DONE"]);
  expect(await events()).toEqual(["charge.done"]);
});

test("those left behind are found, the longest untouched first, and no others", async () => {
  const one = await left({ state: "PROCESSING", secondsAgo: 70 });
  const two = await left({ state: "PROCESSING", secondsAgo: 80 });
  const three = await left({ state: "PROCESSING", secondsAgo: 90 });
  await left({ state: "PROCESSING", secondsAgo: 30 });
  for (const state of ["STORED", "SENDING", "FAILED", "REFUSED", "UNKNOWN"] as const)
    await left({ state, secondsAgo: 9_000 });

  const found = [await charges.leftBehind(10), await charges.leftBehind(2)];

  expect(found.map((list) => list.map(({ id }) => id))).toEqual([
    [three.id, two.id, one.id],
    [three.id, two.id],
  ]);
});

test("money that no attempt shows is found, and made the payment's", async () => {
  const [shown, lost] = [await left({ state: "DONE", secondsAgo: 90 }), await left({ state: "DONE", secondsAgo: 90 })];
  await showMoney(shop, shown);

  const found = await charges.leftBehind(10);
  for (const charge of found) await end(charge);

  expect(found.map(({ id }) => id)).toEqual([lost.id]);
  expect(recorded.map((capture) => capture.paymentId)).toEqual([lost.paymentId]);
  expect(click.calls).toEqual([]);
});

/** What the money of a charge becomes. */
async function showMoney({ query }: Shop, { serviceId, paymentId, clickPaymentId }: Charge): Promise<void> {
  await query(
    `INSERT INTO clickbridge_attempt (service_id, click_payment_id, merchant_trans_id, merchant_trans_key, payment_id, order_id,
       amount_tiyin, state, last_answer) VALUES (?, ?, 'x', UNHEX(SHA2('x', 256)), ?, 1, 100000, 'CAPTURED', 0)`,
    [serviceId, clickPaymentId, paymentId],
  );
}
