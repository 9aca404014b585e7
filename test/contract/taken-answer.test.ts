import { expect, test } from "vitest";
import { SERVICE } from "../support/shop.ts";
import { newClickPayment, shopAndService } from "../support/shop-and-service.ts";

/** `taken_answer: -4` of the services file: for merchants whom Click's people told to answer so. */
const house = shopAndService({ services: { [SERVICE.serviceId]: { taken_answer: -4 } } });

test("payment taken, option -4: -4, REFUSED", async () => {
  const { order } = await house.stage("CAPTURED");

  const answer = await house.prepare(newClickPayment(order.number));

  expect(answer.error).toBe(-4);
  expect(await house.record(answer.merchantPrepareId)).toMatchObject({ state: "REFUSED", lastAnswer: -4 });
});

test("an order that is cancelled is not taken: -9", async () => {
  const order = await house.shop.addOrder({ cancelled: true });

  expect(await house.prepare(newClickPayment(order.number))).toMatchObject({ error: -9 });
});

test("an attempt of its own that is PREPARED while another attempt paid is still -9", async () => {
  const { order, payment } = await house.stage("PREPARED");
  const other = await house.prepared(order);
  await house.complete({ ...other.payment, merchantPrepareId: String(other.attemptId) });

  expect(await house.prepare(payment)).toMatchObject({ error: -9 });
});
