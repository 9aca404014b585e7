import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { qrCode } from "../../../src/app/checkout/qr-code.ts";
import {
  CreatePaymentLinkRequest_CardType as CardType,
  GetCheckoutResponse_State as CheckoutState,
  type CreateInvoiceRequest,
} from "../../../src/gen/clickbridge/v1/checkout_service.ts";
import { Invoice_State } from "../../../src/gen/clickbridge/v1/payment.ts";
import { clickOver, newClickId } from "../../support/click/click.ts";
import { type MerchantApiStub, startMerchantApi } from "../../support/click/merchant-api-stub.ts";
import { freePort } from "../../support/servers/ports.ts";
import { failureOf } from "../../support/service/failure.ts";
import { bearer, call, startTestService, type TestService } from "../../support/service/service.ts";
import { tokensFile } from "../../support/service/tokens-file.ts";
import { purchase } from "../../support/shop/purchase.ts";
import { createShop, SERVICE, type Shop, type ShopOrder } from "../../support/shop/shop.ts";

let shop: Shop;
let click: MerchantApiStub;
let service: TestService;

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
beforeEach(() => click.reset());

const link = (paymentId: number, more: { readonly returnUrl?: string; readonly cardType?: CardType } = {}) =>
  call(service.checkout, service.checkout.createPaymentLink, {
    paymentId: BigInt(paymentId),
    returnUrl: "",
    cardType: CardType.CARD_TYPE_UNSPECIFIED,
    ...more,
  });

const invoice = (request: Partial<CreateInvoiceRequest> & { readonly paymentId: bigint }) =>
  call(service.checkout, service.checkout.createInvoice, {
    requestId: randomUUID(),
    phoneNumber: "+998 90 123-45-67",
    userId: "",
    ...request,
  });

const checkout = (paymentId: number) =>
  call(service.checkout, service.checkout.getCheckout, { paymentId: BigInt(paymentId) });

const stored = (paymentId: number) =>
  shop.query("SELECT state, phone, user_id, caller FROM clickbridge_invoice WHERE payment_id = ?", [paymentId]);

/** Attempts that Click gave up, and their ids. */
async function addDeclined({ paymentId, orderId, number }: ShopOrder, count: number): Promise<readonly number[]> {
  const clickTransIds = Array.from({ length: count }, newClickId);
  await shop.query(
    `INSERT INTO clickbridge_attempt (service_id, click_trans_id, merchant_trans_id, merchant_trans_key, payment_id, order_id,
       amount_tiyin, state, last_answer) VALUES ?`,
    [
      clickTransIds.map((id) => [
        ...[SERVICE.serviceId, id, number, createHash("sha256").update(number).digest()],
        ...[paymentId, orderId, 100_000, "CANCELLED", -9],
      ]),
    ],
  );
  const rows = await shop.query("SELECT id FROM clickbridge_attempt WHERE click_trans_id IN (?) ORDER BY id", [
    clickTransIds,
  ]);
  return rows.map((row) => Number(row["id"]));
}

/** The size of every table, to see that nothing was written. */
async function sizes(): Promise<unknown> {
  const tables = await shop.query("SHOW TABLES");
  const names = tables.map((found) => String(Object.values(found)[0]));
  const counts = await Promise.all(names.map((name) => shop.query(`SELECT COUNT(*) AS n FROM ${name}`)));
  return names.map((name, index) => [name, counts[index]?.[0]?.["n"]]);
}

