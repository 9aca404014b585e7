import { randomUUID } from "node:crypto";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { credentials } from "@grpc/grpc-js";
import type { PoolConnection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Invoice_State } from "../../src/gen/clickbridge/v1/payment.ts";
import { clickOver, newClickId } from "../support/click/click.ts";
import { type MerchantReply, startMerchantApi } from "../support/click/merchant-api-stub.ts";
import { addEvent } from "../support/service/add-event.ts";
import { failureOf } from "../support/service/failure.ts";
import { followEvents } from "../support/service/follow-events.ts";
import { watchHealth } from "../support/service/health-watch.ts";
import { call, connect } from "../support/service/service.ts";
import { type ServiceProcess, startServiceProcess } from "../support/service/service-process.ts";
import { ONCE, paidOnce } from "../support/shop/paid-once.ts";
import { purchase } from "../support/shop/purchase.ts";
import { createShop, type Shop, type ShopOrder } from "../support/shop/shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await createShop();
});
afterAll(() => shop.stop());

async function serviceOfTest(env: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
  const service = await startServiceProcess(shop.url, env);
  onTestFinished(() => service.stop());
  return service;
}

/** Holds the lock of a payment, so that every call about it waits until it is let go. */
async function holdPayment({ paymentId }: ShopOrder): Promise<{ letGo(): Promise<void> }> {
  const connection: PoolConnection = await shop.pool.getConnection();
  await connection.query("START TRANSACTION");
  await connection.query("UPDATE clickbridge_payment SET version = version + 1 WHERE payment_id = ?", [paymentId]);
  return {
    letGo: async () => {
      await connection.query("COMMIT");
      connection.release();
    },
  };
}

/** A Complete that waits for the lock: settled `sent` means that it has got as far as that. */
async function waitingComplete(service: ServiceProcess) {
  const order = await shop.addOrder();
  const ids = { clickTransId: newClickId(), merchantTransId: order.number };
  const { merchantPrepareId } = await clickOver(service).prepare(ids);
  const held = await holdPayment(order);
  const answer = clickOver(service).complete({ ...ids, merchantPrepareId: String(merchantPrepareId) });
  await lockWait();
  return { order, held, answer };
}

/** The server's connections to this database. */
const connections = async () =>
  (await shop.query("SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = DATABASE()")).map(
    (row) => row["id"],
  );

const POLL_MS = 20;

/** Settles when some call is at its statement that takes the lock. The server has nothing to wait on: it is asked. */
async function lockWait(): Promise<void> {
  for (;;) {
    const waiting = await shop.query(
      `SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()
         AND COMMAND = 'Query' AND INFO LIKE '%clickbridge_payment%'`,
    );
    if (waiting.length > 0) return;
    await sleep(POLL_MS);
  }
}

const sigterm = (service: ServiceProcess) => process.kill(service.part.pid, "SIGTERM");

