import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PaidByClick } from "../../../src/app/payments/paid-by-click.ts";
import {
  Charge_CardType,
  Charge_Kind,
  Charge_Processing,
  Charge_Confirmation as Confirmation,
  Charge_State as State,
} from "../../../src/gen/clickbridge/v1/charge.ts";
import type { ChargeClickPassRequest } from "../../../src/gen/clickbridge/v1/pass_service.ts";
import type { PaidWithoutCallback } from "../../../src/payment/judge-paid-without-callback.ts";
import { CARD_TOKEN, fakeClick, passCharged, refused, UNKNOWN } from "../../support/click/fake-click.ts";
import { failureOf } from "../../support/service/failure.ts";
import { call, startTestService, type TestService } from "../../support/service/service.ts";
import { purchase } from "../../support/shop/purchase.ts";
import { createShop, SERVICE, type Shop } from "../../support/shop/shop.ts";

const click = fakeClick();
const serviceId = BigInt(SERVICE.serviceId);
const OTP_DATA = "otp-of-a-customer-4711";

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

const charge = (request: Partial<ChargeClickPassRequest> & { readonly paymentId: bigint }) =>
  call(service.pass, service.pass.chargeClickPass, {
    requestId: randomUUID(),
    otpData: OTP_DATA,
    cashboxCode: "",
    userId: "",
    ...request,
  });
const confirm = (chargeId: bigint, userId = "") =>
  call(service.pass, service.pass.confirmClickPass, { chargeId, userId });

async function newCharge() {
  const order = await shop.addOrder();
  return { paymentId: BigInt(order.paymentId), requestId: randomUUID() };
}

/** A charge that waits for the cashier; Click is asked afresh from then on. */
async function waitingCharge() {
  click.answer("chargeClickPass", () => passCharged("CREATED", true));
  const { charge: made } = await charge(await newCharge());
  click.reset();
  return { chargeId: made?.chargeId ?? 0n, clickPaymentId: made?.clickPaymentId ?? "", made };
}

const callsOf = (name: string) => click.calls.filter((asked) => asked.name === name);
const row = async (chargeId: bigint) =>
  (await shop.query("SELECT * FROM clickbridge_charge WHERE id = ?", [Number(chargeId)]))[0];

