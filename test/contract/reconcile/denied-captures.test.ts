import { beforeEach, describe, expect, test } from "vitest";
import { clickOver, newClickId } from "../../support/click/click.ts";
import { attemptRecord } from "../../support/service/attempt-record.ts";
import { DAY, HOUR, MINUTE, reconciliationOfTest } from "../../support/service/reconciliation-of-test.ts";
import { SERVICE } from "../../support/shop/shop.ts";

/** Captures that Click is asked about, and does not know: their Complete was forged, or its unsigned `error` was changed on the way. */
const reconciliation = reconciliationOfTest();

beforeEach(async () => {
  reconciliation.behave({});
  await reconciliation.shop.query("UPDATE b_sale_order SET CANCELED = 'Y'");
  await reconciliation.forget(["attempt", "status_poll", "order_update", "anomaly", "event", "ledger"]);
});

const record = (attemptId: number) => attemptRecord(reconciliation.shop, attemptId);

/** A Prepare and a Complete that Click has no payment to. */
async function forged(): Promise<number> {
  const { number: merchantTransId } = await reconciliation.shop.addOrder();
  const payment = { merchantTransId, clickTransId: newClickId(), clickPaydocId: newClickId() };
  const { merchantPrepareId: attemptId = 0 } = await clickOver(reconciliation.service).prepare(payment);
  await clickOver(reconciliation.service).complete({
    ...payment,
    merchantPrepareId: String(attemptId),
    leaveOrderUpdate: true,
  });
  return attemptId;
}

/** What is asked about payments in rounds every so many seconds. */
async function askedIn(rounds: number, everySeconds: number): Promise<number> {
  const before = reconciliation.asked("payment/status").length;
  for (let round = 0; round < rounds; round += 1) {
    await reconciliation.pass(everySeconds);
    await reconciliation.round();
  }
  return reconciliation.asked("payment/status").length - before;
}

describe("a capture that Click does not know", () => {
  test("raises an anomaly when Click has denied it twice, an hour apart", async () => {
    const attemptId = await forged();
    await reconciliation.round();
    const anomalies = [];
    for (const seconds of [3 * MINUTE, 30 * MINUTE, 29 * MINUTE, 3 * MINUTE]) {
      await reconciliation.pass(seconds);
      await reconciliation.round();
      anomalies.push((await record(attemptId)).anomalies["CAPTURE_NOT_CONFIRMED"]);
    }

    expect(anomalies).toEqual([undefined, undefined, undefined, 1]);
    expect(reconciliation.asked("payment/status").length).toBe(2);
    expect(await record(attemptId)).toMatchObject({ state: "CAPTURED", orderUpdates: ["MARK_PAID PENDING 100000"] });
  });

  test("is polled less and less, with one anomaly, also by two rounds at once", async () => {
    const attemptId = await forged();
    await reconciliation.round();
    await askedIn(3, HOUR);
    await reconciliation.pass(DAY);
    await Promise.all([reconciliation.round(), reconciliation.round()]);

    const later = await askedIn(30, DAY);

    expect(later).toBeGreaterThan(2);
    expect(later).toBeLessThan(9);
    expect((await record(attemptId)).anomalies).toMatchObject({ CAPTURE_NOT_CONFIRMED: 1 });
    expect((await record(attemptId)).events.filter((type) => type !== "attempt.prepared")).toEqual([
      "attempt.captured",
    ]);
  });

  test("closes automatically when Click confirms it later", async () => {
    const order = await reconciliation.shop.addOrder();
    const { paymentId } = await reconciliation.pay(order);
    const attemptId = await reconciliation.attemptOf(order);
    const setPaydoc = (id: number | string) =>
      reconciliation.shop.query("UPDATE clickbridge_attempt SET click_paydoc_id = ? WHERE id = ?", [id, attemptId]);
    await setPaydoc(newClickId());
    await reconciliation.round();
    await askedIn(3, HOUR);
    const told = (await record(attemptId)).anomalies;
    await setPaydoc(paymentId);
    await reconciliation.shop.query("UPDATE clickbridge_status_poll SET due_time = NOW(3) WHERE subject = 'ATTEMPT'");

    await reconciliation.round();

    expect(told).toMatchObject({ CAPTURE_NOT_CONFIRMED: 1 });
    expect((await record(attemptId)).anomalies).not.toHaveProperty("CAPTURE_NOT_CONFIRMED");
  });
});

test("a capture whose money Click has not taken raises the same anomaly", async () => {
  const order = await reconciliation.shop.addOrder();
  const payment = await reconciliation.pay(order);
  payment.status = 1;
  await reconciliation.round();

  await askedIn(3, HOUR);

  expect((await record(await reconciliation.attemptOf(order))).anomalies).toMatchObject({ CAPTURE_NOT_CONFIRMED: 1 });
});

describe("when a new capture is polled", () => {
  test("two minutes after the capture, however long ago its Prepare was polled", async () => {
    const { number: merchantTransId } = await reconciliation.shop.addOrder();
    const payment = { merchantTransId, clickTransId: newClickId(), clickPaydocId: newClickId() };
    const { merchantPrepareId: attemptId = 0 } = await clickOver(reconciliation.service).prepare(payment);
    const prepared = await askedIn(5, 6 * MINUTE);
    await clickOver(reconciliation.service).complete({ ...payment, merchantPrepareId: String(attemptId) });

    const asked = [await askedIn(1, MINUTE), await askedIn(1, 2 * MINUTE), await askedIn(5, 5 * MINUTE)];

    expect([prepared, ...asked]).toEqual([1, 0, 1, 0]);
  });

  test("a capture that was polled while prepared is polled after two minutes too", async () => {
    const { number: merchantTransId } = await reconciliation.shop.addOrder();
    const payment = { merchantTransId, clickTransId: newClickId(), clickPaydocId: newClickId() };
    const { merchantPrepareId: attemptId = 0 } = await clickOver(reconciliation.service).prepare(payment);
    await reconciliation.round();
    await clickOver(reconciliation.service).complete({ ...payment, merchantPrepareId: String(attemptId) });

    expect([await askedIn(1, MINUTE), await askedIn(1, 2 * MINUTE)]).toEqual([0, 1]);
  });
});

/** Last: such answers open the circuit to Click for a while. */
describe("no answer is not an answer", () => {
  test.each(["http_500", "html", "truncated"] as const)("%s, for hours: nobody is told", async (merchant_fault) => {
    const attemptId = await forged();
    await reconciliation.round();
    reconciliation.behave({ merchant_fault });

    await askedIn(4, HOUR);

    expect((await record(attemptId)).anomalies).not.toHaveProperty("CAPTURE_NOT_CONFIRMED");
  });

  test("a key that Click refuses for hours raises no anomaly of captures", async () => {
    const attemptId = await forged();
    await reconciliation.round();
    await reconciliation.shop.setValue(1, "CLICK_MERCHANT_USER_ID", "999");

    await askedIn(4, HOUR);
    await reconciliation.shop.setValue(1, "CLICK_MERCHANT_USER_ID", SERVICE.merchantUserId);

    expect((await record(attemptId)).anomalies).not.toHaveProperty("CAPTURE_NOT_CONFIRMED");
  });
});
