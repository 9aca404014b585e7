import { expect, test } from "vitest";
import { SERVICE } from "../../support/shop/shop.ts";
import { newClickPayment, shopAndService } from "../../support/shop/shop-and-service.ts";

/** `taken_answer: -4` of the services file: for merchants whom Click's people told to answer so. */
const fixture = shopAndService({ services: { [SERVICE.serviceId]: { taken_answer: -4 } } });

test("payment taken, option -4: -4, REFUSED", async () => {
  const { order } = await fixture.stage("CAPTURED");

  const answer = await fixture.prepare(newClickPayment(order.number));

  expect(answer.error).toBe(-4);
  expect(await fixture.record(answer.merchantPrepareId)).toMatchObject({ state: "REFUSED", lastAnswer: -4 });
});

test("an order that is cancelled is not taken: -9", async () => {
  const order = await fixture.shop.addOrder({ cancelled: true });

  expect(await fixture.prepare(newClickPayment(order.number))).toMatchObject({ error: -9 });
});

test("a PREPARED attempt while another attempt paid is still -9", async () => {
  const { order, payment } = await fixture.stage("PREPARED");
  const other = await fixture.prepared(order);
  await fixture.complete({ ...other.payment, merchantPrepareId: String(other.attemptId) });

  expect(await fixture.prepare(payment)).toMatchObject({ error: -9 });
});
