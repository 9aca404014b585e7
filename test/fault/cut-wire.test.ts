import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Charge_State } from "../../src/gen/clickbridge/v1/charge.ts";
import { FiscalSubmission_State } from "../../src/gen/clickbridge/v1/fiscal_service.ts";
import { Invoice_State } from "../../src/gen/clickbridge/v1/payment.ts";
import { clickOver, newClickId } from "../support/click/click.ts";
import { fakeClick, passCharged } from "../support/click/fake-click.ts";
import { type MerchantApiStub, startMerchantApi } from "../support/click/merchant-api-stub.ts";
import { newReceipt } from "../support/click/receipt.ts";
import { type Direction, startTcpProxy, type TcpProxy } from "../support/servers/tcp-proxy.ts";
import { call, startTestService, type TestService } from "../support/service/service.ts";
import { ONCE, paidOnce } from "../support/shop/paid-once.ts";
import { purchase } from "../support/shop/purchase.ts";
import { createShop, type Shop } from "../support/shop/shop.ts";

/** Bytes between two cuts: prime, so that the cuts wander over the packets. */
const STEP_BYTES = 67;

let shop: Shop;
let proxy: TcpProxy;
let service: TestService;
let click: MerchantApiStub;
/** Click of the calls that the stub does not answer yet. */
const merchant = fakeClick();

beforeAll(async () => {
  shop = await createShop();
  proxy = await startTcpProxy(shop.url);
  click = await startMerchantApi();
  service = await startTestService({
    databaseUrl: proxy.url,
    // One connection, no reading of settings in between, no rounds: the bytes of a call are its transaction's.
    env: {
      CLICKBRIDGE_DATABASE_CONNECTIONS_MAX: "1",
      CLICKBRIDGE_SETTINGS_TTL_MS: "600000",
      CLICKBRIDGE_CLICK_API_URL: click.url,
    },
    parts: { click: merchant.api, withoutRounds: true },
  });
});
afterAll(async () => {
  await service.stop();
  await proxy.stop();
  await click.stop();
  await shop.stop();
});

type Call = "Prepare" | "Complete";

async function newPayment() {
  const click = clickOver(service);
  const order = await shop.addOrder();
  const ids = { clickTransId: newClickId(), clickPaydocId: newClickId(), merchantTransId: order.number };
  return {
    order,
    prepare: () => click.prepare(ids),
    complete: (prepareId: number | undefined) => click.complete({ ...ids, merchantPrepareId: String(prepareId) }),
  };
}

/** How many bytes a call sends each way. */
async function bytesOf(call: Call): Promise<Readonly<Record<Direction, number>>> {
  const payment = await newPayment();
  proxy.count();
  const { merchantPrepareId } = await payment.prepare();
  if (call === "Complete") {
    proxy.count();
    await payment.complete(merchantPrepareId);
  }
  const { toServer, toClient } = proxy.passed();
  return { toServer: toServer.bytes, toClient: toClient.bytes };
}

describe.each<[Call, Direction]>([
  ["Prepare", "toServer"],
  ["Prepare", "toClient"],
  ["Complete", "toServer"],
  ["Complete", "toClient"],
])("%s, cut at any byte %s", (call, direction) => {
  test("ends in one payment, completed once", async () => {
    const total = (await bytesOf(call))[direction];
    const seen: unknown[] = [];

    for (let bytes = 1; bytes < total; bytes += STEP_BYTES) {
      const payment = await newPayment();
      if (call === "Prepare") void proxy.cut({ direction, bytes });
      const prepared = await payment.prepare();
      if (call === "Complete") void proxy.cut({ direction, bytes });
      const completed = await payment.complete(prepared.merchantPrepareId);
      const repeated = await payment.complete(prepared.merchantPrepareId);
      seen.push({
        answers: [prepared.error, [0, -4].includes(completed.error), repeated.error],
        ...(await paidOnce(shop, payment.order)),
      });
    }

    expect(seen.length).toBeGreaterThan(10);
    expect(new Set(seen.map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify({ answers: [0, true, -4], ...ONCE })]),
    );
  });
});

/** Breaks the wire when all but the end of the reply to COMMIT has passed: what was written is written, and we cannot know. */
async function losingTheCommit<T>(total: number, work: () => Promise<T>): Promise<T> {
  void proxy.cut({ direction: "toClient", bytes: total - 5 });
  return work();
}

