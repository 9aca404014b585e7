import { describe, expect, test } from "vitest";
import type { AttemptState } from "../../../src/payment/attempt.ts";
import { newClickId } from "../../support/click/click.ts";
import { attemptsNaming } from "../../support/service/attempt-record.ts";
import { newClickPayment, shopAndService } from "../../support/shop/shop-and-service.ts";

/** The table Prepare of design.md section 3, row by row, over gRPC and with the tables read after. */
const fixture = shopAndService();

const inShop = (sql: string, ...values: unknown[]) => fixture.shop.query(sql, values);

describe("this attempt exists and is PREPARED, nothing else paid", () => {
  test("0, same id; nothing is changed", async () => {
    const { payment, attemptId } = await fixture.stage("PREPARED");
    const before = await fixture.record(attemptId);

    const answer = await fixture.prepare(payment);

    expect(answer).toMatchObject({ error: 0, merchantPrepareId: attemptId });
    expect(await fixture.record(attemptId)).toEqual(before);
  });

  test("also when the repeat brings another click_paydoc_id, which is not signed: the first one stays", async () => {
    const { payment, attemptId } = await fixture.stage("PREPARED");

    const answer = await fixture.prepare({ ...payment, clickPaydocId: newClickId() });

    expect(answer).toMatchObject({ error: 0, merchantPrepareId: attemptId });
    expect(await fixture.record(attemptId)).toMatchObject({ clickPaydocId: payment.clickPaydocId });
  });

  test("also when the same sum is spelled otherwise", async () => {
    const { payment, attemptId } = await fixture.stage("PREPARED");

    expect(await fixture.prepare({ ...payment, amount: "1000" })).toMatchObject({
      error: 0,
      merchantPrepareId: attemptId,
    });
  });
});

describe("this attempt is PREPARED, and Prepare is repeated with another sum", () => {
  test("-2, same id; it stays PREPARED with the sum that was accepted", async () => {
    const { payment, attemptId } = await fixture.stage("PREPARED");
    const before = await fixture.record(attemptId);

    const answer = await fixture.prepare({ ...payment, amount: "999.99" });

    expect(answer).toMatchObject({ error: -2, merchantPrepareId: attemptId });
    expect(await fixture.record(attemptId)).toEqual(before);
  });

  test("0, same id, when the order now asks for that sum; a Complete must have that sum", async () => {
    const { order, payment, attemptId } = await fixture.stage("PREPARED");
    await inShop("UPDATE b_sale_order_payment SET SUM = 900 WHERE ID = ?", order.paymentId);
    const complete = { ...payment, merchantPrepareId: String(attemptId) };

    expect(await fixture.prepare({ ...payment, amount: "900" })).toMatchObject({
      error: 0,
      merchantPrepareId: attemptId,
    });
    expect(await fixture.complete(complete)).toMatchObject({ error: -2 });
    expect(await fixture.complete({ ...complete, amount: "900" })).toMatchObject({ error: 0 });
  });
});

describe("this attempt is CAPTURED, SETTLED or OWED", () => {
  test.each(["CAPTURED", "SETTLED", "OWED"] as const)("%s: -4; nothing is changed", async (state) => {
    const { payment, attemptId } = await fixture.stage(state);
    const before = await fixture.record(attemptId);

    const answer = await fixture.prepare(payment);

    expect(before.state).toBe(state);
    expect(answer).toMatchObject({ error: -4, merchantPrepareId: attemptId });
    expect(await fixture.record(attemptId)).toEqual(before);
  });
});

