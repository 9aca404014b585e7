import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { callbackEvent } from "../../../src/app/callbacks/callback-store.ts";
import { callbackStore } from "../../../src/mysql/callbacks/callback-store.ts";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { integer, statement, text } from "../../../src/mysql/driver/statement.ts";
import { NO_FEE } from "../../../src/payment/fee.ts";
import { asServiceId } from "../../../src/payment/ids.ts";
import { judgeComplete } from "../../../src/payment/judge-complete.ts";
import { judgePrepare } from "../../../src/payment/judge-prepare.ts";
import { type ShopPayment, withFee } from "../../../src/payment/shop-payment.ts";
import { ANSWER } from "../../../src/protocol/answer.ts";
import { type Callback, isShapeFault, readCallback } from "../../../src/protocol/callback.ts";
import { newClickId, signedCallback } from "../../support/click/click.ts";
import { SERVICE, type ShopOrder } from "../../support/shop/shop.ts";
import {
  type ClickPayment,
  newClickPayment,
  type Staged,
  shopAndService,
} from "../../support/shop/shop-and-service.ts";

/** What a callback reads does not grow with the refusals that its payment has seen, and what decides is found among them however old it is. */
const fixture = shopAndService();
const MANY = 3_000;
/** A lookup more or less is no growth. */
const SLACK_ROWS = 20;

/** One connection, so that the server's count of rows is of our statements alone. */
let pool: Pool;
beforeAll(() => {
  pool = new Pool({ url: fixture.shop.url, connectionsMax: 1 });
});
afterAll(() => pool.close());

/** Refused and cancelled attempts of an order's first payment, about one payment of Click's and about others. */
async function plantRefusals({ orderId, paymentId, number }: ShopOrder, clickPaydocId?: string): Promise<void> {
  const first = BigInt(newClickId()) * 10_000n;
  const rows = Array.from({ length: MANY }, (_, n) => [
    ...[SERVICE.serviceId, String(first + BigInt(n)), number, paymentId, orderId, 99_999],
    ...[n % 3 === 0 ? "CANCELLED" : "REFUSED", n % 2 === 0 ? (clickPaydocId ?? null) : null],
  ]);
  await fixture.shop.query(
    `INSERT INTO clickbridge_attempt (service_id, click_trans_id, merchant_trans_id, payment_id, order_id, amount_tiyin, state,
       click_paydoc_id, last_answer, merchant_trans_key) VALUES ${rows.map(() => "(?, ?, ?, ?, ?, ?, ?, ?, -9, UNHEX(SHA2(?, 256)))").join(", ")}`,
    rows.flatMap((row) => [...row, number]),
  );
  await fixture.shop.query("ANALYZE TABLE clickbridge_attempt");
}

/** Rows that the server reads for a piece of work, by an index or not. */
async function rowsReadBy(work: () => Promise<unknown>): Promise<number> {
  const before = await rowsRead();
  await work();
  return (await rowsRead()) - before;
}

async function rowsRead(): Promise<number> {
  const [status] = await pool.run(statement("SHOW SESSION STATUS LIKE 'Handler%'"));
  return (status?.rows ?? [])
    .filter((row) => /^Handler_(read|icp)/.test(text(row, "Variable_name")))
    .reduce((sum, row) => sum + integer(row, "Value"), 0);
}

function genuine(fields: Parameters<typeof signedCallback>[0]): Callback {
  const callback = readCallback(signedCallback(fields));
  if (isShapeFault(callback)) throw new Error(callback.rule);
  return callback;
}

const ofService = (callback: Callback) => ({ serviceId: asServiceId(SERVICE.serviceId), callback });

function prepare(payment: ClickPayment) {
  const callback = genuine({ action: "0", ...payment });
  const input = ofService(callback);
  const event = {
    ...callbackEvent(input, ""),
    isMalformed: false,
    takenAnswer: ANSWER.TRANSACTION_CANCELLED,
  } as const;
  return callbackStore(pool).prepare(
    {
      ...input,
      reference: { kind: "order_number", text: payment.merchantTransId },
      ask: (shopPayment: ShopPayment) => withFee(shopPayment, NO_FEE),
      paySystemIds: [fixture.shop.paySystemId],
    },
    (view) => judgePrepare(event, view),
  );
}

function complete({ payment, attemptId }: Staged) {
  const callback = genuine({ action: "1", ...payment, merchantPrepareId: String(attemptId) });
  const input = { ...ofService(callback), handOut: true };
  const event = {
    ...callbackEvent(input, ""),
    merchantPrepareId: String(attemptId),
    signTime: undefined,
    hold: false,
    token: randomUUID(),
  };
  return callbackStore(pool).complete(input, (view) => judgeComplete(event, view));
}

