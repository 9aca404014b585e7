import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PaidByClick } from "../../../src/app/payments/paid-by-click.ts";
import type { ChargeCardTokenRequest } from "../../../src/gen/clickbridge/v1/card_service.ts";
import { Charge_Confirmation, Charge_Kind, Charge_State } from "../../../src/gen/clickbridge/v1/charge.ts";
import { GetCheckoutResponse_State as CheckoutState } from "../../../src/gen/clickbridge/v1/checkout_service.ts";
import type { PaidWithoutCallback } from "../../../src/payment/judge-paid-without-callback.ts";
import { CARD_TOKEN, type CallName, charged, fakeClick, refused, UNKNOWN } from "../../support/click/fake-click.ts";
import { failureOf } from "../../support/service/failure.ts";
import { NO_FILTER } from "../../support/service/rpcs.ts";
import { call, startTestService, type TestService } from "../../support/service/service.ts";
import { purchase } from "../../support/shop/purchase.ts";
import { createShop, SERVICE, type Shop } from "../../support/shop/shop.ts";

const click = fakeClick();
const serviceId = BigInt(SERVICE.serviceId);

let shop: Shop;
let service: TestService;
let recorded: PaidWithoutCallback[] = [];

beforeAll(async () => {
  shop = await createShop();
  const paidByClick: PaidByClick = {
    record: async (capture) => {
      recorded.push(capture);
      return "CAPTURED";
    },
  };
  service = await startTestService({ databaseUrl: shop.url, parts: { click: click.api, paidByClick } });
});
afterAll(async () => {
  await service.stop();
  await shop.stop();
});
beforeEach(() => {
  click.reset();
  recorded = [];
});

const requestToken = (
  change: { readonly cardNumber?: string; readonly expireDate?: string; readonly id?: bigint } = {},
) =>
  call(service.cards, service.cards.requestCardToken, {
    serviceId: change.id ?? serviceId,
    cardNumber: "8600 1234 1234 5678",
    expireDate: "0399",
    temporary: true,
    ...change,
  });
const verify = (smsCode = "123456", cardToken = CARD_TOKEN) =>
  call(service.cards, service.cards.verifyCardToken, { serviceId, cardToken, smsCode });
const remove = () => call(service.cards, service.cards.deleteCardToken, { serviceId, cardToken: CARD_TOKEN });
const charge = (request: Partial<ChargeCardTokenRequest> & { readonly paymentId: bigint }) =>
  call(service.cards, service.cards.chargeCardToken, {
    requestId: randomUUID(),
    cardToken: CARD_TOKEN,
    userId: "",
    ...request,
  });

/** A charge of a new order's payment, as a request that can be repeated. */
async function newCharge() {
  const order = await shop.addOrder();
  return { paymentId: BigInt(order.paymentId), requestId: randomUUID() };
}

const stored = (paymentId: bigint) =>
  shop.query("SELECT * FROM clickbridge_charge WHERE payment_id = ? ORDER BY id", [Number(paymentId)]);
const eventsOf = async (chargeId: bigint | undefined) =>
  (
    await shop.query("SELECT type FROM clickbridge_event WHERE aggregate_type = 'charge' AND aggregate_id = ?", [
      String(chargeId),
    ])
  ).map((row) => row["type"]);
const anomaliesOf = async (chargeId: bigint | undefined) =>
  (await shop.query("SELECT kind FROM clickbridge_anomaly WHERE subject = ?", [`charge:${chargeId}`])).map(
    (row) => row["kind"],
  );

