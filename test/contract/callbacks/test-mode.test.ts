import { describe, expect, test } from "vitest";
import { SetupCheck_Status as Status } from "../../../src/gen/clickbridge/v1/setup_service.ts";
import { signedCallback } from "../../support/click/click.ts";
import { rowCounts } from "../../support/service/attempt-record.ts";
import { call } from "../../support/service/service.ts";
import { SERVICE } from "../../support/shop/shop.ts";
import { newClickPayment, shopAndService } from "../../support/shop/shop-and-service.ts";

/** A stand-in with a secret of its own: good for the certification account while that is open, and for no order ever. */
const fixture = shopAndService({
  env: { CLICKBRIDGE_SETTINGS_TTL_MS: "0", CLICKBRIDGE_RECONCILE_REQUESTS_PER_MINUTE: "0" },
});

const REFERENCE = "stand-72";
const TEST_SECRET = "nobody's money";
const STAND = "http://127.0.0.1:8090";
const HOUR_MS = 60 * 60 * 1_000;

/** Tashkent's wall clock so many hours from now. */
const inHours = (hours: number) =>
  new Date(Date.now() + (5 + hours) * HOUR_MS).toISOString().slice(0, 16).replace("T", " ");

interface Mode {
  readonly hours?: number;
  readonly reference?: string;
  readonly secret?: string;
  readonly url?: string;
}

async function open({ hours = 1, reference = REFERENCE, secret = TEST_SECRET, url = STAND }: Mode = {}): Promise<void> {
  const values = {
    CLICK_CERTIFICATION_REFERENCE: reference,
    CLICK_CERTIFICATION_UNTIL: inHours(hours),
    CLICK_TEST_URL: url,
    CLICK_TEST_SECRET_KEY: secret,
  };
  for (const [code, value] of Object.entries(values))
    await fixture.shop.setValue(fixture.shop.paySystemId, code, value);
}

/** Every row that has to do with money, and the account's own. */
async function rows() {
  const [own] = await fixture.shop.query("SELECT COUNT(*) AS n FROM clickbridge_certification");
  return { ...(await rowCounts(fixture.shop)), certification: Number(own?.["n"]) };
}

async function testMode() {
  const { setup } = fixture.service;
  const { checks } = await call(setup, setup.checkSetup, { callbackUrls: [] });
  return checks.find(({ id }) => id === "test_mode");
}

describe("while test mode is on", () => {
  test("callbacks signed with the test secret pay the account many times and leave only the account's own rows", async () => {
    await open();
    const before = await rows();

    for (const _ of [1, 2]) {
      const payment = { ...newClickPayment(REFERENCE), secretKey: TEST_SECRET };
      const prepared = await fixture.prepare(payment);
      const merchantPrepareId = String(prepared.merchantPrepareId);
      const completed = await fixture.complete({ ...payment, merchantPrepareId });

      expect([prepared.error, completed.error, completed.orderUpdate]).toEqual([0, 0, undefined]);
    }
    expect(await rows()).toEqual({ ...before, certification: before.certification + 2 });
  });

  test("the real secret goes on working, for the account and for orders", async () => {
    await open();
    const order = await fixture.shop.addOrder();

    expect((await fixture.prepare(newClickPayment(REFERENCE))).error).toBe(0);
    expect((await fixture.prepare(newClickPayment(order.number))).error).toBe(0);
  });

  test("for an order the test secret is a bad signature, in Prepare, Complete and a cancel, and nothing is kept", async () => {
    await open();
    const { payment, attemptId } = await fixture.prepared(await fixture.shop.addOrder());
    const signed = { ...payment, secretKey: TEST_SECRET, merchantPrepareId: String(attemptId) };
    const before = await rows();

    const answers = [
      await fixture.prepare({ ...newClickPayment(payment.merchantTransId), secretKey: TEST_SECRET }),
      await fixture.complete(signed),
      await fixture.complete({ ...signed, error: "-5017" }),
      await fixture.prepare({ ...newClickPayment("nobody's"), secretKey: TEST_SECRET }),
      await fixture.prepare({ ...newClickPayment(`${REFERENCE}x`), secretKey: TEST_SECRET }),
    ];

    expect(answers.map(({ jsonBody, error }) => [error, jsonBody.includes("SIGN CHECK FAILED")])).toEqual(
      answers.map(() => [-1, true]),
    );
    expect(await rows()).toEqual(before);
    expect((await fixture.record(attemptId)).state).toBe("PREPARED");
  });

  test("its answer is that of any other bad signature, byte for byte", async () => {
    await open();
    const { number } = await fixture.shop.addOrder();
    const payment = newClickPayment(number);

    const byTestSecret = await fixture.prepare({ ...payment, secretKey: TEST_SECRET });
    const byAnother = await fixture.prepare({ ...payment, secretKey: "quite another secret" });

    expect(byTestSecret.jsonBody).toBe(byAnother.jsonBody);
  });

  test("digits that move between fields make no order of what the test secret signed", async () => {
    await open({ reference: "7572" });
    const bait = { ...newClickPayment("7572", "500.00"), secretKey: TEST_SECRET, signTime: "2026-01-15 12:00:00" };
    const prepared = await fixture.prepare(bait);
    const heard = signedCallback({ action: "0", ...bait });
    const completion = { ...bait, merchantPrepareId: String(prepared.merchantPrepareId) };
    const heardComplete = signedCallback({ action: "1", ...completion });
    await fixture.shop.addOrder({ number: "757", sums: ["2500"] });
    const before = await rows();
    // Text that is signed alike, read as the order's.
    const moved = { merchantTransId: "757", amount: "2500.00" };
    const movedComplete = { merchantTransId: "757", merchantPrepareId: `2${completion.merchantPrepareId}` };

    const forged = [
      await fixture.prepare({ ...heard, ...moved, merchantPrepareId: "" }),
      await fixture.complete({ ...heardComplete, ...movedComplete }),
    ];

    expect(prepared.error).toBe(0);
    expect(forged.map(({ error }) => error)).toEqual([-1, -1]);
    expect(await rows()).toEqual(before);
    expect((await fixture.complete(completion)).error).toBe(0);
  });

  test("an order that bears the reference is not paid with it", async () => {
    await fixture.shop.addOrder({ number: "stand-9" });
    await open({ reference: "stand-9" });
    const before = await rows();

    const answer = await fixture.prepare({ ...newClickPayment("stand-9"), secretKey: TEST_SECRET });

    expect(answer.error).toBe(-1);
    expect(await rows()).toEqual(before);
    expect((await testMode())?.message).toContain("is not open");
  });

  test("numbers signed with the test secret stay free for Click's payments", async () => {
    await open();
    const order = await fixture.shop.addOrder();
    const { clickTransId } = newClickPayment(order.number);
    await fixture.prepare({ ...newClickPayment(REFERENCE), clickTransId, secretKey: TEST_SECRET });

    const real = { ...newClickPayment(order.number), clickTransId };
    const { error, merchantPrepareId } = await fixture.prepare(real);
    const completed = await fixture.complete({ ...real, merchantPrepareId: String(merchantPrepareId) });

    expect([error, completed.error]).toEqual([0, 0]);
  });

  test("a callback of the wrong action or shape is judged without it", async () => {
    await open();
    const complete = { action: "1", ...newClickPayment(REFERENCE), merchantPrepareId: "1", secretKey: TEST_SECRET };
    const before = await rows();

    const answers = [
      await fixture.prepare(complete),
      await fixture.prepare({ ...newClickPayment(REFERENCE), clickTransId: "x", secretKey: TEST_SECRET }),
    ];

    expect(answers.map(({ error }) => error)).toEqual([-1, -8]);
    expect(await rows()).toEqual(before);
  });
});

