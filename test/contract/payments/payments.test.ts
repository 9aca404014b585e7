import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Attempt_State, OrderUpdateStatus_State, type Payment } from "../../../src/gen/clickbridge/v1/payment.ts";
import type { ListPaymentsRequest } from "../../../src/gen/clickbridge/v1/payment_service.ts";
import { clickOver, newClickId } from "../../support/click/click.ts";
import { type MerchantApiStub, startMerchantApi } from "../../support/click/merchant-api-stub.ts";
import { failureOf } from "../../support/service/failure.ts";
import { NO_FILTER } from "../../support/service/rpcs.ts";
import { call, startTestService, type TestService } from "../../support/service/service.ts";
import { type Purchase, purchase } from "../../support/shop/purchase.ts";
import { createShop, SERVICE, type Shop } from "../../support/shop/shop.ts";

let shop: Shop;
let click: MerchantApiStub;
let service: TestService;
let bought: Purchase;
let refused: { readonly paymentId: number; readonly number: string };
let invoiced: { readonly paymentId: number };

const OTHER_SERVICE = { ...SERVICE, serviceId: "55555", secretKey: "another_secret_key" };

beforeAll(async () => {
  shop = await createShop();
  click = await startMerchantApi();
  service = await startTestService({ databaseUrl: shop.url, env: { CLICKBRIDGE_CLICK_API_URL: click.url } });
  bought = await purchase(service, shop, { order: { number: "Ab-1", sums: ["250.00"] } });
  refused = await shop.addOrder({ number: "Ab-2" });
  await clickOver(service).prepare({ merchantTransId: refused.number, amount: "1.00" });
  invoiced = await shop.addOrder();
  await call(service.checkout, service.checkout.createInvoice, {
    requestId: randomUUID(),
    paymentId: BigInt(invoiced.paymentId),
    phoneNumber: "901112233",
    userId: "",
  });
  const { paymentId: _, ...order } = await shop.addOrder({
    paySystemId: await shop.addPaySystem(OTHER_SERVICE),
    number: "X-9",
  });
  await clickOver(service).prepare({
    merchantTransId: order.number,
    serviceId: OTHER_SERVICE.serviceId,
    secretKey: OTHER_SERVICE.secretKey,
  });
});
afterAll(async () => {
  await service.stop();
  await click.stop();
  await shop.stop();
});

const get = async (paymentId: number | bigint): Promise<Payment | undefined> =>
  (await call(service.payments, service.payments.getPayment, { paymentId: BigInt(paymentId) })).payment;

const list = (filter: Partial<ListPaymentsRequest> = {}) =>
  call(service.payments, service.payments.listPayments, { ...NO_FILTER, ...filter });

const idsOf = async (filter: Partial<ListPaymentsRequest>) =>
  (await list(filter)).payments.map((payment) => Number(payment.paymentId));

describe("GetPayment", () => {
  test("returns all records of a payment, and the state of its order update", async () => {
    const payment = await get(bought.order.paymentId);

    expect(payment).toMatchObject({
      paymentId: BigInt(bought.order.paymentId),
      orderId: BigInt(bought.order.orderId),
      orderNumber: "Ab-1",
      amountTiyin: 25_000n,
      paidInBitrix: false,
      attempts: [
        {
          attemptId: BigInt(bought.attemptId),
          state: Attempt_State.STATE_CAPTURED,
          serviceId: BigInt(SERVICE.serviceId),
          clickTransId: bought.clickTransId,
          clickPaymentId: bought.clickPaydocId,
          merchantTransId: "Ab-1",
          amountTiyin: 25_000n,
          lastAnswer: 0,
          paymentId: BigInt(bought.order.paymentId),
        },
      ],
      orderUpdates: [
        { state: OrderUpdateStatus_State.STATE_PENDING, attemptId: BigInt(bought.attemptId), tryCount: 0 },
      ],
    });
    expect(payment?.attempts[0]?.captureTime).toBeInstanceOf(Date);
  });

  test("a payment that Click has not touched comes without any of that", async () => {
    const order = await shop.addOrder({ sums: ["7.00"] });

    const payment = await get(order.paymentId);

    expect(payment).toMatchObject({ orderNumber: order.number, amountTiyin: 700n, attempts: [], invoices: [] });
    expect(payment?.createTime).toBeUndefined();
  });

  test("a payment that the shop deleted is still returned", async () => {
    const { order } = await purchase(service, shop);
    await shop.query("DELETE FROM b_sale_order_payment WHERE ID = ?", [order.paymentId]);

    const payment = await get(order.paymentId);

    expect(payment).toMatchObject({ orderId: BigInt(order.orderId), orderNumber: "" });
    expect(payment?.amountTiyin).toBeUndefined();
    expect(payment?.attempts).toHaveLength(1);
  });

  test("a phone is shown masked", async () => {
    const payment = await get(invoiced.paymentId);

    expect(payment?.invoices.map((invoice) => invoice.maskedPhoneNumber)).toEqual(["********2233"]);
  });

  test("an unknown one is not found", async () => {
    const failure = await failureOf(get(2_000_000_000));

    expect(failure).toMatchObject({ code: "NOT_FOUND", reason: "PAYMENT_NOT_FOUND" });
    expect(failure.metadata).toEqual({ paymentId: "2000000000" });
  });

  test.each([0n, -1n, 2_147_483_648n, 9_223_372_036_854_775_807n])("%s is no payment's id", async (paymentId) => {
    const failure = await failureOf(get(paymentId));

    expect(failure).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST", fields: ["payment_id"] });
  });
});

