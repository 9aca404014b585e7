import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Anomaly_Resolution } from "../../../src/gen/clickbridge/v1/anomaly.ts";
import type { CompleteResponse } from "../../../src/gen/clickbridge/v1/callback_service.ts";
import {
  CreatePaymentLinkRequest_CardType as CardType,
  GetCheckoutResponse_State as CheckoutState,
} from "../../../src/gen/clickbridge/v1/checkout_service.ts";
import {
  AcknowledgeOrderUpdateRequest_Outcome as Outcome,
  AcknowledgeOrderUpdateRequest_Refusal as Refusal,
} from "../../../src/gen/clickbridge/v1/order_update_service.ts";
import { clickOver, newClickId } from "../../support/click/click.ts";
import { CARD_TOKEN } from "../../support/click/fake-click.ts";
import { type MerchantApiStub, startMerchantApi } from "../../support/click/merchant-api-stub.ts";
import { failureOf } from "../../support/service/failure.ts";
import { call, startTestService, type TestService } from "../../support/service/service.ts";
import { createShop, type NewOrder, SERVICE, type Shop, type ShopOrder } from "../../support/shop/shop.ts";
import { newClickPayment } from "../../support/shop/shop-and-service.ts";

/** The buyer pays 1.5 % on top: every sum that Click is asked for has it, and none that Bitrix is told. */
let shop: Shop;
let click: MerchantApiStub;
let service: TestService;
let withFee: number;

beforeAll(async () => {
  shop = await createShop();
  click = await startMerchantApi();
  service = await startTestService({ databaseUrl: shop.url, env: { CLICKBRIDGE_CLICK_API_URL: click.url } });
});
afterAll(async () => {
  await service.stop();
  await click.stop();
  await shop.stop();
});
beforeEach(async () => {
  click.reset();
  withFee = await shop.addPaySystem({ ...SERVICE, feePercent: "1.5" });
});

const addOrder = (order: NewOrder = {}) => shop.addOrder({ paySystemId: withFee, ...order });
const setFee = (percent: string, options?: { readonly personTypeId?: number }) =>
  shop.setValue(withFee, "CLICK_FEE_PERCENT", percent, options);

const link = (paymentId: number) =>
  call(service.checkout, service.checkout.createPaymentLink, {
    paymentId: BigInt(paymentId),
    returnUrl: "",
    cardType: CardType.CARD_TYPE_UNSPECIFIED,
  });
const invoiceFor = (paymentId: number) =>
  call(service.checkout, service.checkout.createInvoice, {
    requestId: randomUUID(),
    paymentId: BigInt(paymentId),
    phoneNumber: "901234567",
    userId: "",
  });
const checkout = (paymentId: number) =>
  call(service.checkout, service.checkout.getCheckout, { paymentId: BigInt(paymentId) });
const paymentOf = async ({ paymentId }: ShopOrder) =>
  (await call(service.payments, service.payments.getPayment, { paymentId: BigInt(paymentId) })).payment;

const prepare = async (reference: string, amount: string) =>
  (await clickOver(service).prepare(newClickPayment(reference, amount))).error;

/** Click takes this amount for the order; what Bitrix is to be told comes with it. */
async function pay(order: ShopOrder, amount = "1015.00", between: () => Promise<unknown> = async () => undefined) {
  const payment = newClickPayment(order.number, amount);
  const { merchantPrepareId } = await clickOver(service).prepare(payment);
  await between();
  return clickOver(service).complete({ ...payment, merchantPrepareId: String(merchantPrepareId) });
}

const payloadsOf = async (type: string, { paymentId }: ShopOrder) =>
  (await shop.query("SELECT payload FROM clickbridge_event WHERE type = ? AND payment_id = ?", [type, paymentId])).map(
    (row) => JSON.parse(String(row["payload"])),
  );

const SUMS = { amountTiyin: 101_500n, feeTiyin: 1_500n };

describe("what Click is asked for", () => {
  test("the link asks for the sum and the fee, and says what of it is the fee", async () => {
    const order = await addOrder();

    const made = await link(order.paymentId);

    expect(made).toMatchObject(SUMS);
    expect(new URL(made.url).searchParams.get("amount")).toBe("1015.00");
  });

  test("so does the invoice to the phone, also in the stored row", async () => {
    const order = await addOrder();

    const { invoice } = await invoiceFor(order.paymentId);

    expect(invoice).toMatchObject(SUMS);
    expect(click.requests[0]?.body["amount"]).toBe(1015);
    expect((await paymentOf(order))?.invoices).toMatchObject([SUMS]);
    expect(await payloadsOf("invoice.created", order)).toMatchObject([{ amountTiyin: "101500", feeTiyin: "1500" }]);
  });

  test("a page that waits shows the order's sum and the fee apart", async () => {
    const order = await addOrder();

    expect(await checkout(order.paymentId)).toMatchObject({ amountTiyin: 100_000n, feeTiyin: 1_500n });
  });

  test("half a tiyin of fee is rounded up", async () => {
    // 1.5 % of 1000.33 soums is 1500.495 tiyin, of 1000.34 it is 1500.51; of 1001 tiyin 15.015, of 1100 tiyin 16.5.
    const fees = await Promise.all(
      ["1000.33", "1000.34", "10.01", "11.00"].map(async (sum) => {
        const { paymentId } = await addOrder({ sums: [sum] });
        return (await link(paymentId)).feeTiyin;
      }),
    );

    expect(fees).toEqual([1_500n, 1_501n, 15n, 17n]);
  });
});