describe("it is off", () => {
  test.each([
    ["when its time is over", { hours: -0.1 }],
    ["when its end lies further away than a day", { hours: 25 }],
    ["when the secret is the service's own, cut", { secret: SERVICE.secretKey.slice(0, -1) }],
    ["when the service's own stands in it", { secret: `${SERVICE.secretKey}1` }],
    ["when the secret has 7 characters", { secret: "seven77" }],
    ["when there is no secret", { secret: "" }],
  ])("%s: nothing of it works", async (_, mode: Mode) => {
    await open(mode);
    const before = await rows();
    const payment = { ...newClickPayment(REFERENCE), secretKey: mode.secret ?? TEST_SECRET };

    const answers = [await fixture.prepare(payment), await fixture.complete({ ...payment, merchantPrepareId: "1" })];

    expect(answers.map(({ error }) => error)).toEqual([-1, -1]);
    expect(await rows()).toEqual(before);
    expect((await testMode())?.link).toBe("");
  });

  test("when another service of the shop has that very key", async () => {
    const other = await fixture.shop.addPaySystem({ ...SERVICE, serviceId: "77777", secretKey: TEST_SECRET });
    await open();

    const answer = await fixture.prepare({ ...newClickPayment(REFERENCE), secretKey: TEST_SECRET });

    expect(answer.error).toBe(-1);
    await fixture.shop.query("DELETE FROM b_sale_pay_system_action WHERE ID = ?", [other]);
  });
});

describe("the check of the set-up", () => {
  test("says until when it is on, and links to a purchase on the stand-in", async () => {
    await open();
    const found = await testMode();
    const url = new URL(found?.link ?? "");

    expect(found?.status).toBe(Status.STATUS_WARNING);
    expect(found?.message).toContain(`the account ${REFERENCE} can be paid without an order until`);
    expect(`${url.origin}${url.pathname}`).toBe(`${STAND}/services/pay`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      service_id: SERVICE.serviceId,
      merchant_id: SERVICE.merchantId,
      amount: "1000.00",
      transaction_param: REFERENCE,
    });
    expect(JSON.stringify(found, (_, value) => String(value))).not.toContain(TEST_SECRET);
  });

  test.each([
    [{ secret: "short" }, "CLICK_TEST_SECRET_KEY has fewer than 8 characters"],
    [{ secret: SERVICE.secretKey }, "CLICK_TEST_SECRET_KEY is the secret key of a service"],
    [{ url: "javascript:alert(1)" }, "CLICK_TEST_URL must be http or https"],
    [{ url: "https://user:password@stand.uz" }, "CLICK_TEST_URL must be http or https"],
  ])("says why %j is not used", async (mode: Mode, sentence) => {
    await open(mode);

    const found = await testMode();

    expect(found).toMatchObject({ status: Status.STATUS_WARNING, link: "" });
    expect(found?.message).toContain(sentence);
  });

  test("is content when it is off", async () => {
    await open({ hours: -1 });

    expect(await testMode()).toMatchObject({ status: Status.STATUS_OK, message: "off", link: "" });
  });
});
