import { beforeEach, describe, expect, test } from "vitest";
import { RequestBudget } from "../../../src/app/reconcile/request-budget.ts";
import { asAnomalyId } from "../../../src/payment/ids.ts";
import { attemptRecord } from "../../support/service/attempt-record.ts";
import { DAY, HOUR, MINUTE, moveBack, reconciliationOfTest } from "../../support/service/reconciliation-of-test.ts";
import { call } from "../../support/service/service.ts";
import type { ShopOrder } from "../../support/shop/shop.ts";

/** Reconciliation against the stand-in: what is asked, when, and what comes of it. */

/** `{}` alone would match any. */
const NONE = expect.toSatisfy((anomalies: object) => Object.keys(anomalies).length === 0);

const reconciliation = reconciliationOfTest();

beforeEach(async () => {
  reconciliation.behave({});
  // Payments without any attempt are asked about as well: those of the tests before are nobody's business.
  await reconciliation.shop.query("UPDATE b_sale_order SET CANCELED = 'Y'");
  await reconciliation.forget(["attempt", "status_poll", "order_update", "anomaly", "event", "ledger"]);
});

const record = async (order: ShopOrder) => attemptRecord(reconciliation.shop, await reconciliation.attemptOf(order));
/** StatusApi of what `work` does, in order. */
async function askedBy(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = reconciliation.asked().length;
  await work();
  return reconciliation.asked().slice(before);
}

