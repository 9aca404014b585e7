import { describe, expect, test } from "vitest";
import type { AttemptState } from "../../../src/payment/attempt.ts";
import { newClickId } from "../../support/click/click.ts";
import { ATTEMPT_STATES } from "../../support/service/attempt-of-test.ts";
import { anomaliesWithoutAttempt } from "../../support/service/attempt-record.ts";
import { newClickPayment, shopAndService } from "../../support/shop/shop-and-service.ts";

/** A Complete that names an attempt by its number, under another click_trans_id and another click_paydoc_id: another debit's. */
const fixture = shopAndService();

describe("another debit that names an attempt", () => {
  test.each(ATTEMPT_STATES)("%s: -6, the attempt stays as it is, and a person is told of the money", async (state) => {
    const { order, attemptId } = await fixture.stage(state as AttemptState);
    const before = await fixture.record(attemptId);
    const other = newClickPayment(order.number);

    const answer = await fixture.complete({ ...other, merchantPrepareId: String(attemptId) });

    expect(answer).toMatchObject({ error: -6, orderUpdate: undefined });
    expect(await fixture.record(attemptId)).toEqual(before);
    expect(await anomaliesWithoutAttempt(fixture.shop, other.clickTransId)).toEqual(["MONEY_WITHOUT_ATTEMPT"]);
  });

  test("given up by Click: -9, and the attempt is still payable", async () => {
    const { order, payment, attemptId } = await fixture.stage("PREPARED");
    const named = { merchantPrepareId: String(attemptId) };
    const other = { ...newClickPayment(order.number), ...named };

    expect(await fixture.complete({ ...other, error: "-5017" })).toMatchObject({ error: -9 });
    expect(await fixture.complete({ ...payment, ...named })).toMatchObject({ error: 0, merchantConfirmId: attemptId });
  });

  test("without a paydoc id, which Click always sends: -6", async () => {
    const { order, attemptId } = await fixture.stage("PREPARED");
    const other = { ...newClickPayment(order.number), clickPaydocId: "", merchantPrepareId: String(attemptId) };

    expect(await fixture.complete(other)).toMatchObject({ error: -6 });
    expect(await fixture.record(attemptId)).toMatchObject({ state: "PREPARED" });
  });

  test("a repeat of it is one anomaly, and no answer of 0", async () => {
    const { order, attemptId } = await fixture.stage("PREPARED");
    const other = { ...newClickPayment(order.number), merchantPrepareId: String(attemptId) };

    const answers = [await fixture.complete(other), await fixture.complete(other), await fixture.complete(other)];

    expect(answers.map(({ error }) => error)).toEqual([-6, -6, -6]);
    expect(await anomaliesWithoutAttempt(fixture.shop, other.clickTransId)).toEqual(["MONEY_WITHOUT_ATTEMPT"]);
  });
});

test("after a restore ids are reused: the late Complete of a lost order captures no other attempt, and its buyer can still pay", async () => {
  const lost = await fixture.stage("PREPARED", { number: "700" });
  await restoreBefore(lost);
  const fresh = await fixture.prepared(await fixture.shop.addOrder({ number: "700" }));
  expect(fresh.attemptId).toBe(lost.attemptId);

  const late = await fixture.complete({ ...lost.payment, merchantPrepareId: String(lost.attemptId) });
  const own = await fixture.complete({ ...fresh.payment, merchantPrepareId: String(fresh.attemptId) });

  expect([late.error, own.error]).toEqual([-6, 0]);
  expect(own.orderUpdate?.clickPaymentId).toBe(fresh.payment.clickPaydocId);
  expect(await fixture.record(fresh.attemptId)).toMatchObject({
    state: "CAPTURED",
    clickTransId: fresh.payment.clickTransId,
    completeClickTransId: null,
  });
  expect(await anomaliesWithoutAttempt(fixture.shop, lost.payment.clickTransId)).toEqual(["MONEY_WITHOUT_ATTEMPT"]);
});

test("in three calls, without any restore: a second debit is not confirmed as the first one's", async () => {
  const { payment, attemptId } = await fixture.stage("PREPARED");
  const named = { merchantPrepareId: String(attemptId) };
  const second = { ...payment, clickTransId: newClickId(), clickPaydocId: newClickId(), ...named };

  expect(await fixture.complete(second)).toMatchObject({ error: -6 });
  expect(await fixture.complete({ ...payment, ...named })).toMatchObject({ error: 0, merchantConfirmId: attemptId });
});

/** The shop's database as it was before an order: the next one gets its numbers. */
async function restoreBefore({ order, attemptId }: Awaited<ReturnType<typeof fixture.stage>>): Promise<void> {
  const { shop } = fixture;
  await shop.query("DELETE FROM clickbridge_attempt WHERE id >= ?", [attemptId]);
  await shop.query("DELETE FROM clickbridge_payment WHERE payment_id >= ?", [order.paymentId]);
  await shop.query("DELETE FROM b_sale_order_payment WHERE ID >= ?", [order.paymentId]);
  await shop.query("DELETE FROM b_sale_order WHERE ID >= ?", [order.orderId]);
  await shop.query(`ALTER TABLE clickbridge_attempt AUTO_INCREMENT = ${attemptId}`);
}
