import { describe, expect, test } from "vitest";
import { newClickId, signedCallback } from "../../support/click/click.ts";
import { call } from "../../support/service/service.ts";
import { newClickPayment, shopAndService } from "../../support/shop/shop-and-service.ts";

const fixture = shopAndService();
/** Sends a text that Click signed, divided anew. */
const replay = (genuine: Parameters<typeof signedCallback>[0], change: Record<string, string | undefined>) => {
  const { callbacks } = fixture.service;
  const fields = { ...signedCallback(genuine), ...change };
  const rpc = genuine.action === "0" ? callbacks.prepare : callbacks.complete;
  return call(
    callbacks,
    rpc as typeof callbacks.complete,
    { callback: fields, callerAddress: "127.0.0.1", leaveOrderUpdate: false } as never,
  );
};

describe("a signed text split differently", () => {
  test("a cancel of a refused Prepare without prepare id, divided into an attempt of the same order: no money", async () => {
    const order = await fixture.shop.addOrder();
    const mine = await fixture.prepared(order);
    const crafted = newClickPayment(order.number, `${mine.attemptId}1000.00`);
    expect(await fixture.prepare(crafted)).toMatchObject({ error: -2 });
    const cancel = { ...crafted, merchantPrepareId: "", action: "1", error: "-5017" };
    await replay(cancel, {});
    await replay(cancel, { error: "0", merchantPrepareId: String(mine.attemptId), amount: "1000.00" });
    expect((await fixture.record(mine.attemptId)).state).toBe("PREPARED");
  });

  test("the same with the id that we gave", async () => {
    const order = await fixture.shop.addOrder();
    const mine = await fixture.prepared(order);
    const crafted = newClickPayment(order.number, `${mine.attemptId}1000.00`);
    const refused = await fixture.prepare(crafted);
    const cancel = { ...crafted, merchantPrepareId: String(refused.merchantPrepareId), action: "1", error: "-5017" };
    await replay(cancel, {});
    const all = `${order.number}${refused.merchantPrepareId}${crafted.amount}`;
    const rest = all.slice(order.number.length);
    for (let i = 1; i < rest.length - 3; i += 1) {
      const amount = rest.slice(i);
      if (amount.startsWith("0") || amount.startsWith(".")) continue;
      const got = await replay(cancel, { error: "0", merchantPrepareId: rest.slice(0, i), amount });
      expect([-6, -9]).toContain(got.error);
    }
    expect((await fixture.record(mine.attemptId)).state).toBe("PREPARED");
  });

  test("one click_trans_id serves the first of twelve orders, and the others are left as they were", async () => {
    const clickTransId = newClickId();
    const clickPaydocId = newClickId();
    const answers: (number | undefined)[] = [];
    for (let n = 1; n <= 12; n += 1) {
      const { number } = await fixture.shop.addOrder({ number: String(n) });
      const p = { clickTransId, clickPaydocId, merchantTransId: number, amount: "1000.00" };
      const { error, merchantPrepareId } = await fixture.prepare(p);
      const named = { ...p, merchantPrepareId: String(merchantPrepareId ?? "") };
      const completed = [
        await fixture.complete({ ...named, amount: "300.00" }),
        await fixture.complete(named),
        await fixture.complete({ ...named, error: "-5017" }),
      ];
      answers.push(error, ...completed.map((answer) => answer.error));
    }
    expect(answers).toEqual([0, -2, 0, -9, ...Array(11).fill([-8, -6, -6, -9]).flat()]);
    const attempts = await fixture.shop.query("SELECT state FROM clickbridge_attempt WHERE click_trans_id = ?", [
      clickTransId,
    ]);
    expect(attempts).toEqual([{ state: "CAPTURED" }]);
  });

  test("a normal caller is not refused: Click's Postman collection, an unknown order and then a real one", async () => {
    const clickTransId = newClickId();
    const { number } = await fixture.shop.addOrder();
    const payment = { ...newClickPayment(number), clickTransId };

    const unknown = await fixture.prepare({ ...newClickPayment("nobody's"), clickTransId });
    const { error, merchantPrepareId } = await fixture.prepare(payment);
    const completed = await fixture.complete({ ...payment, merchantPrepareId: String(merchantPrepareId) });

    expect([unknown.error, error, completed.error]).toEqual([-5, 0, 0]);
  });

  test("a normal caller is not refused: Click's tester, a new click_trans_id in every request, one paydoc", async () => {
    const clickPaydocId = newClickId();
    for (let n = 21; n <= 32; n += 1) {
      const { number } = await fixture.shop.addOrder({ number: String(n) });
      const p = () => ({ clickTransId: newClickId(), clickPaydocId, merchantTransId: number, amount: "1000.00" });
      const { error, merchantPrepareId } = await fixture.prepare(p());
      const id = String(merchantPrepareId);
      const rest = [
        await fixture.complete({ ...p(), amount: "499.00", merchantPrepareId: id }),
        await fixture.complete({ ...p(), merchantPrepareId: id }),
        await fixture.complete({ ...p(), merchantPrepareId: id }),
        await fixture.complete({ ...p(), merchantPrepareId: id, error: "-1" }),
      ];
      expect([error, ...rest.map((r) => r.error)]).toEqual([0, -2, 0, -4, -4]);
    }
  });
});