describe("without news", () => {
  test("paid at Click, its Complete lost: CAPTURED, with one MARK_PAID", async () => {
    const order = await reconciliation.shop.addOrder();
    await reconciliation.payUnheard(order);
    await reconciliation.pass(20 * MINUTE);

    const findings = await reconciliation.round();

    expect(findings).toMatchObject([{ said: "PAID", outcome: "CAPTURED" }]);
    expect(await record(order)).toMatchObject({
      state: "CAPTURED",
      captured: true,
      orderUpdates: ["MARK_PAID PENDING 100000"],
      events: ["attempt.prepared", "attempt.captured"],
      anomalies: NONE,
    });
  });

  test("declined at Click, its Complete lost: EXPIRED and never cancelled", async () => {
    const order = await reconciliation.shop.addOrder();
    const payment = await reconciliation.pay(order, { outcome: "hang" });
    payment.status = -5017;
    await reconciliation.pass(20 * MINUTE);

    await reconciliation.round();

    expect(await record(order)).toMatchObject({ state: "EXPIRED", orderUpdates: [], anomalies: NONE });
  });

  test("a customer who has not confirmed yet: nothing changes", async () => {
    const order = await reconciliation.shop.addOrder();
    await reconciliation.pay(order, { outcome: "hang" });
    await reconciliation.pass(20 * MINUTE);

    await reconciliation.round();

    expect(await record(order)).toMatchObject({ state: "PREPARED", events: ["attempt.prepared"] });
  });

  test("nothing is asked before it is due, nor twice", async () => {
    const order = await reconciliation.shop.addOrder();
    await reconciliation.pay(order, { outcome: "hang" });

    const askedAfter = async (minutes: number) => {
      await reconciliation.pass(minutes * MINUTE);
      return askedBy(() => reconciliation.round());
    };
    const asked = [
      await askedBy(() => reconciliation.round()),
      await askedAfter(14),
      await askedAfter(2),
      await askedBy(() => reconciliation.round()),
      await askedAfter(30),
      await askedAfter(20),
    ];

    expect(asked.map((calls) => calls.length)).toEqual([0, 0, 1, 0, 0, 1]);
  });

  test("Click is silent: nothing changes, and it is asked again soon", async () => {
    const order = await reconciliation.shop.addOrder();
    await reconciliation.payUnheard(order);
    await reconciliation.pass(20 * MINUTE);
    reconciliation.behave({ merchant_fault: "http_500" });
    const silent = await reconciliation.round();
    const whileSilent = await record(order);
    reconciliation.behave({});

    const atOnce = await reconciliation.round();
    await reconciliation.pass(6 * MINUTE);
    const later = await reconciliation.round();

    expect(silent).toMatchObject([{ said: "UNKNOWN", outcome: "UNCHANGED" }]);
    expect(whileSilent).toMatchObject({ state: "PREPARED", orderUpdates: [], anomalies: NONE });
    expect(atOnce).toEqual([]);
    expect(later).toMatchObject([{ said: "PAID", outcome: "CAPTURED" }]);
  });

  test("Click stays silent for days: it is asked ever more rarely, and never given up", async () => {
    const order = await reconciliation.shop.addOrder();
    await reconciliation.payUnheard(order);
    reconciliation.behave({ merchant_fault: "http_500" });
    const asked = async (hours: number) => {
      let times = 0;
      for (let hour = 0; hour < hours; hour += 1) {
        await reconciliation.pass(HOUR);
        times += (await reconciliation.round()).length;
      }
      return times;
    };

    const [firstDay, secondWeek] = [await asked(24), await reconciliation.pass(7 * DAY), await asked(24)].filter(
      (count) => typeof count === "number",
    );

    expect(firstDay).toBeGreaterThan(6);
    expect(secondWeek).toBeGreaterThan(0);
    expect(secondWeek).toBeLessThan(4);
  });

  test("a number that is not filed under the order's reference proves nothing", async () => {
    const [one, other] = [await reconciliation.shop.addOrder(), await reconciliation.shop.addOrder()];
    const paid = await reconciliation.payUnheard(other);
    await reconciliation.pay(one, { outcome: "hang" });
    await reconciliation.shop.query("UPDATE clickbridge_attempt SET click_paydoc_id = ? WHERE id = ?", [
      paid.paymentId,
      await reconciliation.attemptOf(one),
    ]);
    await reconciliation.pass(20 * MINUTE);

    await reconciliation.round();

    expect([(await record(one)).state, (await record(other)).state]).toEqual(["PREPARED", "CAPTURED"]);
  });

  test("a declined attempt never changes a paid one", async () => {
    const order = await reconciliation.shop.addOrder();
    const declined = await reconciliation.pay(order, { outcome: "hang" });
    const declinedId = await reconciliation.attemptOf(order);
    await reconciliation.payUnheard(order);
    declined.status = -5017;
    for (let times = 0; times < 8; times += 1) {
      await reconciliation.pass(HOUR);
      await reconciliation.round();
    }

    // Click has the paid one under the reference, so the status of the other proves nothing.
    expect((await attemptRecord(reconciliation.shop, declinedId)).state).toBe("PREPARED");
    expect(await record(order)).toMatchObject({
      state: "CAPTURED",
      orderUpdates: ["MARK_PAID PENDING 100000"],
      anomalies: { APPLY_STUCK: 1 },
    });
  });

  test("two rounds at once do it once", async () => {
    const orders = [
      await reconciliation.shop.addOrder(),
      await reconciliation.shop.addOrder(),
      await reconciliation.shop.addOrder(),
    ];
    for (const order of orders) await reconciliation.payUnheard(order);
    await reconciliation.pass(20 * MINUTE);

    const asked = await askedBy(() => Promise.all([reconciliation.round(), reconciliation.round()]));

    // For each its status, and whether it is filed under the reference.
    expect(asked).toHaveLength(2 * orders.length);
    for (const order of orders) {
      expect(await record(order)).toMatchObject({
        state: "CAPTURED",
        orderUpdates: ["MARK_PAID PENDING 100000"],
        events: ["attempt.prepared", "attempt.captured"],
      });
    }
  });

  test("the budget holds, and what it left over is asked in later rounds", async () => {
    const orders = await Promise.all([1, 2, 3, 4].map(() => reconciliation.shop.addOrder()));
    for (const order of orders) await reconciliation.payUnheard(order);
    await reconciliation.pass(20 * MINUTE);

    const asked = [await askedBy(() => reconciliation.round(3))];
    for (let times = 0; times < 6; times += 1) {
      await reconciliation.pass(6 * MINUTE);
      asked.push(await askedBy(() => reconciliation.round(3)));
    }

    expect(Math.max(...asked.map((calls) => calls.length))).toBeLessThanOrEqual(3);
    expect(await Promise.all(orders.map(async (order) => (await record(order)).state))).toEqual(
      orders.map(() => "CAPTURED"),
    );
  });
});

