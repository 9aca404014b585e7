import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Charge_State } from "../../../src/gen/clickbridge/v1/charge.ts";
import { Attempt_State } from "../../../src/gen/clickbridge/v1/payment.ts";
import { SMS_CODE } from "../../../src/simulator/card-token.ts";
import { clickOver, newClickId } from "../../support/click/click.ts";
import { failureOf } from "../../support/service/failure.ts";
import { call } from "../../support/service/service.ts";
import { SERVICE, type ShopOrder } from "../../support/shop/shop.ts";
import { markInShop, shopAtClick } from "../../support/shop/shop-at-click.ts";

const fixture = shopAtClick();
const WITH_MONEY: readonly Attempt_State[] = [
  Attempt_State.STATE_CAPTURED,
  Attempt_State.STATE_SETTLED,
  Attempt_State.STATE_OWED,
];
const serviceId = BigInt(SERVICE.serviceId);

async function cardToken(): Promise<string> {
  const { cards } = fixture.service;
  const card = { serviceId, cardNumber: "8600123412341234", expireDate: "0399", temporary: false };
  const { cardToken: token } = await call(cards, cards.requestCardToken, card);
  await call(cards, cards.verifyCardToken, { serviceId, cardToken: token, smsCode: SMS_CODE });
  return token;
}

async function newCharge(order?: ShopOrder) {
  const made = order ?? (await fixture.shop.addOrder());
  const request = {
    requestId: randomUUID(),
    paymentId: BigInt(made.paymentId),
    cardToken: await cardToken(),
    userId: "",
  };
  return { order: made, request };
}

const send = async (request: Awaited<ReturnType<typeof newCharge>>["request"]) =>
  (await call(fixture.service.cards, fixture.service.cards.chargeCardToken, request)).charge;

/** Click's Prepare and Complete about one payment of its own, and what they were answered. */
async function callbacks(order: ShopOrder, clickPaymentId: string, clickTransId = newClickId()) {
  const click = clickOver(fixture.service);
  const payment = { merchantTransId: order.number, clickPaydocId: clickPaymentId, clickTransId };
  const prepared = await click.prepare(payment);
  const prepareId = prepared.merchantPrepareId === undefined ? "" : String(prepared.merchantPrepareId);
  const completed = await click.complete({ ...payment, merchantPrepareId: prepareId, leaveOrderUpdate: true });
  return [prepared.error, completed.error];
}

/** As if the service had died between Click's reply to a charge and the commit of its own rows. */
async function forgetCapture({ paymentId }: ShopOrder): Promise<void> {
  for (const table of ["attempt", "order_update", "event", "ledger"]) {
    await fixture.shop.query(`DELETE FROM clickbridge_${table} WHERE payment_id = ?`, [paymentId]);
  }
}

/** `CAPTURED`: states of the attempts with money; `MARK_PAID PENDING`; kinds of the open anomalies. */
async function recordsOf({ paymentId }: ShopOrder) {
  const { attempts } = await fixture.payment(BigInt(paymentId));
  const marks = await fixture.shop.query("SELECT kind, state FROM clickbridge_order_update WHERE payment_id = ?", [
    paymentId,
  ]);
  const anomalies = await fixture.shop.query(
    `SELECT n.kind FROM clickbridge_anomaly n JOIN clickbridge_attempt a ON a.id = n.attempt_id
     WHERE a.payment_id = ? AND n.state = 'OPEN'`,
    [paymentId],
  );
  const captured = (await fixture.events(BigInt(paymentId))).filter((type) => type === "attempt.captured");
  return {
    withMoney: attempts.filter(({ state }) => WITH_MONEY.includes(state)).length,
    marks: marks.map((row) => `${row["kind"]} ${row["state"]}`),
    captured: captured.length,
    anomalies: anomalies.map((row) => row["kind"]),
  };
}

const ONCE = { withMoney: 1, marks: ["MARK_PAID PENDING"], captured: 1, anomalies: [] };