describe("Prepare", () => {
  test.each([
    ["the sum and the fee", "1015.00", 0],
    ["the order's bare sum", "1000.00", -2],
    ["a tiyin more", "1015.01", -2],
  ])("of %s: %s → %d", async (_, amount, answer) => {
    expect(await prepare((await addOrder()).number, amount)).toBe(answer);
  });

  test("without a fee nothing is added: the bare sum → 0, another → -2", async () => {
    const order = await shop.addOrder();

    expect([await prepare(order.number, "1015.00"), await prepare(order.number, "1000.00")]).toEqual([-2, 0]);
  });

  test("after the percentage was changed refuses the sum of an old link, and takes that of a new one", async () => {
    const order = await addOrder();
    await link(order.paymentId);
    await setFee("2");

    expect([await prepare(order.number, "1015.00"), await prepare(order.number, "1020.00")]).toEqual([-2, 0]);
    expect((await link(order.paymentId)).amountTiyin).toBe(102_000n);
  });

  test("a person type uses its own percentage, or else the common one", async () => {
    await setFee("3", { personTypeId: 2 });
    await setFee("0", { personTypeId: 3 });
    const amounts = await Promise.all(
      [1, 2, 3].map(async (personTypeId) => (await link((await addOrder({ personTypeId })).paymentId)).amountTiyin),
    );

    expect(amounts).toEqual([101_500n, 103_000n, 100_000n]);
  });

  test("two pay systems of one service with different fees in one order: the amount decides which one is paid", async () => {
    const other = await shop.addPaySystem({ ...SERVICE, feePercent: "2.25" });
    const order = await addOrder({ sums: ["1000.00", "1000.00"] });
    const [first, second] = order.payments.map(({ id }) => id);
    await shop.query("UPDATE b_sale_order_payment SET PAY_SYSTEM_ID = ? WHERE ID = ?", [other, second]);

    const updates = [
      (await pay(order, "1022.50")).orderUpdate,
      (await pay(order, "1022.50")).orderUpdate,
      (await pay(order, "1015.00")).orderUpdate,
    ];

    expect(updates.map((update) => update && [Number(update.paymentId), update.amountTiyin, update.feeTiyin])).toEqual([
      [second, 100_000n, 2_250n],
      undefined,
      [first, 100_000n, 1_500n],
    ]);
  });
});

describe("after the money was taken", () => {
  test("the order update has the order's sum and the fee separately; the attempt and the events have both", async () => {
    const order = await addOrder();

    const { error, orderUpdate } = await pay(order);

    expect(error).toBe(0);
    expect(orderUpdate).toMatchObject({ amountTiyin: 100_000n, feeTiyin: 1_500n });
    expect((await paymentOf(order))?.attempts).toMatchObject([SUMS]);
    for (const type of ["attempt.prepared", "attempt.captured"])
      expect(await payloadsOf(type, order)).toMatchObject([{ amountTiyin: "101500", feeTiyin: "1500" }]);
  });

  test("an update that is claimed says the same", async () => {
    const order = await addOrder();
    await pay(order);
    await shop.query("UPDATE clickbridge_order_update SET lease_expire_time = NULL, due_time = NOW(3)");

    const [update] = await updatesOf(order);

    expect(update).toMatchObject({ amountTiyin: 100_000n, feeTiyin: 1_500n });
  });

  test.each(["5", "none of it", "0"])(
    "a percentage that becomes %j between Prepare and Complete changes nothing",
    async (percent) => {
      const order = await addOrder();

      const { error, orderUpdate } = await pay(order, "1015.00", () => setFee(percent));

      expect([error, orderUpdate?.amountTiyin, orderUpdate?.feeTiyin]).toEqual([0, 100_000n, 1_500n]);
      expect(await checkout(order.paymentId)).toMatchObject({ amountTiyin: 100_000n, feeTiyin: 1_500n });
    },
  );

  test("a refund returns the sum with the fee, and enqueues MARK_REFUNDED", async () => {
    const order = await addOrder();
    const { orderUpdate } = await pay(order);
    await acknowledge(orderUpdate);
    click.answer(async ({ path }) => ({
      json: { error_code: 0, error_note: "", payment_id: Number(path.split("/").at(-1)), payment_status: 2 },
    }));

    const { refund } = await call(service.payments, service.payments.refundPayment, {
      requestId: randomUUID(),
      paymentId: BigInt(order.paymentId),
      attemptId: 0n,
      amountTiyin: undefined,
      userId: "",
      note: "",
    });

    expect(refund).toMatchObject({ amountTiyin: 101_500n, partial: false });
    const marks = await shop.query(
      "SELECT kind, amount_tiyin FROM clickbridge_order_update WHERE payment_id = ? ORDER BY id",
      [order.paymentId],
    );
    expect(marks.map((mark) => [mark["kind"], mark["amount_tiyin"]])).toEqual([
      ["MARK_PAID", 100_000],
      ["MARK_REFUNDED", 100_000],
    ]);
    expect(await payloadsOf("attempt.reversed", order)).toMatchObject([{ amountTiyin: "101500", feeTiyin: "1500" }]);
  });
});