describe("a filter of ListPayments", () => {
  test.each<[string, () => Partial<ListPaymentsRequest>]>([
    ["click_trans_id", () => ({ clickId: bought.clickTransId })],
    ["click_paydoc_id", () => ({ clickId: bought.clickPaydocId })],
    ["order number", () => ({ orderNumber: "Ab-1" })],
    ["order id", () => ({ orderId: BigInt(bought.order.orderId) })],
    ["state", () => ({ state: Attempt_State.STATE_CAPTURED, orderId: BigInt(bought.order.orderId) })],
    ["several that all fit", () => ({ orderNumber: "Ab-1", serviceId: 11_111n, clickId: bought.clickTransId })],
  ])("by %s finds the payment and no other", async (_, filter) => {
    const ids = await idsOf(filter());

    expect(ids).toEqual([bought.order.paymentId]);
  });

  test("by Click's number of an invoice finds the payment that was invoiced", async () => {
    const [invoice] = (await get(invoiced.paymentId))?.invoices ?? [];

    const ids = await idsOf({ clickId: invoice?.clickInvoiceId ?? "" });

    expect(ids).toEqual([invoiced.paymentId]);
  });

  test.each(["+998 (90) 111-22-33", "901112233"])(
    "by the phone %j finds the payment that was invoiced",
    async (phone) => {
      const ids = await idsOf({ phoneNumber: phone });

      expect(ids).toEqual([invoiced.paymentId]);
    },
  );

  test("by the click_trans_id of a Complete that differed from its Prepare's finds it too", async () => {
    const order = await shop.addOrder();
    const clickPaydocId = newClickId();
    const { merchantPrepareId } = await clickOver(service).prepare({ merchantTransId: order.number, clickPaydocId });
    const clickTransId = newClickId();
    await clickOver(service).complete({
      clickTransId,
      clickPaydocId,
      merchantTransId: order.number,
      merchantPrepareId: String(merchantPrepareId),
    });

    const ids = await idsOf({ clickId: clickTransId });

    expect(ids).toEqual([order.paymentId]);
  });

  test("by service finds that service's payments only", async () => {
    const payments = (await list({ serviceId: 55_555n })).payments;

    expect(payments.map((payment) => payment.orderNumber)).toEqual(["X-9"]);
  });

  test("by state finds the refused ones", async () => {
    const ids = await idsOf({ state: Attempt_State.STATE_REFUSED });

    expect(ids).toEqual([refused.paymentId]);
  });

  test.each(["ab-1", "AB-1", "Ab-1 ", "Äb-1"])("the order number %j is another order's", async (orderNumber) => {
    const ids = await idsOf({ orderNumber });

    expect(ids).toEqual([]);
  });

  test("that does not fit together finds nothing", async () => {
    const ids = await idsOf({ clickId: bought.clickTransId, orderNumber: "Ab-2" });

    expect(ids).toEqual([]);
  });

  test("by time takes the first moment in and the last one out", async () => {
    const { createTime } = (await get(bought.order.paymentId)) ?? {};
    const moment = createTime ?? new Date(0);
    const later = new Date(moment.getTime() + 1);
    const one = { orderNumber: "Ab-1" };

    const found = [
      await idsOf({ ...one, createdFromTime: moment, createdBeforeTime: later }),
      await idsOf({ ...one, createdFromTime: later }),
      await idsOf({ ...one, createdBeforeTime: moment }),
    ];

    expect(found).toEqual([[bought.order.paymentId], [], []]);
  });

  test.each<[string, Partial<ListPaymentsRequest>, string[]]>([
    ["a page size below 0", { pageSize: -1 }, ["page_size"]],
    ["a click id with letters", { clickId: "12a" }, ["click_id"]],
    ["an order number of 101 characters", { orderNumber: "x".repeat(101) }, ["order_number"]],
    ["an order id below 0", { orderId: -5n }, ["order_id"]],
    ["a phone of another country", { phoneNumber: "+79161234567" }, ["phone_number"]],
    ["a state of tomorrow", { state: 42 as Attempt_State }, ["state"]],
    ["a service below 0", { serviceId: -1n }, ["service_id"]],
    ["two faults", { pageSize: -1, clickId: "0" }, ["page_size", "click_id"]],
  ])("refuses %s and names the field", async (_, filter, fields) => {
    const failure = await failureOf(list(filter));

    expect(failure).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST", fields });
  });
});

