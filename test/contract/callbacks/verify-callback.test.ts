import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type CallbackOptions, clickOver, newClickId, signedCallback } from "../../support/click/click.ts";
import { anomaliesWithoutAttempt, attemptsNaming, rowCounts } from "../../support/service/attempt-record.ts";
import { call, startTestService } from "../../support/service/service.ts";
import { SERVICE } from "../../support/shop/shop.ts";
import { newClickPayment, type Staged, shopAndService } from "../../support/shop/shop-and-service.ts";

/** What both callbacks have in common: shape (-8), service and signature (-1), action (-3); and who may sign at all. */
const fixture = shopAndService();

const completeOf = ({ payment, attemptId }: Staged): CallbackOptions => ({
  ...payment,
  merchantPrepareId: String(attemptId),
});

/** Neither the attempt nor any table of ours has moved. */
async function expectNothingStored(run: () => Promise<{ readonly error: number }>, error: number): Promise<void> {
  const before = await rowCounts(fixture.shop);
  expect(await run()).toMatchObject({ error });
  expect(await rowCounts(fixture.shop)).toEqual(before);
}

describe("shape", () => {
  test.each([
    [{ amount: "1,00" }, "amount must be soums: digits without leading zeros, with at most two decimals after a point"],
    [
      { clickTransId: "0" },
      "click_trans_id must be a positive whole number of at most 19 digits, without leading zeros",
    ],
    [{ merchantTransId: "" }, "merchant_trans_id is empty"],
    [{ error: "1" }, "error must be 0 or a negative whole number"],
    [{ signString: "" }, "sign_string is empty"],
  ])("%j: -8, naming the field and the rule; signed, it is a refused attempt of no payment", async (change, rule) => {
    const order = await fixture.shop.addOrder();
    const { attempt: _, event: __, ...before } = await rowCounts(fixture.shop);
    const payment: CallbackOptions = { ...newClickPayment(order.number), ...change };

    const answer = await fixture.prepare(payment);

    expect(answer).toMatchObject({
      error: -8,
      errorNote: `Error in request from click: ${rule}`,
      merchantPrepareId: undefined,
    });
    expect(await rowCounts(fixture.shop)).toMatchObject(before);
    const attempts = await fixture.shop.query(
      "SELECT state, last_answer, payment_id FROM clickbridge_attempt WHERE click_trans_id = ?",
      [payment.clickTransId],
    );
    const isKnown = payment.clickTransId !== "0" && payment.signString !== "";
    expect(attempts).toEqual(isKnown ? [{ state: "REFUSED", last_answer: -8, payment_id: null }] : []);
  });

  test.each(["0", "not a number"])("click_paydoc_id %j is not signed and costs no verdict", async (clickPaydocId) => {
    const order = await fixture.shop.addOrder();
    const payment = { ...newClickPayment(order.number), clickPaydocId };

    const prepared = await fixture.prepare(payment);
    const completed = await fixture.complete({ ...payment, merchantPrepareId: String(prepared.merchantPrepareId) });

    expect([prepared.error, completed.error]).toEqual([0, 0]);
    expect(await fixture.record(prepared.merchantPrepareId)).toMatchObject({ state: "CAPTURED", clickPaydocId: null });
  });

  test.each(["prepare", "complete"] as const)("a %s without any field: -8", async (route) => {
    const { callbacks } = fixture.service;
    const flags = { leaveOrderUpdate: false, certificationOnly: false, unencrypted: false };
    const request = { callback: undefined, callerAddress: "", ...flags };

    await expectNothingStored(async () => call(callbacks, callbacks[route], request), -8);
  });
});

describe("service known and signature right", () => {
  test.each([
    ["a service_id that is not configured", { serviceId: "99999" }],
    ["a secret that is not the service's", { secretKey: "wrong_secret_key" }],
    ["an empty secret", { secretKey: "" }],
    ["any text", { signString: "10a250d95b1a6afedcda8360a12a1341" }],
    ["the right digest in upper case", {}],
    ["the formula without action", { dialect: "legacy" as const }],
  ])("signed with %s: -1, and nothing is stored", async (name, change) => {
    const order = await fixture.shop.addOrder();
    const options = { ...newClickPayment(order.number), ...change };
    const signString = signedCallback({ action: "0", ...options }).signString;
    const spoilt = name.includes("upper case") ? { ...options, signString: signString.toUpperCase() } : options;

    await expectNothingStored(() => fixture.prepare(spoilt), -1);
  });

  test("each signed field changed by itself: -1, and the money does not move", async () => {
    const staged = await fixture.stage("PREPARED");
    const other = await fixture.stage("PREPARED");
    const genuine = signedCallback({ action: "1", ...completeOf(staged) });
    const changes = [
      { clickTransId: other.payment.clickTransId },
      { merchantTransId: other.payment.merchantTransId },
      { merchantPrepareId: String(other.attemptId) },
      { amount: "1000" },
      { signTime: "2026-01-15 12:00:01" },
    ];

    for (const change of changes) {
      const spoilt = { ...completeOf(staged), ...change, signString: genuine.signString };
      await expectNothingStored(() => fixture.complete(spoilt), -1);
    }
    expect(await fixture.record(staged.attemptId)).toMatchObject({ state: "PREPARED" });
  });
});