describe("Click files a payment under another day than its Prepare came on, as around midnight", () => {
  test.each([
    ["the day after", -DAY, 4],
    ["the day before", DAY, 3],
  ])("%s: it is still found", async (_, earlierSeconds, requests) => {
    const order = await reconciliation.shop.addOrder();
    const payment = await reconciliation.payUnheard(order);
    await reconciliation.pass(20 * MINUTE);
    moveBack(payment, earlierSeconds);

    const asked = await askedBy(() => reconciliation.round());

    expect(asked).toHaveLength(requests);
    expect(await record(order)).toMatchObject({ state: "CAPTURED" });
  });

  test("a poll that needs more than a round has left is finished, and the next round has less", async () => {
    const orders = [await reconciliation.shop.addOrder(), await reconciliation.shop.addOrder()];
    for (const order of orders) moveBack(await reconciliation.payUnheard(order), -DAY);
    await reconciliation.pass(20 * MINUTE);
    const budget = new RequestBudget(3);
    const asked: number[] = [];

    for (let rounds = 0; rounds < 3; rounds += 1) {
      asked.push((await askedBy(() => reconciliation.round(budget))).length);
      await reconciliation.pass(6 * MINUTE);
      budget.refill();
    }

    expect(asked).toEqual([4, 4, 0]);
    for (const order of orders) expect(await record(order)).toMatchObject({ state: "CAPTURED" });
  });

  test("two days away it is not: the reported status proves nothing", async () => {
    const order = await reconciliation.shop.addOrder();
    const payment = await reconciliation.payUnheard(order);
    await reconciliation.pass(20 * MINUTE);
    moveBack(payment, 2 * DAY);

    expect(await reconciliation.round()).toMatchObject([{ said: "NOT_PROVEN", outcome: "UNCHANGED" }]);
    expect(await record(order)).toMatchObject({ state: "PREPARED" });
  });
});

describe("a payment of the shop of which we know nothing", () => {
  /** Paid at Click, and our rows of it are lost: a restored backup. */
  async function forgotten() {
    const order = await reconciliation.shop.addOrder();
    const payment = await reconciliation.pay(order);
    for (const table of ["attempt", "order_update", "event", "ledger"])
      await reconciliation.shop.query(`DELETE FROM clickbridge_${table}`);
    return { order, payment };
  }

  test("paid at Click: OWED for a person, whose acceptance pays it", async () => {
    const { order, payment } = await forgotten();
    await reconciliation.round();
    await reconciliation.pass(31 * MINUTE);
    await reconciliation.round();
    const found = await record(order);
    const [anomaly] = await reconciliation.shop.query("SELECT id FROM clickbridge_anomaly");

    await reconciliation.deps.anomalies.decide({
      ...{ anomalyId: asAnomalyId(Number(anomaly?.["id"])), resolution: "ACCEPT", paymentId: undefined },
      ...{ note: "", caller: "test", userId: "" },
    });

    expect(found).toMatchObject({
      state: "OWED",
      clickPaydocId: String(payment.paymentId),
      orderUpdates: [],
      anomalies: { PAID_WITHOUT_ATTEMPT: 1 },
    });
    expect(await record(order)).toMatchObject({ state: "CAPTURED", orderUpdates: ["MARK_PAID PENDING 100000"] });
  });

  test("found in two rounds at once, and again later: one attempt, one anomaly", async () => {
    const { order } = await forgotten();
    await reconciliation.round();
    await reconciliation.pass(31 * MINUTE);
    await Promise.all([reconciliation.round(), reconciliation.round()]);
    for (let times = 0; times < 3; times += 1) {
      await reconciliation.pass(4 * HOUR);
      await reconciliation.round();
    }

    expect(await reconciliation.shop.query("SELECT state FROM clickbridge_attempt")).toMatchObject([{ state: "OWED" }]);
    expect((await record(order)).anomalies).toEqual({ PAID_WITHOUT_ATTEMPT: 1 });
  });

  test("a declined one of today does not hide the paid one of yesterday", async () => {
    const { order, payment } = await forgotten();
    const declined = await reconciliation.pay(order, { outcome: "decline" });
    await reconciliation.shop.query("DELETE FROM clickbridge_attempt");
    await reconciliation.round();
    await reconciliation.pass(31 * MINUTE);
    // Now, whatever the hour is: today, and yesterday.
    moveBack(declined, -31 * MINUTE);
    moveBack(payment, DAY - 31 * MINUTE);

    await reconciliation.round();

    expect(await record(order)).toMatchObject({ state: "OWED", clickPaydocId: String(payment.paymentId) });
  });

  test("never paid: asked a few times in some days, and nothing comes of it", async () => {
    await reconciliation.shop.addOrder();
    const asked = await askedBy(async () => {
      for (let days = 0; days < 8; days += 1) {
        await reconciliation.round();
        await reconciliation.pass(DAY);
      }
    });

    expect(asked.length).toBeGreaterThan(2);
    expect(asked.length).toBeLessThanOrEqual(10);
    expect(await reconciliation.shop.query("SELECT id FROM clickbridge_attempt")).toEqual([]);
  });
});

