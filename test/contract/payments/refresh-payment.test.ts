import { describe, expect, test } from "vitest";
import { Attempt_State, Refund_State } from "../../../src/gen/clickbridge/v1/payment.ts";
import { clickOver, newClickId } from "../../support/click/click.ts";
import { attemptRecord } from "../../support/service/attempt-record.ts";
import { failureOf } from "../../support/service/failure.ts";
import { call } from "../../support/service/service.ts";
import type { ShopOrder } from "../../support/shop/shop.ts";
import { shopAtClick, type Taken } from "../../support/shop/shop-at-click.ts";

const fixture = shopAtClick();

const refresh = (paymentId: bigint) =>
  call(fixture.service.payments, fixture.service.payments.refreshPayment, { paymentId });
const record = ({ attemptId }: Pick<Taken, "attemptId">) => attemptRecord(fixture.shop, attemptId);

/** Click took the money, and none of its Completes came through. */
async function completeLost(order?: ShopOrder): Promise<Taken> {
  const made = order ?? (await fixture.shop.addOrder());
  const atClick = await fixture.payAtClick(made.number, { outcome: "hang" });
  atClick.money = "taken";
  atClick.status = 2;
  atClick.stage = "finished";
  const attemptId = await fixture.attemptOf(atClick.paymentId);
  return { order: made, paymentId: BigInt(made.paymentId), attemptId, atClick };
}

const complete = ({ order, atClick, attemptId }: Taken) =>
  clickOver(fixture.service).complete({
    clickTransId: String(atClick.clickTransId),
    clickPaydocId: String(atClick.paymentId),
    merchantTransId: order.number,
    merchantPrepareId: String(attemptId),
    leaveOrderUpdate: true,
  });

describe("PAID of an attempt whose Complete was lost", () => {
  test("captures it, enqueues one MARK_PAID, and a late Complete is answered -4", async () => {
    const lost = await completeLost();

    const refreshed = await refresh(lost.paymentId);
    await refresh(lost.paymentId);

    expect(refreshed.complete).toBe(true);
    expect(refreshed.payment?.attempts[0]?.state).toBe(Attempt_State.STATE_CAPTURED);
    expect((await complete(lost)).error).toBe(-4);
    expect(await record(lost)).toMatchObject({
      state: "CAPTURED",
      captured: true,
      orderUpdates: ["MARK_PAID PENDING 100000"],
      events: ["attempt.prepared", "attempt.captured"],
      anomalies: {},
    });
  });

  test("10 times at once, with the Complete among them, is captured once", async () => {
    const lost = await completeLost();

    await Promise.all([...Array.from({ length: 10 }, () => refresh(lost.paymentId)), complete(lost)]);

    expect(await record(lost)).toMatchObject({
      state: "CAPTURED",
      orderUpdates: ["MARK_PAID PENDING 100000"],
      events: ["attempt.prepared", "attempt.captured"],
    });
  });

  test("is owed when the shop shows the payment paid by other means", async () => {
    const lost = await completeLost();
    await fixture.shop.query("UPDATE b_sale_order_payment SET PAID = 'Y' WHERE ID = ?", [lost.paymentId]);

    await refresh(lost.paymentId);

    expect(await record(lost)).toMatchObject({ state: "OWED", orderUpdates: [], anomalies: { PAID_OTHERWISE: 1 } });
  });

  test("of an attempt that Click had cancelled is for a person", async () => {
    const order = await fixture.shop.addOrder();
    const atClick = await fixture.payAtClick(order.number, { outcome: "decline" });

    const { payment } = await refresh(BigInt(order.paymentId));

    expect(payment?.attempts[0]?.state).toBe(Attempt_State.STATE_CANCELLED);
    expect(fixture.callsAtClick("payment/status", atClick.paymentId)).toEqual([]);
  });
});