describe("this attempt is CANCELLED, REVERSED, or PREPARED while another attempt paid", () => {
  test.each(["CANCELLED", "REVERSED"] as const)("%s: -9; nothing is changed", async (state) => {
    const { payment, attemptId } = await fixture.stage(state);
    const before = await fixture.record(attemptId);

    const answer = await fixture.prepare(payment);

    expect(before.state).toBe(state);
    expect(answer).toMatchObject({ error: -9, merchantPrepareId: attemptId });
    expect(await fixture.record(attemptId)).toEqual(before);
  });

  test("PREPARED while another attempt paid: -9; nothing is changed", async () => {
    const { order, payment, attemptId } = await fixture.stage("PREPARED");
    const other = await fixture.prepared(order);
    await fixture.complete({ ...other.payment, merchantPrepareId: String(other.attemptId) });
    const before = await fixture.record(attemptId);

    const answer = await fixture.prepare(payment);

    expect(answer).toMatchObject({ error: -9, merchantPrepareId: attemptId });
    expect(await fixture.record(attemptId)).toEqual(before);
  });

  test.each([
    ["in cash", "PAID = 'Y'"],
    ["and returned", "IS_RETURN = 'Y'"],
  ])("PREPARED while the payment was paid %s: -9; nothing is changed", async (_, change) => {
    const { order, payment, attemptId } = await fixture.stage("PREPARED");
    await inShop(`UPDATE b_sale_order_payment SET ${change} WHERE ID = ?`, order.paymentId);

    const answer = await fixture.prepare(payment);

    expect(answer).toMatchObject({ error: -9, merchantPrepareId: attemptId });
    expect(await fixture.record(attemptId)).toMatchObject({ state: "PREPARED", lastAnswer: 0 });
  });

  test("PREPARED while the payment was moved to another pay system and paid there: -9; nothing is changed", async () => {
    const { order, payment, attemptId } = await fixture.stage("PREPARED");
    const cash = await fixture.shop.addPaySystem({}, { actionFile: "cash" });
    const move = (paid: string) =>
      inShop("UPDATE b_sale_order_payment SET PAY_SYSTEM_ID = ?, PAID = ? WHERE ID = ?", cash, paid, order.paymentId);

    await move("N");
    expect(await fixture.prepare(payment)).toMatchObject({ error: 0, merchantPrepareId: attemptId });
    await move("Y");
    expect(await fixture.prepare(payment)).toMatchObject({ error: -9, merchantPrepareId: attemptId });
    expect(await fixture.record(attemptId)).toMatchObject({ state: "PREPARED" });
  });

  test("a cancelled attempt does not make the order unpayable: a new click_trans_id is accepted", async () => {
    const { order, attemptId } = await fixture.stage("CANCELLED");

    const answer = await fixture.prepare(newClickPayment(order.number));

    expect(answer.error).toBe(0);
    expect(answer.merchantPrepareId).not.toBe(attemptId);
  });
});

test("request error < 0: -9, REFUSED", async () => {
  const order = await fixture.shop.addOrder();

  const answer = await fixture.prepare({ ...newClickPayment(order.number), error: "-5017" });

  expect(answer.error).toBe(-9);
  expect(await fixture.record(answer.merchantPrepareId)).toMatchObject({
    state: "REFUSED",
    paymentId: order.paymentId,
    lastAnswer: -9,
  });
});

describe("no such order, or nothing of this service in it", () => {
  const expectRefused = async (answer: { error: number; merchantPrepareId?: number | undefined }) => {
    expect(answer.error).toBe(-5);
    expect(await fixture.record(answer.merchantPrepareId)).toMatchObject({
      state: "REFUSED",
      paymentId: null,
      orderId: null,
      lastAnswer: -5,
      events: ["attempt.refused"],
    });
  };

  test("no such order: -5, REFUSED", async () => {
    await expectRefused(await fixture.prepare(newClickPayment("no-such-order")));
  });

  test("an order without payments: -5, REFUSED", async () => {
    const order = await fixture.shop.addOrder({ sums: [] });

    await expectRefused(await fixture.prepare(newClickPayment(order.number)));
  });

  test("a payment of another pay system: -5, REFUSED", async () => {
    const cash = await fixture.shop.addPaySystem({}, { actionFile: "cash" });
    const order = await fixture.shop.addOrder({ paySystemId: cash });

    await expectRefused(await fixture.prepare(newClickPayment(order.number)));
  });
});

describe("a captured attempt of the same payment has the same click_paydoc_id", () => {
  test.each(["CAPTURED", "SETTLED", "OWED"] as const)(
    "%s: -4, REFUSED: Click re-asks about the same money",
    async (state) => {
      const { order, payment } = await fixture.stage(state);

      const answer = await fixture.prepare({ ...payment, clickTransId: newClickId() });

      expect(answer.error).toBe(-4);
      expect(await fixture.record(answer.merchantPrepareId)).toMatchObject({
        state: "REFUSED",
        paymentId: order.paymentId,
        lastAnswer: -4,
      });
    },
  );

  test("of another payment it proves nothing: 0, new id", async () => {
    const { payment } = await fixture.stage("CAPTURED");
    const order = await fixture.shop.addOrder();

    const answer = await fixture.prepare({ ...newClickPayment(order.number), clickPaydocId: payment.clickPaydocId });

    expect(answer.error).toBe(0);
  });
});

