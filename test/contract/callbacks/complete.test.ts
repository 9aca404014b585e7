import { describe, expect, test } from "vitest";
import { newClickId } from "../../support/click/click.ts";
import { anomaliesWithoutAttempt, attemptsNaming } from "../../support/service/attempt-record.ts";
import { newClickPayment, type Staged, shopAndService } from "../../support/shop/shop-and-service.ts";

/** The table Complete of design.md section 3, row by row, over gRPC and with the tables read after. */
const fixture = shopAndService();

const completed = ({ payment, attemptId }: Staged, change: { error?: string; amount?: string } = {}) =>
  fixture.complete({ ...payment, merchantPrepareId: String(attemptId), ...change });

describe("prepare id absent, empty or 0: bind by (service, click_trans_id, merchant_trans_id)", () => {
  test.each([undefined, "", "0", "000"])("%j: 0 + confirm id; CAPTURED", async (merchantPrepareId) => {
    const { payment, attemptId } = await fixture.stage("PREPARED");

    const answer = await fixture.complete({
      ...payment,
      ...(merchantPrepareId === undefined ? {} : { merchantPrepareId }),
    });

    expect(answer).toMatchObject({ error: 0, merchantConfirmId: attemptId });
    expect(await fixture.record(attemptId)).toMatchObject({ state: "CAPTURED" });
  });

  test("another click_trans_id binds to nothing: -6, and the attempt stays PREPARED", async () => {
    const { payment, attemptId } = await fixture.stage("PREPARED");

    expect(await fixture.complete({ ...payment, clickTransId: newClickId() })).toMatchObject({ error: -6 });
    expect(await fixture.record(attemptId)).toMatchObject({ state: "PREPARED" });
  });
});

describe("else by id, same service, same merchant_trans_id text", () => {
  test("a click_trans_id that differs is recorded, not refused: 0; CAPTURED", async () => {
    const { payment, attemptId } = await fixture.stage("PREPARED");
    const clickTransId = newClickId();

    const answer = await fixture.complete({ ...payment, clickTransId, merchantPrepareId: String(attemptId) });

    expect(answer).toMatchObject({ error: 0, merchantConfirmId: attemptId });
    expect(await fixture.record(attemptId)).toMatchObject({
      state: "CAPTURED",
      clickTransId: payment.clickTransId,
      completeClickTransId: clickTransId,
    });
  });

  test("one that belongs to another attempt of the same order: -6; both stay, and an anomaly is raised", async () => {
    const { order, payment, attemptId } = await fixture.stage("PREPARED");
    const other = await fixture.prepared(order);
    const { clickTransId } = other.payment;

    const answer = await fixture.complete({ ...payment, clickTransId, merchantPrepareId: String(attemptId) });

    expect(answer).toMatchObject({ error: -6, orderUpdate: undefined });
    expect(await fixture.record(attemptId)).toMatchObject({ state: "PREPARED" });
    expect(await fixture.record(other.attemptId)).toMatchObject({ state: "PREPARED" });
    expect(await anomaliesWithoutAttempt(fixture.shop, clickTransId)).toEqual(["MONEY_WITHOUT_ATTEMPT"]);
  });

  test("the first click_paydoc_id stays, for it is not signed", async () => {
    const { payment, attemptId } = await fixture.stage("PREPARED");

    await fixture.complete({ ...payment, clickPaydocId: newClickId(), merchantPrepareId: String(attemptId) });

    expect(await fixture.record(attemptId)).toMatchObject({ clickPaydocId: payment.clickPaydocId });
  });

  test("a click_paydoc_id that comes only with the Complete is kept", async () => {
    const { payment, attemptId } = await fixture.prepared(await fixture.shop.addOrder(), { clickPaydocId: "" });
    const clickPaydocId = newClickId();

    const answer = await fixture.complete({ ...payment, clickPaydocId, merchantPrepareId: String(attemptId) });

    expect(answer.orderUpdate?.clickPaymentId).toBe(clickPaydocId);
    expect(await fixture.record(attemptId)).toMatchObject({ clickPaydocId });
  });
});

