import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { makeCheckoutToken } from "../../../src/app/checkout/checkout-token.ts";
import {
  GetCheckoutResponse_Stage as Stage,
  GetCheckoutResponse_State as State,
} from "../../../src/gen/clickbridge/v1/checkout_service.ts";
import { Invoice_State } from "../../../src/gen/clickbridge/v1/payment.ts";
import type { AttemptState } from "../../../src/payment/attempt.ts";
import { asPaymentId } from "../../../src/payment/ids.ts";
import { Secret } from "../../../src/protocol/secret.ts";
import { type MerchantApiStub, startMerchantApi } from "../../support/click/merchant-api-stub.ts";
import { failureOf } from "../../support/service/failure.ts";
import { runCli } from "../../support/service/run-cli.ts";
import { call, startTestService, type TestService } from "../../support/service/service.ts";
import { SERVICE, type ShopOrder } from "../../support/shop/shop.ts";
import { shopAndService } from "../../support/shop/shop-and-service.ts";

/** Whose service has no Click behind it: for stages. */
const fixture = shopAndService();

let click: MerchantApiStub;
let service: TestService;
beforeAll(async () => {
  click = await startMerchantApi();
  service = await startTestService({ databaseUrl: fixture.shop.url, env: { CLICKBRIDGE_CLICK_API_URL: click.url } });
});
afterAll(async () => {
  await service.stop();
  await click.stop();
});
beforeEach(() => click.reset());

const tokenFor = async ({ paymentId }: Pick<ShopOrder, "paymentId">, by = service): Promise<string> =>
  (await call(by.checkout, by.checkout.createCheckoutToken, { paymentId: BigInt(paymentId) })).token;

const checkout = (token: string) => call(service.checkout, service.checkout.getCheckoutByToken, { token });

interface Invoice {
  readonly token: string;
  readonly phoneNumber?: string;
  readonly requestId?: string;
  readonly callerAddress?: string;
}

const send = (invoice: Invoice) =>
  call(service.checkout, service.checkout.sendInvoiceByToken, {
    requestId: randomUUID(),
    phoneNumber: newPhone(),
    callerAddress: newAddress(),
    ...invoice,
  });

/** Of nobody who was counted before. */
const newPhone = () => `99890${String(randomBytes(4).readUInt32BE() % 10_000_000).padStart(7, "0")}`;
const newAddress = () => `10.${[...randomBytes(3)].join(".")}`;

async function keyOfService(): Promise<Secret> {
  const [row] = await fixture.shop.query("SELECT HEX(key_bytes) AS hex FROM clickbridge_checkout_key WHERE id = 1");
  return new Secret(String(row?.["hex"]));
}

/** Invoices that were sent some time ago. */
async function addInvoices(
  count: number,
  invoice: {
    readonly paymentId?: number;
    readonly phone?: string;
    readonly network?: string;
    readonly agoSeconds?: number;
  },
): Promise<void> {
  const { paymentId = 1, phone = "998330000000", network = null, agoSeconds = 60 } = invoice;
  const rows = Array.from({ length: count }, () => [
    ...[
      "seed",
      randomUUID(),
      randomBytes(32),
      "",
      "CREATED",
      SERVICE.serviceId,
      paymentId,
      1,
      "1",
      100,
      phone,
      network,
    ],
  ]);
  await fixture.shop.query(
    `INSERT INTO clickbridge_invoice (caller, request_id, request_hash, user_id, state, service_id, payment_id, order_id, reference,
       amount_tiyin, phone, caller_network) VALUES ?`,
    [rows],
  );
  await fixture.shop.query(
    "UPDATE clickbridge_invoice SET create_time = UTC_TIMESTAMP(3) - INTERVAL ? SECOND, caller = 'old' WHERE caller = 'seed'",
    [agoSeconds],
  );
}