describe("CreatePaymentLink", () => {
  test("gives Click's page with the service, the sum in soums and the order's number", async () => {
    const order = await shop.addOrder({ number: "A-57", sums: ["38400.50"] });

    const made = await link(order.paymentId, { returnUrl: "https://shop.uz/thanks?order=57" });

    expect(made).toMatchObject({ reference: "A-57", amountTiyin: 3_840_050n, serviceId: BigInt(SERVICE.serviceId) });
    const url = new URL(made.url);
    expect(url.origin + url.pathname).toBe("https://my.click.uz/services/pay");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      service_id: SERVICE.serviceId,
      merchant_id: SERVICE.merchantId,
      amount: "38400.50",
      transaction_param: "A-57",
      return_url: "https://shop.uz/thanks?order=57",
    });
  });

  test("asked twice is the same link, and nothing is stored about the payment", async () => {
    const order = await shop.addOrder();
    // The first link of a service fixes its reference.
    await link(order.paymentId);
    const before = await sizes();

    const [one, two] = [await link(order.paymentId), await link(order.paymentId)];

    expect(one).toEqual(two);
    expect(await sizes()).toEqual(before);
    expect(click.requests).toEqual([]);
  });

  test.each([
    [CardType.CARD_TYPE_UZCARD, "uzcard"],
    [CardType.CARD_TYPE_HUMO, "humo"],
  ])("card type %i is %s in the link", async (cardType, text) => {
    const order = await shop.addOrder();

    const { url } = await link(order.paymentId, { cardType });

    expect(new URL(url).searchParams.get("card_type")).toBe(text);
  });

  test("the QR code holds the link without a way back and a kind of card", async () => {
    const order = await shop.addOrder();

    const [plain, other] = [
      await link(order.paymentId),
      await link(order.paymentId, { returnUrl: "https://shop.uz/thanks", cardType: CardType.CARD_TYPE_HUMO }),
    ];

    const { path, size } = qrCode(plain.url);
    expect([plain.qrPath, plain.qrSize]).toEqual([path, size]);
    expect([other.qrPath, other.qrSize]).toEqual([path, size]);
  });

  test("an order with two Click payments uses each payment's own number", async () => {
    const order = await shop.addOrder({ number: "B-9", sums: ["10.00", "20.00"] });

    const links = await Promise.all(order.payments.map((payment) => link(payment.id)));

    expect(links.map((made) => made.reference)).toEqual(["B-9/1", "B-9/2"]);
  });

  test("refuses a payment number that is also the number of another order", async () => {
    const order = await shop.addOrder({ number: "C-1", sums: ["10.00", "20.00"] });
    await shop.addOrder({ number: "C-1/2" });

    const failure = await failureOf(link(order.payments[1]?.id ?? 0));

    expect(failure).toMatchObject({
      code: "FAILED_PRECONDITION",
      reason: "REFERENCE_AMBIGUOUS",
      metadata: { reference: "C-1/2" },
    });
  });

  test.each([
    ["a relative address", "/thanks"],
    ["another scheme", "javascript:alert(1)"],
    ["a fragment, which would swallow Click's parameters", "https://shop.uz/#order"],
    ["more than 1024 characters", `https://shop.uz/${"a".repeat(1_024)}`],
  ])("refuses %s as return_url", async (_, returnUrl) => {
    const order = await shop.addOrder();

    const failure = await failureOf(link(order.paymentId, { returnUrl }));

    expect(failure).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST", fields: ["return_url"] });
  });

  test("names every fault at once", async () => {
    const failure = await failureOf(link(0, { returnUrl: "x", cardType: 9 as CardType }));

    expect(failure.fields).toEqual(["payment_id", "return_url", "card_type"]);
  });

  test("knows no payment that the shop has not", async () => {
    const failure = await failureOf(link(2_000_000_000));

    expect(failure).toMatchObject({ code: "NOT_FOUND", reason: "PAYMENT_NOT_FOUND" });
    expect(failure.metadata).toEqual({ paymentId: "2000000000" });
  });
});

interface NotPayable {
  readonly name: string;
  readonly sql?: string;
  readonly order?: Parameters<Shop["addOrder"]>[0];
  readonly why: string;
}

