import { describe, expect, test } from "vitest";
import { newClickPayment, shopAndService } from "../../support/shop/shop-and-service.ts";

/** Which payment of an order a callback is about, with order numbers as references, in a shop whose collation folds and pads. */
const fixture = shopAndService({ collation: "utf8mb4_unicode_ci" });

const paymentChosen = async (merchantTransId: string, amount = "1000.00") => {
  const { error, merchantPrepareId } = await fixture.prepare(newClickPayment(merchantTransId, amount));
  return error === 0 ? (await fixture.record(merchantPrepareId)).paymentId : error;
};
const capture = async (merchantTransId: string, amount = "1000.00") => {
  const payment = newClickPayment(merchantTransId, amount);
  const { merchantPrepareId = 0 } = await fixture.prepare(payment);
  await fixture.complete({ ...payment, merchantPrepareId: String(merchantPrepareId) });
  return fixture.record(merchantPrepareId);
};

describe("two payments in one order, of the same sum", () => {
  test("the first Prepare is about the lower id, the next one about the other, the third about the lower again", async () => {
    const { number, payments } = await fixture.shop.addOrder({ sums: ["1000", "1000"] });
    const [first, second] = payments.map(({ id }) => id);

    expect([await paymentChosen(number), await paymentChosen(number), await paymentChosen(number)]).toEqual([
      first,
      second,
      first,
    ]);
  });

  test("both are captured, each once, and then the order takes no more: -9", async () => {
    const { number, payments } = await fixture.shop.addOrder({ sums: ["1000", "1000"] });

    const captured = [await capture(number), await capture(number)];

    expect(captured.map(({ state, paymentId }) => [state, paymentId])).toEqual(
      payments.map(({ id }) => ["CAPTURED", id]),
    );
    expect(await paymentChosen(number)).toBe(-9);
  });

  test("the one that was paid in cash is passed over", async () => {
    const { number, payments } = await fixture.shop.addOrder({ sums: ["1000", "1000"] });
    await fixture.shop.query("UPDATE b_sale_order_payment SET PAID = 'Y' WHERE ID = ?", [payments[0]?.id]);

    expect(await paymentChosen(number)).toBe(payments[1]?.id);
  });
});