describe("ChargeClickPass", () => {
  test("charges the shop's sum by the customer's code, and returns how the money was taken", async () => {
    const order = await shop.addOrder({ sums: ["99.01"] });

    const { charge: made } = await charge({ paymentId: BigInt(order.paymentId), cashboxCode: "desk 4" });

    expect(made).toMatchObject({
      kind: Charge_Kind.KIND_PASS,
      state: State.STATE_DONE,
      confirmation: Confirmation.CONFIRMATION_NOT_NEEDED,
      confirmExpireTime: undefined,
      cardType: Charge_CardType.CARD_TYPE_PRIVATE,
      processing: Charge_Processing.PROCESSING_HUMO,
    });
    expect(click.calls).toEqual([
      {
        name: "chargeClickPass",
        serviceId: SERVICE.serviceId,
        given: [{ otpData: OTP_DATA, amountTiyin: 9_901n, reference: order.number, cashboxCode: "desk 4" }],
      },
    ]);
    expect(recorded).toMatchObject([{ source: "PASS", clickPaymentId: made?.clickPaymentId, amountTiyin: 9_901n }]);
  });

  test("by 20 callers with one request id reaches Click once", async () => {
    const request = await newCharge();

    const replies = await Promise.all(Array.from({ length: 20 }, () => charge(request)));

    expect(new Set(replies.map((reply) => reply.charge?.chargeId)).size).toBe(1);
    expect(click.calls).toHaveLength(1);
  });

  test("by another person under the same request id is the same charge", async () => {
    const request = await newCharge();
    const first = await charge({ ...request, userId: "anna" });

    const second = await charge({ ...request, userId: "boris" });

    expect(second.charge).toEqual(first.charge);
    expect(click.calls).toHaveLength(1);
  });

  test("with another cash desk under the same request id is refused, with another code it is the same charge", async () => {
    const request = await newCharge();
    const first = await charge(request);

    const failure = await failureOf(charge({ ...request, cashboxCode: "desk 5" }));
    const second = await charge({ ...request, otpData: "another-code" });

    expect(failure).toMatchObject({ code: "ALREADY_EXISTS", reason: "REQUEST_ID_REUSED" });
    expect(second.charge).toEqual(first.charge);
    expect(click.calls).toHaveLength(1);
  });

  test("shares its request ids with no other RPC", async () => {
    const request = await newCharge();
    click.answer("chargeClickPass", () => refused("OTHER", -1));
    await failureOf(charge(request));

    const { charge: card } = await call(service.cards, service.cards.chargeCardToken, {
      ...{ ...request, userId: "" },
      cardToken: CARD_TOKEN,
    });

    expect(card).toMatchObject({ kind: Charge_Kind.KIND_CARD, state: State.STATE_DONE });
  });

  test("is refused while a card's charge of the same payment is open", async () => {
    const request = await newCharge();
    click.answer("chargeCardToken", () => UNKNOWN);
    await call(service.cards, service.cards.chargeCardToken, { ...request, userId: "", cardToken: CARD_TOKEN });

    const failure = await failureOf(charge({ paymentId: request.paymentId }));

    expect(failure.reason).toBe("CHARGE_OPEN");
    expect(callsOf("chargeClickPass")).toEqual([]);
  });

  test("of a payment that is taken is refused", async () => {
    const { order } = await purchase(service, shop);

    const failure = await failureOf(charge({ paymentId: BigInt(order.paymentId) }));

    expect([failure.reason, failure.metadata["why"]]).toEqual(["PAYMENT_NOT_PAYABLE", "TAKEN"]);
    expect(click.calls).toEqual([]);
  });

  test("that Click refuses fails with Click's code and a stable name", async () => {
    click.answer("chargeClickPass", () => refused("SERVICE_UNAVAILABLE", -21, "not for you"));

    const failure = await failureOf(charge(await newCharge()));

    expect(failure).toMatchObject({ code: "FAILED_PRECONDITION", reason: "CLICK_REFUSED" });
    expect(failure.metadata).toEqual({ clickErrorCode: "-21", clickRefusal: "SERVICE_UNAVAILABLE" });
  });

  test("whose reply is lost is UNKNOWN and stays so", async () => {
    const request = await newCharge();
    click.answer("chargeClickPass", () => UNKNOWN);

    const first = await charge(request);
    click.reset();
    const second = await charge(request);

    expect([first, second].map((reply) => reply.charge?.state)).toEqual([State.STATE_UNKNOWN, State.STATE_UNKNOWN]);
    expect(click.calls).toEqual([]);
  });

  test("names every fault at once, and not the code", async () => {
    const otpData = "o".repeat(257);

    const failure = await failureOf(
      charge({ paymentId: 0n, requestId: "7", otpData, cashboxCode: "c".repeat(65), userId: "u".repeat(65) }),
    );

    expect(failure.fields).toEqual(["request_id", "payment_id", "otp_data", "cashbox_code", "user_id"]);
    expect(failure.message).not.toContain(otpData);
  });
});