describe("pages", () => {
  const orders: number[] = [];
  beforeAll(async () => {
    // Times that are equal in parts: the id has to break the tie.
    for (let count = 0; count < 7; count += 1) orders.push((await purchase(service, shop)).order.paymentId);
    await shop.query("UPDATE clickbridge_payment SET create_time = '2026-01-15 10:00:00.123' WHERE payment_id IN (?)", [
      orders.slice(0, 5),
    ]);
    await shop.query("UPDATE clickbridge_payment SET create_time = '2026-01-15 10:00:00.124' WHERE payment_id IN (?)", [
      orders.slice(5),
    ]);
  });
  const DAY = {
    createdFromTime: new Date("2026-01-15T00:00:00Z"),
    createdBeforeTime: new Date("2026-01-16T00:00:00Z"),
  };

  test("together are the whole list, newest first, each payment once", async () => {
    const seen: number[] = [];
    let pageToken = "";

    do {
      const page = await list({ ...DAY, pageSize: 2, pageToken });
      seen.push(...page.payments.map((payment) => Number(payment.paymentId)));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");

    expect(seen).toEqual([...orders.slice(5).reverse(), ...orders.slice(0, 5).reverse()]);
  });

  test("a list that ends with a full page has no next one", async () => {
    const page = await list({ ...DAY, pageSize: 7 });

    expect([page.payments.length, page.nextPageToken]).toEqual([7, ""]);
  });

  test("asked twice is the same page", async () => {
    const { nextPageToken } = await list({ ...DAY, pageSize: 3 });

    const [one, two] = [
      await list({ ...DAY, pageSize: 3, pageToken: nextPageToken }),
      await list({ ...DAY, pageSize: 3, pageToken: nextPageToken }),
    ];

    expect(one).toEqual(two);
    expect(one.payments).toHaveLength(3);
  });

  test("0 means fifty and a thousand means five hundred, without an error", async () => {
    const rows = Array.from({ length: 510 }, (_, index) => `(${1_000_000 + index}, 1, '2026-02-01 00:00:00.000')`);
    await shop.query(`INSERT INTO clickbridge_payment (payment_id, order_id, create_time) VALUES ${rows.join(", ")}`);
    const february = {
      createdFromTime: new Date("2026-02-01T00:00:00Z"),
      createdBeforeTime: new Date("2026-02-02T00:00:00Z"),
    };

    const pages = [await list({ ...february, pageSize: 0 }), await list({ ...february, pageSize: 1_000 })];

    expect(pages.map((page) => page.payments.length)).toEqual([50, 500]);
  });

  test("a token goes with the filters that it was made with", async () => {
    const { nextPageToken } = await list({ ...DAY, pageSize: 2 });

    const failure = await failureOf(list({ pageSize: 2, pageToken: nextPageToken }));

    expect(failure).toMatchObject({ code: "INVALID_ARGUMENT", reason: "PAGE_TOKEN_INVALID" });
  });

  test.each<[string, (token: string) => string]>([
    ["a changed byte", (token) => `A${token.slice(1)}`],
    ["a cut end", (token) => token.slice(0, -4)],
    ["a word", () => "next"],
    ["JSON of another shape", () => Buffer.from('{"a":1}').toString("base64url")],
    [
      "SQL where the time should be",
      (token) => {
        const [hash] = JSON.parse(Buffer.from(token, "base64url").toString()) as string[];
        return Buffer.from(JSON.stringify([hash, "' OR 1=1 -- ", 1])).toString("base64url");
      },
    ],
  ])("a token with %s is refused", async (_, spoil) => {
    const { nextPageToken } = await list({ ...DAY, pageSize: 2 });

    const failure = await failureOf(list({ ...DAY, pageSize: 2, pageToken: spoil(nextPageToken) }));

    expect(failure).toMatchObject({ code: "INVALID_ARGUMENT", reason: "PAGE_TOKEN_INVALID" });
  });
});
