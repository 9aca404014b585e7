import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Attempt, AttemptState } from "../../../src/payment/attempt.ts";
import { asOrderId, asPaymentId, asRefundId } from "../../../src/payment/ids.ts";
import { type Booking, bookMove, bookRefund, type NewLedgerEntry } from "../../../src/payment/ledger.ts";
import { ATTEMPT_STATES, attempt } from "../../support/service/attempt-of-test.ts";

const BY: Booking = { source: "CALLBACK" };
const WITH_MONEY: readonly AttemptState[] = ["CAPTURED", "SETTLED", "OWED"];

const sumOf = (entries: readonly NewLedgerEntry[]) => entries.reduce((sum, { amountTiyin }) => sum + amountTiyin, 0n);
const feesOf = (entries: readonly NewLedgerEntry[]) => entries.reduce((sum, { feeTiyin }) => sum + feeTiyin, 0n);
function lesser(a: bigint, b: bigint): bigint {
  return a > b ? b : a;
}
const inShort = (entries: readonly NewLedgerEntry[]) => entries.map((e) => `${e.kind} ${e.amountTiyin} ${e.movement}`);

describe("an attempt that moves", () => {
  const MOVES = ATTEMPT_STATES.flatMap((from) => ATTEMPT_STATES.map((to) => [from, to] as const));

  test.each(MOVES)("from %s to %s changes the sum by what Click holds more, or less", (from, to) => {
    const held = (state: AttemptState, returnedTiyin: bigint) =>
      WITH_MONEY.includes(state) ? 100_000n - returnedTiyin : 0n;
    for (const returnedTiyin of WITH_MONEY.includes(from) ? [0n, 1n, 100_000n] : [0n]) {
      const entries = bookMove({ attempt: attempt({ state: from }), returnedTiyin }, attempt({ state: to }), BY);

      expect(sumOf(entries)).toBe(held(to, returnedTiyin) - held(from, returnedTiyin));
    }
  });

  test("from money to none reverses what its refunds did not return", () => {
    const before = { attempt: attempt({ state: "SETTLED" }), returnedTiyin: 30_000n };

    expect(inShort(bookMove(before, attempt({ state: "REVERSED" }), BY))).toEqual(["REVERSED -70000 reversed"]);
    expect(inShort(bookMove(before, attempt({ state: "CANCELLED" }), BY))).toEqual(["CORRECTION -70000 not taken"]);
  });

  test("to another payment leaves the one and comes to the other", () => {
    const owed = attempt({ state: "OWED", feeTiyin: 900n });
    const kept = { ...owed, state: "CAPTURED", paymentId: asPaymentId(8), orderId: asOrderId(6) } as const;

    const entries = bookMove({ attempt: owed, returnedTiyin: 0n }, kept, { source: "OPERATOR", actor: "back office" });

    expect(entries).toMatchObject([
      { kind: "OWED", amountTiyin: -100_000n, feeTiyin: -900n, paymentId: 7, orderId: 5, actor: "back office" },
      { kind: "ACCEPTED", amountTiyin: 100_000n, feeTiyin: 900n, paymentId: 8, orderId: 6, actor: "back office" },
    ]);
  });
});

describe("a number of Click's payment in an entry", () => {
  const numberOf = (of: Partial<Attempt>, by: Partial<Booking> = {}) =>
    bookMove({ attempt: attempt(), returnedTiyin: 0n }, attempt({ state: "CAPTURED", ...of }), { ...BY, ...by }).map(
      ({ clickPaymentId }) => clickPaymentId,
    );

  test.each([
    ["is the confirmed one", { clickPaymentId: "1", clickPaydocId: "2" }, { clickPaymentId: "3" }, "1"],
    ["else the one that came with the movement", { clickPaydocId: "2" }, { clickPaymentId: "3" }, "3"],
    ["else the one of the Prepare", { clickPaydocId: "2" }, {}, "2"],
    ["is absent when Click gave none", { clickPaydocId: undefined }, {}, undefined],
  ])("%s", (_, of, by, number) => {
    expect(numberOf(of, by)).toEqual([number]);
  });
});

test("a refund of money that was reversed elsewhere books nothing", () => {
  const refund = { id: asRefundId(3), amountTiyin: 40_000n };

  expect(bookRefund({ attempt: attempt({ state: "REVERSED" }), returnedTiyin: 0n }, refund, BY)).toEqual([]);
});

test("with any partial refunds, each movement has one entry, and at the end neither money nor fee is left", () => {
  const parts = fc.array(fc.bigInt({ min: 1n, max: 60_000n }), { maxLength: 6 });
  fc.assert(
    fc.property(parts, fc.bigInt({ min: 0n, max: 100_000n }), (amounts, feeTiyin) => {
      const held = attempt({ state: "SETTLED", feeTiyin });
      const entries = bookMove({ attempt: attempt({ feeTiyin }), returnedTiyin: 0n }, held, BY);
      let returnedTiyin = 0n;
      amounts.forEach((asked, at) => {
        const left = held.amountTiyin - returnedTiyin;
        const amountTiyin = lesser(asked, left);
        entries.push(...bookRefund({ attempt: held, returnedTiyin }, { id: asRefundId(at), amountTiyin }, BY));
        returnedTiyin += amountTiyin;

        const sum = sumOf(entries);
        expect(sum).toBe(held.amountTiyin - returnedTiyin);
        expect(feesOf(entries)).toBe(lesser(sum, feeTiyin));
      });
      entries.push(...bookMove({ attempt: held, returnedTiyin }, attempt({ state: "REVERSED", feeTiyin }), BY));

      expect([sumOf(entries), feesOf(entries)]).toEqual([0n, 0n]);
      expect(new Set(entries.map(({ movement }) => movement)).size).toBe(entries.length);
    }),
  );
});
