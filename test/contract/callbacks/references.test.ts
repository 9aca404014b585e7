import { describe, expect, test } from "vitest";
import { newClickPayment, shopAndService } from "../../support/shop/shop-and-service.ts";

/** CLICKBRIDGE_REFERENCE=payment_id: merchant_trans_id is b_sale_order_payment.ID. */
const fixture = shopAndService({ env: { CLICKBRIDGE_REFERENCE: "payment_id" } });

const paymentChosen = async (merchantTransId: string) => {
  const { error, merchantPrepareId } = await fixture.prepare(newClickPayment(merchantTransId));
  return error === 0 ? (await fixture.record(merchantPrepareId)).paymentId : error;
};

describe("a payment's id as the reference", () => {
  test("means that payment, even with another one of the same sum", async () => {
    const { payments } = await fixture.shop.addOrder({ sums: ["1000", "1000"] });

    expect(await paymentChosen(String(payments[1]?.id))).toBe(payments[1]?.id);
    expect(await paymentChosen(String(payments[1]?.id))).toBe(payments[1]?.id);
  });

  test("the order's and the payment's numbers name nothing: -5", async () => {
    const { number, payments } = await fixture.shop.addOrder({ number: "A-57" });

    expect(await paymentChosen(number)).toBe(-5);
    expect(await paymentChosen(payments[0]?.number ?? "")).toBe(-5);
  });

  test("an order whose number is another payment's id does not get its money", async () => {
    const wanted = await fixture.shop.addOrder();
    await fixture.shop.addOrder({ number: String(wanted.paymentId) });

    expect(await paymentChosen(String(wanted.paymentId))).toBe(wanted.paymentId);
  });

  test.each([
    ["a zero before", (id: number) => `0${id}`],
    ["a space", (id: number) => `${id} `],
    ["a sign", (id: number) => `+${id}`],
    ["a fraction", (id: number) => `${id}.0`],
    ["letters after", (id: number) => `${id}abc`],
    ["an exponent", (id: number) => `${id}e0`],
    ["beyond int32", (id: number) => String(id + 2 ** 32)],
    ["zero", () => "0"],
    ["negative", (id: number) => `-${id}`],
  ])("%s names no payment: -5", async (_, spell) => {
    const { paymentId } = await fixture.shop.addOrder();

    expect(await paymentChosen(spell(paymentId))).toBe(-5);
  });

  test("is completed as usual: 0; CAPTURED", async () => {
    const { paymentId } = await fixture.shop.addOrder();
    const payment = newClickPayment(String(paymentId));
    const { merchantPrepareId } = await fixture.prepare(payment);

    expect(await fixture.complete({ ...payment, merchantPrepareId: String(merchantPrepareId) })).toMatchObject({
      error: 0,
    });
    expect(await fixture.record(merchantPrepareId)).toMatchObject({ state: "CAPTURED", paymentId });
  });
});