describe("SIGTERM", () => {
  test("lets the running call finish, ends watchers with DRAINING, and exits with 0", async () => {
    const service = await serviceOfTest();
    const watch = watchHealth(service.target);
    const ofPayments = watchHealth(service.target, "clickbridge.v1.PaymentService");
    await watch.status("SERVING");
    const { order, held, answer } = await waitingComplete(service);

    sigterm(service);
    await watch.status("NOT_SERVING");
    await ofPayments.status("NOT_SERVING");
    await held.letGo();

    expect((await answer).error).toBe(0);
    expect(await service.part.ended).toBe("click-bridge ended with code 0");
    expect(watch.statuses).toEqual(["SERVING", "NOT_SERVING"]);
    expect(await paidOnce(shop, order)).toEqual(ONCE);
    watch.stop();
    ofPayments.stop();
  });

  test("refuses calls that come while it drains, and the refusal is safe to repeat", async () => {
    const service = await serviceOfTest();
    const watch = watchHealth(service.target);
    const { held, answer } = await waitingComplete(service);
    sigterm(service);
    await watch.status("NOT_SERVING");
    const late = await shop.addOrder();

    const onOpenConnection = await failureOf(clickOver(service).prepare({ merchantTransId: late.number }));
    const newClients = connect(service.target, credentials.createInsecure());
    const onNewConnection = await failureOf(clickOver(newClients).prepare({ merchantTransId: late.number }));
    await held.letGo();
    await answer;

    expect([onOpenConnection.code, onNewConnection.code]).toEqual(["UNAVAILABLE", "UNAVAILABLE"]);
    expect(await shop.query("SELECT id FROM clickbridge_attempt WHERE payment_id = ?", [late.paymentId])).toEqual([]);
    for (const client of Object.values(newClients)) client.close();
    watch.stop();
  });

  test("does not wait for streams: a watcher that stays on is cut, long before the time is over", async () => {
    const service = await serviceOfTest({ CLICKBRIDGE_DRAIN_TIMEOUT_MS: "300000" });
    const watch = watchHealth(service.target);
    await watch.status("SERVING");

    sigterm(service);

    // With a drain that waited for the stream this would take five minutes, and the test's own time would be over.
    expect(await service.part.ended).toBe("click-bridge ended with code 0");
    await watch.ended;
    watch.stop();
  });

  test("ends watchers of events at once, with the reason", async () => {
    const service = await serviceOfTest({ CLICKBRIDGE_DRAIN_TIMEOUT_MS: "300000" });
    const watches = [1, 2, 3].map(() => followEvents(service.payments, {}));
    await Promise.all(watches.map((watch) => watch.heartbeat()));

    sigterm(service);
    const failures = await Promise.all(watches.map((watch) => failureOf(watch.ended)));

    expect(failures.map(({ code, reason }) => `${code} ${reason}`)).toEqual(watches.map(() => "UNAVAILABLE DRAINING"));
    expect(await service.part.ended).toBe("click-bridge ended with code 0");
  });

  test("is not held up by a watcher that reads nothing, and the next replica numbers events at once", async () => {
    const service = await serviceOfTest({ CLICKBRIDGE_DRAIN_TIMEOUT_MS: "300000" });
    const asleep = followEvents(service.payments, {});
    await asleep.heartbeat();
    asleep.pause();
    for (let index = 1; index <= 200; index += 1) {
      await addEvent(shop.pool, index, { payload: { why: "x".repeat(10_000) } });
    }

    sigterm(service);
    const end = await service.part.ended;
    const [lease] = await shop.query(
      "SELECT expire_time <= NOW(3) AS free FROM clickbridge_lease WHERE name = 'events'",
    );

    expect(end).toBe("click-bridge ended with code 0");
    expect(lease).toEqual({ free: 1 });
    asleep.cancel();
  });

  test("is bounded: a call that never ends is cut, and the money is not lost", async () => {
    const service = await serviceOfTest({ CLICKBRIDGE_DRAIN_TIMEOUT_MS: "100" });
    const { order, held, answer } = await waitingComplete(service);
    const ending = failureOf(answer);

    sigterm(service);
    const end = await service.part.ended;
    await held.letGo();

    expect(end).toBe("click-bridge ended with code 0");
    expect((await ending).code).toMatch(/UNAVAILABLE|CANCELLED/);
    expect(service.lines.join("\n")).toContain("calls were cut");
    const [attempt] = await shop.query("SELECT state FROM clickbridge_attempt WHERE payment_id = ?", [order.paymentId]);
    expect(attempt).toEqual({ state: "PREPARED" });
  });

  test("closes its connections to the database and takes its socket away", async () => {
    const before = await connections();
    const service = await serviceOfTest();
    await purchase(service, shop);
    const during = await connections();

    sigterm(service);
    await service.part.ended;

    expect(during.length).toBeGreaterThan(before.length);
    // The server notices a moment after the process is gone.
    await expect.poll(async () => (await connections()).filter((id) => !before.includes(id))).toEqual([]);
    await expect(stat(service.target.replace("unix:", ""))).rejects.toThrow("ENOENT");
  });

  test("sent twice is sent once", async () => {
    const service = await serviceOfTest();
    const { held, answer } = await waitingComplete(service);

    sigterm(service);
    sigterm(service);
    await held.letGo();

    expect((await answer).error).toBe(0);
    expect(await service.part.ended).toBe("click-bridge ended with code 0");
  });
});

test("a successor takes the socket over while the first one drains, and keeps it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "clickbridge-successor-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const click = await startMerchantApi();
  onTestFinished(() => click.stop());
  const env = { CLICKBRIDGE_LISTEN: `unix:${join(folder, "service.sock")}`, CLICKBRIDGE_CLICK_API_URL: click.url };
  const first = await serviceOfTest(env);
  const watch = watchHealth(first.target);
  // A lock is waited for a second or two, less than a process may take to start on a busy machine; Click has ten.
  let letGo = (_reply: MerchantReply) => {};
  const asked = new Promise<void>((tell) => {
    click.answer(() => {
      tell();
      return new Promise((resolve) => {
        letGo = resolve;
      });
    });
  });
  const { paymentId } = await shop.addOrder();
  const request = { requestId: randomUUID(), paymentId: BigInt(paymentId), phoneNumber: "901234567", userId: "" };
  const answer = call(first.checkout, first.checkout.createInvoice, request);
  await asked;
  sigterm(first);
  await watch.status("NOT_SERVING");

  const second = await serviceOfTest(env);
  letGo({ json: { error_code: 0, error_note: "", invoice_id: 1 } });
  const { invoice } = await answer;
  const end = await first.part.ended;
  const { completed } = await purchase(second, shop);

  expect(invoice?.state).toBe(Invoice_State.STATE_CREATED);
  expect(end).toBe("click-bridge ended with code 0");
  expect(completed.error).toBe(0);
  watch.stop();
});
