import { randomUUID } from "node:crypto";
import { createConnection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { paidByClickStore } from "../../../src/mysql/payments/paid-by-click-store.ts";
import { reportedStatusStore } from "../../../src/mysql/payments/reported-status-store.ts";
import { refundStore } from "../../../src/mysql/refunds/refund-store.ts";
import { asAttemptId, asPaymentId, asServiceId } from "../../../src/payment/ids.ts";
import { type ClickPayment, newClickPayment, shopAndService } from "../../support/shop/shop-and-service.ts";

const fixture = shopAndService();
let pool: Pool;
beforeAll(() => {
  pool = new Pool({ url: fixture.shop.url, connectionsMax: 4 });
});
afterAll(() => pool.close());

const again = (payment: ClickPayment) => ({
  ...newClickPayment(payment.merchantTransId, payment.amount),
  clickPaydocId: payment.clickPaydocId,
});
const key = () => ({
  caller: "t",
  requestId: randomUUID(),
  requestHash: Buffer.alloc(32),
  userId: "",
  note: "",
  token: undefined,
  limitTiyin: undefined,
});
const refuse = (why: string): never => {
  throw new Error(why);
};
async function refund(attemptId: number, clickPaymentId: string, amountTiyin = 100_000n) {
  const store = refundStore(pool);
  const { request } = await store.store(
    { ...key(), attemptId: asAttemptId(attemptId), amountTiyin, clickPaymentId },
    refuse as never,
  );
  await store.claimForSending(request.id, randomUUID());
  return request.id;
}

describe("callbacks about one debit of Click's", () => {
  test("reversed money is not captured again under a new number", async () => {
    const { payment, attemptId } = await fixture.prepared(await fixture.shop.addOrder());
    await fixture.complete({ ...payment, merchantPrepareId: String(attemptId), leaveOrderUpdate: true });
    const id = await refund(attemptId, payment.clickPaydocId);
    await refundStore(pool).settle(id, { kind: "DONE" } as never);
    expect(await fixture.record(attemptId)).toMatchObject({ state: "REVERSED" });
    const asked = again(payment);
    const p = await fixture.prepare(asked);
    await fixture.complete({ ...asked, merchantPrepareId: String(p.merchantPrepareId) });
    expect((await fixture.record(p.merchantPrepareId)).orderUpdates).toEqual([]);
    expect((await fixture.record(p.merchantPrepareId)).state).not.toBe("CAPTURED");
  });

  test("repeated when the reference no longer matches: not owed in addition to the capture", async () => {
    const order = await fixture.shop.addOrder();
    const { payment, attemptId } = await fixture.prepared(order);
    await fixture.complete({ ...payment, merchantPrepareId: String(attemptId) });
    await fixture.shop.query("UPDATE b_sale_order SET ACCOUNT_NUMBER = 'moved-1' WHERE ID = ?", [order.orderId]);
    const asked = again(payment);
    const p = await fixture.prepare(asked);
    await fixture.complete({ ...asked, merchantPrepareId: String(p.merchantPrepareId) });
    expect((await fixture.record(p.merchantPrepareId)).state).toBe("REFUSED");
  });

  test("one debit refused twice (no such order): owed once", async () => {
    const payment = newClickPayment("no-such-order");
    const asked = again(payment);
    const ids = [(await fixture.prepare(payment)).merchantPrepareId, (await fixture.prepare(asked)).merchantPrepareId];
    await fixture.complete({ ...payment, merchantPrepareId: String(ids[0]) });
    await fixture.complete({ ...asked, merchantPrepareId: String(ids[1]) });
    const states = [(await fixture.record(ids[0])).state, (await fixture.record(ids[1])).state];
    expect(states).toEqual(["OWED", "REFUSED"]);
  });
});

describe("a Complete that waits for its payment", () => {
  test("is judged by the click_paydoc_id that its attempt got meanwhile", async () => {
    const order = await fixture.shop.addOrder();
    const other = await fixture.shop.addOrder();
    const { payment, attemptId } = await fixture.prepared(order);
    await fixture.complete({ ...payment, merchantPrepareId: String(attemptId) });
    // The reference does not lead there any more: only Click's id of the debit does.
    await change(attemptId, { payment_id: other.paymentId, order_id: other.orderId });
    const asked = newClickPayment(order.number);
    const { merchantPrepareId } = await fixture.prepare({ ...asked, clickPaydocId: "" });

    const holder = await createConnection({ uri: fixture.shop.url });
    onTestFinished(() => holder.end());
    await holder.query("START TRANSACTION");
    await holder.query("UPDATE clickbridge_payment SET version = version + 1 WHERE payment_id = ?", [order.paymentId]);
    const completing = fixture.complete({ ...asked, merchantPrepareId: String(merchantPrepareId) });
    await vi.waitFor(async () => expect(await waitingForPayment()).toBe(1), { interval: 5 });
    await holder.query("UPDATE clickbridge_attempt SET click_paydoc_id = ? WHERE id = ?", [
      payment.clickPaydocId,
      merchantPrepareId,
    ]);
    await holder.query("COMMIT");

    expect((await completing).error).toBe(-4);
    expect(await fixture.record(merchantPrepareId)).toMatchObject({ orderUpdates: [] });
  });

  const change = (attemptId: number, columns: Readonly<Record<string, number>>) =>
    fixture.shop.query("UPDATE clickbridge_attempt SET ? WHERE id = ?", [columns, attemptId]);

  async function waitingForPayment(): Promise<number> {
    const [row] = await fixture.shop.query(
      `SELECT COUNT(*) AS waiting FROM information_schema.PROCESSLIST
       WHERE DB = DATABASE() AND ID <> CONNECTION_ID() AND INFO LIKE 'UPDATE clickbridge_payment%'`,
    );
    return Number(row?.["waiting"]);
  }
});

describe("one debit completed for two payments of an order in the same moment", () => {
  const ROUNDS = 12;

  test('one of them has the money, the other is answered "already paid"', async () => {
    const answers = await Promise.all(Array.from({ length: ROUNDS }, completeBoth));
    expect(answers).toEqual(Array.from({ length: ROUNDS }, () => [-4, 0]));
  });

  /** The Prepares came without click_paydoc_id, which Click does not sign: only the Completes tell that it is one debit. */
  async function completeBoth(): Promise<readonly number[]> {
    const order = await fixture.shop.addOrder({ sums: ["1000.00", "1000.00"] });
    const prepared = await Promise.all(
      [newClickPayment(order.number), newClickPayment(order.number)].map(async (payment) => {
        const { merchantPrepareId } = await fixture.prepare({ ...payment, clickPaydocId: "" });
        return { ...payment, merchantPrepareId: String(merchantPrepareId) };
      }),
    );
    const clickPaydocId = prepared[0]?.clickPaydocId ?? "";
    const answers = await Promise.all(prepared.map((payment) => fixture.complete({ ...payment, clickPaydocId })));
    return answers.map(({ error }) => error).sort((a, b) => a - b);
  }
});

describe("Click's reported status of one debit", () => {
  test("a refused refund does not restore the MARK_PAID of money that was reversed meanwhile", async () => {
    const { payment, attemptId } = await fixture.prepared(await fixture.shop.addOrder());
    await fixture.complete({ ...payment, merchantPrepareId: String(attemptId), leaveOrderUpdate: true });
    const id = await refund(attemptId, payment.clickPaydocId);
    await reportedStatusStore(pool).apply({
      attemptId: asAttemptId(attemptId),
      clickPaymentId: payment.clickPaydocId,
      status: "FAILED",
    });
    await refundStore(pool).settle(id, {
      kind: "REFUSED",
      clickErrorCode: -1,
      clickErrorNote: "reversed already",
    } as never);
    const r = await fixture.record(attemptId);
    expect(r.orderUpdates).toEqual(["MARK_PAID WITHDRAWN 100000"]);
  });

  test("the status of one debit is bound to the attempt that has its money", async () => {
    const { number } = await fixture.shop.addOrder();
    const payment = newClickPayment(number);
    const asked = again(payment);
    const first = (await fixture.prepare(payment)).merchantPrepareId ?? 0;
    const second = (await fixture.prepare(asked)).merchantPrepareId ?? 0;
    await fixture.complete({ ...asked, merchantPrepareId: String(second) });
    const statuses = reportedStatusStore(pool);
    const say = (id: number, status: "PAID" | "FAILED") =>
      statuses.apply({ attemptId: asAttemptId(id), clickPaymentId: payment.clickPaydocId, status });
    await say(first, "PAID");
    await say(second, "PAID");
    await say(first, "FAILED");
    await say(second, "FAILED");
    const states = [(await fixture.record(first)).state, (await fixture.record(second)).state];
    expect(states[1]).toBe("REVERSED");
  });

  test("reversed in the cabinet, when the uncaptured twin is polled first", async () => {
    const { number } = await fixture.shop.addOrder();
    const payment = newClickPayment(number);
    const asked = again(payment);
    const first = (await fixture.prepare(payment)).merchantPrepareId ?? 0;
    const second = (await fixture.prepare(asked)).merchantPrepareId ?? 0;
    await fixture.complete({ ...asked, merchantPrepareId: String(second) });
    const statuses = reportedStatusStore(pool);
    const say = (id: number, status: "PAID" | "FAILED") =>
      statuses.apply({ attemptId: asAttemptId(id), clickPaymentId: payment.clickPaydocId, status });
    await say(first, "FAILED");
    await say(second, "FAILED");
    expect((await fixture.record(second)).state).toBe("REVERSED");
  });

  test("reversed by us, and Click still says PAID about the twin: not captured", async () => {
    const { number } = await fixture.shop.addOrder();
    const payment = newClickPayment(number);
    const asked = again(payment);
    const first = (await fixture.prepare(payment)).merchantPrepareId ?? 0;
    const second = (await fixture.prepare(asked)).merchantPrepareId ?? 0;
    await fixture.complete({ ...asked, merchantPrepareId: String(second), leaveOrderUpdate: true });
    const id = await refund(second, payment.clickPaydocId);
    await refundStore(pool).settle(id, { kind: "DONE" } as never);
    await reportedStatusStore(pool).apply({
      attemptId: asAttemptId(first),
      clickPaymentId: payment.clickPaydocId,
      status: "PAID",
    });
    expect((await fixture.record(first)).state).toBe("PREPARED");
  });

  test("record() of a payment of Click's that two attempts know", async () => {
    const { number, payments } = await fixture.shop.addOrder();
    const payment = newClickPayment(number);
    const asked = again(payment);
    const first = (await fixture.prepare(payment)).merchantPrepareId ?? 0;
    const second = (await fixture.prepare(asked)).merchantPrepareId ?? 0;
    await fixture.complete({ ...asked, merchantPrepareId: String(second) });
    await paidByClickStore(pool).record({
      serviceId: asServiceId("11111"),
      paymentId: asPaymentId(payments[0]?.id ?? 0),
      clickPaymentId: payment.clickPaydocId,
      amountTiyin: 100_000n,
      feeTiyin: 0n,
      source: "RECONCILIATION",
      reference: number,
    });
    const rows = await fixture.shop.query(
      "SELECT id, CAST(click_payment_id AS CHAR) AS p FROM clickbridge_attempt WHERE id IN (?)",
      [[first, second]],
    );
    expect(rows.map((r) => r["p"])).toEqual([null, payment.clickPaydocId]);
  });

  test("a refund sends the unsigned paydoc of another's debit, whose Complete is on its way", async () => {
    const victim = await fixture.prepared(await fixture.shop.addOrder());
    const mine = await fixture.prepared(await fixture.shop.addOrder(), { clickPaydocId: victim.payment.clickPaydocId });
    await fixture.complete({ ...mine.payment, merchantPrepareId: String(mine.attemptId) });
    await expect(refund(mine.attemptId, victim.payment.clickPaydocId)).rejects.toThrow("CLICK_PAYMENT_AMBIGUOUS");
  });
});