describe("action is this route's", () => {
  test.each(["1", "2", "", "00", " 0"])(
    "a Prepare with action %j, rightly signed, is not a Prepare",
    async (action) => {
      const order = await fixture.shop.addOrder();

      await expectNothingStored(
        () => fixture.prepare({ ...newClickPayment(order.number), action }),
        action === "" ? -8 : -3,
      );
    },
  );

  test.each(["0", "2", "01"])(
    "a Complete with action %j, rightly signed: -3, and the money does not move",
    async (action) => {
      const staged = await fixture.stage("PREPARED");
      // Only with action 1 the prepare id is signed.
      const { signString } = signedCallback({ action, ...staged.payment });

      await expectNothingStored(() => fixture.complete({ ...completeOf(staged), action, signString }), -3);
      expect(await fixture.record(staged.attemptId)).toMatchObject({ state: "PREPARED" });
    },
  );

  test("a genuine Prepare played to the Complete address: -3", async () => {
    const { payment } = await fixture.stage("PREPARED");
    const { signString } = signedCallback({ action: "0", ...payment });

    await expectNothingStored(() => fixture.complete({ ...payment, action: "0", signString }), -3);
  });
});

describe("digits moved between neighbouring fields keep the signature, and move no money", () => {
  /** A callback that somebody heard, with the digits of its signed text divided otherwise. */
  const heardAs = (heard: ReturnType<typeof signedCallback>, change: Partial<CallbackOptions>) => {
    const { merchantPrepareId, ...rest } = heard;
    return { ...rest, ...(merchantPrepareId === undefined ? {} : { merchantPrepareId }), ...change };
  };

  test("from the reference into the prepare id, and back: -6", async () => {
    const staged = await fixture.prepared(await fixture.shop.addOrder({ number: "7001" }));
    const id = String(staged.attemptId);
    await fixture.shop.addOrder({ number: "70" });
    const heard = signedCallback({ action: "1", ...completeOf(staged) });

    const forward = await fixture.complete(heardAs(heard, { merchantTransId: "70", merchantPrepareId: `01${id}` }));
    const back = await fixture.complete(heardAs(heard, { merchantTransId: `7001${id}`, merchantPrepareId: "" }));

    expect([forward.error, back.error]).toEqual([-6, -6]);
    expect(await fixture.record(staged.attemptId)).toMatchObject({ state: "PREPARED" });
  });

  test("from the prepare id into the sum: -2", async () => {
    const staged = await fixture.prepared(await fixture.shop.addOrder());
    const heard = signedCallback({ action: "1", ...completeOf(staged) });
    const amount = `${staged.attemptId}${heard.amount}`;

    expect(await fixture.complete(heardAs(heard, { merchantPrepareId: "", amount }))).toMatchObject({ error: -2 });
    expect(await fixture.record(staged.attemptId)).toMatchObject({ state: "PREPARED" });
  });

  test("from the click_trans_id into the service_id: -1", async () => {
    const staged = await fixture.prepared(await fixture.shop.addOrder(), { clickTransId: "3900000001" });
    const heard = signedCallback({ action: "1", ...completeOf(staged) });
    const shifted = heardAs(heard, { clickTransId: "390000000", serviceId: `1${heard.serviceId}` });

    await expectNothingStored(() => fixture.complete(shifted), -1);
  });

  test("a Prepare whose reference a customer chose so that it reads as a Complete: -8", async () => {
    const { order, payment, attemptId } = await fixture.stage("PREPARED");
    // The link is not signed: its reference may be any text, and Click signs what it got.
    const reference = `${order.number}${attemptId}1000.001`;
    const heard = signedCallback({ action: "0", merchantTransId: reference, amount: "1.00" });
    const disguised = heardAs(heard, {
      merchantTransId: order.number,
      merchantPrepareId: String(attemptId),
      amount: payment.amount,
      action: "1",
      signTime: `1.000${heard.signTime}`,
    });

    expect(await fixture.complete(disguised)).toMatchObject({ error: -8 });
    expect(await fixture.record(attemptId)).toMatchObject({ state: "PREPARED" });
  });

  test("a Prepare split differently makes no usable attempt: -8, and the attacker's money pays nothing", async () => {
    // Order 7 of 2500 soums, bait 72 of 500: `72` + `500.00` is signed like `7` + `2500.00`.
    const wanted = await fixture.shop.addOrder({ number: "7", sums: ["2500"] });
    const bait = { ...newClickPayment("72", "500.00"), signTime: "2026-01-15 12:00:00" };
    const { merchantPrepareId: baitId } = await fixture.prepare(bait);
    const replay = { merchantTransId: "7", amount: "2500.00" };

    const answer = await fixture.prepare(heardAs(signedCallback({ action: "0", ...bait }), replay));

    expect(answer).toMatchObject({ error: -8, merchantPrepareId: undefined });
    expect(await anomaliesWithoutAttempt(fixture.shop, bait.clickTransId)).toEqual(["SIGNATURE_REPLAY"]);
    expect(await attemptsNaming(fixture.shop, "7")).toEqual([]);
    expect((await fixture.prepare(newClickPayment(wanted.number, "2500.00"))).error).toBe(0);
    expect(await fixture.record(baitId)).toMatchObject({ state: "REFUSED" });
  });

  test("the genuine Prepare after a differently split one is refused: its number cannot pay either", async () => {
    await fixture.shop.addOrder({ number: "6", sums: ["2500"] });
    const genuine = { ...newClickPayment("62", "500.00"), signTime: "2026-01-15 12:00:00" };
    const heard = signedCallback({ action: "0", ...genuine });

    expect(await fixture.prepare(heardAs(heard, { merchantTransId: "6", amount: "2500.00" }))).toMatchObject({
      error: 0,
    });
    expect(await fixture.prepare(genuine)).toMatchObject({ error: -8 });
  });

  test("from the prepare id into the sum of an older attempt of the same order: -6", async () => {
    const order = await fixture.shop.addOrder({ sums: ["2500", "500"] });
    const [next] = await fixture.shop.query("SELECT MAX(id) + 1 AS id FROM clickbridge_attempt");
    // The older attempt is 9…, the one that Click completes 9…2.
    const dear = await fixture.prepared(order, { amount: "2500.00" });
    await fixture.shop.query(`ALTER TABLE clickbridge_attempt AUTO_INCREMENT = ${next?.["id"]}2`);
    const cheap = await fixture.prepared(order, { amount: "500.00" });
    expect(String(cheap.attemptId)).toBe(`${dear.attemptId}2`);
    const cancel = signedCallback({ action: "1", error: "-5017", ...completeOf(cheap) });

    const answer = await fixture.complete({
      ...heardAs(cancel, { merchantPrepareId: String(dear.attemptId), amount: "2500.00" }),
      error: "0",
    });

    expect(answer).toMatchObject({ error: -6, orderUpdate: undefined });
    expect(await fixture.record(dear.attemptId)).toMatchObject({ state: "PREPARED" });
  });

  test("also when Click completed under a number that it never prepared: -6", async () => {
    const order = await fixture.shop.addOrder({ sums: ["2500", "500"] });
    const dear = await fixture.prepared(order, { amount: "2500.00" });
    await fixture.shop.query(`ALTER TABLE clickbridge_attempt AUTO_INCREMENT = ${dear.attemptId}2`);
    const cheap = await fixture.prepared(order, { amount: "500.00" });
    const genuine = signedCallback({ action: "1", ...completeOf(cheap), clickTransId: newClickId() });
    await fixture.complete(genuine as CallbackOptions);

    const answer = await fixture.complete(
      heardAs(genuine, { merchantPrepareId: String(dear.attemptId), amount: "2500.00" }),
    );

    expect(await fixture.record(cheap.attemptId)).toMatchObject({ state: "CAPTURED" });
    expect(answer).toMatchObject({ error: -6, orderUpdate: undefined });
    expect(await fixture.record(dear.attemptId)).toMatchObject({ state: "PREPARED" });
  });

  test("the cancel of a bait reads as the Complete of the payment that its customer wants for nothing: -6", async () => {
    const bait = { clickTransId: newClickId(), clickPaydocId: newClickId(), amount: "0.00" };
    const order = await fixture.shop.addOrder({ number: "8" });
    // The sum of the order has to hold the number of the bait's attempt, which can be guessed: they count up.
    const [next] = await fixture.shop.query("SELECT MAX(id) + 2 AS id FROM clickbridge_attempt");
    const sum = `1${next?.["id"]}0.00`;
    await fixture.shop.query("UPDATE b_sale_order_payment SET SUM = ? WHERE ID = ?", [sum, order.paymentId]);
    const wanted = await fixture.prepared(order, { amount: sum });
    const reference = `8${wanted.attemptId}1`;
    const { merchantPrepareId: baitId } = await fixture.prepare({ ...bait, merchantTransId: reference });
    const cancel = { ...bait, merchantTransId: reference, merchantPrepareId: String(baitId) };
    const heard = signedCallback({ action: "1", error: "-5017", ...cancel });

    const answer = await fixture.complete({
      ...heardAs(heard, { merchantTransId: "8", merchantPrepareId: String(wanted.attemptId), amount: sum }),
      // Not signed.
      error: "0",
    });

    expect(baitId).toBe(next?.["id"]);
    expect(answer).toMatchObject({ error: -6, orderUpdate: undefined });
    expect(await fixture.record(wanted.attemptId)).toMatchObject({ state: "PREPARED" });
    expect(await fixture.complete(completeOf(wanted))).toMatchObject({ error: 0 });
  });
});

