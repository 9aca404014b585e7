import { describe, expect, test } from "vitest";
import { type CompleteOptions, newClickId, signedCallback } from "../../support/click/click.ts";
import { rowCounts } from "../../support/service/attempt-record.ts";
import { call } from "../../support/service/service.ts";
import { newClickPayment, shopAndService } from "../../support/shop/shop-and-service.ts";

/** The account of Click's certification tool: payable again and again, and never a way to an order. */
const fixture = shopAndService({ env: { CLICKBRIDGE_SETTINGS_TTL_MS: "0" } });

const REFERENCE = "tool-72";
const HOUR_MS = 60 * 60 * 1_000;

/** Tashkent's wall clock so many hours from now. */
const inHours = (hours: number) =>
  new Date(Date.now() + (5 + hours) * HOUR_MS).toISOString().slice(0, 16).replace("T", " ");

async function open(hours = 1, reference = REFERENCE): Promise<void> {
  await fixture.shop.setValue(fixture.shop.paySystemId, "CLICK_CERTIFICATION_REFERENCE", reference);
  await fixture.shop.setValue(fixture.shop.paySystemId, "CLICK_CERTIFICATION_UNTIL", inHours(hours));
}

const pay = async (change: object = {}) => {
  const payment = { ...newClickPayment(REFERENCE, "500.00"), ...change };
  const prepared = await fixture.prepare(payment);
  const completed = await fixture.complete({ ...payment, merchantPrepareId: String(prepared.merchantPrepareId) });
  return { payment, prepared, completed };
};

describe("while it is open", () => {
  test("it can be paid many times, enqueues no order update, and makes no attempt that could capture money", async () => {
    await open();
    const before = await rowCounts(fixture.shop);

    const results = [await pay(), await pay()];

    expect(results.map((r) => [r.prepared.error, r.completed.error, r.completed.orderUpdate])).toEqual([
      [0, 0, undefined],
      [0, 0, undefined],
    ]);
    expect(results[0]?.prepared.merchantPrepareId).not.toBe(results[1]?.prepared.merchantPrepareId);
    const after = await rowCounts(fixture.shop);
    expect({ ...after, attempt: before["attempt"] }).toEqual(before);
    const states = await fixture.shop.query(
      "SELECT DISTINCT state FROM clickbridge_attempt WHERE merchant_trans_id = ?",
      [REFERENCE],
    );
    expect(states).toEqual([{ state: "CANCELLED" }]);
  });

  test("repeats, cancels, wrong sums and unknown numbers get the answers of the tables", async () => {
    await open();
    const { payment, prepared } = await pay();
    const complete = (change: object) =>
      fixture.complete({ ...payment, merchantPrepareId: String(prepared.merchantPrepareId), ...change });
    const second = { ...newClickPayment(REFERENCE, "500.00") };
    const { merchantPrepareId } = await fixture.prepare(second);
    const of = (change: object) =>
      fixture.complete({ ...second, merchantPrepareId: String(merchantPrepareId), ...change });

    const answers = [
      await complete({}),
      await complete({ error: "-1" }),
      await complete({ error: "-5017" }),
      await complete({ merchantPrepareId: "999999999" }),
      await complete({ merchantPrepareId: "123456789012" }),
      await of({ amount: "499.00" }),
      await of({ error: "-5017" }),
      await of({ error: "0" }),
      await fixture.prepare({ ...newClickPayment(REFERENCE), error: "-1" }),
    ];

    expect(answers.map(({ error }) => error)).toEqual([-4, -4, -9, -6, -6, -2, -9, -9, -9]);
    expect((await fixture.prepare(second)).merchantPrepareId).not.toBe(merchantPrepareId);
  });

  test("another reference is judged as usual", async () => {
    await open();
    const order = await fixture.shop.addOrder();

    expect((await fixture.prepare(newClickPayment(order.number))).error).toBe(0);
    expect((await fixture.prepare(newClickPayment(`${REFERENCE}x`))).error).toBe(-5);
  });
});