describe("ConfirmClickPass", () => {
  test.each(["CREATED", "PAID"] as const)(
    "%s and not confirmed is not paid: it waits, and says how long",
    async (status) => {
      click.answer("chargeClickPass", () => passCharged(status, true));

      const { charge: made } = await charge(await newCharge());

      expect(made).toMatchObject({ state: State.STATE_PROCESSING, confirmation: Confirmation.CONFIRMATION_WAITING });
      const expiry = await shop.query(
        "SELECT send_time + INTERVAL 25 SECOND AS expiry FROM clickbridge_charge WHERE id = ?",
        [Number(made?.chargeId)],
      );
      expect(made?.confirmExpireTime?.toISOString().slice(0, 19)).toBe(utc(expiry[0]?.["expiry"]).slice(0, 19));
      expect(recorded).toEqual([]);
    },
  );

  test("confirms it, asks Click about the money, and says whose it is", async () => {
    const { chargeId, clickPaymentId } = await waitingCharge();

    const { charge: confirmed } = await confirm(chargeId, "cashier 3");

    expect(confirmed).toMatchObject({ state: State.STATE_DONE, confirmation: Confirmation.CONFIRMATION_CONFIRMED });
    expect(click.calls.map(({ name, given }) => [name, given])).toEqual([
      ["confirmClickPass", [clickPaymentId]],
      ["paymentStatus", [clickPaymentId]],
    ]);
    expect(recorded).toMatchObject([{ source: "PASS", clickPaymentId }]);
    expect(await row(chargeId)).toMatchObject({
      confirm_caller: "office",
      confirm_user_id: "cashier 3",
      state: "DONE",
    });
  });

  test("twice, and by 20 at once, asks Click once", async () => {
    const { chargeId } = await waitingCharge();

    const replies = await Promise.all(Array.from({ length: 20 }, () => confirm(chargeId)));
    const later = await confirm(chargeId);

    expect(callsOf("confirmClickPass")).toHaveLength(1);
    expect(new Set(replies.map((reply) => reply.charge?.chargeId))).toEqual(new Set([chargeId]));
    expect(later.charge?.confirmation).toBe(Confirmation.CONFIRMATION_CONFIRMED);
  });

  test("too late is refused, for Click cancels the payment", async () => {
    const { chargeId } = await waitingCharge();
    await shop.query("UPDATE clickbridge_charge SET send_time = send_time - INTERVAL 25 SECOND WHERE id = ?", [
      Number(chargeId),
    ]);

    const failure = await failureOf(confirm(chargeId));

    expect(failure).toMatchObject({ code: "FAILED_PRECONDITION", reason: "CONFIRM_TOO_LATE" });
    expect(failure.metadata).toEqual({ chargeId: String(chargeId) });
    expect(click.calls).toEqual([]);
  });

  test("whose reply is lost is UNKNOWN, never sent again, and records no money", async () => {
    const { chargeId } = await waitingCharge();
    click.answer("confirmClickPass", () => UNKNOWN);

    const first = await confirm(chargeId);
    const second = await confirm(chargeId);

    for (const { charge: unsure } of [first, second]) {
      expect(unsure).toMatchObject({ state: State.STATE_PROCESSING, confirmation: Confirmation.CONFIRMATION_UNKNOWN });
    }
    expect(click.calls).toHaveLength(1);
    expect(recorded).toEqual([]);
  });

  test("that Click refuses stays refused", async () => {
    const { chargeId } = await waitingCharge();
    click.answer("confirmClickPass", () => refused("OTHER", -500, "server error"));

    const failures = [await failureOf(confirm(chargeId)), await failureOf(confirm(chargeId))];

    for (const failure of failures) {
      expect(failure).toMatchObject({ code: "FAILED_PRECONDITION", reason: "CLICK_REFUSED" });
      expect(failure.metadata).toEqual({ clickErrorCode: "-500", clickRefusal: "OTHER" });
    }
    expect(click.calls).toHaveLength(1);
  });

  test("that Click refused is no failure of the charge itself, nor once Click took the money", async () => {
    click.answer("chargeClickPass", () => passCharged("CREATED", true));
    const request = await newCharge();
    const { charge: made } = await charge(request);
    click.answer("confirmClickPass", () => refused("OTHER", -500));
    await failureOf(confirm(made?.chargeId ?? 0n));

    const { charge: same } = await charge(request);
    await shop.query("UPDATE clickbridge_charge SET state = 'DONE' WHERE id = ?", [Number(made?.chargeId)]);
    const { charge: paid } = await confirm(made?.chargeId ?? 0n);

    expect(same?.confirmation).toBe(Confirmation.CONFIRMATION_REFUSED);
    expect(paid?.state).toBe(State.STATE_DONE);
  });

  test("that never reached Click may be sent again in time", async () => {
    const { chargeId } = await waitingCharge();
    click.answer("confirmClickPass", () => refused("NOT_SENT", 0, "no connection"));
    const failure = await failureOf(confirm(chargeId));
    click.reset();

    const { charge: confirmed } = await confirm(chargeId);

    expect(failure.metadata["clickRefusal"]).toBe("NOT_SENT");
    expect(confirmed?.state).toBe(State.STATE_DONE);
  });

  test.each([
    ["still works at it", "PROCESSING", State.STATE_PROCESSING],
    ["took no money", "FAILED", State.STATE_FAILED],
  ] as const)("when Click %s afterwards, says so", async (_, status, state) => {
    const { chargeId } = await waitingCharge();
    click.answer("paymentStatus", () => ({ kind: "DONE", status }));

    const { charge: confirmed } = await confirm(chargeId);

    expect(confirmed).toMatchObject({ state, confirmation: Confirmation.CONFIRMATION_CONFIRMED });
    expect(recorded).toEqual([]);
  });

  test("when Click does not answer afterwards, leaves the money to a later status poll", async () => {
    const { chargeId } = await waitingCharge();
    click.answer("paymentStatus", () => UNKNOWN);

    const { charge: confirmed } = await confirm(chargeId);

    expect(confirmed).toMatchObject({
      state: State.STATE_PROCESSING,
      confirmation: Confirmation.CONFIRMATION_CONFIRMED,
    });
  });

  test("of a charge that needs none returns it as it is", async () => {
    const { charge: made } = await charge(await newCharge());
    click.reset();

    const { charge: same } = await confirm(made?.chargeId ?? 0n);

    expect(same).toEqual(made);
    expect(click.calls).toEqual([]);
  });

  test("of a card's charge, or of none, is not found", async () => {
    const request = await newCharge();
    const { charge: card } = await call(service.cards, service.cards.chargeCardToken, {
      ...request,
      ...{ cardToken: CARD_TOKEN, userId: "" },
    });

    const failures = [await failureOf(confirm(card?.chargeId ?? 0n)), await failureOf(confirm(2_000_000_000n))];

    for (const failure of failures) expect(failure).toMatchObject({ code: "NOT_FOUND", reason: "CHARGE_NOT_FOUND" });
  });

  test("of no number is refused", async () => {
    const failure = await failureOf(confirm(0n, "u".repeat(65)));

    expect(failure.fields).toEqual(["charge_id", "user_id"]);
  });
});

