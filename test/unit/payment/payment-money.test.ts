import { describe, expect, test } from "vitest";
import type { Attempt, AttemptState } from "../../../src/payment/attempt.ts";
import type { Charge, ChargeState } from "../../../src/payment/charge.ts";
import { asAttemptId, asRefundId } from "../../../src/payment/ids.ts";
import { judgeReturn } from "../../../src/payment/judge-return.ts";
import { paymentMoney, refundableUntil } from "../../../src/payment/payment-money.ts";
import type { Refund, RefundState } from "../../../src/payment/refund.ts";
import { attempt } from "../../support/service/attempt-of-test.ts";

const CAPTURE_TIME = new Date("2026-11-24T10:00:00Z");
const UNTIL = new Date("2026-12-01T18:59:59Z");

const of = (id: number, state: AttemptState, change: Partial<Attempt> = {}) => ({
  ...attempt({ id: asAttemptId(id), state, amountTiyin: 101_500n, feeTiyin: 1_500n, ...change }),
  captureTime: CAPTURE_TIME,
});
const refund = (attemptId: number, state: RefundState, amountTiyin = 101_500n): Refund => ({
  id: asRefundId(1),
  state,
  attemptId: asAttemptId(attemptId),
  serviceId: attempt().serviceId,
  paymentId: attempt().paymentId,
  orderId: attempt().orderId,
  amountTiyin,
  partial: amountTiyin !== 101_500n,
  clickPaymentId: "5000000001",
  clickRefusal: undefined,
  clickErrorCode: 0,
  clickErrorNote: "",
  createTime: CAPTURE_TIME,
  doneTime: undefined,
  ...{ requestId: "", caller: "", userId: "", note: "" },
});
const charge = (state: ChargeState) => ({ state }) as Charge;
const BOOKED = { heldTiyin: 7n, refundedTiyin: 5n };
const moneyOf = (attempts: ReturnType<typeof of>[], refunds: Refund[] = [], charges: Charge[] = []) =>
  paymentMoney({ attempts, refunds, charges, booked: BOOKED });

describe("where the money of a payment is", () => {
  test.each<[string, AttemptState[], string]>([
    ["without an attempt", [], "NO_MONEY"],
    ["after refused, declined and forgotten attempts", ["REFUSED", "CANCELLED", "EXPIRED"], "NO_MONEY"],
    ["while the buyer pays", ["CANCELLED", "PREPARED"], "IN_PROGRESS"],
    ["once Click has taken it", ["CAPTURED"], "HELD"],
    ["once Bitrix shows it", ["REVERSED", "SETTLED", "PREPARED"], "HELD"],
    ["with other owed money", ["OWED", "SETTLED"], "HELD"],
    ["when all money is owed", ["OWED", "PREPARED"], "OWED"],
    ["when it was reversed", ["REVERSED"], "REVERSED"],
    ["when the buyer pays again after a return", ["REVERSED", "PREPARED"], "IN_PROGRESS"],
  ])("%s: %j is %s", (_, states, expected) => {
    expect(moneyOf(states.map((state, index) => of(index + 1, state))).state).toBe(expected);
  });

  test.each<[ChargeState, string]>([
    ["UNKNOWN", "IN_PROGRESS"],
    ["PROCESSING", "IN_PROGRESS"],
    ["FAILED", "NO_MONEY"],
  ])("a charge that is %s makes it %s", (state, expected) => {
    expect(moneyOf([], [], [charge(state)]).state).toBe(expected);
  });
});