describe("payment taken", () => {
  const expectRefused = async (number: string, paymentId: number) => {
    const answer = await fixture.prepare(newClickPayment(number));
    expect(answer.error).toBe(-9);
    expect(await fixture.record(answer.merchantPrepareId)).toMatchObject({
      state: "REFUSED",
      paymentId,
      lastAnswer: -9,
      orderUpdates: [],
    });
  };

  test.each(["CAPTURED", "SETTLED"] as const)("by an attempt of ours, %s: -9, REFUSED", async (state) => {
    const { order } = await fixture.stage(state);

    await expectRefused(order.number, order.paymentId);
  });

  test("paid in cash (PAID='Y'): -9, REFUSED", async () => {
    const order = await fixture.shop.addOrder();
    await inShop("UPDATE b_sale_order_payment SET PAID = 'Y' WHERE ID = ?", order.paymentId);

    await expectRefused(order.number, order.paymentId);
  });

  test.each(["Y", "P"])("refunded (IS_RETURN='%s'): -9, REFUSED", async (isReturn) => {
    const order = await fixture.shop.addOrder();
    await inShop("UPDATE b_sale_order_payment SET IS_RETURN = ? WHERE ID = ?", isReturn, order.paymentId);

    await expectRefused(order.number, order.paymentId);
  });

  test.each(["REFUSED", "OWED", "CANCELLED", "REVERSED"] as const)(
    "an attempt %s takes nothing: 0, new id",
    async (state) => {
      const { order, attemptId } = await fixture.stage(state);
      await inShop("UPDATE b_sale_order_payment SET PAID = 'N' WHERE ID = ?", order.paymentId);

      const answer = await fixture.prepare(newClickPayment(order.number));

      expect(answer.error).toBe(0);
      expect(answer.merchantPrepareId).not.toBe(attemptId);
    },
  );
});

test("order cancelled: -9, REFUSED", async () => {
  const order = await fixture.shop.addOrder({ cancelled: true });

  const answer = await fixture.prepare(newClickPayment(order.number));

  expect(answer.error).toBe(-9);
  expect(await fixture.record(answer.merchantPrepareId)).toMatchObject({
    state: "REFUSED",
    paymentId: order.paymentId,
  });
});

describe("currency not UZS, or the sum differs by one tiyin", () => {
  test.each(["RUB", "USD"])("currency %s: -2, REFUSED, and an anomaly for the currency", async (currency) => {
    const order = await fixture.shop.addOrder({ currency });

    const answer = await fixture.prepare(newClickPayment(order.number));

    expect(answer.error).toBe(-2);
    expect(await fixture.record(answer.merchantPrepareId)).toMatchObject({
      state: "REFUSED",
      paymentId: order.paymentId,
      anomalies: { CURRENCY_NOT_UZS: 1 },
    });
  });

  test.each(["1000.01", "999.99", "0", "100000", "10"])("the sum %s of 1000: -2, REFUSED", async (amount) => {
    const order = await fixture.shop.addOrder({ sums: ["1000.0000"] });

    const answer = await fixture.prepare(newClickPayment(order.number, amount));

    expect(answer.error).toBe(-2);
    expect(await fixture.record(answer.merchantPrepareId)).toMatchObject({
      state: "REFUSED",
      paymentId: order.paymentId,
      lastAnswer: -2,
      anomalies: {},
    });
  });

  test.each(["1000.00", "1000.01", "1000"])(
    "a sum with half a tiyin, 1000.0050, equals no sum: not %s",
    async (sum) => {
      const order = await fixture.shop.addOrder({ sums: ["1000.0050"] });

      expect(await fixture.prepare(newClickPayment(order.number, sum))).toMatchObject({ error: -2 });
    },
  );
});

describe("else", () => {
  test("0, new id; PREPARED with this amount", async () => {
    const order = await fixture.shop.addOrder({ sums: ["38400.5000"] });
    const payment = newClickPayment(order.number, "38400.50");

    const answer = await fixture.prepare(payment);

    expect(answer).toMatchObject({
      error: 0,
      errorNote: "Success",
      jsonBody: `{"click_trans_id":${payment.clickTransId},"merchant_trans_id":"${order.number}","merchant_prepare_id":${answer.merchantPrepareId},"error":0,"error_note":"Success"}`,
    });
    expect(await fixture.record(answer.merchantPrepareId)).toEqual({
      state: "PREPARED",
      paymentId: order.paymentId,
      orderId: order.orderId,
      amountTiyin: 3_840_050,
      lastAnswer: 0,
      clickTransId: payment.clickTransId,
      clickPaydocId: payment.clickPaydocId,
      completeClickTransId: null,
      captured: false,
      anomalies: {},
      orderUpdates: [],
      events: ["attempt.prepared"],
    });
  });

  test.each(["1000", "1000.0", "1000.00"])("the spelling %s of the sum is accepted", async (amount) => {
    const order = await fixture.shop.addOrder({ sums: ["1000.0000"] });

    expect(await fixture.prepare(newClickPayment(order.number, amount))).toMatchObject({ error: 0 });
  });

  test("a new click_trans_id for the same order is a new attempt", async () => {
    const { order, attemptId } = await fixture.stage("PREPARED");

    const answer = await fixture.prepare(newClickPayment(order.number));

    expect(answer.error).toBe(0);
    expect(answer.merchantPrepareId).not.toBe(attemptId);
  });

  test("the same click_trans_id for another order: -8 and no attempt", async () => {
    const { payment } = await fixture.stage("PREPARED");
    const other = await fixture.shop.addOrder();

    const answer = await fixture.prepare({ ...payment, merchantTransId: other.number });

    expect(answer).toMatchObject({ error: -8, merchantPrepareId: undefined });
    expect(await attemptsNaming(fixture.shop, other.number)).toEqual([]);
  });

  test("a repeated Prepare of an EXPIRED attempt makes it PREPARED again, same id", async () => {
    const { payment, attemptId } = await fixture.stage("EXPIRED");

    const answer = await fixture.prepare(payment);

    expect(answer).toMatchObject({ error: 0, merchantPrepareId: attemptId });
    expect(await fixture.record(attemptId)).toMatchObject({ state: "PREPARED" });
  });
});