describe("money that is here", () => {
  /** Paid, and the shop has it. */
  async function settled(paidInShop: "Y" | "N" = "Y") {
    const order = await reconciliation.shop.addOrder();
    const payment = await reconciliation.pay(order);
    const [{ orderUpdateId = 0n, token = "" } = {}] = (
      await call(reconciliation.service.updates, reconciliation.service.updates.claimOrderUpdates, { limit: 0 })
    ).orderUpdates;
    await reconciliation.shop.query("UPDATE b_sale_order_payment SET PAID = ? WHERE ID = ?", [
      paidInShop,
      order.paymentId,
    ]);
    await call(reconciliation.service.updates, reconciliation.service.updates.acknowledgeOrderUpdate, {
      ...{ orderUpdateId, token, outcome: 1, refusal: 0, detail: "", inParts: false },
    });
    return { order, payment };
  }

  test("a refund in Click's cabinet is noticed: REVERSED, with a MARK_REFUNDED", async () => {
    const { order, payment } = await settled();
    await reconciliation.pass(20 * MINUTE);
    await reconciliation.round();
    const before = (await record(order)).state;
    reconciliation.click.standIn.refundInCabinet(payment);
    await reconciliation.pass(DAY);

    await reconciliation.round();

    expect(before).toBe("SETTLED");
    expect(await record(order)).toMatchObject({
      state: "REVERSED",
      orderUpdates: ["MARK_PAID APPLIED 100000", "MARK_REFUNDED PENDING 100000"],
      anomalies: { REVERSED_AT_CLICK: 1 },
    });
  });

  test("settled money is polled less and less, for two months", async () => {
    await settled();
    await reconciliation.round();
    const askedInDays = async (days: number) =>
      (
        await askedBy(async () => {
          for (let day = 0; day < days; day += 1) {
            await reconciliation.pass(DAY);
            await reconciliation.round();
          }
        })
      ).filter((path) => path.startsWith("payment/status/")).length;

    const asked = [await askedInDays(10), await askedInDays(10), await askedInDays(50), await askedInDays(30)];

    expect(asked[0]).toBeGreaterThanOrEqual(3);
    expect(asked[0]).toBeLessThanOrEqual(6);
    expect(asked[1]).toBeLessThanOrEqual(2);
    expect(asked[2]).toBeGreaterThanOrEqual(2);
    expect(asked[3]).toBe(0);
  });

  test("the shop shows a payment unpaid after its MARK_PAID: one anomaly, and an operator can send the update again", async () => {
    const { order } = await settled("N");
    await reconciliation.pass(11 * MINUTE);
    await reconciliation.round();
    await reconciliation.round();
    const told = await record(order);
    const [anomaly] = await reconciliation.shop.query(
      "SELECT id FROM clickbridge_anomaly WHERE kind = 'UNPAID_IN_SHOP'",
    );

    await reconciliation.deps.anomalies.decide({
      ...{ anomalyId: asAnomalyId(Number(anomaly?.["id"])), resolution: "RETRY_APPLY", paymentId: undefined },
      ...{ note: "", caller: "test", userId: "" },
    });
    const again = await call(reconciliation.service.updates, reconciliation.service.updates.claimOrderUpdates, {
      limit: 0,
    });

    expect(told.anomalies).toEqual({ UNPAID_IN_SHOP: 1 });
    expect(again.orderUpdates).toMatchObject([{ paymentId: BigInt(order.paymentId), amountTiyin: 100_000n }]);
    await reconciliation.round();
    expect((await record(order)).anomalies).toEqual({});
  });

  test("an order update that an operator made due again is not stuck at once", async () => {
    const { order } = await settled("N");
    await reconciliation.pass(2 * HOUR);
    await reconciliation.round();
    const [anomaly] = await reconciliation.shop.query(
      "SELECT id FROM clickbridge_anomaly WHERE kind = 'UNPAID_IN_SHOP'",
    );
    await reconciliation.deps.anomalies.decide({
      ...{ anomalyId: asAnomalyId(Number(anomaly?.["id"])), resolution: "RETRY_APPLY", paymentId: undefined },
      ...{ note: "", caller: "test", userId: "" },
    });

    await reconciliation.round();

    expect((await record(order)).anomalies).toEqual({});
  });

  test("an order update that nobody has claimed for an hour is stuck, with one anomaly by two rounds at once", async () => {
    const order = await reconciliation.shop.addOrder();
    await reconciliation.pay(order);
    await reconciliation.round();
    const fresh = (await record(order)).anomalies;
    await reconciliation.pass(61 * MINUTE);

    await Promise.all([reconciliation.round(), reconciliation.round()]);
    await reconciliation.round();

    expect(fresh).toEqual({});
    expect((await record(order)).anomalies).toEqual({ APPLY_STUCK: 1 });
  });
});