describe("RequestCardToken", () => {
  test("gives Click's token and its mask of the phone, and writes nothing", async () => {
    const made = await requestToken();

    expect(made).toEqual({ cardToken: CARD_TOKEN, maskedPhoneNumber: "99890***67", temporary: false });
    expect(click.calls).toEqual([
      {
        name: "requestCardToken",
        serviceId: SERVICE.serviceId,
        given: [{ cardNumber: "8600123412345678", expireDate: "0399", temporary: true }],
      },
    ]);
    expect(await shop.query("SELECT id FROM clickbridge_event")).toEqual([]);
  });

  test.each([
    ["a card number with a letter", { cardNumber: "860012341234567x" }, "card_number"],
    ["a card number of 15 digits", { cardNumber: "860012341234567" }, "card_number"],
    ["a 13th month", { expireDate: "1399" }, "expire_date"],
    ["an expiry date with a stroke", { expireDate: "03/99" }, "expire_date"],
    ["no service", { id: 0n }, "service_id"],
  ])("refuses %s, and does not repeat it", async (_, change, field) => {
    const failure = await failureOf(requestToken(change));

    expect(failure).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST", fields: [field] });
    for (const value of Object.values(change)) expect(failure.message).not.toContain(` ${value}`);
    expect(click.calls).toEqual([]);
  });

  test("of a service that no pay system has is not configured", async () => {
    const failure = await failureOf(requestToken({ id: 404n }));

    expect(failure).toMatchObject({ code: "FAILED_PRECONDITION", reason: "CLICK_SERVICE_NOT_CONFIGURED" });
    expect(failure.metadata).toEqual({ serviceId: "404", why: "no pay system has it" });
  });
});

test("VerifyCardToken gives the card as Click masks it", async () => {
  const verified = await verify();

  expect(verified).toEqual({ maskedCardNumber: "8600 31** **** 3893" });
  expect(click.calls[0]?.given).toEqual([{ cardToken: CARD_TOKEN, smsCode: "123456" }]);
});

test.each([
  ["sms_code", () => verify("12 34")],
  ["card_token", () => verify("1234", "two words")],
  ["card_token", () => verify("1234", "x".repeat(129))],
])("a wrong %s is refused before Click is asked", async (field, send) => {
  const failure = await failureOf(send());

  expect(failure.fields).toEqual([field]);
  expect(click.calls).toEqual([]);
});

test("DeleteCardToken has Click forget the token", async () => {
  await remove();

  expect(click.calls).toMatchObject([{ name: "deleteCardToken", given: [CARD_TOKEN] }]);
});

const PASSING: readonly [CallName, () => Promise<unknown>][] = [
  ["requestCardToken", () => requestToken()],
  ["verifyCardToken", () => verify()],
  ["deleteCardToken", remove],
];

describe("a call that stores nothing", () => {
  test.each(PASSING)("%s that Click refuses fails with Click's code and a stable name", async (name, send) => {
    click.answer(name, () => refused("SMS_CODE_WRONG", -302, "wrong code"));

    const failure = await failureOf(send());

    expect(failure).toMatchObject({ code: "FAILED_PRECONDITION", reason: "CLICK_REFUSED" });
    expect(failure.metadata).toEqual({ clickErrorCode: "-302", clickRefusal: "SMS_CODE_WRONG" });
    expect(failure.message).toContain("wrong code");
  });

  test.each(PASSING)("%s whose reply is lost says so", async (name, send) => {
    click.answer(name, () => UNKNOWN);

    const failure = await failureOf(send());

    expect(failure).toMatchObject({ code: "UNKNOWN", reason: "CLICK_REPLY_LOST" });
  });
});