describe("a card is charged, and its payment gets exactly one order update", () => {
  test("when Click calls back before it replies", async () => {
    const { order, request } = await newCharge();

    const charge = await send(request);

    expect(charge?.state).toBe(Charge_State.STATE_DONE);
    expect(await recordsOf(order)).toEqual(ONCE);
  });

  test("when Click calls back not at all", async () => {
    fixture.behave({ token_payment_calls_shop: false });
    const { order, request } = await newCharge();

    const charge = await send(request);
    await send(request);

    expect(charge?.state).toBe(Charge_State.STATE_DONE);
    expect(await recordsOf(order)).toEqual(ONCE);
    const [attempt] = (await fixture.payment(request.paymentId)).attempts;
    expect(attempt).toMatchObject({
      clickTransId: "",
      clickPaymentId: charge?.clickPaymentId,
      merchantTransId: order.number,
      amountTiyin: 100_000n,
    });
    expect(attempt?.captureTime).toBeInstanceOf(Date);
  });

  test("when Click calls back after its reply: it hears that it is paid, and takes nothing twice", async () => {
    fixture.behave({ token_payment_calls_shop: false });
    const { order, request } = await newCharge();
    const charge = await send(request);

    const answers = await callbacks(order, charge?.clickPaymentId ?? "");

    expect(answers).toEqual([-4, -4]);
    expect(await recordsOf(order)).toEqual(ONCE);
  });

  test("when its Prepare comes before the reply and its Complete after it", async () => {
    fixture.behave({ outcome: "hang" });
    const { order, request } = await newCharge();
    const processing = await send(request);
    expect(processing?.state).toBe(Charge_State.STATE_PROCESSING);
    const atClick = fixture.simulator.standIn.ledger.payment(Number(processing?.clickPaymentId));
    if (atClick === undefined) throw new Error("no payment at Click");

    fixture.simulator.standIn.resume(atClick, "confirm");
    await fixture.simulator.standIn.settled(atClick);
    const done = await send(request);

    expect(done?.clickPaymentId).toBe(processing?.clickPaymentId);
    expect(await recordsOf(order)).toEqual(ONCE);
  });

  test("when the reply is lost and the callbacks came through", async () => {
    fixture.behave({ merchant_fault: "drop_after_acting", merchant_fault_call: "card_token/payment" });
    const { order, request } = await newCharge();

    const charge = await send(request);

    expect(charge?.state).toBe(Charge_State.STATE_UNKNOWN);
    expect((await recordsOf(order)).marks).toEqual(["MARK_PAID PENDING"]);
    expect((await recordsOf(order)).captured).toBe(1);
  });

  test("when repeats and callbacks come all at once", async () => {
    for (let round = 0; round < 5; round += 1) {
      fixture.behave({ token_payment_calls_shop: false });
      const { order, request } = await newCharge();
      const charge = await send(request);
      const clickPaymentId = charge?.clickPaymentId ?? "";
      await forgetCapture(order);

      const clickTransId = newClickId();
      const [first, second] = await Promise.all([
        callbacks(order, clickPaymentId, clickTransId),
        callbacks(order, clickPaymentId, clickTransId),
        ...Array.from({ length: 5 }, () => send(request)),
      ]);

      expect(await recordsOf(order)).toEqual(ONCE);
      for (const answers of [first, second] as number[][]) {
        expect(answers.filter((error) => error !== 0 && error !== -4)).toEqual([]);
      }
    }
  });

  test("when 10 repeats of the request come at once", async () => {
    const { order, request } = await newCharge();

    const all = await Promise.all(Array.from({ length: 10 }, () => send(request)));

    expect(new Set(all.map((charge) => charge?.chargeId)).size).toBe(1);
    expect(await recordsOf(order)).toEqual(ONCE);
    expect(
      fixture.simulator.standIn.ledger.payments.filter(({ reference }) => reference === order.number),
    ).toHaveLength(1);
  });
});

describe("money that is not the payment's to keep", () => {
  test("is owed when a cashier set the payment paid during the charge", async () => {
    fixture.behave({ token_payment_calls_shop: false });
    const { order, request } = await newCharge();
    await send(request);
    await forgetCapture(order);
    await markInShop(fixture.shop, request.paymentId);

    await send(request);

    expect(await recordsOf(order)).toEqual({ withMoney: 1, marks: [], captured: 0, anomalies: ["PAID_OTHERWISE"] });
  });

  test("is owed when another Click payment was faster, and each can be refunded separately", async () => {
    fixture.behave({ token_payment_calls_shop: false });
    const { order, request } = await newCharge();
    const charge = await send(request);
    await forgetCapture(order);
    const other = await fixture.payAtClick(order.number);

    await send(request);

    expect(await recordsOf(order)).toEqual({ ...ONCE, withMoney: 2, anomalies: ["SECOND_CAPTURE"] });
    const owed = await fixture.attemptOf(Number(charge?.clickPaymentId));
    await fixture.refund({ paymentId: request.paymentId, attemptId: BigInt(owed) });
    expect(other.money).toBe("taken");
    expect(await recordsOf(order)).toEqual(ONCE);
  });
});

test("a card charge is refunded like any other capture", async () => {
  fixture.behave({ token_payment_calls_shop: false });
  const { order, request } = await newCharge();
  const charge = await send(request);

  const { refund } = await fixture.refund({ paymentId: request.paymentId });

  expect(refund?.clickPaymentId).toBe(charge?.clickPaymentId);
  expect(fixture.simulator.standIn.ledger.payment(Number(charge?.clickPaymentId))?.money).toBe("reversed");
  expect(await recordsOf(order)).toMatchObject({ withMoney: 0, marks: ["MARK_PAID WITHDRAWN"] });
  // The charge is of money that is gone: the customer may pay again.
  expect(await failureOf(fixture.refund({ paymentId: request.paymentId }))).toMatchObject({
    metadata: expect.objectContaining({ why: "REFUNDED" }),
  });
  const again = await newCharge(order);
  expect((await send(again.request))?.state).toBe(Charge_State.STATE_DONE);
});