describe("none found", () => {
  test("error=0: -6, an anomaly MONEY_WITHOUT_ATTEMPT and no attempt", async () => {
    const order = await fixture.shop.addOrder();
    const payment = newClickPayment(order.number);

    const answer = await fixture.complete(payment);

    expect(answer).toMatchObject({ error: -6, merchantConfirmId: undefined, orderUpdate: undefined });
    expect(await anomaliesWithoutAttempt(fixture.shop, payment.clickTransId)).toEqual(["MONEY_WITHOUT_ATTEMPT"]);
    expect(await attemptsNaming(fixture.shop, order.number)).toEqual([]);
  });

  test.each(["123456789012", "2147483648", "999999999", "9".repeat(30)])(
    "an unknown prepare id %s, however long: -6, and the attempt that there is stays PREPARED",
    async (merchantPrepareId) => {
      const { payment, attemptId } = await fixture.stage("PREPARED");

      expect(await fixture.complete({ ...payment, merchantPrepareId })).toMatchObject({ error: -6 });
      expect(await fixture.record(attemptId)).toMatchObject({ state: "PREPARED" });
      expect(await anomaliesWithoutAttempt(fixture.shop, payment.clickTransId)).toEqual(["MONEY_WITHOUT_ATTEMPT"]);
    },
  );

  test("a prepare id with leading zeros names no attempt: -6", async () => {
    const { payment, attemptId } = await fixture.stage("PREPARED");

    expect(await fixture.complete({ ...payment, merchantPrepareId: `0${attemptId}` })).toMatchObject({ error: -6 });
    expect(await fixture.record(attemptId)).toMatchObject({ state: "PREPARED" });
  });

  test("the prepare id of another order: -6, and neither attempt moves", async () => {
    const one = await fixture.stage("PREPARED");
    const other = await fixture.stage("PREPARED");

    const answer = await fixture.complete({ ...one.payment, merchantPrepareId: String(other.attemptId) });

    expect(answer).toMatchObject({ error: -6 });
    expect(await fixture.record(one.attemptId)).toMatchObject({ state: "PREPARED" });
    expect(await fixture.record(other.attemptId)).toMatchObject({ state: "PREPARED" });
  });

  test("error<0: -9, and a CANCELLED row that a late Prepare finds: -9", async () => {
    const order = await fixture.shop.addOrder();
    const payment = newClickPayment(order.number);

    const answer = await fixture.complete({ ...payment, error: "-5017" });
    const [attemptId] = await attemptsNaming(fixture.shop, order.number);
    const late = await fixture.prepare(payment);

    expect(answer).toMatchObject({ error: -9, merchantConfirmId: undefined });
    expect(await fixture.record(attemptId)).toMatchObject({ state: "CANCELLED", lastAnswer: -9, anomalies: {} });
    expect(late).toMatchObject({ error: -9, merchantPrepareId: attemptId });
  });

  test("error<0 twice: -9 twice, and one CANCELLED row", async () => {
    const order = await fixture.shop.addOrder();
    const cancel = { ...newClickPayment(order.number), error: "-5017" };

    const answers = [await fixture.complete(cancel), await fixture.complete(cancel)];

    expect(answers.map(({ error }) => error)).toEqual([-9, -9]);
    expect(await attemptsNaming(fixture.shop, order.number)).toHaveLength(1);
  });

  test("error<0 with an unknown prepare id cancels no attempt that Click's number is bound to", async () => {
    const { payment, attemptId } = await fixture.stage("PREPARED");

    const answer = await fixture.complete({ ...payment, merchantPrepareId: "999999999", error: "-5017" });

    expect(answer).toMatchObject({ error: -9 });
    expect(await fixture.record(attemptId)).toMatchObject({ state: "PREPARED" });
  });

  test("a repeat of money without attempt is counted in the one anomaly", async () => {
    const payment = newClickPayment("no-such-order");

    const answers = [await fixture.complete(payment), await fixture.complete(payment)];

    expect(answers.map(({ error }) => error)).toEqual([-6, -6]);
    expect(await anomaliesWithoutAttempt(fixture.shop, payment.clickTransId)).toEqual(["MONEY_WITHOUT_ATTEMPT"]);
  });
});

