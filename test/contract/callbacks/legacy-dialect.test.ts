import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type CallbackOptions, clickOver, newClickId } from "../../support/click/click.ts";
import { type HttpServer, startHttpServer } from "../../support/servers/http-server.ts";
import { attemptRecord } from "../../support/service/attempt-record.ts";
import { call, startTestService, type TestService } from "../../support/service/service.ts";
import { createShop, SERVICE, type Shop } from "../../support/shop/shop.ts";

/**
 * A service whose callbacks are signed by the formulas that circulate (click-protocol.md 0): one hash signs Prepare and Complete
 * alike, so callers are on a list, and Bitrix is told only after Click itself said that the payment is paid.
 */
const CALLER = "192.0.2.7";
const ROUND_TIMEOUT_MS = 60_000;

/** Click's Merchant API, as far as it is asked: the payment of a reference, and its status. */
const paymentOf = new Map<string, string>();
const statusOf = new Map<string, number>();

function startApi(): Promise<HttpServer> {
  return startHttpServer((request, response) => {
    const [, , call = "", , key = ""] = decodeURIComponent(request.url ?? "").split("/");
    const body = call === "status_by_mti" ? { payment_id: paymentOf.get(key) } : { payment_status: statusOf.get(key) };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ error_code: 0, error_note: "Success", ...body }));
  });
}

let folder: string;
let api: HttpServer;
let shop: Shop;
let service: TestService;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "clickbridge-legacy-"));
  const services = join(folder, "services.json");
  const legacy = { dialect: "legacy", callers: ["192.0.2.0/24", "2001:db8::/32"] };
  await writeFile(services, JSON.stringify({ [SERVICE.serviceId]: legacy }));
  api = await startApi();
  shop = await createShop();
  service = await startTestService({
    databaseUrl: shop.url,
    env: {
      CLICKBRIDGE_SERVICES_FILE: services,
      CLICKBRIDGE_CLICK_API_URL: `${api.url}/`,
    },
  });
});

afterAll(async () => {
  await service.stop();
  await shop.stop();
  await api.stop();
  await rm(folder, { recursive: true, force: true });
});

const legacy = (merchantTransId: string): CallbackOptions & { clickTransId: string; clickPaydocId: string } => ({
  merchantTransId,
  clickTransId: newClickId(),
  clickPaydocId: newClickId(),
  dialect: "legacy",
});

/** Takes the money of a new order, with what Click will say about it. */
async function captured(reported: { readonly status?: number; readonly paymentId?: string }) {
  const click = clickOver(service, CALLER);
  const order = await shop.addOrder();
  const payment = legacy(order.number);
  const { merchantPrepareId: attemptId = 0 } = await click.prepare(payment);
  paymentOf.set(order.number, reported.paymentId ?? payment.clickPaydocId);
  if (reported.status !== undefined) statusOf.set(payment.clickPaydocId, reported.status);
  const complete = { ...payment, merchantPrepareId: String(attemptId) };
  const answer = await click.complete(complete);
  return { order, payment, attemptId, complete, answer };
}

describe("who may call", () => {
  test.each([CALLER, "192.0.2.255", "2001:db8::1"])("%s is on the list: 0", async (address) => {
    const order = await shop.addOrder();

    expect(await clickOver(service, address).prepare(legacy(order.number))).toMatchObject({ error: 0 });
  });

  test.each([
    "",
    "192.0.3.1",
    "127.0.0.1",
    "2001:db9::1",
    "192.0.2.7, 10.0.0.1",
    "192.0.2",
    "::ffff:10.0.0.1",
    "nonsense",
  ])("%j is not: -1", async (address) => {
    const order = await shop.addOrder();

    expect(await clickOver(service, address).prepare(legacy(order.number))).toMatchObject({ error: -1 });
  });
});

