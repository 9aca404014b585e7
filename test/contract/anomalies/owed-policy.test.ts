import { beforeEach, expect, test } from "vitest";
import { attemptRecord } from "../../support/service/attempt-record.ts";
import { HOUR, MINUTE, reconciliationOfTest } from "../../support/service/reconciliation-of-test.ts";
import { SERVICE, type ShopOrder } from "../../support/shop/shop.ts";

/** The policy `refund`: owed money goes back by itself. */

const reconciliation = reconciliationOfTest({ [SERVICE.serviceId]: { owed_policy: "refund" } });

beforeEach(() => reconciliation.behave({}));

const reversals = () => reconciliation.asked("payment/reversal").length;

/** Two customers pay one order; Click names the first one for its reference. */
async function paidTwice() {
  const order = await reconciliation.shop.addOrder();
  const owed = await reconciliation.pay(order, { outcome: "hang" });
  const owedId = await reconciliation.attemptOf(order);
  const kept = await reconciliation.pay(order);
  const keptId = await reconciliation.attemptOf(order);
  reconciliation.click.standIn.resume(owed, "confirm");
  await reconciliation.click.standIn.settled(owed);
  const states = async () => [
    (await attemptRecord(reconciliation.shop, owedId)).state,
    owed.money,
    (await attemptRecord(reconciliation.shop, keptId)).state,
    kept.money,
  ];
  return { order, owedId, states };
}

test("it is refunded once its number is confirmed, not before, and not twice", async () => {
  const { owedId, states } = await paidTwice();
  const before = reversals();
  await reconciliation.round();
  const unconfirmed = [await states(), reversals() - before];
  await reconciliation.pass(16 * MINUTE);

  await Promise.all([reconciliation.round(), reconciliation.round()]);
  for (let times = 0; times < 3; times += 1) {
    await reconciliation.pass(HOUR);
    await reconciliation.round();
  }

  expect(unconfirmed).toEqual([["OWED", "taken", "CAPTURED", "taken"], 0]);
  expect([await states(), reversals() - before]).toEqual([["REVERSED", "reversed", "CAPTURED", "taken"], 1]);
  expect((await attemptRecord(reconciliation.shop, owedId)).anomalies).toEqual({});
});

test("what Click does not name for the reference is left to a person", async () => {
  const order = await reconciliation.shop.addOrder();
  await reconciliation.pay(order);
  const owed = await reconciliation.pay(order, { after_refusal: "confirm" });
  const before = reversals();
  for (let times = 0; times < 3; times += 1) {
    await reconciliation.pass(HOUR);
    await reconciliation.round();
  }

  expect(await attemptRecord(reconciliation.shop, await reconciliation.attemptOf(order))).toMatchObject({
    state: "OWED",
    anomalies: { SECOND_CAPTURE: 1 },
  });
  expect([owed.money, reversals() - before]).toEqual(["taken", 0]);
});

test("money with unknown sum is not refunded", async () => {
  const order: ShopOrder = await reconciliation.shop.addOrder();
  const payment = await reconciliation.pay(order);
  await reconciliation.shop.query("DELETE FROM clickbridge_order_update WHERE payment_id = ?", [order.paymentId]);
  await reconciliation.shop.query("DELETE FROM clickbridge_attempt WHERE payment_id = ?", [order.paymentId]);
  await reconciliation.round();
  for (let times = 0; times < 3; times += 1) {
    await reconciliation.pass(HOUR);
    await reconciliation.round();
  }

  expect(await attemptRecord(reconciliation.shop, await reconciliation.attemptOf(order))).toMatchObject({
    state: "OWED",
    anomalies: { PAID_WITHOUT_ATTEMPT: 1 },
  });
  expect(payment.money).toBe("taken");
});

test("what Click refuses is asked for once, and waits for a person", async () => {
  const { owedId, states } = await paidTwice();
  reconciliation.behave({ uzcard_refuses_reversal: true });
  const before = reversals();
  for (let times = 0; times < 4; times += 1) {
    await reconciliation.pass(HOUR);
    await reconciliation.round();
  }

  expect([await states(), reversals() - before]).toEqual([["OWED", "taken", "CAPTURED", "taken"], 1]);
  expect((await attemptRecord(reconciliation.shop, owedId)).anomalies).toEqual({ SECOND_CAPTURE: 1 });
});