const NOT_PAYABLE: readonly NotPayable[] = [
  { name: "paid in the shop", sql: "UPDATE b_sale_order_payment SET PAID = 'Y' WHERE ID = ?", why: "TAKEN" },
  { name: "returned", sql: "UPDATE b_sale_order_payment SET IS_RETURN = 'P' WHERE ID = ?", why: "TAKEN" },
  { name: "of a cancelled order", order: { cancelled: true }, why: "ORDER_CANCELLED" },
  { name: "in roubles", order: { currency: "RUB" }, why: "CURRENCY_NOT_UZS" },
  { name: "of nothing", order: { sums: ["0.00"] }, why: "AMOUNT_NOT_PAYABLE" },
  { name: "of parts of a tiyin", order: { sums: ["10.0050"] }, why: "AMOUNT_NOT_PAYABLE" },
];

describe("a payment that cannot be paid", () => {
  test.each(NOT_PAYABLE)("$name gets no link and no invoice: $why", async ({ sql, order = {}, why }) => {
    const { paymentId } = await shop.addOrder(order);
    if (sql !== undefined) await shop.query(sql, [paymentId]);

    const failures = [await failureOf(link(paymentId)), await failureOf(invoice({ paymentId: BigInt(paymentId) }))];

    const expected = { code: "FAILED_PRECONDITION", reason: "PAYMENT_NOT_PAYABLE" };
    expect(failures).toMatchObject([expected, expected]);
    expect(failures.map((failure) => failure.metadata["why"])).toEqual([why, why]);
    expect(click.requests).toEqual([]);
  });

  test("captured by Click gets none either, before Bitrix shows it paid", async () => {
    const { order } = await purchase(service, shop);

    const failures = [
      await failureOf(link(order.paymentId)),
      await failureOf(invoice({ paymentId: BigInt(order.paymentId) })),
    ];

    expect(failures.map((failure) => failure.metadata["why"])).toEqual(["TAKEN", "TAKEN"]);
  });

  test("captured by Click is seen to be, however many attempts came after", async () => {
    const { order, attemptId } = await purchase(service, shop);
    const later = await addDeclined(order, 250);

    const failure = await failureOf(link(order.paymentId));
    const { state, lastAttemptDeclined } = await checkout(order.paymentId);
    const { payment } = await call(service.payments, service.payments.getPayment, {
      paymentId: BigInt(order.paymentId),
    });

    expect(failure.metadata["why"]).toBe("TAKEN");
    expect([state, lastAttemptDeclined]).toEqual([CheckoutState.STATE_CAPTURED, true]);
    const ids = payment?.attempts.map((attempt) => Number(attempt.attemptId)) ?? [];
    expect(ids).toEqual([attemptId, ...later.slice(-200)]);
  });

  test.each<[string, () => Promise<number>]>([
    ["of somebody else's pay system", () => shop.addPaySystem(SERVICE, { actionFile: "yandexcheckout" })],
    [
      "of a pay system that is switched off",
      () => shop.addPaySystem({ ...SERVICE, serviceId: "901" }, { active: "N" }),
    ],
    ["without a secret key", () => shop.addPaySystem({ ...SERVICE, serviceId: "902", secretKey: "" })],
    ["without a merchant id", () => shop.addPaySystem({ ...SERVICE, serviceId: "903", merchantId: "" })],
  ])("%s: the service is not configured", async (_, makePaySystem) => {
    const { paymentId } = await shop.addOrder({ paySystemId: await makePaySystem() });

    const failure = await failureOf(link(paymentId));

    expect(failure).toMatchObject({ code: "FAILED_PRECONDITION", reason: "SERVICE_NOT_CONFIGURED" });
    expect(failure.metadata["paymentId"]).toBe(String(paymentId));
  });
});

