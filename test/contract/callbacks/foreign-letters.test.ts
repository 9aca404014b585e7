import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CreatePaymentLinkRequest_CardType as CardType } from "../../../src/gen/clickbridge/v1/checkout_service.ts";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { shopReader } from "../../../src/mysql/services/shop-reader.ts";
import { clickOver, newClickId } from "../../support/click/click.ts";
import { attemptRecord, attemptsNaming } from "../../support/service/attempt-record.ts";
import { NO_FILTER } from "../../support/service/rpcs.ts";
import { call, startTestService, type TestService } from "../../support/service/service.ts";
import { createShop, type Shop } from "../../support/shop/shop.ts";

/** Letters that the shop's tables cannot hold: the server refuses to compare them, and no order can be meant. */
describe.each([
  ["utf8mb3_unicode_ci", "57😀"],
  ["cp1251_general_ci", "57😀"],
  // Uzbek with its own apostrophe and q, which Windows' Cyrillic lacks.
  ["cp1251_general_ci", "Oʻqituvchi-57"],
  ["utf8mb4_unicode_ci", "57😀"],
])("in a shop in %s, %j", (collation, reference) => {
  let shop: Shop;
  let service: TestService;

  beforeAll(async () => {
    shop = await createShop({ collation });
    service = await startTestService({ databaseUrl: shop.url });
  });
  afterAll(async () => {
    await service.stop();
    await shop.stop();
  });

  const list = async (orderNumber: string) =>
    (await call(service.payments, service.payments.listPayments, { ...NO_FILTER, orderNumber })).payments.map(
      (payment) => Number(payment.paymentId),
    );

  test("names no order: -5, an attempt that is REFUSED, and the same again", async () => {
    await shop.addOrder({ number: "57" });
    await shop.addOrder({ number: "57?" });
    const ids = { clickTransId: newClickId(), merchantTransId: reference };

    const answers = [await clickOver(service).prepare(ids), await clickOver(service).prepare(ids)];

    const [attemptId, ...others] = await attemptsNaming(shop, reference);
    expect(answers.map(({ error }) => error)).toEqual([-5, -5]);
    expect(others).toEqual([]);
    expect(await attemptRecord(shop, attemptId)).toMatchObject({ state: "REFUSED", paymentId: null });
  });

  test("is searched for without an error, and the attempt without a payment is found", async () => {
    const { payments } = service;
    const found = await call(payments, payments.listPayments, { ...NO_FILTER, searchText: reference });

    expect(found.payments).toEqual([]);
    expect(found.attemptsWithoutPayment.map(({ merchantTransId }) => merchantTransId)).toContain(reference);
  });

  test("its Complete after the refusal is heard as well", async () => {
    const ids = { clickTransId: newClickId(), merchantTransId: reference };
    const { merchantPrepareId } = await clickOver(service).prepare(ids);

    const completed = await clickOver(service).complete({
      ...ids,
      merchantPrepareId: String(merchantPrepareId ?? ""),
      error: "-1",
    });

    expect(completed.error).toBe(-9);
  });

  test("finds nothing in a list of payments", async () => {
    expect(await list(reference)).toEqual([]);
  });

  test("is no other order's number", async () => {
    const pool = new Pool({ url: shop.url, connectionsMax: 1 });
    const exists = await shopReader(pool).orderNumberExists(reference);
    await pool.close();

    expect(exists).toBe(false);
  });

  test("and a number in Cyrillic is still found by its exact letters", async () => {
    const order = await shop.addOrder({ number: "Заказ-7" });
    const answers = [
      await clickOver(service).prepare({ merchantTransId: "Заказ-7" }),
      await clickOver(service).prepare({ merchantTransId: "заказ-7" }),
    ];
    const { reference: linked } = await call(service.checkout, service.checkout.createPaymentLink, {
      paymentId: BigInt(order.paymentId),
      returnUrl: "",
      cardType: CardType.CARD_TYPE_UNSPECIFIED,
    });

    expect(answers.map(({ error }) => error)).toEqual([0, -5]);
    expect(linked).toBe("Заказ-7");
    expect([await list("Заказ-7"), await list("заказ-7")]).toEqual([[order.paymentId], []]);
    const { payments } = service;
    const found = await call(payments, payments.listPayments, { ...NO_FILTER, searchText: "аказ-7" });
    expect(found.payments.map(({ paymentId }) => Number(paymentId))).toEqual([order.paymentId]);
  });
});
