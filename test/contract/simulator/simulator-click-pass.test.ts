import { afterEach, beforeEach, expect, test } from "vitest";
import type { ClickApi } from "../../../src/app/click/click-api.ts";
import { Secret } from "../../../src/protocol/secret.ts";
import { behave, clientOfBench, done, OTHER_SHOP, paymentAt, SHOP } from "../../support/click/merchant-bench.ts";
import { type Bench, startBench } from "../../support/click/stand-in.ts";

let bench: Bench;
let client: ClickApi;
beforeEach(async () => {
  bench = await startBench();
  client = clientOfBench(bench);
});
afterEach(() => bench.stop());

const charge = (account = SHOP, otp = "42860099887766554433") =>
  client.chargeClickPass(account, {
    otpData: new Secret(otp),
    amountTiyin: 100_050n,
    cashboxCode: "KASSA-1",
    reference: "A",
  });

test("a Click Pass payment is paid at once, and the shop hears of it in the answer alone", async () => {
  const paid = done(await charge());

  expect(paid).toMatchObject({ status: "PAID", mustConfirm: false, cardType: "PRIVATE", processing: "UZCARD" });
  expect(paymentAt(bench, paid.clickPaymentId)).toMatchObject({
    reference: "A",
    amountTiyin: 100_050n,
    money: "taken",
  });
  expect(bench.merchant.received).toEqual([]);
});

test("a code that Click does not know takes nothing", async () => {
  expect(await charge(SHOP, "refuse-this")).toMatchObject({ kind: "REFUSED", clickErrorCode: -407 });
  expect(bench.simulator.standIn.ledger.payments).toEqual([]);
});

test.each([
  ["decline", "FAILED"],
  ["hang", "PROCESSING"],
] as const)("a payment may %s", async (outcome, status) => {
  behave(bench, { outcome });

  expect(await charge()).toMatchObject({ kind: "DONE", status });
});

test("confirmation is switched on and off for one service", async () => {
  done(await client.setConfirmationMode(SHOP, true));
  const on = [done(await charge()).mustConfirm, done(await charge(OTHER_SHOP)).mustConfirm];
  done(await client.setConfirmationMode(SHOP, false));
  const off = done(await charge()).mustConfirm;

  expect([...on, off]).toEqual([true, false, false]);
});

test("a payment that waits for its confirmation takes the money when it comes, once", async () => {
  done(await client.setConfirmationMode(SHOP, true));
  const { clickPaymentId, status } = done(await charge());
  const before = paymentAt(bench, clickPaymentId).money;
  const replies = [
    await client.confirmClickPass(OTHER_SHOP, clickPaymentId),
    await client.confirmClickPass(SHOP, clickPaymentId),
    await client.confirmClickPass(SHOP, clickPaymentId),
  ];

  expect([status, before]).toEqual(["PROCESSING", "not_taken"]);
  expect(replies.map(({ kind }) => kind)).toEqual(["REFUSED", "DONE", "REFUSED"]);
  expect(paymentAt(bench, clickPaymentId)).toMatchObject({ money: "taken", status: 2 });
});

test.each([
  ["2026-01-15T10:00:29.999Z", "DONE", "taken", "PAID"],
  ["2026-01-15T10:00:30.000Z", "REFUSED", "not_taken", "FAILED"],
])("made at 10:00:00 and confirmed at %s it is %s", async (at, kind, money, status) => {
  bench.setClock(new Date("2026-01-15T10:00:00Z"));
  done(await client.setConfirmationMode(SHOP, true));
  const { clickPaymentId } = done(await charge());
  bench.setClock(new Date(at));

  expect(await client.confirmClickPass(SHOP, clickPaymentId)).toMatchObject({ kind });
  expect(paymentAt(bench, clickPaymentId).money).toBe(money);
  expect(await client.paymentStatus(SHOP, clickPaymentId)).toEqual({ kind: "DONE", status });
});

test("only the shop ends a payment that waits for its confirmation", async () => {
  done(await client.setConfirmationMode(SHOP, true));
  const { clickPaymentId } = done(await charge());
  const { status } = await bench.ask("POST", `/simulator/payments/${clickPaymentId}/resume`);

  expect(status).toBe(400);
});