/** A `datetime` as the test's own connection gives it: UTC digits taken for local time. */
function utc(value: unknown): string {
  const date = value as Date;
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString();
}

describe("SetConfirmationMode", () => {
  const set = (on: boolean, id = serviceId) =>
    call(service.pass, service.pass.setConfirmationMode, { serviceId: id, on, userId: "manager 7" });

  test.each([true, false])("sends %s to Click", async (on) => {
    await set(on);

    expect(click.calls).toEqual([{ name: "setConfirmationMode", serviceId: SERVICE.serviceId, given: [on] }]);
  });

  test("that Click refuses, or whose reply is lost, says so", async () => {
    click.answer("setConfirmationMode", () => refused("FORBIDDEN", 0, "forbidden"));
    const refusal = await failureOf(set(true));
    click.answer("setConfirmationMode", () => UNKNOWN);

    const lost = await failureOf(set(true));

    expect([refusal.reason, refusal.metadata["clickRefusal"]]).toEqual(["CLICK_REFUSED", "FORBIDDEN"]);
    expect(lost.reason).toBe("CLICK_REPLY_LOST");
  });

  test("of a service that no pay system has is not configured", async () => {
    const failure = await failureOf(set(true, 404n));

    expect(failure.reason).toBe("CLICK_SERVICE_NOT_CONFIGURED");
  });
});
