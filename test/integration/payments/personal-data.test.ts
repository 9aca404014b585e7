import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Lease } from "../../../src/app/instance/lease.ts";
import { personalDataWiper } from "../../../src/app/payments/wipe-personal-data.ts";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { leaseStore } from "../../../src/mysql/instance/lease-store.ts";
import { personalDataStore } from "../../../src/mysql/payments/personal-data-store.ts";
import { clickOver } from "../../support/click/click.ts";
import { type MerchantApiStub, startMerchantApi } from "../../support/click/merchant-api-stub.ts";
import { failureOf } from "../../support/service/failure.ts";
import { call, startTestService, type TestService } from "../../support/service/service.ts";
import { createShop, type Shop } from "../../support/shop/shop.ts";

const DAYS = 365;
/** More than a batch. */
const MANY = 230;

let shop: Shop;
let click: MerchantApiStub;
let service: TestService;
let pool: Pool;

beforeAll(async () => {
  shop = await createShop();
  click = await startMerchantApi();
  service = await startTestService({
    databaseUrl: shop.url,
    env: { CLICKBRIDGE_CLICK_API_URL: click.url, CLICKBRIDGE_RECONCILE_REQUESTS_PER_MINUTE: "0" },
  });
  pool = new Pool({ url: shop.url, connectionsMax: 2 });
});
afterAll(async () => {
  await pool.close();
  await service.stop();
  await click.stop();
  await shop.stop();
});

/** One replica. A lease of its own, for that of the service that runs is the service's. */
function wiper(days = DAYS) {
  const nowMs = () => performance.now();
  const lease = new Lease({ store: leaseStore(pool), name: randomUUID().slice(0, 8), holder: randomUUID(), nowMs });
  return personalDataWiper({ eventLease: lease, personalData: personalDataStore(pool) }, days);
}
const invoice = (paymentId: number, requestId: string) =>
  call(service.checkout, service.checkout.createInvoice, {
    ...{ requestId, paymentId: BigInt(paymentId), phoneNumber: "901112233", userId: "" },
  });
/** An order with an invoice and an attempt, each so old that a year has just ended, or just not. */
async function touched(age: string) {
  const order = await shop.addOrder();
  const requestId = randomUUID();
  await invoice(order.paymentId, requestId);
  await clickOver(service).prepare({ merchantTransId: order.number });
  for (const table of ["invoice", "attempt"]) {
    const sets = `create_time = NOW(3) - INTERVAL ${DAYS} DAY + INTERVAL ${age}, update_time = '2020-01-01'`;
    await shop.query(`UPDATE clickbridge_${table} SET ${sets} WHERE payment_id = ?`, [order.paymentId]);
  }
  await shop.query(
    "UPDATE clickbridge_attempt SET caller_address = '203.0.113.7', update_time = update_time WHERE payment_id = ?",
    [order.paymentId],
  );
  await shop.query(
    "UPDATE clickbridge_invoice SET caller_network = '203.0.113.7', update_time = update_time WHERE payment_id = ?",
    [order.paymentId],
  );
  return { order, requestId };
}
const personalOf = async (paymentId: number) => {
  const sql = `SELECT i.phone, i.caller_network, a.caller_address, i.update_time AS invoice_time, a.update_time AS attempt_time
    FROM clickbridge_invoice i JOIN clickbridge_attempt a ON a.payment_id = i.payment_id WHERE i.payment_id = ?`;
  return (await shop.query(sql, [paymentId]))[0];
};

test("phones and addresses older than the limit are wiped, and nothing else of their rows changes", async () => {
  const [old, young] = [await touched("-1 MINUTE"), await touched("1 HOUR")];
  const before = await personalOf(young.order.paymentId);
  const payment = async () =>
    (await call(service.payments, service.payments.getPayment, { paymentId: BigInt(old.order.paymentId) })).payment;
  const seen = await payment();

  await wiper()();

  expect(await personalOf(young.order.paymentId)).toEqual(before);
  expect(await personalOf(old.order.paymentId)).toEqual({
    ...{ phone: "", caller_network: null, caller_address: null },
    ...{ invoice_time: before?.["invoice_time"], attempt_time: before?.["attempt_time"] },
  });
  const [wiped] = (await payment())?.invoices ?? [];
  expect(wiped?.maskedPhoneNumber).toBe("");
  expect(await payment()).toEqual({ ...seen, invoices: [{ ...seen?.invoices[0], maskedPhoneNumber: "" }] });
  const failure = await failureOf(invoice(old.order.paymentId, old.requestId));
  expect(failure.reason).toBe("REQUEST_ID_REUSED");
});

test("a round wipes batch after batch, and the next one takes up where it ended", async () => {
  const values = Array.from(
    { length: MANY },
    (_, n) => `(11111, '${n}', UNHEX(SHA2('${n}', 256)), 1, 'REFUSED', 0, '::1', '2019-01-01')`,
  );
  const add = () =>
    shop.query(`INSERT INTO clickbridge_attempt (service_id, merchant_trans_id, merchant_trans_key, amount_tiyin, state, last_answer, caller_address, create_time)
      VALUES ${values.join(", ")}`);
  const left = async () =>
    (await shop.query("SELECT COUNT(*) AS n FROM clickbridge_attempt WHERE caller_address = '::1'"))[0]?.["n"];
  const round = wiper();
  await shop.query("UPDATE clickbridge_attempt SET create_time = '2019-01-01'");
  await add();
  await round();
  const afterFirst = await left();
  await add();

  await round();

  expect([afterFirst, await left()]).toEqual([0, 0]);
});

test("0 days wipes nothing", async () => {
  const { order } = await touched("-10 DAY");
  const before = await personalOf(order.paymentId);

  await wiper(0)();

  expect(await personalOf(order.paymentId)).toEqual(before);
});