describe("Click repeats one payment with a new click_trans_id", () => {
  const again = (payment: ReturnType<typeof newClickPayment>) => ({
    ...newClickPayment(payment.merchantTransId),
    clickPaydocId: payment.clickPaydocId,
  });

  test("after it was captured: -4, and the order's other payment of that sum stays unpaid", async () => {
    const { number, payments } = await fixture.shop.addOrder({ sums: ["1000", "1000"] });
    const payment = newClickPayment(number);
    const { merchantPrepareId } = await fixture.prepare(payment);
    await fixture.complete({ ...payment, merchantPrepareId: String(merchantPrepareId) });

    const asked = again(payment);
    const prepared = await fixture.prepare(asked);
    const completed = await fixture.complete({ ...asked, merchantPrepareId: String(prepared.merchantPrepareId) });

    expect([prepared.error, completed.error]).toEqual([-4, -4]);
    expect(completed.orderUpdate).toBeUndefined();
    expect(await fixture.record(prepared.merchantPrepareId)).toMatchObject({ state: "REFUSED", orderUpdates: [] });
    expect(await paymentChosen(number)).toBe(payments[1]?.id);
  });

  test("also when its payment has left the order in the meantime", async () => {
    const { number, payments } = await fixture.shop.addOrder({ sums: ["1000", "1000"] });
    const elsewhere = await fixture.shop.addOrder();
    const payment = newClickPayment(number);
    const { merchantPrepareId } = await fixture.prepare(payment);
    await fixture.complete({ ...payment, merchantPrepareId: String(merchantPrepareId) });
    await fixture.shop.query("UPDATE b_sale_order_payment SET ORDER_ID = ? WHERE ID = ?", [
      elsewhere.orderId,
      payments[0]?.id,
    ]);

    expect(await fixture.prepare(again(payment))).toMatchObject({ error: -4 });
  });

  test("before the capture: it means the same payment, and one debit makes one order update", async () => {
    const { number, payments } = await fixture.shop.addOrder({ sums: ["1000", "1000"] });
    const payment = newClickPayment(number);
    const asked = again(payment);
    const ids = [await fixture.prepare(payment), await fixture.prepare(asked)].map((a) => a.merchantPrepareId);
    const chosen = await Promise.all(ids.map(async (id) => (await fixture.record(id)).paymentId));

    const completes = [
      await fixture.complete({ ...asked, merchantPrepareId: String(ids[1]) }),
      await fixture.complete({ ...payment, merchantPrepareId: String(ids[0]) }),
    ];

    expect(chosen).toEqual([payments[0]?.id, payments[0]?.id]);
    expect(completes.map(({ error }) => error)).toEqual([0, -4]);
    expect(await fixture.record(ids[1])).toMatchObject({ state: "CAPTURED" });
    expect(await fixture.record(ids[0])).toMatchObject({ state: "PREPARED", orderUpdates: [], anomalies: {} });
    expect(await fixture.prepare(payment)).toMatchObject({ error: -4 });
  });

  test("two Completes at once about one debit, prepared for two payments: one order update", async () => {
    const { number, payments } = await fixture.shop.addOrder({ sums: ["1000", "1000"] });
    const payment = newClickPayment(number);
    const asked = again(payment);
    const { merchantPrepareId: first } = await fixture.prepare(payment);
    await fixture.shop.query("UPDATE b_sale_order_payment SET SUM = 999 WHERE ID = ?", [payments[0]?.id]);
    const { merchantPrepareId: second } = await fixture.prepare(asked);

    const completes = await Promise.all([
      fixture.complete({ ...payment, merchantPrepareId: String(first) }),
      fixture.complete({ ...asked, merchantPrepareId: String(second) }),
    ]);
    const records = [await fixture.record(first), await fixture.record(second)];

    expect(records.map(({ paymentId }) => paymentId)).toEqual(payments.map(({ id }) => id));
    expect(completes.map(({ error }) => error).sort()).toEqual([-4, 0]);
    expect(records.flatMap(({ orderUpdates }) => orderUpdates)).toEqual(["MARK_PAID PENDING 100000"]);
  });
});

describe("two payments in one order, of different sums", () => {
  test("the sum decides", async () => {
    const { number, payments } = await fixture.shop.addOrder({ sums: ["1000", "250.5"] });

    expect(await paymentChosen(number, "250.50")).toBe(payments[1]?.id);
    expect(await paymentChosen(number, "1000.00")).toBe(payments[0]?.id);
  });

  test("neither their total nor another sum is taken: -2", async () => {
    const { number } = await fixture.shop.addOrder({ sums: ["1000", "250.5"] });

    expect(await paymentChosen(number, "1250.50")).toBe(-2);
    expect(await paymentChosen(number, "250.49")).toBe(-2);
  });

  test("the sum of one that is taken is refused as taken, not as wrong: -9", async () => {
    const { number } = await fixture.shop.addOrder({ sums: ["1000", "250.5"] });
    await capture(number, "250.50");

    expect(await paymentChosen(number, "250.50")).toBe(-9);
    expect(await paymentChosen(number, "1000.00")).not.toBe(-9);
  });

  test("each is captured by itself", async () => {
    const { number, payments } = await fixture.shop.addOrder({ sums: ["1000", "250.5"] });

    const captured = [await capture(number, "250.50"), await capture(number, "1000.00")];

    expect(captured.map(({ state, paymentId }) => [state, paymentId])).toEqual([
      ["CAPTURED", payments[1]?.id],
      ["CAPTURED", payments[0]?.id],
    ]);
  });
});

