import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ClickApi } from "../../../src/app/click/click-api.ts";
import { behave, clientOfBench, OTHER_SHOP, paymentAt, SHOP } from "../../support/click/merchant-bench.ts";
import { type Bench, pressIn, startBench } from "../../support/click/stand-in.ts";

let bench: Bench;
let client: ClickApi;
beforeEach(async () => {
  bench = await startBench();
  client = clientOfBench(bench);
});
afterEach(() => bench.stop());

async function paid(behaviour: object = {}): Promise<string> {
  return String((await bench.pay("A", "38400.00", behaviour)).payment_id);
}

const refusedWith = (clickErrorCode: number) => ({ kind: "REFUSED", clickErrorCode });

describe("a reversal", () => {
  test("reverses the money once, and the payment's status shows it", async () => {
    const id = await paid();
    const replies = [await client.reversePayment(SHOP, id), await client.reversePayment(SHOP, id)];

    expect(replies).toMatchObject([{ kind: "DONE" }, refusedWith(-4)]);
    expect(paymentAt(bench, id)).toMatchObject({ money: "reversed", returnedTiyin: 3_840_000n });
    expect(await client.paymentStatus(SHOP, id)).toEqual({ kind: "DONE", status: "FAILED" });
  });

  test.each(["hang", "decline"])("of a payment that was not paid (%s) is refused", async (outcome) => {
    expect(await client.reversePayment(SHOP, await paid({ outcome }))).toMatchObject(refusedWith(-4));
  });

  test("of another service's payment is refused", async () => {
    expect(await client.reversePayment(OTHER_SHOP, await paid())).toMatchObject(refusedWith(-3));
  });

  test("is refused when UZCARD refuses", async () => {
    const id = await paid();
    behave(bench, { uzcard_refuses_reversal: true });

    expect(await client.reversePayment(SHOP, id)).toMatchObject(refusedWith(-5));
    expect(paymentAt(bench, id).money).toBe("taken");
  });

  test.each([
    ["later in the same month", "2026-01-15T10:00:00Z", "2026-01-31T18:59:59Z", "DONE"],
    ["on the 1st of the next, in Tashkent", "2026-01-15T10:00:00Z", "2026-01-31T19:00:00Z", "DONE"],
    ["on the 1st, over a year's end", "2025-12-31T10:00:00Z", "2026-01-01T10:00:00Z", "DONE"],
    ["on the 2nd of the next", "2026-01-15T10:00:00Z", "2026-02-01T19:00:00Z", "REFUSED"],
    ["on the 1st of the month after", "2026-01-15T10:00:00Z", "2026-02-28T20:00:00Z", "REFUSED"],
    ["a year later", "2025-01-15T10:00:00Z", "2026-01-15T10:00:00Z", "REFUSED"],
  ])("%s: made at %s and asked for at %s it is %s", async (_, made, asked, kind) => {
    bench.setClock(new Date(made));
    const id = await paid();
    bench.setClock(new Date(asked));

    expect(await client.reversePayment(SHOP, id)).toMatchObject({ kind });
  });

  test("can be tried out by shifting the clock through the control API", async () => {
    const id = await paid();
    await bench.ask("PUT", "/simulator/behaviour", { clock_shift_seconds: 70 * 24 * 60 * 60 });

    expect(await client.reversePayment(SHOP, id)).toMatchObject(refusedWith(-4));
  });
});

describe("a partial reversal", () => {
  test("is no method of Click's, unless it is switched on", async () => {
    expect(await client.reversePaymentPartly(SHOP, await paid(), 100n)).toMatchObject({
      kind: "REFUSED",
      refusal: "METHOD_UNAVAILABLE",
    });
  });

  test("refunds parts until nothing is left, and the status stays paid until then", async () => {
    behave(bench, { partial_reversal: true });
    const id = await paid();
    const reverse = (tiyin: bigint) => client.reversePaymentPartly(SHOP, id, tiyin);
    const first = await reverse(1_000_050n);
    const status = await client.paymentStatus(SHOP, id);
    const { json: ledger } = await bench.ask("GET", "/simulator/ledger");
    const replies = [await reverse(2_839_951n), await reverse(2_839_950n), await reverse(1n)];

    expect(first).toEqual({ kind: "DONE" });
    expect(status).toEqual({ kind: "DONE", status: "PAID" });
    expect(ledger["taken_tiyin"]).toBe("2839950");
    expect(replies).toMatchObject([refusedWith(-4), { kind: "DONE" }, refusedWith(-4)]);
    expect(paymentAt(bench, id).money).toBe("reversed");
  });
});

describe("a refund in Click's cabinet", () => {
  test.each<[string, (id: string) => Promise<unknown>]>([
    ["the control API", (id) => bench.ask("POST", `/simulator/payments/${id}/refund`)],
    [
      "the button of the payment's page",
      (id) => pressIn(bench.simulator, { path: `/payments/${id}`, form: { act: "refund-this-payment" } }),
    ],
  ])("by %s reverses the money, and sends no call to the shop", async (_, refund) => {
    const id = await paid();
    const page = await (await fetch(`${bench.simulator.url}/payments/${id}`)).text();
    const before = bench.merchant.received.length;
    await refund(id);

    expect(page).toContain("refund this payment");
    expect(paymentAt(bench, id)).toMatchObject({ money: "reversed", status: -1 });
    expect(bench.merchant.received).toHaveLength(before);
    expect(await client.paymentStatus(SHOP, id)).toEqual({ kind: "DONE", status: "FAILED" });
  });
});