describe("FAILED", () => {
  test("of a settled payment, refunded in Click's cabinet: reversed, with MARK_REFUNDED and an anomaly", async () => {
    const taken = await fixture.settled();
    fixture.simulator.standIn.refundInCabinet(taken.atClick);

    for (const _time of [1, 2]) await refresh(taken.paymentId);

    expect(await record(taken)).toMatchObject({
      state: "REVERSED",
      orderUpdates: ["MARK_PAID APPLIED 100000", "MARK_REFUNDED PENDING 100000"],
      anomalies: { REVERSED_AT_CLICK: 1 },
    });
    expect((await fixture.events(taken.paymentId)).slice(-2)).toEqual([
      "attempt.reversed",
      "anomaly.raised REVERSED_AT_CLICK",
    ]);
  });

  test("of a captured payment withdraws an order update that was not leased", async () => {
    const taken = await fixture.taken();
    fixture.simulator.standIn.refundInCabinet(taken.atClick);

    await refresh(taken.paymentId);

    expect(await record(taken)).toMatchObject({ state: "REVERSED", orderUpdates: ["MARK_PAID WITHDRAWN 100000"] });
  });

  test("of owed money closes what was to be decided about it", async () => {
    const owed = await fixture.owed();
    fixture.simulator.standIn.refundInCabinet(owed.atClick);

    await refresh(owed.paymentId);

    expect(await record(owed)).toMatchObject({
      state: "REVERSED",
      orderUpdates: [],
      anomalies: { REVERSED_AT_CLICK: 1 },
    });
  });

  test("of money with a refund whose reply was lost ends that refund without an anomaly", async () => {
    const taken = await fixture.settled();
    fixture.behave({ merchant_fault: "drop_after_acting", merchant_fault_call: "payment/reversal" });
    await fixture.refund({ paymentId: taken.paymentId });
    fixture.behave({});

    const { payment } = await refresh(taken.paymentId);

    expect(payment?.refunds.map(({ state }) => state)).toEqual([Refund_State.STATE_DONE]);
    expect(await record(taken)).toMatchObject({
      state: "REVERSED",
      orderUpdates: ["MARK_PAID APPLIED 100000", "MARK_REFUNDED PENDING 100000"],
      anomalies: {},
    });
    expect((await fixture.events(taken.paymentId)).slice(-2)).toEqual(["refund.done", "attempt.reversed"]);
  });

  test("of a prepared attempt lets it expire, and a late Complete still counts", async () => {
    const order = await fixture.shop.addOrder();
    const atClick = await fixture.payAtClick(order.number, { outcome: "hang" });
    const attemptId = await fixture.attemptOf(atClick.paymentId);
    atClick.status = -1;

    await refresh(BigInt(order.paymentId));

    expect((await record({ attemptId })).state).toBe("EXPIRED");
    atClick.money = "taken";
    const late = await complete({ order, atClick, attemptId, paymentId: BigInt(order.paymentId) });
    expect(late.error).toBe(0);
    expect(await record({ attemptId })).toMatchObject({
      state: "CAPTURED",
      orderUpdates: ["MARK_PAID PENDING 100000"],
    });
  });
});