describe("with thousands of refusals before it, also about this very payment of Click's, it reads no more than without", () => {
  test("a Prepare that is accepted", async () => {
    const [few, many] = [await fixture.shop.addOrder(), await fixture.shop.addOrder()];
    const payment = newClickPayment(many.number);
    await plantRefusals(many, payment.clickPaydocId);

    const alone = await rowsReadBy(() => prepare(newClickPayment(few.number)));
    const among = await rowsReadBy(async () => expect((await prepare(payment)).answer).toBe(0));

    expect(among).toBeLessThan(alone + SLACK_ROWS);
  });

  test("a Prepare of a payment that is taken", async () => {
    const [few, many] = [await fixture.stage("CAPTURED"), await fixture.stage("CAPTURED")];
    const again = newClickPayment(many.order.number);
    await plantRefusals(many.order, again.clickPaydocId);

    const alone = await rowsReadBy(() => prepare(newClickPayment(few.order.number)));
    const among = await rowsReadBy(async () => expect((await prepare(again)).answer).toBe(-9));

    expect(among).toBeLessThan(alone + SLACK_ROWS);
  });

  test("a Complete", async () => {
    const [few, many] = [await fixture.stage("PREPARED"), await fixture.stage("PREPARED")];
    await plantRefusals(many.order, many.payment.clickPaydocId);

    const alone = await rowsReadBy(() => complete(few));
    const among = await rowsReadBy(async () => expect((await complete(many)).orderUpdate).toBeDefined());

    expect(among).toBeLessThan(alone + SLACK_ROWS);
  });
});

test("a callback takes two round trips, whatever it does: one locks and reads, one writes and commits", async () => {
  const order = await fixture.shop.addOrder();
  const payment = newClickPayment(order.number);
  // The pool's one connection.
  const connection = await pool.acquire(1_000);
  pool.release(connection);
  const run = vi.spyOn(connection, "run");
  const packetsOf = async (work: () => Promise<unknown>) => {
    run.mockClear();
    await work();
    return run.mock.calls.length;
  };

  const prepared = await packetsOf(() => prepare(payment));
  const [row] = await fixture.shop.query("SELECT id FROM clickbridge_attempt WHERE click_trans_id = ?", [
    payment.clickTransId,
  ]);
  const staged = { order, payment, attemptId: Number(row?.["id"]) };
  const completed = await packetsOf(() => complete(staged));
  const repeated = await packetsOf(() => complete(staged));
  const refused = await packetsOf(() => prepare(newClickPayment(order.number)));

  expect({ prepared, completed, repeated, refused }).toEqual({ prepared: 2, completed: 2, repeated: 2, refused: 2 });
});

describe("what decides is older than thousands of refusals", () => {
  test("which attempt holds the money: a new Click payment is refused, and one accepted before is owed", async () => {
    const first = await fixture.stage("PREPARED");
    const second = await fixture.prepared(first.order);
    await fixture.complete({ ...first.payment, merchantPrepareId: String(first.attemptId) });
    await plantRefusals(first.order);

    const answer = await fixture.prepare(newClickPayment(first.order.number));
    const owed = await fixture.complete({ ...second.payment, merchantPrepareId: String(second.attemptId) });

    expect([answer.error, owed.error]).toEqual([-9, 0]);
    expect(await fixture.record(second.attemptId)).toMatchObject({ state: "OWED", anomalies: { SECOND_CAPTURE: 1 } });
  });

  test.each(["OWED", "REVERSED"] as const)(
    "the same debit, %s: it is neither taken again nor captured",
    async (state) => {
      const first = await fixture.stage("PREPARED");
      const { clickPaydocId } = first.payment;
      const second = await fixture.prepared(first.order, { clickPaydocId });
      await fixture.shop.query("UPDATE clickbridge_attempt SET state = ? WHERE id = ?", [state, first.attemptId]);
      await plantRefusals(first.order, clickPaydocId);

      const answer = await fixture.prepare({ ...newClickPayment(first.order.number), clickPaydocId });
      const again = await fixture.complete({ ...second.payment, merchantPrepareId: String(second.attemptId) });

      expect([answer.error, again.error]).toEqual([state === "OWED" ? -4 : -9, -4]);
      expect(await fixture.record(second.attemptId)).toMatchObject({ state: "PREPARED" });
    },
  );

  test("a live attempt: the next one is for the order's other payment", async () => {
    const order = await fixture.shop.addOrder({ sums: ["1000.00", "1000.00"] });
    const { attemptId } = await fixture.prepared(order);
    await plantRefusals(order);

    const { merchantPrepareId } = await fixture.prepare(newClickPayment(order.number));

    const [first, second] = [await fixture.record(attemptId), await fixture.record(merchantPrepareId)];
    expect([first.paymentId, second.paymentId]).toEqual(order.payments.map(({ id }) => id));
  });

  test("its own attempt, refused long ago: its Complete is judged by it", async () => {
    const refused = await fixture.stage("REFUSED");
    await plantRefusals(refused.order, refused.payment.clickPaydocId);

    const answer = await fixture.complete({ ...refused.payment, merchantPrepareId: String(refused.attemptId) });

    expect(answer.error).toBe(0);
    expect(await fixture.record(refused.attemptId)).toMatchObject({ state: "OWED" });
  });
});