/** How a new order is made wrong, what that is answered, and how it is put right. */
const REFUSALS: Readonly<Record<string, { readonly wrong: string; readonly answer: number; readonly right: string }>> =
  {
    "order cancelled": { wrong: "o.CANCELED = 'Y'", answer: -9, right: "o.CANCELED = 'N'" },
    "payment taken": { wrong: "p.PAID = 'Y'", answer: -9, right: "p.PAID = 'N'" },
    "the sum differs": { wrong: "p.SUM = 1000.01", answer: -2, right: "p.SUM = 1000" },
    "no such order": { wrong: "o.ACCOUNT_NUMBER = CONCAT('x', o.ID)", answer: -5, right: "o.ACCOUNT_NUMBER = @number" },
    "currency not UZS": { wrong: "p.CURRENCY = 'USD'", answer: -2, right: "p.CURRENCY = 'UZS'" },
  };

describe.each(Object.entries(REFUSALS))("a refusal repeated: %s", (_, { wrong, answer, right }) => {
  const change = (set: string, orderId: number, number: string) =>
    fixture.shop.query(
      `UPDATE b_sale_order o JOIN b_sale_order_payment p ON p.ORDER_ID = o.ID SET ${set.replace("@number", "?")} WHERE o.ID = ?`,
      set.includes("@number") ? [number, orderId] : [orderId],
    );

  test("the same answer with the same id, and no second attempt or event", async () => {
    const order = await fixture.shop.addOrder();
    await change(wrong, order.orderId, order.number);
    const payment = newClickPayment(order.number);
    const first = await fixture.prepare(payment);
    const { anomalies: _once, ...before } = await fixture.record(first.merchantPrepareId);

    const second = await fixture.prepare(payment);

    expect(second).toEqual(first);
    expect(second.error).toBe(answer);
    expect(await fixture.record(first.merchantPrepareId)).toMatchObject(before);
  });

  test("it is judged as the order stands then: 0 with the same id once it was put right", async () => {
    const order = await fixture.shop.addOrder();
    await change(wrong, order.orderId, order.number);
    const payment = newClickPayment(order.number);
    const refused = await fixture.prepare(payment);
    await change(right, order.orderId, order.number);

    const accepted = await fixture.prepare(payment);

    expect(accepted).toMatchObject({ error: 0, merchantPrepareId: refused.merchantPrepareId });
    expect(await fixture.record(refused.merchantPrepareId)).toMatchObject({
      state: "PREPARED" satisfies AttemptState,
      paymentId: order.paymentId,
      events: ["attempt.refused", "attempt.prepared"],
    });
  });

  test("with a new click_trans_id: the same answer, and a new attempt", async () => {
    const order = await fixture.shop.addOrder();
    await change(wrong, order.orderId, order.number);
    const first = await fixture.prepare(newClickPayment(order.number));

    const second = await fixture.prepare(newClickPayment(order.number));

    expect(second.error).toBe(answer);
    expect(second.merchantPrepareId).not.toBe(first.merchantPrepareId);
  });
});

test("a refused attempt that is accepted later keeps its first click_paydoc_id, or takes the first that comes", async () => {
  const accept = async (first: string, then: string) => {
    const order = await fixture.shop.addOrder({ cancelled: true });
    const payment = newClickPayment(order.number);
    await fixture.prepare({ ...payment, clickPaydocId: first });
    await inShop("UPDATE b_sale_order SET CANCELED = 'N' WHERE ID = ?", order.orderId);
    const { merchantPrepareId } = await fixture.prepare({ ...payment, clickPaydocId: then });
    return fixture.record(merchantPrepareId);
  };
  const [one, other] = [newClickId(), newClickId()];

  expect(await accept(one, other)).toMatchObject({ state: "PREPARED", clickPaydocId: one });
  expect(await accept("", other)).toMatchObject({ state: "PREPARED", clickPaydocId: other });
});