describe("which attempt a status belongs to", () => {
  test("a number that Click files under another reference proves nothing", async () => {
    const [stranger, order] = [await fixture.taken(), await fixture.shop.addOrder()];
    const { merchantPrepareId } = await clickOver(fixture.service).prepare({
      merchantTransId: order.number,
      clickPaydocId: String(stranger.atClick.paymentId),
    });

    const { payment, complete: isComplete } = await refresh(BigInt(order.paymentId));

    expect(isComplete).toBe(true);
    expect(payment?.attempts[0]?.state).toBe(Attempt_State.STATE_PREPARED);
    expect(await record({ attemptId: merchantPrepareId ?? 0 })).toMatchObject({ orderUpdates: [] });
  });

  test("one Click payment with two click_trans_ids is captured once", async () => {
    const lost = await completeLost();
    const second = await clickOver(fixture.service).prepare({
      merchantTransId: lost.order.number,
      clickTransId: newClickId(),
      clickPaydocId: String(lost.atClick.paymentId),
    });
    expect(second.error).toBe(0);

    for (const _time of [1, 2]) await refresh(lost.paymentId);

    expect((await record(lost)).state).toBe("CAPTURED");
    expect(await record({ attemptId: second.merchantPrepareId ?? 0 })).toMatchObject({
      state: "PREPARED",
      orderUpdates: [],
      anomalies: {},
    });
  });

  test("and its refund in the cabinet is noticed for the one that has the money, be it the second", async () => {
    const lost = await completeLost();
    const click = clickOver(fixture.service);
    const clickTransId = newClickId();
    const same = { merchantTransId: lost.order.number, clickTransId, clickPaydocId: String(lost.atClick.paymentId) };
    const { merchantPrepareId = 0 } = await click.prepare(same);
    await click.complete({ ...same, merchantPrepareId: String(merchantPrepareId), leaveOrderUpdate: true });
    await refresh(lost.paymentId);
    fixture.simulator.standIn.refundInCabinet(lost.atClick);

    await refresh(lost.paymentId);

    expect(await record({ attemptId: merchantPrepareId })).toMatchObject({
      state: "REVERSED",
      orderUpdates: ["MARK_PAID WITHDRAWN 100000"],
      anomalies: { REVERSED_AT_CLICK: 1 },
    });
    expect(await record(lost)).toMatchObject({ state: "PREPARED", anomalies: {} });
  });

  test("a declined attempt never changes a paid one", async () => {
    const order = await fixture.shop.addOrder();
    const declined = await fixture.payAtClick(order.number, { outcome: "hang" });
    declined.status = -5017;
    declined.stage = "finished";
    const atClick = await fixture.payAtClick(order.number);
    const attemptId = await fixture.attemptOf(atClick.paymentId);

    const { payment } = await refresh(BigInt(order.paymentId));

    expect(payment?.attempts.map(({ state }) => state).sort()).toEqual(
      [Attempt_State.STATE_PREPARED, Attempt_State.STATE_CAPTURED].sort(),
    );
    expect(await record({ attemptId })).toMatchObject({
      state: "CAPTURED",
      orderUpdates: ["MARK_PAID PENDING 100000"],
      anomalies: {},
    });
  });

  test("two payments that Click took for one order: one is kept, one is owed", async () => {
    const order = await fixture.shop.addOrder();
    const one = await completeLost(order);
    const two = await completeLost(order);

    await refresh(one.paymentId);

    // Click names one payment of a reference and a day: the other one's number is not proven by that.
    const states = [(await record(one)).state, (await record(two)).state];
    expect(states).toEqual(["CAPTURED", "PREPARED"]);
    expect((await complete(two)).error).toBe(0);
    expect(await record(two)).toMatchObject({ state: "OWED", anomalies: { SECOND_CAPTURE: 1 } });
  });
});

describe("Click does not answer", () => {
  test.each(["payment/status", "payment/status_by_mti"] as const)("%s: said so, and nothing changes", async (name) => {
    const lost = await completeLost();
    fixture.behave({ merchant_fault: "http_500", merchant_fault_call: name });

    const { complete: isComplete, payment } = await refresh(lost.paymentId);

    expect(isComplete).toBe(false);
    expect(payment?.attempts[0]?.state).toBe(Attempt_State.STATE_PREPARED);
  });

  test("a payment that is not there is not found; one that Click never touched is returned", async () => {
    const order = await fixture.shop.addOrder();

    expect(await failureOf(refresh(999_999n))).toMatchObject({ code: "NOT_FOUND", reason: "PAYMENT_NOT_FOUND" });
    expect(await refresh(BigInt(order.paymentId))).toMatchObject({ complete: true, payment: { attempts: [] } });
  });

  test("a payment in progress stays as it is", async () => {
    const order = await fixture.shop.addOrder();
    await fixture.payAtClick(order.number, { outcome: "hang" });

    const { complete: isComplete, payment } = await refresh(BigInt(order.paymentId));

    expect(isComplete).toBe(true);
    expect(payment?.attempts[0]?.state).toBe(Attempt_State.STATE_PREPARED);
  });
});