describe.each(["CAPTURED", "SETTLED", "OWED", "REVERSED"] as const)("%s", (state) => {
  test.each([
    ["0", -4],
    ["-1", -4],
    ["-5017", -9],
  ])("error %s: %d, and the attempt stays", async (error, code) => {
    const staged = await fixture.stage(state);
    const before = await fixture.record(staged.attemptId);

    const answer = await completed(staged, { error });

    expect(before.state).toBe(state);
    expect(answer).toMatchObject({ error: code, merchantConfirmId: undefined });
    expect(await fixture.record(staged.attemptId)).toMatchObject({ ...before, anomalies: expect.anything() });
  });

  test("error<0 makes an anomaly, once, and never un-pays; error 0 makes none", async () => {
    const staged = await fixture.stage(state);
    const before = await fixture.record(staged.attemptId);

    await completed(staged);
    expect(await fixture.record(staged.attemptId)).toEqual(before);
    await completed(staged, { error: "-1" });
    await completed(staged, { error: "-5017" });

    expect(await fixture.record(staged.attemptId)).toEqual({
      ...before,
      anomalies: { ...before.anomalies, CANCEL_AFTER_CAPTURE: 2 },
    });
  });

  test("a repeat with another sum or a new click_trans_id is still -4", async () => {
    const { payment, attemptId } = await fixture.stage(state);
    const again = { ...payment, merchantPrepareId: String(attemptId) };

    expect(await fixture.complete({ ...again, amount: "999.99" })).toMatchObject({ error: -4 });
    expect(await fixture.complete({ ...again, clickTransId: newClickId() })).toMatchObject({ error: -4 });
  });
});

describe("CANCELLED", () => {
  test("error=0: -9, and one open anomaly, however often", async () => {
    const staged = await fixture.stage("CANCELLED");

    const answers = [await completed(staged), await completed(staged)];

    expect(answers.map(({ error }) => error)).toEqual([-9, -9]);
    expect(await fixture.record(staged.attemptId)).toMatchObject({
      state: "CANCELLED",
      captured: false,
      anomalies: { CONFIRM_AFTER_CANCEL: 2 },
      orderUpdates: [],
    });
  });

  test.each(["-1", "-5017"])("repeated error %s: -9, nothing is changed", async (error) => {
    const staged = await fixture.stage("CANCELLED");
    const before = await fixture.record(staged.attemptId);

    expect(await completed(staged, { error })).toMatchObject({ error: -9 });
    expect(await fixture.record(staged.attemptId)).toEqual(before);
  });
});

describe("error < 0", () => {
  test.each([
    ["PREPARED", "-1"],
    ["PREPARED", "-5017"],
    ["EXPIRED", "-5017"],
    ["REFUSED", "-5017"],
  ] as const)("%s, %s: -9; CANCELLED", async (state, error) => {
    const staged = await fixture.stage(state);

    expect(await completed(staged, { error })).toMatchObject({ error: -9, orderUpdate: undefined });
    expect(await fixture.record(staged.attemptId)).toMatchObject({
      state: "CANCELLED",
      lastAnswer: -9,
      captured: false,
      orderUpdates: [],
      anomalies: {},
    });
  });

  test("the order stays payable: the next payment of Click's is captured", async () => {
    const { order } = await fixture.stage("CANCELLED");

    const next = await fixture.prepared(order);

    expect(await completed(next)).toMatchObject({ error: 0, merchantConfirmId: next.attemptId });
  });

  test("a sum that differs does not matter: -9; CANCELLED", async () => {
    const staged = await fixture.stage("PREPARED");

    expect(await completed(staged, { error: "-1", amount: "0" })).toMatchObject({ error: -9 });
    expect(await fixture.record(staged.attemptId)).toMatchObject({ state: "CANCELLED", anomalies: {} });
  });
});