describe("CreateCheckoutToken", () => {
  test("makes a token that stands for its payment, also at another replica", async () => {
    const order = await fixture.shop.addOrder({ sums: ["1500.00"] });
    const before = Date.now();

    const {
      token,
      expireTime,
      checkout: told,
    } = await call(service.checkout, service.checkout.createCheckoutToken, {
      paymentId: BigInt(order.paymentId),
    });
    const seen = [await checkout(token), await checkout(await tokenFor(order, fixture.service))];

    const payable = { state: State.STATE_PAYABLE, stage: Stage.STAGE_PAYABLE, amountTiyin: 150_000n };
    expect(seen).toMatchObject([{ checkout: payable }, { checkout: payable }]);
    expect(told).toEqual(seen[0]?.checkout);
    const hours = ((expireTime?.getTime() ?? 0) - before) / 3_600_000;
    expect(Math.round(hours)).toBe(12);
  });

  test("two replicas that need the key first at once make one key", async () => {
    await fixture.shop.query("DELETE FROM clickbridge_checkout_key");
    const order = await fixture.shop.addOrder();
    const replicas = await Promise.all([1, 2, 3].map(() => startTestService({ databaseUrl: fixture.shop.url })));

    const tokens = await Promise.all(replicas.map((replica) => tokenFor(order, replica)));
    const [one] = replicas;
    if (one === undefined) throw new Error("no replica");
    const seen = await Promise.all(
      tokens.map((token) => call(one.checkout, one.checkout.getCheckoutByToken, { token })),
    );
    await Promise.all(replicas.map((replica) => replica.stop()));
    // The service of this file knows the key of before.
    await service.stop();
    service = await startTestService({ databaseUrl: fixture.shop.url, env: { CLICKBRIDGE_CLICK_API_URL: click.url } });

    expect(seen.map((answer) => answer.checkout?.stage)).toEqual(Array.from({ length: 3 }, () => Stage.STAGE_PAYABLE));
    expect(await fixture.shop.query("SELECT COUNT(*) AS n FROM clickbridge_checkout_key")).toEqual([{ n: 1 }]);
  });

  test("makes none for a payment that does not exist, or of another pay system", async () => {
    const foreign = await fixture.shop.addPaySystem(SERVICE, { actionFile: "yandexcheckout" });
    const order = await fixture.shop.addOrder({ paySystemId: foreign });

    const failures = [await failureOf(tokenFor({ paymentId: 2_000_000_000 })), await failureOf(tokenFor(order))];

    expect(failures.map((failure) => failure.reason)).toEqual(["PAYMENT_NOT_FOUND", "SERVICE_NOT_CONFIGURED"]);
  });
});

describe("a token that is none", () => {
  test.each<[string, (order: ShopOrder) => Promise<string>]>([
    ["empty", async () => ""],
    ["made up", async () => `v1.${"A".repeat(11)}.${"A".repeat(43)}`],
    [
      "of another installation",
      async ({ paymentId }) => makeCheckoutToken(new Secret("ab".repeat(32)), asPaymentId(paymentId), new Date()).token,
    ],
    [
      "at its end",
      async ({ paymentId }) =>
        makeCheckoutToken(await keyOfService(), asPaymentId(paymentId), new Date(Date.now() - 13 * 3_600_000)).token,
    ],
    [
      "with another payment's number put in",
      async (order) => {
        const [mine, other] = [await tokenFor(order), await tokenFor(await fixture.shop.addOrder())];
        return [mine.split(".")[0], other.split(".")[1], mine.split(".")[2]].join(".");
      },
    ],
  ])("%s: is refused without a reason", async (_, make) => {
    const order = await fixture.shop.addOrder();
    await tokenFor(order);
    const token = await make(order);

    const failures = [await failureOf(checkout(token)), await failureOf(send({ token, phoneNumber: "no phone" }))];

    const refusal = { code: "PERMISSION_DENIED", reason: "CHECKOUT_TOKEN_INVALID", metadata: {}, fields: [] };
    expect(failures).toMatchObject([refusal, refusal]);
    expect(click.requests).toEqual([]);
  });
});