describe("ChargeCardToken", () => {
  test("charges the sum of the shop once, and says whose money it is", async () => {
    const order = await shop.addOrder({ sums: ["1500.50"] });
    const paymentId = BigInt(order.paymentId);

    const { charge: made } = await charge({ paymentId, userId: "manager 7" });

    expect(made).toMatchObject({
      kind: Charge_Kind.KIND_CARD,
      state: Charge_State.STATE_DONE,
      confirmation: Charge_Confirmation.CONFIRMATION_NOT_NEEDED,
      paymentId,
      serviceId,
      amountTiyin: 150_050n,
    });
    expect(click.calls).toEqual([
      {
        name: "chargeCardToken",
        serviceId: SERVICE.serviceId,
        given: [{ cardToken: CARD_TOKEN, amountTiyin: 150_050n, reference: order.number }],
      },
    ]);
    expect(recorded).toEqual([
      {
        serviceId: SERVICE.serviceId,
        paymentId: order.paymentId,
        clickPaymentId: made?.clickPaymentId,
        amountTiyin: 150_050n,
        feeTiyin: 0n,
        source: "CARD",
        actor: "office",
        reference: expect.any(String),
      },
    ]);
    expect(await stored(paymentId)).toMatchObject([{ state: "DONE", caller: "office", user_id: "manager 7" }]);
    expect(await eventsOf(made?.chargeId)).toEqual(["charge.done"]);
  });

  test("is stored and claimed before it is sent", async () => {
    const request = await newCharge();
    const seen: unknown[] = [];
    click.answer("chargeCardToken", async () => {
      seen.push(...(await stored(request.paymentId)).map((row) => row["state"]));
      return charged("PAID");
    });

    await charge(request);

    expect(seen).toEqual(["SENDING"]);
  });

  test("by 20 callers with one request id reaches Click once", async () => {
    const request = await newCharge();

    const replies = await Promise.all(Array.from({ length: 20 }, () => charge(request)));
    const later = await charge({ ...request, requestId: request.requestId.toUpperCase() });

    expect(new Set([...replies, later].map((reply) => reply.charge?.chargeId)).size).toBe(1);
    expect(later.charge?.state).toBe(Charge_State.STATE_DONE);
    expect(click.calls).toHaveLength(1);
  });

  test("by 20 callers with different request ids reaches Click once", async () => {
    const { paymentId } = await newCharge();

    const ends = await Promise.all(
      Array.from({ length: 20 }, () =>
        charge({ paymentId }).then(
          () => "charged",
          (error: unknown) => failureOf(Promise.reject(error)).then((failure) => failure.reason),
        ),
      ),
    );

    expect(ends.filter((end) => end === "charged")).toHaveLength(1);
    expect(ends.filter((end) => !["charged", "CHARGE_OPEN", "PAYMENT_NOT_PAYABLE"].includes(end))).toEqual([]);
    expect(click.calls).toHaveLength(1);
  });

  test("again with another token is the same charge: no token is kept to compare", async () => {
    const request = await newCharge();
    const first = await charge(request);

    const second = await charge({ ...request, cardToken: "another-token" });

    expect(second.charge).toEqual(first.charge);
    expect(click.calls).toHaveLength(1);
  });

  test("by another person under the same request id is the same charge", async () => {
    const request = await newCharge();
    const first = await charge({ ...request, userId: "anna" });

    const second = await charge({ ...request, userId: "boris" });

    expect(second.charge).toEqual(first.charge);
    expect(click.calls).toHaveLength(1);
  });

  test("of another payment under the same request id is refused", async () => {
    const request = await newCharge();
    const other = await newCharge();
    await charge(request);

    const failure = await failureOf(charge({ ...request, paymentId: other.paymentId }));

    expect(failure).toMatchObject({ code: "ALREADY_EXISTS", reason: "REQUEST_ID_REUSED" });
    expect(click.calls).toHaveLength(1);
  });

  test("names every fault at once, and not the token", async () => {
    const failure = await failureOf(
      charge({ paymentId: 0n, requestId: "7", cardToken: "secret token", userId: "u".repeat(65) }),
    );

    expect(failure.fields).toEqual(["request_id", "payment_id", "card_token", "user_id"]);
    expect(failure.message).not.toContain("secret token");
  });

  test("of a payment that Click has taken is refused", async () => {
    const { order } = await purchase(service, shop);

    const failure = await failureOf(charge({ paymentId: BigInt(order.paymentId) }));

    expect(failure).toMatchObject({ code: "FAILED_PRECONDITION", reason: "PAYMENT_NOT_PAYABLE" });
    expect(failure.metadata["why"]).toBe("TAKEN");
    expect(click.calls).toEqual([]);
  });

  test("of a payment that a charge has taken is refused, before Bitrix or a callback knows", async () => {
    const request = await newCharge();
    await charge(request);

    const failure = await failureOf(charge({ paymentId: request.paymentId }));

    expect(failure.metadata["why"]).toBe("TAKEN");
    expect(click.calls).toHaveLength(1);
  });

  test("that was left STORED is not sent once the payment was taken otherwise", async () => {
    const request = await newCharge();
    await charge(request);
    await shop.query("UPDATE clickbridge_charge SET state = 'STORED' WHERE payment_id = ?", [
      Number(request.paymentId),
    ]);
    await shop.query("UPDATE b_sale_order_payment SET PAID = 'Y' WHERE ID = ?", [Number(request.paymentId)]);

    const failure = await failureOf(charge(request));

    expect(failure.metadata["why"]).toBe("TAKEN");
    expect(click.calls).toHaveLength(1);
  });

  test("that was left STORED by a process that died is sent by the same request", async () => {
    const request = await newCharge();
    await charge(request);
    await shop.query("UPDATE clickbridge_charge SET state = 'STORED', click_payment_id = NULL WHERE payment_id = ?", [
      Number(request.paymentId),
    ]);

    const { charge: sent } = await charge(request);

    expect(sent?.state).toBe(Charge_State.STATE_DONE);
    expect(click.calls).toHaveLength(2);
  });
});

