import { describe, expect, test } from "vitest";
import type { ShopOrder } from "../../support/shop/shop.ts";
import { shopAndService } from "../../support/shop/shop-and-service.ts";

/**
 * What a shop's people do to an order while its customer confirms in Click's app. After the debit only 0, -4 and -9 may be
 * answered (click-protocol.md 1.3), so none of this may become -2, -5 or -9; Bitrix is told, and its applier decides there.
 */
const fixture = shopAndService();

const CHANGES: Readonly<Record<string, (order: ShopOrder) => Promise<unknown>>> = {
  "the order was cancelled": ({ orderId }) =>
    fixture.shop.query("UPDATE b_sale_order SET CANCELED = 'Y' WHERE ID = ?", [orderId]),
  "the order was re-priced": ({ paymentId }) =>
    fixture.shop.query("UPDATE b_sale_order_payment SET SUM = 1500 WHERE ID = ?", [paymentId]),
  "the sum became no whole tiyin": ({ paymentId }) =>
    fixture.shop.query("UPDATE b_sale_order_payment SET SUM = 1000.0050 WHERE ID = ?", [paymentId]),
  "the payment was deleted": ({ paymentId }) =>
    fixture.shop.query("DELETE FROM b_sale_order_payment WHERE ID = ?", [paymentId]),
  "the order was deleted with its payment": async ({ orderId }) => {
    await fixture.shop.query("DELETE FROM b_sale_order_payment WHERE ORDER_ID = ?", [orderId]);
    await fixture.shop.query("DELETE FROM b_sale_order WHERE ID = ?", [orderId]);
  },
  "the order got another number": ({ orderId }) =>
    fixture.shop.query("UPDATE b_sale_order SET ACCOUNT_NUMBER = CONCAT('renamed-', ID) WHERE ID = ?", [orderId]),
  "the payment was moved to another pay system": async ({ paymentId }) => {
    const cash = await fixture.shop.addPaySystem({}, { actionFile: "cash" });
    await fixture.shop.query("UPDATE b_sale_order_payment SET PAY_SYSTEM_ID = ? WHERE ID = ?", [cash, paymentId]);
  },
  "the payment was moved to another order": async ({ paymentId }) => {
    const { orderId } = await fixture.shop.addOrder();
    await fixture.shop.query("UPDATE b_sale_order_payment SET ORDER_ID = ? WHERE ID = ?", [orderId, paymentId]);
  },
  "the currency was changed": ({ paymentId }) =>
    fixture.shop.query("UPDATE b_sale_order_payment SET CURRENCY = 'USD' WHERE ID = ?", [paymentId]),
  "the buyer's person type was changed": ({ orderId }) =>
    fixture.shop.query("UPDATE b_sale_order SET PERSON_TYPE_ID = 2 WHERE ID = ?", [orderId]),
  "a second payment was added": ({ orderId, number }) =>
    fixture.shop.query(
      "INSERT INTO b_sale_order_payment (ORDER_ID, ACCOUNT_NUMBER, PAY_SYSTEM_ID, SUM) VALUES (?, ?, 1, 1000)",
      [orderId, `${number}/2`],
    ),
};

describe.each(Object.entries(CHANGES))("between Prepare and Complete %s", (_, change) => {
  test("0 + confirm id; CAPTURED, with the sum and the order of the Prepare; a repeat -4", async () => {
    const { order, payment, attemptId } = await fixture.stage("PREPARED");
    await change(order);
    const complete = { ...payment, merchantPrepareId: String(attemptId) };

    const answers = [await fixture.complete(complete), await fixture.complete(complete)];

    expect(answers.map(({ error }) => error)).toEqual([0, -4]);
    expect(answers[0]).toMatchObject({
      merchantConfirmId: attemptId,
      orderUpdate: {
        paymentId: BigInt(order.paymentId),
        orderId: BigInt(order.orderId),
        amountTiyin: 100_000n,
        attemptId: BigInt(attemptId),
      },
    });
    expect(await fixture.record(attemptId)).toMatchObject({
      state: "CAPTURED",
      amountTiyin: 100_000,
      anomalies: {},
      orderUpdates: ["MARK_PAID PENDING 100000"],
    });
  });

  test("a cancel is still -9; CANCELLED", async () => {
    const { order, payment, attemptId } = await fixture.stage("PREPARED");
    await change(order);

    const answer = await fixture.complete({ ...payment, merchantPrepareId: String(attemptId), error: "-5017" });

    expect(answer).toMatchObject({ error: -9 });
    expect(await fixture.record(attemptId)).toMatchObject({ state: "CANCELLED", orderUpdates: [] });
  });
});

describe("the pay system between Prepare and Complete", () => {
  test("switched off: it still verifies its Completes: 0; CAPTURED", async () => {
    const { payment, attemptId } = await fixture.stage("PREPARED");
    const { paySystemId } = fixture.shop;
    await fixture.shop.query("UPDATE b_sale_pay_system_action SET ACTIVE = 'N' WHERE ID = ?", [paySystemId]);

    const answer = await fixture.complete({ ...payment, merchantPrepareId: String(attemptId) });
    await fixture.shop.query("UPDATE b_sale_pay_system_action SET ACTIVE = 'Y' WHERE ID = ?", [paySystemId]);

    expect(answer).toMatchObject({ error: 0, merchantConfirmId: attemptId });
    expect(await fixture.record(attemptId)).toMatchObject({ state: "CAPTURED" });
  });
});