describe("the stage", () => {
  const stageOf = async (order: ShopOrder) => (await checkout(await tokenFor(order))).checkout;

  test.each<[AttemptState, Stage, State]>([
    ["REFUSED", Stage.STAGE_PAYABLE, State.STATE_PAYABLE],
    ["PREPARED", Stage.STAGE_IN_PROGRESS, State.STATE_IN_PROGRESS],
    ["CANCELLED", Stage.STAGE_DECLINED, State.STATE_PAYABLE],
    ["EXPIRED", Stage.STAGE_EXPIRED, State.STATE_PAYABLE],
    ["CAPTURED", Stage.STAGE_CAPTURED, State.STATE_CAPTURED],
  ])("of a payment whose attempt is %s", async (attempt, stage, state) => {
    const { order } = await fixture.stage(attempt);

    expect(await stageOf(order)).toMatchObject({ stage, state });
  });

  test("changes from paid to returned with the shop's row", async () => {
    const { order } = await fixture.stage("CAPTURED");
    const set = (columns: string) =>
      fixture.shop.query(`UPDATE b_sale_order_payment SET ${columns} WHERE ID = ?`, [order.paymentId]);

    await set("PAID = 'Y'");
    const paid = await stageOf(order);
    await set("PAID = 'N', IS_RETURN = 'P'");
    const returned = await stageOf(order);

    expect(paid).toMatchObject({ stage: Stage.STAGE_PAID, state: State.STATE_PAID, offersToPay: false });
    expect(returned).toMatchObject({ stage: Stage.STAGE_RETURNED, state: State.STATE_NOT_PAYABLE, offersToPay: false });
  });

  test("of an order that was cancelled after Click took its money: the buyer must hear that it came", async () => {
    const { order } = await fixture.stage("CAPTURED");
    await fixture.shop.query("UPDATE b_sale_order SET CANCELED = 'Y' WHERE ID = ?", [order.orderId]);

    expect(await stageOf(order)).toMatchObject({
      stage: Stage.STAGE_CAPTURED,
      state: State.STATE_CAPTURED,
      offersToPay: false,
    });
  });

  test("of what cannot be paid", async () => {
    const orders = [await fixture.shop.addOrder({ cancelled: true }), await fixture.shop.addOrder({ sums: ["0.00"] })];

    expect(await Promise.all(orders.map(stageOf))).toMatchObject(
      orders.map(() => ({ stage: Stage.STAGE_NOT_PAYABLE, offersToPay: false })),
    );
  });

  test("shows an invoice until a newer attempt", async () => {
    const order = await fixture.shop.addOrder();
    await send({ token: await tokenFor(order) });
    const sent = await stageOf(order);

    const { payment, attemptId } = await fixture.prepared(order);
    const prepared = await stageOf(order);
    await fixture.complete({ ...payment, merchantPrepareId: String(attemptId), error: "-5017" });
    const declined = await stageOf(order);

    expect([sent, prepared, declined]).toMatchObject([
      { stage: Stage.STAGE_INVOICE_SENT, state: State.STATE_PAYABLE, offersToPay: true },
      { stage: Stage.STAGE_IN_PROGRESS, offersToPay: true },
      { stage: Stage.STAGE_DECLINED, lastAttemptDeclined: true, offersToPay: true },
    ]);
  });

  test("says nothing of an invoice that Click refused", async () => {
    const order = await fixture.shop.addOrder();
    click.answer(async () => ({ json: { error_code: -1, error_note: "no" } }));
    await failureOf(send({ token: await tokenFor(order) }));

    expect(await stageOf(order)).toMatchObject({ stage: Stage.STAGE_PAYABLE });
  });
});