describe("when Click", () => {
  test("refuses a charge, the caller gets its code and a stable name each time, and another charge may follow", async () => {
    const request = await newCharge();
    click.answer("chargeCardToken", () => refused("AMOUNT_TOO_SMALL", -6, "too small"));

    const failures = [await failureOf(charge(request)), await failureOf(charge(request))];
    click.reset();
    const again = await charge({ paymentId: request.paymentId });

    for (const failure of failures) {
      expect(failure).toMatchObject({ code: "FAILED_PRECONDITION", reason: "CLICK_REFUSED" });
      expect(failure.metadata).toEqual({ clickErrorCode: "-6", clickRefusal: "AMOUNT_TOO_SMALL" });
      expect(failure.message).toContain("too small");
    }
    expect(again.charge?.state).toBe(Charge_State.STATE_DONE);
    const [first] = await stored(request.paymentId);
    expect(await eventsOf(BigInt(first?.["id"]))).toEqual(["charge.refused"]);
  });

  test("does not answer, the charge is UNKNOWN, never sent again, and blocks others until a person decides", async () => {
    const request = await newCharge();
    click.answer("chargeCardToken", () => UNKNOWN);

    const first = await charge(request);
    click.reset();
    const second = await charge(request);
    const other = await failureOf(charge({ paymentId: request.paymentId }));

    const states = [first, second].map((reply) => reply.charge?.state);
    expect(states).toEqual([Charge_State.STATE_UNKNOWN, Charge_State.STATE_UNKNOWN]);
    expect(other).toMatchObject({ code: "FAILED_PRECONDITION", reason: "CHARGE_OPEN" });
    expect(other.metadata).toEqual({
      paymentId: String(request.paymentId),
      chargeId: String(first.charge?.chargeId),
    });
    expect(click.calls).toEqual([]);
    expect(recorded).toEqual([]);
    expect(await anomaliesOf(first.charge?.chargeId)).toEqual(["CHARGE_UNKNOWN"]);
    expect(await eventsOf(first.charge?.chargeId)).toEqual(["charge.unknown"]);
  });

  test.each(["STORED", "SENDING"])("was perhaps never asked, a charge that is %s blocks another one", async (state) => {
    const request = await newCharge();
    await charge(request);
    await shop.query("UPDATE clickbridge_charge SET state = ? WHERE payment_id = ?", [
      state,
      Number(request.paymentId),
    ]);

    const failure = await failureOf(charge({ paymentId: request.paymentId }));

    expect(failure.reason).toBe("CHARGE_OPEN");
  });

  test("may have got the request before we died, it is not sent again", async () => {
    const request = await newCharge();
    await charge(request);
    await shop.query("UPDATE clickbridge_charge SET state = 'SENDING' WHERE payment_id = ?", [
      Number(request.paymentId),
    ]);

    const { charge: unsure } = await charge(request);

    expect(unsure?.state).toBe(Charge_State.STATE_SENDING);
    expect(click.calls).toHaveLength(1);
  });

  test.each(["CREATED", "PROCESSING"] as const)(
    "says %s, the charge stays open with Click's number",
    async (status) => {
      const request = await newCharge();
      click.answer("chargeCardToken", () => charged(status, "987654321"));

      const { charge: open } = await charge(request);
      const other = await failureOf(charge({ paymentId: request.paymentId }));

      expect(open).toMatchObject({ state: Charge_State.STATE_PROCESSING, clickPaymentId: "987654321" });
      expect(other.reason).toBe("CHARGE_OPEN");
      expect(recorded).toEqual([]);
      expect(await eventsOf(open?.chargeId)).toEqual([]);
    },
  );

  test("says FAILED, no money was taken, and another charge may follow", async () => {
    const request = await newCharge();
    click.answer("chargeCardToken", () => charged("FAILED"));

    const { charge: failed } = await charge(request);
    click.reset();
    const again = await charge({ paymentId: request.paymentId });

    expect(failed?.state).toBe(Charge_State.STATE_FAILED);
    expect(again.charge?.state).toBe(Charge_State.STATE_DONE);
    expect(await eventsOf(failed?.chargeId)).toEqual(["charge.refused"]);
  });
});

