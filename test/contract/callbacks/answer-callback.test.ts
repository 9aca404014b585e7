import { describe, expect, test } from "vitest";
import type { AnswerCallbackRequest } from "../../../src/gen/clickbridge/v1/answer_callback.ts";
import { type CallbackOptions, signedCallback } from "../../support/click/click.ts";
import { rowCounts } from "../../support/service/attempt-record.ts";
import { call } from "../../support/service/service.ts";
import { newClickPayment, shopAndService } from "../../support/shop/shop-and-service.ts";
import { formOf } from "../../support/shop/shop-site.ts";

/** A whole HTTP request of Click's, forwarded as it came. test/unit/protocol/callback-request.test.ts has the rules of its form. */
const fixture = shopAndService();

const REQUEST: AnswerCallbackRequest = {
  httpMethod: "POST",
  route: undefined,
  contentType: "application/x-www-form-urlencoded",
  body: undefined,
  callerAddress: "203.0.113.9",
  certificationOnly: false,
  leaveOrderUpdate: false,
  unencrypted: false,
};

function answer(form: string, change: Partial<AnswerCallbackRequest> = {}) {
  const { callbacks } = fixture.service;
  return call(callbacks, callbacks.answerCallback, { ...REQUEST, body: Buffer.from(form), ...change });
}

const formFor = (action: "0" | "1", options: CallbackOptions) => formOf(signedCallback({ ...options, action }));

async function purchase(routes: { readonly prepare?: string; readonly complete?: string }) {
  const order = await fixture.shop.addOrder();
  const payment = newClickPayment(order.number);
  const prepared = await answer(formFor("0", payment), { route: routes.prepare });
  const { merchant_prepare_id: id } = JSON.parse(prepared.jsonBody) as Record<string, number>;
  const form = formFor("1", { ...payment, merchantPrepareId: String(id) });
  const completed = await answer(form, { route: routes.complete });
  return { order, id, prepared, completed, repeat: () => answer(form, { route: routes.complete }) };
}

describe("a purchase", () => {
  test.each([
    ["at two addresses", { prepare: "prepare", complete: "complete" }],
    ["at one address, by the field action", {}],
  ])("%s is prepared and completed once, and the order update comes with the answer", async (_, routes) => {
    const { order, id, prepared, completed, repeat } = await purchase(routes);

    expect(prepared).toMatchObject({ error: 0, orderUpdate: undefined });
    expect(completed).toMatchObject({
      error: 0,
      orderUpdate: { paymentId: BigInt(order.paymentId), attemptId: BigInt(id ?? 0), amountTiyin: 100_000n },
    });
    expect(await repeat()).toMatchObject({ error: -4 });
    expect(await fixture.record(id)).toMatchObject({ state: "CAPTURED" });
  });

  test("whose order updates are left to the agent brings none", async () => {
    const order = await fixture.shop.addOrder();
    const payment = newClickPayment(order.number);
    const prepared = await answer(formFor("0", payment));
    const { merchant_prepare_id: id } = JSON.parse(prepared.jsonBody) as Record<string, number>;

    const form = formFor("1", { ...payment, merchantPrepareId: String(id) });
    const completed = await answer(form, { leaveOrderUpdate: true });

    expect(completed).toMatchObject({ error: 0, orderUpdate: undefined });
  });

  test("that came in the clear holds its order update back", async () => {
    const order = await fixture.shop.addOrder();
    const payment = newClickPayment(order.number);
    const prepared = await answer(formFor("0", payment), { unencrypted: true });
    const { merchant_prepare_id: id } = JSON.parse(prepared.jsonBody) as Record<string, number>;

    const form = formFor("1", { ...payment, merchantPrepareId: String(id) });
    const completed = await answer(form, { unencrypted: true });

    expect(completed).toMatchObject({ error: 0, orderUpdate: undefined });
  });
});

test("a callback at the other address is -3", async () => {
  const order = await fixture.shop.addOrder();

  expect(await answer(formFor("0", newClickPayment(order.number)), { route: "complete" })).toMatchObject({ error: -3 });
});

test("through the playground every order is unknown, and nothing is stored", async () => {
  const order = await fixture.shop.addOrder();
  const before = await rowCounts(fixture.shop);
  const form = formFor("0", newClickPayment(order.number));

  expect(await answer(form, { certificationOnly: true })).toMatchObject({ error: -5 });
  expect(await rowCounts(fixture.shop)).toEqual(before);
});

test.each<[string, string, Partial<AnswerCallbackRequest>, string]>([
  ["a GET", "", { httpMethod: "GET" }, "send a POST"],
  ["JSON", "{}", { contentType: "application/json" }, "the body must be application/x-www-form-urlencoded"],
  ["a body that was too long", "", { body: undefined }, "the body must have at most 65536 bytes"],
  ["no body", "", {}, "the body is empty"],
  ["a field that is there twice", "amount=1&amount=2", {}, "amount is there twice"],
  ["an unknown route", "amount=1", { route: "refund" }, "the route must be prepare or complete"],
  ["an empty route", "amount=1", { route: "" }, "the route must be prepare or complete"],
  ["no field at all", "x=1", {}, "click_trans_id is missing"],
])("%s is -8 with the rule, and leaves nothing", async (_, form, change, rule) => {
  const before = await rowCounts(fixture.shop);

  const { jsonBody, error } = await answer(form, change);

  expect(error).toBe(-8);
  expect(jsonBody).toBe(`{"error":-8,"error_note":"Error in request from click: ${rule}"}`);
  expect(await rowCounts(fixture.shop)).toEqual(before);
});

test("a duplicate field is -8 even when the first one is signed, because it is unknown which one Click meant", async () => {
  const order = await fixture.shop.addOrder();
  const before = await rowCounts(fixture.shop);

  const answered = await answer(`${formFor("0", newClickPayment(order.number))}&amount=1.00`);

  expect(answered.error).toBe(-8);
  expect(await rowCounts(fixture.shop)).toEqual(before);
});

test("a reference in Cyrillic comes through the form as the shop has it", async () => {
  const order = await fixture.shop.addOrder({ number: "Заказ-9/2+1" });

  expect(await answer(formFor("0", newClickPayment(order.number)))).toMatchObject({ error: 0 });
});
