import { beforeEach, expect, test } from "vitest";
import { attemptRecord } from "../support/attempt-record.ts";
import { books, HOUR, MINUTE } from "../support/books.ts";
import { SERVICE, type ShopOrder } from "../support/shop.ts";

/** The policy `refund`: owed money goes back by itself. */

const it = books({ [SERVICE.serviceId]: { owed_policy: "refund" } });

beforeEach(() => it.behave({}));

const reversals = () => it.asked("payment/reversal").length;

/** Two customers pay one order; Click names the first one for its reference. */
async function paidTwice() {
  const order = await it.shop.addOrder();
  const owed = await it.pay(order, { outcome: "hang" });
  const owedId = await it.attemptOf(order);
  const kept = await it.pay(order);
  const keptId = await it.attemptOf(order);
  it.click.standIn.resume(owed, "confirm");
  await it.click.standIn.settled(owed);
  const states = async () => [
    (await attemptRecord(it.shop, owedId)).state,
    owed.money,
    (await attemptRecord(it.shop, keptId)).state,
    kept.money,
  ];
  return { order, owedId, states };
}

test("it goes back after its number was confirmed, not before, and not twice", async () => {
  const { owedId, states } = await paidTwice();
  const before = reversals();
  await it.round();
  const unconfirmed = [await states(), reversals() - before];
  await it.pass(16 * MINUTE);

  await Promise.all([it.round(), it.round()]);
  for (let times = 0; times < 3; times += 1) {
    await it.pass(HOUR);
    await it.round();
  }

  expect(unconfirmed).toEqual([["OWED", "taken", "CAPTURED", "taken"], 0]);
  expect([await states(), reversals() - before]).toEqual([["REVERSED", "reversed", "CAPTURED", "taken"], 1]);
  expect((await attemptRecord(it.shop, owedId)).anomalies).toEqual({});
});

test("what Click does not name for the reference is left to a person", async () => {
  const order = await it.shop.addOrder();
  await it.pay(order);
  const owed = await it.pay(order, { after_refusal: "confirm" });
  const before = reversals();
  for (let times = 0; times < 3; times += 1) {
    await it.pass(HOUR);
    await it.round();
  }

  expect(await attemptRecord(it.shop, await it.attemptOf(order))).toMatchObject({
    state: "OWED",
    anomalies: { SECOND_CAPTURE: 1 },
  });
  expect([owed.money, reversals() - before]).toEqual(["taken", 0]);
});

test("money of which nobody knows the sum stays", async () => {
  const order: ShopOrder = await it.shop.addOrder();
  const payment = await it.pay(order);
  await it.shop.query("DELETE FROM clickbridge_order_update WHERE payment_id = ?", [order.paymentId]);
  await it.shop.query("DELETE FROM clickbridge_attempt WHERE payment_id = ?", [order.paymentId]);
  await it.round();
  for (let times = 0; times < 3; times += 1) {
    await it.pass(HOUR);
    await it.round();
  }

  expect(await attemptRecord(it.shop, await it.attemptOf(order))).toMatchObject({
    state: "OWED",
    anomalies: { PAID_WITHOUT_ATTEMPT: 1 },
  });
  expect(payment.money).toBe("taken");
});

test("what Click refuses is asked for once, and waits for a person", async () => {
  const { owedId, states } = await paidTwice();
  it.behave({ uzcard_refuses_reversal: true });
  const before = reversals();
  for (let times = 0; times < 4; times += 1) {
    await it.pass(HOUR);
    await it.round();
  }

  expect([await states(), reversals() - before]).toEqual([["OWED", "taken", "CAPTURED", "taken"], 1]);
  expect((await attemptRecord(it.shop, owedId)).anomalies).toEqual({ SECOND_CAPTURE: 1 });
});