describe("several Click services at once", () => {
  const OTHER = { ...SERVICE, serviceId: "22222", secretKey: "another_secret_key" };
  const other = { serviceId: OTHER.serviceId, secretKey: OTHER.secretKey };

  test("each has its own secret and its own orders", async () => {
    const paySystemId = await fixture.shop.addPaySystem(OTHER);
    const [mine, theirs] = [await fixture.shop.addOrder(), await fixture.shop.addOrder({ paySystemId })];

    expect(await fixture.prepare(newClickPayment(mine.number))).toMatchObject({ error: 0 });
    expect(await fixture.prepare({ ...newClickPayment(theirs.number), ...other })).toMatchObject({ error: 0 });
    expect(await fixture.prepare({ ...newClickPayment(mine.number), ...other })).toMatchObject({ error: -5 });
    expect(await fixture.prepare(newClickPayment(theirs.number))).toMatchObject({ error: -5 });
  });

  test("the secret of one signs nothing of the other: -1", async () => {
    const order = await fixture.shop.addOrder();
    const payment = { ...newClickPayment(order.number), secretKey: OTHER.secretKey };

    await expectNothingStored(() => fixture.prepare(payment), -1);
  });

  test("a prepare id of one means nothing to the other: -6, and the money does not move", async () => {
    const staged = await fixture.stage("PREPARED");

    expect(await fixture.complete({ ...completeOf(staged), ...other })).toMatchObject({ error: -6 });
    expect(await fixture.record(staged.attemptId)).toMatchObject({ state: "PREPARED" });
  });

  test("the same click_trans_id of both makes two attempts", async () => {
    const order = await fixture.shop.addOrder();
    const payment = newClickPayment(order.number);

    const answers = [await fixture.prepare(payment), await fixture.prepare({ ...payment, ...other })];

    expect(answers.map(({ error }) => error)).toEqual([0, -5]);
    expect(answers[0]?.merchantPrepareId).not.toBe(answers[1]?.merchantPrepareId);
  });
});