describe("click-bridge rotate-checkout-key", () => {
  const rotate = async (...flags: readonly string[]) => {
    const { code, stdout } = await runCli(["rotate-checkout-key", ...flags], {
      CLICKBRIDGE_DATABASE_URL: fixture.shop.url,
    });
    expect([code, stdout]).toEqual([0, expect.stringContaining("tokens of a new key")]);
    return stdout;
  };
  /** A replica that was not there when the key changed. */
  const replica = async (): Promise<TestService> => {
    const started = await startTestService({ databaseUrl: fixture.shop.url });
    onTestFinished(() => started.stop());
    return started;
  };
  const seenBy = (by: TestService, token: string) =>
    call(by.checkout, by.checkout.getCheckoutByToken, { token }).then(
      ({ checkout: found }) => found?.stage,
      (error: unknown) => failureOf(Promise.reject(error)).then(({ reason }) => reason),
    );

  test("makes another key; pages that are open go on, as long as their tokens live", async () => {
    const order = await fixture.shop.addOrder();
    const [token, key] = [await tokenFor(order), await keyOfService()];

    await rotate();
    const after = await replica();
    const newToken = await tokenFor(order, after);

    expect((await keyOfService()).reveal()).not.toBe(key.reveal());
    expect([await seenBy(after, token), await seenBy(after, newToken)]).toEqual([
      Stage.STAGE_PAYABLE,
      Stage.STAGE_PAYABLE,
    ]);
  });

  test("the key before the last is good for nothing once no token of it can live, and after another rotation", async () => {
    const order = await fixture.shop.addOrder();
    const token = await tokenFor(order, await replica());
    await rotate();
    await fixture.shop.query(
      "UPDATE clickbridge_checkout_key SET create_time = UTC_TIMESTAMP(3) - INTERVAL 13 HOUR WHERE id = 2",
    );
    const late = await seenBy(await replica(), token);
    const second = await tokenFor(order, await replica());
    await rotate();
    await rotate();

    expect([late, await seenBy(await replica(), second)]).toEqual(["CHECKOUT_TOKEN_INVALID", "CHECKOUT_TOKEN_INVALID"]);
  });

  test("--end-tokens ends all of them", async () => {
    const token = await tokenFor(await fixture.shop.addOrder(), await replica());

    const said = await rotate("--end-tokens");

    expect(said).toContain("good for nothing more");
    expect(await seenBy(await replica(), token)).toBe("CHECKOUT_TOKEN_INVALID");
  });

  test("works where no key was ever made", async () => {
    await fixture.shop.query("DELETE FROM clickbridge_checkout_key");

    await rotate();

    expect(await seenBy(await replica(), await tokenFor(await fixture.shop.addOrder(), await replica()))).toBe(
      Stage.STAGE_PAYABLE,
    );
  });
});

describe("SendInvoiceByToken", () => {
  test("sends the invoice of the token's payment once, however often it is asked", async () => {
    const order = await fixture.shop.addOrder({ sums: ["1500.00"] });
    const invoice = { token: await tokenFor(order), phoneNumber: "+998 90 123-45-67", requestId: randomUUID() };

    const [one, two] = [await send(invoice), await send({ ...invoice, callerAddress: "2001:db8::7" })];

    expect(one.invoice).toMatchObject({
      state: Invoice_State.STATE_CREATED,
      amountTiyin: 150_000n,
      maskedPhoneNumber: "********4567",
    });
    expect(two.invoice?.invoiceId).toBe(one.invoice?.invoiceId);
    expect(click.requests).toMatchObject([{ path: "/invoice/create", body: { merchant_trans_id: order.number } }]);
  });

  test("sends none for a payment that Click has captured", async () => {
    const { order } = await fixture.stage("CAPTURED");

    const failure = await failureOf(send({ token: await tokenFor(order) }));

    expect(failure).toMatchObject({ reason: "PAYMENT_NOT_PAYABLE", metadata: { why: "TAKEN" } });
    expect(click.requests).toEqual([]);
  });

  test("names every fault at once", async () => {
    const token = await tokenFor(await fixture.shop.addOrder());

    const failure = await failureOf(send({ token, requestId: "1", phoneNumber: "1", callerAddress: "1".repeat(65) }));

    expect(failure.fields).toEqual(["request_id", "phone_number", "caller_address"]);
  });
});

