import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { NamedCapture } from "../../../src/app/orders/held-capture.ts";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { heldCaptureStore } from "../../../src/mysql/orders/held-capture-store.ts";
import { TRIES_BEFORE_STUCK } from "../../../src/payment/order-update.ts";
import { clickOver, newClickId } from "../../support/click/click.ts";
import { attemptRecord } from "../../support/service/attempt-record.ts";
import { startTestService, type TestService } from "../../support/service/service.ts";
import { purchase } from "../../support/shop/purchase.ts";
import { createShop, type Shop } from "../../support/shop/shop.ts";

let shop: Shop;
let service: TestService;
let pool: Pool;
let held: ReturnType<typeof heldCaptureStore>;

beforeAll(async () => {
  shop = await createShop();
  service = await startTestService({ databaseUrl: shop.url });
  pool = new Pool({ url: shop.url, connectionsMax: 4 });
  held = heldCaptureStore(pool);
});
afterAll(async () => {
  await pool.close();
  await service.stop();
  await shop.stop();
});
beforeEach(() => shop.query("DELETE FROM clickbridge_order_update"));

/**
 * Captures as a service of the dialect `legacy` leaves them. The running service has none such, so its own rounds find no account to ask
 * with; their next poll is a minute away meanwhile (further would be a clock set back).
 */
async function heldCaptures(count: number, clickPaydocId = newClickId()) {
  const bought = [];
  for (let index = 0; index < count; index += 1) bought.push(await purchase(service, shop));
  const ids = bought.map(({ attemptId }) => attemptId);
  await shop.query(
    "UPDATE clickbridge_order_update SET state = 'HELD', due_time = NOW(3) + INTERVAL 1 MINUTE WHERE attempt_id IN (?)",
    [ids],
  );
  await shop.query("UPDATE clickbridge_attempt SET click_paydoc_id = ? WHERE id IN (?)", [clickPaydocId, ids]);
  const rows = await shop.query(
    "SELECT id, attempt_id FROM clickbridge_order_update WHERE attempt_id IN (?) ORDER BY id",
    [ids],
  );
  const captures = bought.map(
    ({ attemptId, order }, index) =>
      ({
        orderUpdateId: rows[index]?.["id"],
        attemptId,
        serviceId: "11111",
        clickPaymentId: clickPaydocId,
        merchantTransId: order.number,
        prepareTime: new Date(0),
      }) as NamedCapture,
  );
  return { bought, captures };
}

/** One poll, as if the pause before it were over. */
async function ask(attemptId: number): Promise<readonly number[]> {
  await shop.query("UPDATE clickbridge_order_update SET due_time = '2000-01-01' WHERE attempt_id = ?", [attemptId]);
  return (await held.due(1)).map((capture) => Number(capture.attemptId));
}

const confirmedBy = async (attemptId: number) =>
  (await shop.query("SELECT click_payment_id FROM clickbridge_attempt WHERE id = ?", [attemptId]))[0]?.[
    "click_payment_id"
  ];

describe("two captures that name one payment of Click's", () => {
  const RELEASED = { orderUpdates: ["MARK_PAID PENDING 100000"], anomalies: {} };
  const STAYS = { orderUpdates: ["MARK_PAID HELD 100000"], anomalies: { CAPTURE_NOT_CONFIRMED: 1 } };

  test("one after the other: the first is released, the second stays held, with an anomaly", async () => {
    const { bought, captures } = await heldCaptures(2, "5100000001");

    for (const capture of captures) await held.release(capture);

    const [first, second] = await Promise.all(bought.map(({ attemptId }) => attemptRecord(shop, attemptId)));
    expect(first).toMatchObject({ state: "CAPTURED", ...RELEASED });
    expect(second).toMatchObject({ state: "CAPTURED", ...STAYS });
    expect(await Promise.all(bought.map(({ attemptId }) => confirmedBy(attemptId)))).toEqual([5_100_000_001, null]);
  });

  test("at once: one is released", async () => {
    const { bought, captures } = await heldCaptures(4);

    await Promise.all(captures.map((capture) => held.release(capture)));

    const records = await Promise.all(bought.map(({ attemptId }) => attemptRecord(shop, attemptId)));
    const ends = records.map(({ orderUpdates, anomalies }) => ({ orderUpdates, anomalies }));
    expect(ends.filter((end) => end.orderUpdates[0] === RELEASED.orderUpdates[0])).toEqual([RELEASED]);
    expect(ends.filter((end) => end.orderUpdates[0] === STAYS.orderUpdates[0])).toEqual([STAYS, STAYS, STAYS]);
  });

  test("released twice is released once", async () => {
    const { bought, captures } = await heldCaptures(1);
    const [capture] = captures as [NamedCapture];

    await Promise.all([held.release(capture), held.release(capture)]);

    expect(await attemptRecord(shop, bought[0]?.attemptId)).toMatchObject(RELEASED);
  });
});

describe("a capture that Click says nothing fitting about", () => {
  test("raises an anomaly after five polls, is still polled, and the anomaly closes when Click confirms it later", async () => {
    const { bought, captures } = await heldCaptures(1);
    const [capture] = captures as [NamedCapture];
    const attemptId = bought[0]?.attemptId ?? 0;
    const anomalies = async () => (await attemptRecord(shop, attemptId)).anomalies;

    for (let poll = 1; poll <= TRIES_BEFORE_STUCK; poll += 1) await ask(attemptId);
    const before = await anomalies();
    const asked = await ask(attemptId);
    const after = await anomalies();
    await held.release(capture);

    expect([before, asked, after]).toEqual([{}, [attemptId], { CAPTURE_NOT_CONFIRMED: 1 }]);
    expect(await attemptRecord(shop, attemptId)).toMatchObject({
      orderUpdates: ["MARK_PAID PENDING 100000"],
      anomalies: {},
    });
  });
});

describe("a capture whose payment failed", () => {
  test("is cancelled with an event, and the order is payable again", async () => {
    const { bought, captures } = await heldCaptures(1);
    const [capture] = captures as [NamedCapture];
    const [{ attemptId, order }] = bought as [(typeof bought)[number]];

    await Promise.all([held.withdraw(capture), held.withdraw(capture)]);
    const again = await clickOver(service).prepare({ merchantTransId: order.number });

    expect(await attemptRecord(shop, attemptId)).toMatchObject({
      state: "CANCELLED",
      captured: false,
      orderUpdates: ["MARK_PAID WITHDRAWN 100000"],
      anomalies: { CAPTURE_NOT_CONFIRMED: 1 },
      events: ["attempt.prepared", "attempt.captured", "attempt.cancelled"],
    });
    expect(again.error).toBe(0);
  });
});