describe("amount differs from the attempt's", () => {
  test.each(["1000.01", "999.99", "100000", "0"])("%s: -2, an anomaly, and the attempt stays", async (amount) => {
    const staged = await fixture.stage("PREPARED");

    expect(await completed(staged, { amount })).toMatchObject({ error: -2, orderUpdate: undefined });
    expect(await fixture.record(staged.attemptId)).toMatchObject({
      state: "PREPARED",
      anomalies: { AMOUNT_MISMATCH: 1 },
      orderUpdates: [],
    });
    expect(await completed(staged)).toMatchObject({ error: 0 });
  });

  test("another spelling of the same sum is the same sum", async () => {
    const staged = await fixture.stage("PREPARED");

    expect(await completed(staged, { amount: "1000" })).toMatchObject({ error: 0 });
  });
});

describe("PREPARED/EXPIRED, or REFUSED with an untaken payment of that sum; no other attempt captured it", () => {
  test("PREPARED: 0 + confirm id; CAPTURED, order update, event", async () => {
    const staged = await fixture.stage("PREPARED");
    const { order, payment, attemptId } = staged;

    const answer = await completed(staged);

    expect(answer).toMatchObject({
      error: 0,
      merchantConfirmId: attemptId,
      jsonBody: `{"click_trans_id":${payment.clickTransId},"merchant_trans_id":"${order.number}","merchant_confirm_id":${attemptId},"error":0,"error_note":"Success"}`,
      orderUpdate: {
        kind: 1,
        paymentId: BigInt(order.paymentId),
        orderId: BigInt(order.orderId),
        amountTiyin: 100_000n,
        currency: "UZS",
        attemptId: BigInt(attemptId),
        clickTransId: payment.clickTransId,
        clickPaymentId: payment.clickPaydocId,
        tryNumber: 1,
      },
    });
    expect(await fixture.record(attemptId)).toMatchObject({
      state: "CAPTURED",
      lastAnswer: 0,
      captured: true,
      completeClickTransId: null,
      anomalies: {},
      orderUpdates: ["MARK_PAID PENDING 100000"],
      events: ["attempt.prepared", "attempt.captured"],
    });
  });

  test("EXPIRED: a late Complete still counts: 0; CAPTURED", async () => {
    const staged = await fixture.stage("EXPIRED");

    expect(await completed(staged)).toMatchObject({ error: 0, merchantConfirmId: staged.attemptId });
    expect(await fixture.record(staged.attemptId)).toMatchObject({ state: "CAPTURED" });
  });

  test("REFUSED whose payment is untaken and of that sum: 0; CAPTURED", async () => {
    const order = await fixture.shop.addOrder({ cancelled: true });
    const refused = await fixture.prepared(order);

    const answer = await completed(refused);

    expect(answer).toMatchObject({ error: 0, merchantConfirmId: refused.attemptId });
    expect(await fixture.record(refused.attemptId)).toMatchObject({
      state: "CAPTURED",
      captured: true,
      anomalies: {},
      orderUpdates: ["MARK_PAID PENDING 100000"],
      events: ["attempt.refused", "attempt.captured"],
    });
  });

  test("when the module leaves order updates to its agent none is leased, and it stays due", async () => {
    const { payment, attemptId } = await fixture.stage("PREPARED");

    const answer = await fixture.complete({
      ...payment,
      merchantPrepareId: String(attemptId),
      leaveOrderUpdate: true,
    });

    expect(answer).toMatchObject({ error: 0, orderUpdate: undefined });
    expect(await fixture.record(attemptId)).toMatchObject({ orderUpdates: ["MARK_PAID PENDING 100000"] });
  });

  test("another attempt that is only PREPARED does not stand in the way", async () => {
    const staged = await fixture.stage("PREPARED");
    await fixture.prepared(staged.order);

    expect(await completed(staged)).toMatchObject({ error: 0 });
    expect(await fixture.record(staged.attemptId)).toMatchObject({ state: "CAPTURED" });
  });
});

