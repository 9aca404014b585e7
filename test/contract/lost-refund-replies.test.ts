import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { attemptRecord } from "../support/attempt-record.ts";
import { books, MINUTE } from "../support/books.ts";
import { call } from "../support/service.ts";

/** Refunds whose reply was lost end by questions, and are never sent again. */

/** `{}` alone would match any. */
const NONE = expect.toSatisfy((anomalies: object) => Object.keys(anomalies).length === 0);

const it = books();

beforeEach(() => it.behave({}));

async function lostReply(how: "drop_before_acting" | "drop_after_acting") {
  const order = await it.shop.addOrder();
  const payment = await it.pay(order);
  it.behave({ merchant_fault: how, merchant_fault_call: "payment/reversal" });
  const { refund } = await call(it.service.payments, it.service.payments.refundPayment, {
    ...{ requestId: randomUUID(), paymentId: BigInt(order.paymentId), attemptId: 0n },
    ...{ amountTiyin: undefined, userId: "" },
  });
  it.behave({});
  const state = async () =>
    (await it.shop.query("SELECT state FROM clickbridge_refund WHERE id = ?", [Number(refund?.refundId)]))[0]?.[
      "state"
    ];
  return { order, payment, state };
}

const sent = (paymentId: number) =>
  it.asked("payment/reversal").filter((path) => path.endsWith(`/${paymentId}`)).length;

test("done at Click: DONE with the next round, and the attempt is reversed", async () => {
  const { order, payment, state } = await lostReply("drop_after_acting");
  const before = await state();

  await it.round();

  expect([before, await state()]).toEqual(["UNKNOWN", "DONE"]);
  expect(await attemptRecord(it.shop, await it.attemptOf(order))).toMatchObject({ state: "REVERSED", anomalies: NONE });
  expect(sent(payment.paymentId)).toBe(1);
});

test("done at Click, and a refresh sees it first: it is our refund, and nothing that somebody did in Click's cabinet", async () => {
  const { order, state } = await lostReply("drop_after_acting");
  const paymentId = BigInt(order.paymentId);
  await call(it.service.payments, it.service.payments.refreshPayment, { paymentId });
  const refreshed = await attemptRecord(it.shop, await it.attemptOf(order));

  await it.round();

  expect(refreshed).toMatchObject({ state: "REVERSED", anomalies: NONE });
  expect([await state(), (await attemptRecord(it.shop, await it.attemptOf(order))).anomalies]).toEqual(["DONE", {}]);
});

test("not done at Click: NOT_DONE after three reads over half an hour, however many look at once", async () => {
  const { order, payment, state } = await lostReply("drop_before_acting");
  const states: unknown[] = [];
  for (let minutes = 0; minutes <= 30; minutes += 5) {
    if (minutes > 0) await it.pass(5 * MINUTE);
    await Promise.all([it.round(), it.round(), it.round()]);
    states.push(`${minutes} ${await state()}`);
  }

  expect(states).toEqual([
    ...["0 UNKNOWN", "5 UNKNOWN", "10 UNKNOWN", "15 UNKNOWN", "20 UNKNOWN", "25 UNKNOWN"],
    "30 NOT_DONE",
  ]);
  expect(await attemptRecord(it.shop, await it.attemptOf(order))).toMatchObject({
    state: "CAPTURED",
    orderUpdates: ["MARK_PAID PENDING 100000"],
  });
  expect([sent(payment.paymentId), payment.money]).toEqual([1, "taken"]);
});
