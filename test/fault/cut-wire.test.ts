import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clickOver, newClickId } from "../support/click.ts";
import { ONCE, paidOnce } from "../support/paid-once.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createShop, type Shop } from "../support/shop.ts";
import { type Direction, startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";

/** Bytes between two cuts: prime, so that the cuts wander over the packets. */
const STEP_BYTES = 67;

let shop: Shop;
let proxy: TcpProxy;
let service: TestService;

beforeAll(async () => {
  shop = await createShop();
  proxy = await startTcpProxy(shop.url);
  service = await startTestService({
    databaseUrl: proxy.url,
    // One connection, and no reading of settings in between: the bytes of a call are its transaction's.
    env: { CLICKBRIDGE_DATABASE_CONNECTIONS_MAX: "1", CLICKBRIDGE_SETTINGS_TTL_MS: "600000" },
  });
});
afterAll(async () => {
  await service.stop();
  await proxy.stop();
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

test("every update that was made can be claimed once, also one whose answer was lost", async () => {
  await shop.query("DELETE FROM clickbridge_order_update");
  const total = (await bytesOf("Complete")).toClient;
  const payment = await newPayment();
  const prepared = await payment.prepare();
  void proxy.cut({ direction: "toClient", bytes: total - 1 });

  const completed = await payment.complete(prepared.merchantPrepareId);

  // The first run was committed, and the second found it: the lease of the first is live, so the agent will come for it.
  const [row] = await shop.query("SELECT state, try_count FROM clickbridge_order_update WHERE payment_id = ?", [
    payment.order.paymentId,
  ]);
  expect([0, -4]).toContain(completed.error);
  expect(row).toEqual({ state: "PENDING", try_count: 1 });
});