describe("money taken that is not this order's to keep", () => {
  const expectOwed = async (staged: Staged, anomaly: string) => {
    const answer = await completed(staged);
    expect(answer).toMatchObject({ error: 0, merchantConfirmId: staged.attemptId });
    expect(await fixture.record(staged.attemptId)).toMatchObject({
      state: "OWED",
      captured: true,
      anomalies: { [anomaly]: 1 },
      orderUpdates: [],
      events: expect.arrayContaining(["attempt.owed"]),
    });
    expect(await completed(staged)).toMatchObject({ error: -4 });
  };
  const inShop = (set: string, paymentId: number) =>
    fixture.shop.query(`UPDATE b_sale_order_payment SET ${set} WHERE ID = ?`, [paymentId]);

  test("second capture: 0 + confirm id; OWED, anomaly", async () => {
    const first = await fixture.stage("PREPARED");
    const second = await fixture.prepared(first.order);
    await completed(first);

    await expectOwed(second, "SECOND_CAPTURE");
    expect(await fixture.record(first.attemptId)).toMatchObject({ state: "CAPTURED" });
  });

  test.each([
    ["PAID='Y'", "PAID = 'Y'"],
    ["IS_RETURN='Y'", "IS_RETURN = 'Y'"],
    ["IS_RETURN='P'", "IS_RETURN = 'P'"],
  ])("payment taken otherwise, %s: 0 + confirm id; OWED, anomaly", async (_, set) => {
    const staged = await fixture.stage("PREPARED");
    await inShop(set, staged.order.paymentId);

    await expectOwed(staged, "PAID_OTHERWISE");
  });

  test("refused attempt of another sum: 0 + confirm id; OWED, anomaly", async () => {
    await expectOwed(await fixture.stage("REFUSED"), "CAPTURED_AFTER_REFUSAL");
  });

  test("refused attempt whose order asks for that sum by now: CAPTURED", async () => {
    const staged = await fixture.stage("REFUSED");
    await inShop("SUM = 999.99", staged.order.paymentId);

    expect(await completed(staged)).toMatchObject({ error: 0 });
    expect(await fixture.record(staged.attemptId)).toMatchObject({ state: "CAPTURED", anomalies: {} });
  });

  test("refused attempt on a payment paid in cash: 0 + confirm id; OWED, anomaly", async () => {
    const order = await fixture.shop.addOrder();
    await inShop("PAID = 'Y'", order.paymentId);

    await expectOwed(await fixture.prepared(order), "CAPTURED_AFTER_REFUSAL");
  });

  test("refused attempt on a payment that an attempt of ours captured: 0 + confirm id; OWED, anomaly", async () => {
    const { order } = await fixture.stage("CAPTURED");

    await expectOwed(await fixture.prepared(order), "SECOND_CAPTURE");
  });

  test("refused attempt for an order in dollars: 0 + confirm id; OWED, anomaly", async () => {
    const order = await fixture.shop.addOrder({ currency: "USD" });
    const refused = await fixture.prepared(order);

    expect(await completed(refused)).toMatchObject({ error: 0 });
    expect(await fixture.record(refused.attemptId)).toMatchObject({
      state: "OWED",
      anomalies: { CURRENCY_NOT_UZS: 1, CAPTURED_AFTER_REFUSAL: 1 },
    });
  });

  test("refused attempt for no order, even if that order came to be since: 0 + confirm id; OWED, anomaly", async () => {
    const payment = newClickPayment("order-to-come");
    const { merchantPrepareId = 0 } = await fixture.prepare(payment);
    const order = await fixture.shop.addOrder({ number: "order-to-come" });

    await expectOwed({ order, payment, attemptId: merchantPrepareId }, "CAPTURED_AFTER_REFUSAL");
  });
});

test.each(["0000-01-01 00:00:00", "9999-12-31 23:59:59-05:00"])(
  "signed at %s, which no database takes: 0; CAPTURED, and booked without a time of Click's",
  async (signTime) => {
    const { payment, attemptId } = await fixture.stage("PREPARED");

    const answer = await fixture.complete({ ...payment, merchantPrepareId: String(attemptId), signTime });

    expect(answer).toMatchObject({ error: 0 });
    const booked = "SELECT amount_tiyin, click_time FROM clickbridge_ledger WHERE attempt_id = ?";
    expect(await fixture.shop.query(booked, [attemptId])).toEqual([{ amount_tiyin: 100_000, click_time: null }]);
  },
);