test("a signature by Click's own formula is not valid for this service: -1", async () => {
  const order = await shop.addOrder();

  const answer = await clickOver(service, CALLER).prepare({ ...legacy(order.number), dialect: "click" });

  expect(answer).toMatchObject({ error: -1 });
});

describe("a capture", () => {
  test("is answered with 0, and its order update is HELD: it is not leased", async () => {
    const { attemptId, complete, answer } = await captured({ status: 1 });
    const again = await clickOver(service, CALLER).complete(complete);
    const claimed = await call(service.updates, service.updates.claimOrderUpdates, { limit: 100 });

    expect(answer).toMatchObject({ error: 0, merchantConfirmId: attemptId, orderUpdate: undefined });
    expect(again).toMatchObject({ error: -4, orderUpdate: undefined });
    expect(claimed.orderUpdates.filter((update) => update.attemptId === BigInt(attemptId))).toEqual([]);
    expect(await attemptRecord(shop, attemptId)).toMatchObject({
      state: "CAPTURED",
      orderUpdates: ["MARK_PAID HELD 100000"],
    });
  });

  test("forged from an intercepted Prepare, because one hash signs both, creates no due order update", async () => {
    const order = await shop.addOrder();
    const heard = legacy(order.number);
    const click = clickOver(service, CALLER);
    const { merchantPrepareId: attemptId = 0 } = await click.prepare(heard);

    const answer = await click.complete({ ...heard, merchantPrepareId: String(attemptId) });

    expect(answer).toMatchObject({ error: 0, orderUpdate: undefined });
    expect(await attemptRecord(shop, attemptId)).toMatchObject({ orderUpdates: ["MARK_PAID HELD 100000"] });
  });
});

/** What Click says about a capture, and what becomes of the order update. */
const CAPTURED = { state: "CAPTURED", anomalies: {} };
const REPORTED = {
  "paid (2)": { ...CAPTURED, reported: { status: 2 }, update: "PENDING" },
  "failed or reversed (-1)": {
    reported: { status: -1 },
    update: "WITHDRAWN",
    state: "CANCELLED",
    anomalies: { CAPTURE_NOT_CONFIRMED: 1 },
  },
  "created (0)": { ...CAPTURED, reported: { status: 0 }, update: "HELD" },
  "processing (1)": { ...CAPTURED, reported: { status: 1 }, update: "HELD" },
  nothing: { ...CAPTURED, reported: {}, update: "HELD" },
  // The click_paydoc_id of a callback is not signed.
  "paid, but for another reference": { ...CAPTURED, reported: { status: 2, paymentId: "5999999999" }, update: "HELD" },
};

describe("a capture after a status poll", () => {
  const attemptIds = new Map<string, number>();

  beforeAll(async () => {
    for (const [name, { reported }] of Object.entries(REPORTED))
      attemptIds.set(name, (await captured(reported)).attemptId);
    // Captures are asked about in the order of their coming: when this one is released, all others had their turn.
    const last = await captured({ status: 2 });
    await vi.waitFor(
      async () => {
        const { orderUpdates } = await attemptRecord(shop, last.attemptId);
        expect(orderUpdates).toEqual(["MARK_PAID PENDING 100000"]);
      },
      { timeout: ROUND_TIMEOUT_MS, interval: 100 },
    );
  });

  test.each(Object.entries(REPORTED))("and is called %s", async (name, { state, update, anomalies }) => {
    expect(await attemptRecord(shop, attemptIds.get(name))).toMatchObject({
      state,
      orderUpdates: [`MARK_PAID ${update} 100000`],
      anomalies,
    });
  });

  test("can be claimed only when it was called paid", async () => {
    const { orderUpdates } = await call(service.updates, service.updates.claimOrderUpdates, { limit: 100 });
    const claimed = new Set(orderUpdates.map((update) => Number(update.attemptId)));

    expect([...attemptIds].filter(([, id]) => claimed.has(id)).map(([name]) => name)).toEqual(["paid (2)"]);
  });
});