describe("a payment by its own number", () => {
  test("57/2 names the second payment, and no other of the same sum", async () => {
    const { payments } = await fixture.shop.addOrder({ sums: ["1000", "1000"] });

    expect(await paymentChosen(payments[1]?.number ?? "")).toBe(payments[1]?.id);
    expect(await paymentChosen(payments[1]?.number ?? "")).toBe(payments[1]?.id);
  });

  test("an order of that very number comes first", async () => {
    const { payments } = await fixture.shop.addOrder({ sums: ["1000", "1000"] });
    const namesake = await fixture.shop.addOrder({ number: payments[1]?.number ?? "" });

    expect(await paymentChosen(namesake.number)).toBe(namesake.paymentId);
  });

  test("a payment of another pay system in the same order is never chosen", async () => {
    const cash = await fixture.shop.addPaySystem({}, { actionFile: "cash" });
    const { number, payments } = await fixture.shop.addOrder({ sums: ["1000", "1000"] });
    await fixture.shop.query("UPDATE b_sale_order_payment SET PAY_SYSTEM_ID = ? WHERE ID = ?", [cash, payments[0]?.id]);

    expect(await paymentChosen(number)).toBe(payments[1]?.id);
    expect(await paymentChosen(payments[0]?.number ?? "")).toBe(-5);
  });
});

describe("a shop's collation takes for the same what is not the same text", () => {
  test.each([
    ["lower case", "Abc-1", "abc-1"],
    ["upper case", "abc-2", "ABC-2"],
    ["a letter with dots", "Abc-3", "Äbc-3"],
    ["a trailing space", "Abc-4", "Abc-4 "],
    ["a leading space", "Abc-5", " Abc-5"],
    ["a Turkish letter", "aBi-6", "aBı-6"],
    ["a zero-width space", "Abc-7", "Abc-7\u200b"],
    ["a Cyrillic letter", "Abc-8", "Аbc-8"],
    ["a number in other digits", "59", "５９"],
    ["a number with a fraction", "60", "60.0"],
    ["a number with a zero before", "61", "061"],
  ])("%s: -5, and the right text is still accepted", async (_, number, other) => {
    const order = await fixture.shop.addOrder({ number });

    expect(await paymentChosen(other)).toBe(-5);
    expect(await paymentChosen(number)).toBe(order.paymentId);
  });

  test("the same click_trans_id with texts that the collation folds is no repeat: -8, and no attempt", async () => {
    const order = await fixture.shop.addOrder({ number: "Fold-1" });
    const payment = newClickPayment(order.number);
    const answers = [
      await fixture.prepare(payment),
      await fixture.prepare({ ...payment, merchantTransId: "fold-1" }),
      await fixture.prepare({ ...payment, merchantTransId: "Fold-1 " }),
    ];

    expect(answers.map(({ error }) => error)).toEqual([0, -8, -8]);
    expect(answers.slice(1).map(({ merchantPrepareId }) => merchantPrepareId)).toEqual([undefined, undefined]);
  });

  test("a Complete whose reference differs by case or padding does not find the attempt: -6", async () => {
    const { payment, attemptId } = await fixture.prepared(await fixture.shop.addOrder({ number: "Fold-2" }));
    const complete = (merchantTransId: string) =>
      fixture.complete({ ...payment, merchantTransId, merchantPrepareId: String(attemptId) });

    expect(await complete("fold-2")).toMatchObject({ error: -6 });
    expect(await complete("Fold-2 ")).toMatchObject({ error: -6 });
    expect(await complete("Fold-2")).toMatchObject({ error: 0 });
  });

  test("a reference in Cyrillic, with quotes and a backslash is text like any other", async () => {
    const order = await fixture.shop.addOrder({ number: `Заказ "7'\\` });

    expect(await paymentChosen(order.number)).toBe(order.paymentId);
  });
});