describe("CreateInvoice", () => {
  test("stores the invoice, sends it once and keeps Click's number", async () => {
    const order = await shop.addOrder({ sums: ["1500.00"] });

    const { invoice: made } = await invoice({ paymentId: BigInt(order.paymentId), userId: "manager 7" });

    expect(made).toMatchObject({
      state: Invoice_State.STATE_CREATED,
      clickInvoiceId: click.lastInvoiceId(),
      amountTiyin: 150_000n,
      maskedPhoneNumber: "********4567",
      clickErrorCode: 0,
    });
    expect(click.requests).toMatchObject([
      {
        path: "/invoice/create",
        body: { service_id: 11111, amount: 1500, phone_number: "998901234567", merchant_trans_id: order.number },
      },
    ]);
    expect(await stored(order.paymentId)).toEqual([
      { state: "CREATED", phone: "998901234567", user_id: "manager 7", caller: "office" },
    ]);
  });

  test("signs with the Auth header that Click documents", async () => {
    const order = await shop.addOrder();

    await invoice({ paymentId: BigInt(order.paymentId) });

    expect(click.requests[0]?.auth).toMatch(new RegExp(`^${SERVICE.merchantUserId}:[0-9a-f]{40}:\\d{10}$`));
    expect(click.requests[0]?.authIsRight).toBe(true);
  });

  test("is stored before it is sent", async () => {
    const order = await shop.addOrder();
    const seen: unknown[] = [];
    click.answer(async () => {
      seen.push(...(await stored(order.paymentId)).map((row) => row["state"]));
      return { json: { error_code: 0, invoice_id: 1 } };
    });

    await invoice({ paymentId: BigInt(order.paymentId) });

    expect(seen).toEqual(["SENDING"]);
  });

  test.each([
    "+998 90 123-45-67",
    "998901234567",
    "90 123 45 67",
    "(90) 123-45-67",
    "8 90 123 45 67",
    "00998901234567",
    "+998\u00a090\u00a0123\u201145\u201167",
  ])("sends %j as twelve digits", async (phoneNumber) => {
    const order = await shop.addOrder();

    await invoice({ paymentId: BigInt(order.paymentId), phoneNumber });

    expect(click.requests[0]?.body["phone_number"]).toBe("998901234567");
  });

  test.each(["", "12345", "+7 916 123 45 67", "+998 10 123 45 67", "998901234567x", "9989012345678"])(
    "refuses the phone %j",
    async (phoneNumber) => {
      const order = await shop.addOrder();

      const failure = await failureOf(invoice({ paymentId: BigInt(order.paymentId), phoneNumber }));

      expect(failure).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST", fields: ["phone_number"] });
    },
  );

  test("names every fault at once", async () => {
    const request = { paymentId: -1n, requestId: "7", phoneNumber: "x", userId: "u".repeat(65) };

    const failure = await failureOf(invoice(request));

    expect(failure.fields).toEqual(["request_id", "payment_id", "phone_number", "user_id"]);
  });
});