test("an intercepted Complete, split into a cancel, must not make Click's own repeat unknown", async () => {
  const mine = await fixture.prepared(await fixture.shop.addOrder({ number: "9172" }));
  const genuine = { ...mine.payment, merchantPrepareId: String(mine.attemptId), action: "1" };
  const all = `${mine.attemptId}1000.00`;
  for (let i = 1; i < all.length - 3; i += 1) {
    if (all[i] === "0" || all[i] === ".") continue;
    await replay(genuine, {
      merchantTransId: `9172${all.slice(0, i)}`,
      merchantPrepareId: "",
      amount: all.slice(i),
      error: "-1",
    });
    await replay(genuine, {
      merchantTransId: "917",
      merchantPrepareId: `2${all.slice(0, i)}`,
      amount: all.slice(i),
      error: "-1",
    });
  }
  expect(await replay(genuine, {})).toMatchObject({ error: 0 });
});

describe("a signed Prepare that cannot be judged keeps its number from being used for another payment", () => {
  test("an empty reference, whose cancel is divided into a capture: -6", async () => {
    const order = await fixture.shop.addOrder();
    const mine = await fixture.prepared(order);
    const crafted = newClickPayment("", `${order.number}${mine.attemptId}1000.00`);
    expect(await fixture.prepare(crafted)).toMatchObject({ error: -8 });
    const cancel = { ...crafted, merchantPrepareId: "", action: "1", error: "-8" };
    const divided = { merchantTransId: order.number, merchantPrepareId: String(mine.attemptId), amount: "1000.00" };

    expect(await replay(cancel, { error: "0", ...divided })).toMatchObject({ error: -6 });
    expect((await fixture.record(mine.attemptId)).state).toBe("PREPARED");
  });

  test("a sum with a leading zero: -6", async () => {
    const order = await fixture.shop.addOrder({ sums: ["10500"] });
    const mine = await fixture.prepared(order, { amount: "10500.00" });
    const crafted = newClickPayment(`${order.number}${mine.attemptId}1`, "0500.00");
    expect(await fixture.prepare(crafted)).toMatchObject({ error: -8 });
    const cancel = { ...crafted, merchantPrepareId: "", action: "1", error: "-8" };
    const divided = { merchantTransId: order.number, merchantPrepareId: String(mine.attemptId), amount: "10500.00" };

    expect(await replay(cancel, { error: "0", ...divided })).toMatchObject({ error: -6 });
    expect((await fixture.record(mine.attemptId)).state).toBe("PREPARED");
  });

  test("a sum of more digits than any, under the same reference: -6", async () => {
    const order = await fixture.shop.addOrder({ sums: ["100000000"] });
    const mine = await fixture.prepared(order, { amount: "100000000.00" });
    await fixture.shop.query("UPDATE clickbridge_attempt SET id = id + 2000000 WHERE id = ?", [mine.attemptId]);
    const id = mine.attemptId + 2_000_000;
    const crafted = newClickPayment(order.number, `${id}100000000.00`);
    expect(await fixture.prepare(crafted)).toMatchObject({ error: -8 });
    const cancel = { ...crafted, merchantPrepareId: "", action: "1", error: "-8" };

    expect(await replay(cancel, { error: "0", merchantPrepareId: String(id), amount: "100000000.00" })).toMatchObject({
      error: -6,
    });
    expect((await fixture.record(id)).state).toBe("PREPARED");
  });
});

test("a Complete replayed to the Prepare address with changed fields reserves no number: Click's own Complete is still accepted", async () => {
  const order = await fixture.shop.addOrder({ sums: ["2500"] });
  const mine = await fixture.prepared(order, { amount: "2500.00" });
  const genuine = signedCallback({ action: "1", ...mine.payment, merchantPrepareId: String(mine.attemptId) });
  const { callbacks } = fixture.service;
  const { merchantPrepareId: _, ...texts } = genuine;
  const divided = {
    ...texts,
    merchantTransId: `${order.number}${mine.attemptId}`,
    amount: "2500.0",
    action: "0",
    signTime: `1${genuine.signTime}`,
  };

  await call(callbacks, callbacks.prepare, { callback: divided, callerAddress: "", certificationOnly: false } as never);

  expect(await fixture.complete({ ...mine.payment, merchantPrepareId: String(mine.attemptId) })).toMatchObject({
    error: 0,
  });
});