describe("a lost reply to COMMIT costs no lease:", () => {
  test("a Complete still leases the order update that it created", async () => {
    const total = (await bytesOf("Complete")).toClient;
    const payment = await newPayment();
    const prepared = await payment.prepare();

    const completed = await losingTheCommit(total, () => payment.complete(prepared.merchantPrepareId));

    expect(completed.error).toBe(-4);
    expect(completed.orderUpdate?.paymentId).toBe(BigInt(payment.order.paymentId));
    expect(await paidOnce(shop, payment.order)).toEqual(ONCE);
  });

  test("a claim still gets what it claimed", async () => {
    const claim = () => call(service.updates, service.updates.claimOrderUpdates, { limit: 1 });
    await shop.query("DELETE FROM clickbridge_order_update");
    await purchase(service, shop);
    proxy.count();
    const first = await claim();
    const total = proxy.passed().toClient.bytes;
    await shop.query("UPDATE clickbridge_order_update SET lease_expire_time = NULL, due_time = NOW(3)");

    const second = await losingTheCommit(total, claim);
    const third = await claim();

    expect([first, second, third].map(({ orderUpdates }) => orderUpdates.length)).toEqual([1, 1, 0]);
    const [update] = second.orderUpdates;
    // The first try, the one that was lost, and the one that was given once more.
    expect(update?.tryNumber).toBe(3);
    const started = await call(service.updates, service.updates.startOrderUpdate, {
      orderUpdateId: update?.orderUpdateId ?? 0n,
      token: update?.token ?? "",
    });
    expect(started.leaseExpireTime).toBeInstanceOf(Date);
  });
});

test("a lost reply to the claim of an invoice for sending: it is still sent, once", async () => {
  const invoice = async () => {
    const order = await shop.addOrder();
    const request = {
      requestId: randomUUID(),
      paymentId: BigInt(order.paymentId),
      phoneNumber: "901234567",
      userId: "",
    };
    return call(service.checkout, service.checkout.createInvoice, request);
  };
  // Whoever asks for the first time fixes the reference; the later ones send the same bytes.
  await invoice();
  let bytesUntilSent = 0;
  click.answer(async () => {
    bytesUntilSent = proxy.passed().toClient.bytes;
    return { json: { error_code: 0, error_note: "", invoice_id: 1 } };
  });
  proxy.count();
  await invoice();
  click.reset();

  const { invoice: sent } = await losingTheCommit(bytesUntilSent, invoice);

  expect(sent?.state).toBe(Invoice_State.STATE_CREATED);
  expect(click.requests).toHaveLength(1);
});

const charge = async () => {
  const { paymentId } = await shop.addOrder();
  const request = { requestId: randomUUID(), paymentId: BigInt(paymentId), userId: "", otpData: "x", cashboxCode: "" };
  return (await call(service.pass, service.pass.chargeClickPass, request)).charge;
};

test("a lost reply to the claim of a charge for sending: it is still sent, once", async () => {
  await charge();
  let bytesUntilSent = 0;
  merchant.answer("chargeClickPass", () => {
    bytesUntilSent = proxy.passed().toClient.bytes;
    return passCharged("PAID", false);
  });
  proxy.count();
  await charge();
  merchant.reset();

  const sent = await losingTheCommit(bytesUntilSent, charge);

  expect(sent?.state).toBe(Charge_State.STATE_DONE);
  expect(merchant.calls).toHaveLength(1);
});

test("a lost reply to the claim of a confirmation: it is still sent, once", async () => {
  const confirm = async (chargeId = 0n) =>
    (await call(service.pass, service.pass.confirmClickPass, { chargeId, userId: "" })).charge;
  merchant.answer("chargeClickPass", () => passCharged("CREATED", true));
  const [first, second] = [await charge(), await charge()];
  let bytesUntilSent = 0;
  merchant.answer("confirmClickPass", () => {
    bytesUntilSent = proxy.passed().toClient.bytes;
    return { kind: "DONE" };
  });
  proxy.count();
  await confirm(first?.chargeId);
  merchant.reset();

  const confirmed = await losingTheCommit(bytesUntilSent, () => confirm(second?.chargeId));

  expect(confirmed?.state).toBe(Charge_State.STATE_DONE);
  expect(merchant.calls.map((asked) => asked.name)).toEqual(["confirmClickPass", "paymentStatus"]);
});

test("a lost reply to the claim of a receipt for sending: it is still sent, once", async () => {
  const submit = async () => {
    const { order } = await purchase(service, shop);
    return () => call(service.fiscal, service.fiscal.submitItems, newReceipt({ paymentId: BigInt(order.paymentId) }));
  };
  const [first, second] = [await submit(), await submit()];
  let bytesUntilSent = 0;
  merchant.answer("submitFiscalItems", () => {
    bytesUntilSent = proxy.passed().toClient.bytes;
    return { kind: "DONE" };
  });
  proxy.count();
  await first();
  merchant.reset();

  const { submission } = await losingTheCommit(bytesUntilSent, second);

  expect(submission?.state).toBe(FiscalSubmission_State.STATE_DONE);
  expect(merchant.calls.map((asked) => asked.name)).toEqual(["submitFiscalItems"]);
});