test("a card is charged with the fee, and the order update has the order's sum", async () => {
  const order = await addOrder();
  click.answer(async () => ({
    json: { error_code: 0, error_note: "", payment_id: Number(newClickId()), payment_status: 2 },
  }));

  const { charge } = await call(service.cards, service.cards.chargeCardToken, {
    requestId: randomUUID(),
    paymentId: BigInt(order.paymentId),
    cardToken: CARD_TOKEN,
    userId: "",
  });

  expect(charge).toMatchObject(SUMS);
  expect(click.requests[0]?.body["amount"]).toBe(1015);
  expect(await paymentOf(order)).toMatchObject({ attempts: [SUMS], charges: [SUMS] });
  expect(await payloadsOf("charge.done", order)).toMatchObject([{ amountTiyin: "101500", feeTiyin: "1500" }]);
  const [update] = await updatesOf(order);
  expect(update).toMatchObject({ amountTiyin: 100_000n, feeTiyin: 1_500n });
});

test("accepted owed money pays the order's sum, even if the percentage has changed", async () => {
  const order = await addOrder();
  const setPaid = (paid: "Y" | "N") =>
    shop.query("UPDATE b_sale_order_payment SET PAID = ? WHERE ID = ?", [paid, order.paymentId]);
  await pay(order, "1015.00", () => setPaid("Y"));
  await setPaid("N");
  await setFee("3");
  const [anomaly] = await shop.query(
    "SELECT n.id FROM clickbridge_anomaly n JOIN clickbridge_attempt a ON a.id = n.attempt_id WHERE a.payment_id = ?",
    [order.paymentId],
  );

  await call(service.payments, service.payments.resolveAnomaly, {
    anomalyId: BigInt(anomaly?.["id"]),
    resolution: Anomaly_Resolution.RESOLUTION_ACCEPT,
    paymentId: 0n,
    clickPaymentId: "",
    note: "the cashier's mark was a mistake",
    userId: "",
  });

  const [update] = await updatesOf(order);
  expect(update).toMatchObject({ amountTiyin: 100_000n, feeTiyin: 1_500n });
});

describe("a percentage that is none", () => {
  test.each(["21", "1,5", "a lot"])(
    "%s: no link, no invoice, Prepare → -5, the page says that it cannot be paid",
    async (percent) => {
      const order = await addOrder();
      await setFee(percent);

      const failures = await Promise.all([failureOf(link(order.paymentId)), failureOf(invoiceFor(order.paymentId))]);

      for (const failure of failures) {
        expect(failure).toMatchObject({ code: "FAILED_PRECONDITION", reason: "SERVICE_NOT_CONFIGURED" });
        expect(failure.message).toContain("CLICK_FEE_PERCENT");
      }
      expect([await prepare(order.number, "1015.00"), await prepare(order.number, "1000.00")]).toEqual([-5, -5]);
      expect(await checkout(order.paymentId)).toMatchObject({ state: CheckoutState.STATE_NOT_PAYABLE, feeTiyin: 0n });
      expect(click.requests).toEqual([]);
    },
  );

  test("stops no other pay system of the service", async () => {
    await setFee("a lot");

    expect(await prepare((await shop.addOrder()).number, "1000.00")).toBe(0);
  });

  test("a Prepare that was accepted before keeps its answer", async () => {
    const order = await addOrder();
    const payment = newClickPayment(order.number, "1015.00");
    const first = await clickOver(service).prepare(payment);
    await setFee("a lot");

    expect(await clickOver(service).prepare(payment)).toMatchObject({
      error: 0,
      merchantPrepareId: first.merchantPrepareId,
    });
  });
});

/** What is claimed now for an order. */
async function updatesOf(order: ShopOrder) {
  const { orderUpdates } = await call(service.updates, service.updates.claimOrderUpdates, { limit: 100 });
  return orderUpdates.filter(({ paymentId }) => paymentId === BigInt(order.paymentId));
}

async function acknowledge(update: CompleteResponse["orderUpdate"]): Promise<void> {
  await call(service.updates, service.updates.acknowledgeOrderUpdate, {
    orderUpdateId: update?.orderUpdateId ?? 0n,
    token: update?.token ?? "",
    outcome: Outcome.OUTCOME_APPLIED,
    refusal: Refusal.REFUSAL_UNSPECIFIED,
    detail: "",
    inParts: false,
  });
}
