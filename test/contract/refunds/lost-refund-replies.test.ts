import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { attemptRecord } from "../../support/service/attempt-record.ts";
import { MINUTE, reconciliationOfTest } from "../../support/service/reconciliation-of-test.ts";
import { call } from "../../support/service/service.ts";

/** Refunds whose reply was lost end by status polls and are never sent again. */

/** `{}` alone would match any. */
const NONE = expect.toSatisfy((anomalies: object) => Object.keys(anomalies).length === 0);

const reconciliation = reconciliationOfTest();

beforeEach(() => reconciliation.behave({}));

async function lostReply(how: "drop_before_acting" | "drop_after_acting") {
  const order = await reconciliation.shop.addOrder();
  const payment = await reconciliation.pay(order);
  reconciliation.behave({ merchant_fault: how, merchant_fault_call: "payment/reversal" });
  const { refund } = await call(reconciliation.service.payments, reconciliation.service.payments.refundPayment, {
    ...{ requestId: randomUUID(), paymentId: BigInt(order.paymentId), attemptId: 0n },
    ...{ amountTiyin: undefined, userId: "", note: "" },
  });
  reconciliation.behave({});
  const state = async () =>
    (
      await reconciliation.shop.query("SELECT state FROM clickbridge_refund WHERE id = ?", [Number(refund?.refundId)])
    )[0]?.["state"];
  return { order, payment, state };
}

const sent = (paymentId: number) =>
  reconciliation.asked("payment/reversal").filter((path) => path.endsWith(`/${paymentId}`)).length;

test("done at Click: DONE with the next round, and the attempt is reversed", async () => {
  const { order, payment, state } = await lostReply("drop_after_acting");
  const before = await state();

  await reconciliation.round();

  expect([before, await state()]).toEqual(["UNKNOWN", "DONE"]);
  expect(await attemptRecord(reconciliation.shop, await reconciliation.attemptOf(order))).toMatchObject({
    state: "REVERSED",
    anomalies: NONE,
  });
  expect(sent(payment.paymentId)).toBe(1);
});

test("done at Click, and a refresh sees it first: it counts as our refund, not as a reversal in Click's cabinet", async () => {
  const { order, state } = await lostReply("drop_after_acting");
  const paymentId = BigInt(order.paymentId);
  await call(reconciliation.service.payments, reconciliation.service.payments.refreshPayment, { paymentId });
  const refreshed = await attemptRecord(reconciliation.shop, await reconciliation.attemptOf(order));

  await reconciliation.round();

  expect(refreshed).toMatchObject({ state: "REVERSED", anomalies: NONE });
  expect([
    await state(),
    (await attemptRecord(reconciliation.shop, await reconciliation.attemptOf(order))).anomalies,
  ]).toEqual(["DONE", {}]);
});

test("not done at Click: NOT_DONE after three reads over half an hour, however many look at once", async () => {
  const { order, payment, state } = await lostReply("drop_before_acting");
  const states: unknown[] = [];
  for (let minutes = 0; minutes <= 30; minutes += 5) {
    if (minutes > 0) await reconciliation.pass(5 * MINUTE);
    await Promise.all([reconciliation.round(), reconciliation.round(), reconciliation.round()]);
    states.push(`${minutes} ${await state()}`);
  }

  expect(states).toEqual([
    ...["0 UNKNOWN", "5 UNKNOWN", "10 UNKNOWN", "15 UNKNOWN", "20 UNKNOWN", "25 UNKNOWN"],
    "30 NOT_DONE",
  ]);
  expect(await attemptRecord(reconciliation.shop, await reconciliation.attemptOf(order))).toMatchObject({
    state: "CAPTURED",
    orderUpdates: ["MARK_PAID PENDING 100000"],
  });
  expect([sent(payment.paymentId), payment.money]).toEqual([1, "taken"]);
});