describe("too many invoices within the hour", () => {
  const tooMany = { code: "RESOURCE_EXHAUSTED", reason: "TOO_MANY_INVOICES" };

  test("of a payment, also those of a back office, are refused until the oldest of them is an hour old", async () => {
    const order = await fixture.shop.addOrder();
    await addInvoices(4, { paymentId: order.paymentId, agoSeconds: 3_000 });
    await addInvoices(1, { paymentId: order.paymentId, agoSeconds: 10 });
    const token = await tokenFor(order);

    const failure = await failureOf(send({ token }));

    expect(failure).toMatchObject({ ...tooMany, metadata: { limit: "PAYMENT" } });
    const { retryDelaySeconds = 0 } = failure;
    expect(retryDelaySeconds).toBeGreaterThan(500);
    expect(retryDelaySeconds).toBeLessThanOrEqual(600);
    expect(failure.metadata["retryAfterSeconds"]).toBe(String(retryDelaySeconds));
    expect(click.requests).toEqual([]);
  });

  test("that have left the hour count no more", async () => {
    const order = await fixture.shop.addOrder();
    await addInvoices(5, { paymentId: order.paymentId, agoSeconds: 3_601 });

    const { invoice } = await send({ token: await tokenFor(order) });

    expect(invoice?.state).toBe(Invoice_State.STATE_CREATED);
  });

  test("to a phone, whatever the payment", async () => {
    const phone = newPhone();
    await addInvoices(5, { phone });

    const failure = await failureOf(
      send({ token: await tokenFor(await fixture.shop.addOrder()), phoneNumber: `+${phone}` }),
    );

    expect(failure).toMatchObject({ ...tooMany, metadata: { limit: "PHONE" } });
  });

  test("from a network, whatever the payment and the phone", async () => {
    await addInvoices(30, { network: "2001:db8:5:6::/64" });

    const failure = await failureOf(
      send({ token: await tokenFor(await fixture.shop.addOrder()), callerAddress: "2001:db8:5:6:7::8" }),
    );

    expect(failure).toMatchObject({ ...tooMany, metadata: { limit: "ADDRESS" } });
  });

  test("asked for at once pass one by one: no more than may be", async () => {
    const phoneNumber = newPhone();
    const tokens = await Promise.all(Array.from({ length: 9 }, async () => tokenFor(await fixture.shop.addOrder())));

    const ends = await Promise.allSettled(tokens.map((token) => send({ token, phoneNumber })));

    expect(ends.filter((end) => end.status === "fulfilled")).toHaveLength(5);
    expect(click.requests).toHaveLength(5);
  });

  test("a repeat of one that was sent is still answered", async () => {
    const order = await fixture.shop.addOrder();
    const invoice = { token: await tokenFor(order), phoneNumber: newPhone(), requestId: randomUUID() };
    const first = await send(invoice);
    await addInvoices(5, { paymentId: order.paymentId });

    const again = await send(invoice);

    expect(again.invoice?.invoiceId).toBe(first.invoice?.invoiceId);
  });

  test("in all, those of a back office aside, leave each payment its first invoice", async () => {
    const token = await tokenFor(await fixture.shop.addOrder());
    await addInvoices(1_000, {});
    const { invoice } = await send({ token });
    await addInvoices(1_000, { network: "192.0.2.1" });

    const failure = await failureOf(send({ token }));
    const others = await send({ token: await tokenFor(await fixture.shop.addOrder()) });
    await fixture.shop.query("DELETE FROM clickbridge_invoice WHERE caller = 'old'");

    expect(invoice?.state).toBe(Invoice_State.STATE_CREATED);
    expect(failure).toMatchObject({ ...tooMany, metadata: { limit: "ALL" } });
    // Else a few dozen addresses could keep every buyer from the form.
    expect(others.invoice?.state).toBe(Invoice_State.STATE_CREATED);
  });
});
