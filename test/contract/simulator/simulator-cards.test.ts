import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ClickApi } from "../../../src/app/click/click-api.ts";
import { Secret } from "../../../src/protocol/secret.ts";
import { SMS_CODE } from "../../../src/simulator/card-token.ts";
import { behave, clientOfBench, done, OTHER_SHOP, paymentAt, SHOP } from "../../support/click/merchant-bench.ts";
import { type Bench, startBench } from "../../support/click/stand-in.ts";

let bench: Bench;
let client: ClickApi;
beforeEach(async () => {
  bench = await startBench();
  client = clientOfBench(bench);
  bench.setClock(new Date("2026-01-15T10:00:00Z"));
});
afterEach(() => bench.stop());

const NUMBER = "8600123412341234";
const card = (change: { number?: string; expires?: string; temporary?: boolean } = {}) => ({
  cardNumber: new Secret(change.number ?? NUMBER),
  expireDate: new Secret(change.expires ?? "0126"),
  temporary: change.temporary ?? false,
});
const requested = async (temporary = false) => done(await client.requestCardToken(SHOP, card({ temporary }))).cardToken;
const verify = (cardToken: Secret, code = SMS_CODE) =>
  client.verifyCardToken(SHOP, { cardToken, smsCode: new Secret(code) });
async function verified(temporary = false): Promise<Secret> {
  const cardToken = await requested(temporary);
  done(await verify(cardToken));
  return cardToken;
}
const charge = (cardToken: Secret, reference = "A") =>
  client.chargeCardToken(SHOP, { cardToken, amountTiyin: 3_840_000n, reference });
const refused = (refusal: string, clickErrorCode: number) => ({ kind: "REFUSED", refusal, clickErrorCode });

describe("a card", () => {
  test("is asked for, verified by the fixed code, charged and deleted", async () => {
    const reply = done(await client.requestCardToken(SHOP, card()));
    const { cardToken } = reply;
    const unverified = await charge(cardToken);
    const shown = await verify(cardToken);
    const paid = done(await charge(cardToken));
    const deletions = [await client.deleteCardToken(SHOP, cardToken), await client.deleteCardToken(SHOP, cardToken)];

    expect(reply).toMatchObject({ maskedPhone: "99890***4567", temporary: false });
    expect(unverified).toMatchObject(refused("OTHER", -7));
    expect(shown).toEqual({ kind: "DONE", maskedCardNumber: "8600 12** **** 1234" });
    expect(paid.status).toBe("PAID");
    expect(paymentAt(bench, paid.clickPaymentId)).toMatchObject({
      origin: "card token",
      money: "taken",
      reference: "A",
    });
    expect(deletions).toMatchObject([{ kind: "DONE" }, refused("OTHER", -3)]);
    expect(await charge(cardToken)).toMatchObject(refused("OTHER", -3));
  });

  test.each([
    ["of 15 digits", card({ number: "860012341234123" })],
    ["with letters", card({ number: "86001234123412ab" })],
    ["that ended last month", card({ expires: "1225" })],
    ["of a month that is none", card({ expires: "1326" })],
  ])("%s is refused", async (_, given) => {
    expect(await client.requestCardToken(SHOP, given)).toMatchObject(refused("CARD_NUMBER_WRONG", -400));
  });

  test("that is temporary pays once", async () => {
    const cardToken = await verified(true);
    const replies = [await charge(cardToken), await charge(cardToken)];

    expect(replies).toMatchObject([{ kind: "DONE" }, refused("OTHER", -3)]);
  });

  test("of another service is none", async () => {
    const cardToken = await verified();
    const reply = await client.chargeCardToken(OTHER_SHOP, { cardToken, amountTiyin: 1n, reference: "A" });

    expect(reply).toMatchObject(refused("OTHER", -3));
  });
});

describe("the SMS code", () => {
  test("may be wrong three times", async () => {
    const cardToken = await requested();
    const replies = [];
    for (const code of ["1", "2", "3", SMS_CODE]) replies.push(await verify(cardToken, code));

    expect(replies).toMatchObject([...Array(3).fill(refused("SMS_CODE_WRONG", -302)), refused("TOO_MANY_TRIES", -406)]);
  });

  test("is good for five minutes", async () => {
    const cardToken = await requested();
    bench.setClock(new Date("2026-01-15T10:05:00.001Z"));

    expect(await verify(cardToken)).toMatchObject(refused("SMS_CODE_EXPIRED", -301));
  });
});

describe("a payment by card token", () => {
  test("calls the shop as any other", async () => {
    const paid = done(await charge(await verified()));

    expect(paymentAt(bench, paid.clickPaymentId).calls.map(({ call }) => call)).toEqual(["Prepare", "Complete"]);
    expect(bench.merchant.isPaid("A")).toBe(true);
  });

  test("makes no calls when it is set so", async () => {
    behave(bench, { token_payment_calls_shop: false });
    const paid = done(await charge(await verified()));

    expect(paid.status).toBe("PAID");
    expect(bench.merchant.received).toEqual([]);
  });

  test.each([
    ["decline", true, "FAILED"],
    ["hang", true, "PROCESSING"],
    ["decline", false, "FAILED"],
    ["hang", false, "PROCESSING"],
  ] as const)("may %s (calls the shop: %s)", async (outcome, token_payment_calls_shop, status) => {
    behave(bench, { outcome, token_payment_calls_shop });

    expect(await charge(await verified())).toMatchObject({ kind: "DONE", status });
  });

  test("that hangs without the shop comes to its end without it, too", async () => {
    behave(bench, { outcome: "hang", token_payment_calls_shop: false });
    const { clickPaymentId } = done(await charge(await verified()));
    await bench.ask("POST", `/simulator/payments/${clickPaymentId}/resume`, { outcome: "confirm" });

    expect(paymentAt(bench, clickPaymentId)).toMatchObject({ money: "taken", status: 2 });
    expect(bench.merchant.received).toEqual([]);
  });
});

test("the ledger counts every call, and shows nothing of a card", async () => {
  const cardToken = await verified();
  await charge(cardToken);
  await client.deleteCardToken(SHOP, cardToken);
  await client.chargeClickPass(SHOP, {
    otpData: new Secret("42860099887766554433"),
    amountTiyin: 100n,
    cashboxCode: undefined,
    reference: undefined,
  });
  const { json } = await bench.ask("GET", "/simulator/ledger");
  const page = await (await fetch(bench.simulator.url)).text();

  expect(json["merchant_calls"]).toMatchObject([
    { call: "card_token/request", method: "POST", result: "200 0" },
    { call: "card_token/verify", method: "POST", result: "200 0" },
    { call: "card_token/payment", method: "POST", result: "200 0" },
    { call: "card_token/delete", method: "DELETE", path: "/v2/merchant/card_token/11111/[masked]", result: "200 0" },
    { call: "click_pass/payment", method: "POST", result: "200 0" },
  ]);
  for (const secret of [NUMBER, "0126", SMS_CODE, cardToken.reveal(), "42860099887766554433"]) {
    expect(JSON.stringify(json["merchant_calls"])).not.toContain(`"${secret}"`);
    expect(JSON.stringify(json["merchant_calls"])).not.toContain(`:${secret}`);
    expect(page).not.toContain(secret);
  }
});