test("a charge is part of its payment, and found by Click's number", async () => {
  const request = await newCharge();
  const { charge: made } = await charge(request);

  const { payment } = await call(service.payments, service.payments.getPayment, { paymentId: request.paymentId });
  const { payments } = await call(service.payments, service.payments.listPayments, {
    ...NO_FILTER,
    clickId: made?.clickPaymentId ?? "",
  });

  expect(payment?.charges).toEqual([made]);
  expect(payments.map((found) => found.paymentId)).toEqual([request.paymentId]);
});

test.each<[string, () => ReturnType<typeof charged> | typeof UNKNOWN, CheckoutState]>([
  ["was taken", () => charged("PAID"), CheckoutState.STATE_CAPTURED],
  ["is under way", () => charged("PROCESSING"), CheckoutState.STATE_IN_PROGRESS],
  ["nobody knows about", () => UNKNOWN, CheckoutState.STATE_IN_PROGRESS],
  ["failed", () => charged("FAILED"), CheckoutState.STATE_PAYABLE],
])("a payment page shows a charge that %s", async (_, answer, state) => {
  const request = await newCharge();
  click.answer("chargeCardToken", answer);
  await charge(request);

  const shown = await call(service.checkout, service.checkout.getCheckout, { paymentId: request.paymentId });

  expect(shown.state).toBe(state);
});

test("money that could not be made the payment's at once is, when the request is repeated", async () => {
  let isDown = true;
  const captures: PaidWithoutCallback[] = [];
  const paidByClick: PaidByClick = {
    record: async (capture) => {
      if (isDown) throw new Error("away");
      captures.push(capture);
      return "CAPTURED";
    },
  };
  const shaky = await startTestService({ databaseUrl: shop.url, parts: { click: click.api, paidByClick } });
  const request = { ...(await newCharge()), cardToken: CARD_TOKEN, userId: "" };
  const send = () => call(shaky.cards, shaky.cards.chargeCardToken, request);

  const failure = await failureOf(send());
  isDown = false;
  const repeated = await send();
  await shaky.stop();

  expect(failure.reason).toBe("INTERNAL");
  expect(repeated.charge?.state).toBe(Charge_State.STATE_DONE);
  expect(captures).toHaveLength(1);
  expect(click.calls).toHaveLength(1);
});