test("an inactive pay system takes no new Prepare: -5", async () => {
  const service = { ...SERVICE, serviceId: "33333" };
  const paySystemId = await fixture.shop.addPaySystem(service, { active: "N" });
  const order = await fixture.shop.addOrder({ paySystemId });

  const answer = await fixture.prepare({ ...newClickPayment(order.number), serviceId: service.serviceId });

  expect(answer).toMatchObject({ error: -5 });
});

test("a secret that was just changed costs no payment, though settings are cached", async () => {
  const service = { ...SERVICE, serviceId: "44444", secretKey: "the_first_secret" };
  const paySystemId = await fixture.shop.addPaySystem(service);
  const caching = await startTestService({
    databaseUrl: fixture.shop.url,
    env: { CLICKBRIDGE_SETTINGS_TTL_MS: "600000" },
  });
  onTestFinished(() => caching.stop());
  const order = await fixture.shop.addOrder({ paySystemId });
  const click = clickOver(caching);
  const signedBy = (secretKey: string) =>
    click.prepare({ ...newClickPayment(order.number), serviceId: service.serviceId, secretKey });
  expect(await signedBy("the_first_secret")).toMatchObject({ error: 0 });

  await fixture.shop.setValue(paySystemId, "CLICK_SECRET_KEY", "the_second_secret");

  // Settings are looked at again at most once a second, so that noise is no load.
  await vi.waitFor(async () => expect(await signedBy("the_second_secret")).toMatchObject({ error: 0 }), {
    timeout: 30_000,
  });
  expect(await signedBy("the_first_secret")).toMatchObject({ error: -1 });
});