describe("it is closed", () => {
  test.each([
    ["when its time is over", () => open(-1)],
    ["when its end lies further away than a day", () => open(25)],
    [
      "when an order bears its very number",
      () => fixture.shop.addOrder({ number: "tool-9" }).then(() => open(1, "tool-9")),
    ],
  ])("%s: no row of it", async (_, arrange) => {
    await arrange();
    const [row] = await fixture.shop.query(
      "SELECT PROVIDER_VALUE AS v FROM b_sale_bizval WHERE CODE_KEY = 'CLICK_CERTIFICATION_REFERENCE'",
    );
    const count = async () =>
      (await fixture.shop.query("SELECT COUNT(*) AS n FROM clickbridge_certification"))[0]?.["n"];
    const before = await count();

    await fixture.prepare(newClickPayment(String(row?.["v"]), "500.00"));

    expect(await count()).toBe(before);
  });
});

describe("what was signed for it, divided otherwise", () => {
  const signTime = "2026-01-15 12:00:00";

  test("pays no order, neither one that is there nor one that comes to be later", async () => {
    await fixture.shop.addOrder({ number: "55", sums: ["72500"] });
    await open(1, "5572");
    const bait = { ...newClickPayment("5572", "500.00"), signTime };
    const heard = { ...signedCallback({ action: "0", ...bait }), merchantPrepareId: "" };
    expect((await fixture.prepare(bait)).error).toBe(0);
    await fixture.shop.addOrder({ number: "557", sums: ["2500"] });

    const forged = [
      await fixture.prepare({ ...heard, merchantTransId: "557", amount: "2500.00" }),
      await fixture.prepare({ ...heard, merchantTransId: "55", amount: "72500.00" }),
    ];

    expect(forged.map(({ error }) => error)).toEqual([-8, -8]);
  });

  test("completes no order's attempt, though its click_trans_id was never prepared", async () => {
    const order = await fixture.shop.addOrder({ number: "66", sums: ["500"] });
    const [row] = await fixture.shop.query("SELECT MAX(id) + 1 AS id FROM clickbridge_attempt");
    // The order's attempt is 7…, and the account's reference ends in that 7.
    await open(1, "667");
    const bait = newClickPayment("667", "500.00");
    const { merchantPrepareId } = await fixture.prepare(bait);
    await fixture.shop.query(
      `ALTER TABLE clickbridge_attempt AUTO_INCREMENT = 7${String(row?.["id"]).padStart(7, "0")}`,
    );
    const staged = await fixture.prepared(order, { amount: "500.00" });
    const id = String(staged.attemptId).slice(1);
    const complete = { ...bait, clickTransId: newClickId(), merchantPrepareId: id, signTime };
    const heard = signedCallback({ action: "1", ...complete });
    await fixture.complete(complete);

    const forged = await fixture.complete({
      ...heard,
      merchantTransId: "66",
      merchantPrepareId: `7${id}`,
      clickPaydocId: staged.payment.clickPaydocId,
    } as CompleteOptions);

    expect([typeof merchantPrepareId, forged.error]).toEqual(["number", -6]);
    expect(await fixture.record(staged.attemptId)).toMatchObject({ state: "PREPARED" });
  });

  test("does not block repeats of an order's own Prepare and Complete", async () => {
    const order = await fixture.shop.addOrder({ number: "8", sums: ["2500"] });
    const staged = await fixture.prepared(order, { amount: "2500.00", signTime });
    await open(1, "82");
    const heard = signedCallback({ action: "0", ...staged.payment, signTime });
    await fixture.prepare({ ...heard, merchantPrepareId: "", merchantTransId: "82", amount: "500.00" });

    expect((await fixture.prepare({ ...staged.payment, signTime })).error).toBe(0);
    expect((await fixture.complete({ ...staged.payment, merchantPrepareId: String(staged.attemptId) })).error).toBe(0);
  });
});

test("the playground's calls know nothing but the account, and store nothing", async () => {
  await open();
  const order = await fixture.shop.addOrder();
  const before = await rowCounts(fixture.shop);
  const { callbacks } = fixture.service;
  const callback = signedCallback({ action: "0", merchantTransId: order.number, clickTransId: newClickId() });
  const complete = signedCallback({ action: "1", merchantTransId: order.number, merchantPrepareId: "1" });

  const answers = [
    await call(callbacks, callbacks.prepare, { callback, callerAddress: "", certificationOnly: true }),
    await call(callbacks, callbacks.complete, {
      callback: complete,
      callerAddress: "",
      leaveOrderUpdate: false,
      certificationOnly: true,
      unencrypted: false,
    }),
  ];

  expect(answers.map(({ error }) => error)).toEqual([-5, -6]);
  expect(await rowCounts(fixture.shop)).toEqual(before);
});