describe("what of it can be given back", () => {
  test("all that Click took, the fee included, of the attempt that holds the payment", () => {
    const money = moneyOf([of(1, "OWED"), of(2, "SETTLED")]);

    expect(money).toMatchObject({ holdingAttemptId: 2, refundableTiyin: 101_500n, refundableUntil: UNTIL });
    expect(money).toMatchObject({ ...BOOKED, state: "HELD" });
  });

  test("of owed money the oldest, when nothing holds the payment", () => {
    expect(moneyOf([of(1, "OWED"), of(2, "OWED")])).toMatchObject({ holdingAttemptId: 1, refundableTiyin: 101_500n });
  });

  test("what parts have left of it", () => {
    const money = moneyOf([of(1, "SETTLED")], [refund(1, "DONE", 1_500n), refund(1, "REFUSED", 50_000n)]);

    expect(money).toMatchObject({ state: "PARTIALLY_REFUNDED", refundableTiyin: 100_000n });
  });

  test.each<RefundState>(["STORED", "SENDING", "UNKNOWN"])("nothing while a refund of it is %s", (state) => {
    expect(moneyOf([of(1, "SETTLED")], [refund(1, state)])).toMatchObject({ state: "HELD", refundableTiyin: 0n });
  });

  test("a refund of another attempt does not make it partially refunded", () => {
    const money = moneyOf([of(1, "REVERSED"), of(2, "SETTLED")], [refund(1, "DONE")]);

    expect(money).toMatchObject({ state: "HELD", refundableTiyin: 101_500n });
  });

  test("nothing without Click's number of the payment", () => {
    const nameless = of(1, "SETTLED", { clickPaydocId: undefined });

    expect(moneyOf([nameless])).toMatchObject({ refundableTiyin: 0n });
  });

  test.each<Refund[][]>([[[refund(1, "DONE")]], [[]]])(
    "nothing once it went back, by us or in Click's cabinet",
    (refunds) => {
      expect(moneyOf([of(1, "REVERSED")], refunds)).toEqual({
        state: "REVERSED",
        ...BOOKED,
        holdingAttemptId: undefined,
        refundableTiyin: 0n,
        refundableUntil: undefined,
      });
    },
  );

  test.each([
    ["2026-11-24T10:00:00Z", "2026-12-01T18:59:59.000Z"],
    ["2026-12-31T18:59:59Z", "2027-01-01T18:59:59.000Z"],
    ["2026-12-31T19:00:00Z", "2027-02-01T18:59:59.000Z"],
    ["2026-10-31T20:00:00Z", "2026-12-01T18:59:59.000Z"],
  ])("of %s until %s: the 1st of the month after the capture's, in Tashkent", (captured, until) => {
    expect(refundableUntil(new Date(captured)).toISOString()).toBe(until);
  });
});

describe("a return of all that an attempt holds, asked for without an id", () => {
  const WHOLE = { orderAmountTiyin: 100_000n };
  const judge = (state: AttemptState, refunds: Refund[] = [], isShopToBeTold = false, asked = WHOLE) =>
    judgeReturn({ attempt: of(1, state), refunds, isShopToBeTold }, asked);

  test.each<[string, Refund[], number]>([
    ["at first", [], 0],
    ["while the first is open", [refund(1, "UNKNOWN")], 0],
    ["after a refusal", [refund(1, "REFUSED")], 1],
    ["after a refusal and one that did not happen", [refund(1, "REFUSED"), refund(1, "NOT_DONE")], 2],
  ])("%s is try %#", (_, refunds, failedCount) => {
    expect(judge("SETTLED", refunds)).toEqual({ kind: "ASK", failedCount });
  });

  test("that was refunded before is returned as done until the shop has its order update", () => {
    const done = refund(1, "DONE");

    expect(judge("REVERSED", [refund(1, "REFUSED"), done], true)).toEqual({ kind: "DONE", refund: done });
    expect(judge("REVERSED", [done], false)).toEqual({ kind: "REFUSE", why: "REFUNDED" });
    expect(judge("REVERSED", [], true)).toEqual({ kind: "REFUSE", why: "REFUNDED" });
  });

  test("that was refunded in parts is reported by its last refund, unless something else reversed the rest", () => {
    const [part, rest] = [refund(1, "DONE", 40_000n), refund(1, "DONE", 61_500n)];

    expect(judge("REVERSED", [part, refund(1, "REFUSED", 61_500n), rest], true)).toEqual({
      kind: "DONE",
      refund: rest,
    });
    expect(judge("REVERSED", [part], true)).toEqual({ kind: "REFUSE", why: "REFUNDED" });
  });

  test.each<AttemptState>(["PREPARED", "EXPIRED", "REFUSED", "CANCELLED", "OWED"])(
    "of an attempt that is %s has no money of this payment",
    (state) => {
      expect(judge(state)).toEqual({ kind: "REFUSE", why: "NO_MONEY" });
    },
  );

  test.each([99_999n, 100_001n, 101_500n, 0n])("with %d tiyin off an order that was paid 100000 is refused", (sum) => {
    expect(judge("SETTLED", [], false, { orderAmountTiyin: sum })).toEqual({ kind: "REFUSE", why: "WHOLE_ONLY" });
  });
});