describe("one request_id", () => {
  test("with the same fields is one invoice, however often and by however many it is asked", async () => {
    const order = await shop.addOrder();
    const request = { paymentId: BigInt(order.paymentId), requestId: randomUUID() };

    const replies = await Promise.all([1, 2, 3, 4, 5].map(() => invoice(request)));
    const later = await invoice({ ...request, requestId: request.requestId.toUpperCase(), phoneNumber: "901234567" });

    expect(new Set([...replies, later].map((reply) => reply.invoice?.invoiceId)).size).toBe(1);
    expect(later.invoice?.state).toBe(Invoice_State.STATE_CREATED);
    expect(click.requests).toHaveLength(1);
  });

  test("by another person is the same invoice", async () => {
    const request = { paymentId: BigInt((await shop.addOrder()).paymentId), requestId: randomUUID() };
    const first = await invoice({ ...request, userId: "anna" });

    const second = await invoice({ ...request, userId: "boris" });

    expect(second.invoice).toEqual(first.invoice);
    expect(click.requests).toHaveLength(1);
  });

  test("with another phone is refused", async () => {
    const order = await shop.addOrder();
    const request = { paymentId: BigInt(order.paymentId), requestId: randomUUID() };
    await invoice(request);

    const failure = await failureOf(invoice({ ...request, phoneNumber: "907654321" }));

    expect(failure).toMatchObject({ code: "ALREADY_EXISTS", reason: "REQUEST_ID_REUSED" });
    expect(failure.metadata).toEqual({ requestId: request.requestId });
    expect(click.requests).toHaveLength(1);
  });

  test("with another payment is refused", async () => {
    const [one, two] = [await shop.addOrder(), await shop.addOrder()];
    const requestId = randomUUID();
    await invoice({ paymentId: BigInt(one.paymentId), requestId });

    const failure = await failureOf(invoice({ paymentId: BigInt(two.paymentId), requestId }));

    expect(failure.reason).toBe("REQUEST_ID_REUSED");
  });

  test("of another caller is another request", async () => {
    const folder = await mkdtemp(join(tmpdir(), "clickbridge-tokens-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const tokens = ["one", "two"].map((name) => ({ name, token: `token-of-caller-${name}`, scopes: ["checkout"] }));
    const other = await startTestService({
      databaseUrl: shop.url,
      env: { CLICKBRIDGE_CLICK_API_URL: click.url, CLICKBRIDGE_TOKENS_FILE: await tokensFile(folder, tokens) },
    });
    const { paymentId } = await shop.addOrder();
    const request = { paymentId: BigInt(paymentId), requestId: randomUUID(), phoneNumber: "901234567", userId: "" };

    const ids = await Promise.all(
      tokens.map(({ token }) => call(other.checkout, other.checkout.createInvoice, request, bearer(token))),
    );
    await other.stop();

    expect(ids[0]?.invoice?.invoiceId).not.toBe(ids[1]?.invoice?.invoiceId);
    expect((await stored(paymentId)).map((row) => row["caller"]).sort()).toEqual(["one", "two"]);
  });
});

describe("when Click", () => {
  test("refuses, its code reaches the caller, and is kept", async () => {
    const order = await shop.addOrder();
    click.answer(async () => ({ json: { error_code: -21, error_note: "phone is not a Click user" } }));
    const request = { paymentId: BigInt(order.paymentId), requestId: randomUUID() };

    const failures = [await failureOf(invoice(request)), await failureOf(invoice(request))];

    expect(failures[0]).toMatchObject({ code: "FAILED_PRECONDITION", reason: "CLICK_REFUSED" });
    expect(failures.map((failure) => failure.metadata["clickErrorCode"])).toEqual(["-21", "-21"]);
    expect(await stored(order.paymentId)).toMatchObject([{ state: "REFUSED" }]);
    expect(click.requests).toHaveLength(1);
  });

  test.each<[string, Parameters<MerchantApiStub["answer"]>[0]]>([
    ["drops the connection", async () => "DROP"],
    ["answers nonsense", async () => ({ text: "<html>502 Bad Gateway</html>" })],
    ["answers without a number", async () => ({ json: { error_code: 0 } })],
    ["answers JSON that is no object", async () => ({ text: "null" })],
  ])("%s, the invoice stays UNKNOWN and is never sent again", async (_, answer) => {
    const order = await shop.addOrder();
    click.answer(answer);
    const request = { paymentId: BigInt(order.paymentId), requestId: randomUUID() };

    const first = await invoice(request);
    click.reset();
    const second = await invoice(request);

    expect([first, second].map((reply) => reply.invoice?.state)).toEqual([
      Invoice_State.STATE_UNKNOWN,
      Invoice_State.STATE_UNKNOWN,
    ]);
    expect(click.requests).toEqual([]);
  });

  test("cannot be reached, the invoice never left: it is refused, and a new request may send another", async () => {
    const unreachable = await startTestService({
      databaseUrl: shop.url,
      env: { CLICKBRIDGE_CLICK_API_URL: `http://127.0.0.1:${await freePort()}/` },
    });
    const order = await shop.addOrder();
    const request = { paymentId: BigInt(order.paymentId), phoneNumber: "901234567", userId: "" };

    const failure = await failureOf(
      call(unreachable.checkout, unreachable.checkout.createInvoice, { ...request, requestId: randomUUID() }),
    );
    const again = await invoice({ ...request, requestId: randomUUID() });
    await unreachable.stop();

    expect(failure).toMatchObject({ code: "FAILED_PRECONDITION", reason: "CLICK_REFUSED" });
    expect(again.invoice?.state).toBe(Invoice_State.STATE_CREATED);
  });

  test("was never asked because we died, the same request sends it", async () => {
    const order = await shop.addOrder();
    const request = { paymentId: BigInt(order.paymentId), requestId: randomUUID() };
    await invoice(request);
    // What a process leaves that died between storing and sending.
    await shop.query("UPDATE clickbridge_invoice SET state = 'STORED', click_invoice_id = NULL WHERE request_id = ?", [
      request.requestId,
    ]);
    click.reset();

    const { invoice: sent } = await invoice(request);

    expect(sent?.state).toBe(Invoice_State.STATE_CREATED);
    expect(click.requests).toHaveLength(1);
  });

  test("may have got the request before we died, it is not sent again", async () => {
    const order = await shop.addOrder();
    const request = { paymentId: BigInt(order.paymentId), requestId: randomUUID() };
    await invoice(request);
    await shop.query("UPDATE clickbridge_invoice SET state = 'SENDING', click_invoice_id = NULL WHERE request_id = ?", [
      request.requestId,
    ]);
    click.reset();

    const { invoice: unsure } = await invoice(request);

    expect(unsure?.state).toBe(Invoice_State.STATE_SENDING);
    expect(click.requests).toEqual([]);
  });
});

describe("GetCheckout", () => {
  test("follows a payment from payable to paid", async () => {
    const order = await shop.addOrder();
    const ids = { clickTransId: newClickId(), merchantTransId: order.number };
    const seen = [await checkout(order.paymentId)];

    const { merchantPrepareId } = await clickOver(service).prepare(ids);
    seen.push(await checkout(order.paymentId));
    await clickOver(service).complete({ ...ids, merchantPrepareId: String(merchantPrepareId) });
    seen.push(await checkout(order.paymentId));
    await shop.query("UPDATE b_sale_order_payment SET PAID = 'Y' WHERE ID = ?", [order.paymentId]);
    seen.push(await checkout(order.paymentId));

    expect(seen.map(({ state }) => state)).toEqual([
      CheckoutState.STATE_PAYABLE,
      CheckoutState.STATE_IN_PROGRESS,
      CheckoutState.STATE_CAPTURED,
      CheckoutState.STATE_PAID,
    ]);
    expect(new Set(seen.map(({ amountTiyin }) => amountTiyin))).toEqual(new Set([100_000n]));
  });

  test("a declined attempt leaves the payment payable, and says that it was declined", async () => {
    const order = await shop.addOrder();
    const ids = { clickTransId: newClickId(), merchantTransId: order.number };
    const { merchantPrepareId } = await clickOver(service).prepare(ids);
    await clickOver(service).complete({ ...ids, merchantPrepareId: String(merchantPrepareId), error: "-5017" });

    const stands = await checkout(order.paymentId);

    expect(stands).toMatchObject({ state: CheckoutState.STATE_PAYABLE, lastAttemptDeclined: true });
  });

  test.each([
    ["cancelled", { cancelled: true }],
    ["in roubles", { currency: "RUB" }],
  ])("an order that is %s is not payable", async (_, order) => {
    const { paymentId } = await shop.addOrder(order);

    const { state } = await checkout(paymentId);

    expect(state).toBe(CheckoutState.STATE_NOT_PAYABLE);
  });
});
