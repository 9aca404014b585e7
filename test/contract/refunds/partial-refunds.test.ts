import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Refund_State } from "../../../src/gen/clickbridge/v1/payment.ts";
import { attemptRecord } from "../../support/service/attempt-record.ts";
import { failureOf } from "../../support/service/failure.ts";
import { SERVICE } from "../../support/shop/shop.ts";
import { shopAtClick, type Taken } from "../../support/shop/shop-at-click.ts";

const fixture = shopAtClick({ services: { [SERVICE.serviceId]: { partial_refund: true } } });

const STATUS = "payment/status";
const PARTLY = "payment/partial_reversal";
const record = ({ attemptId }: Taken) => attemptRecord(fixture.shop, attemptId);
const refund = ({ paymentId }: Taken, amountTiyin: bigint | undefined) => fixture.refund({ paymentId, amountTiyin });
const whyNot = async (taken: Taken, amountTiyin: bigint | undefined) =>
  (await failureOf(refund(taken, amountTiyin))).metadata["why"];

test("a partial refund is sent in soums, and the payment stays paid", async () => {
  const taken = await fixture.settled();
  fixture.behave({ partial_reversal: true });

  const { refund: part } = await refund(taken, 12_345n);

  expect(part).toMatchObject({ state: Refund_State.STATE_DONE, partial: true, amountTiyin: 12_345n });
  const [{ path = "" } = {}] = fixture.simulator.standIn.ledger.merchantCalls.filter(({ call }) => call === PARTLY);
  expect(path).toMatch(new RegExp(`/partial_reversal/${SERVICE.serviceId}/${taken.atClick.paymentId}/123\\.45$`));
  expect(taken.atClick).toMatchObject({ money: "taken", returnedTiyin: 12_345n });
  expect(await record(taken)).toMatchObject({ state: "SETTLED", orderUpdates: ["MARK_PAID APPLIED 100000"] });
});

test("a partial refund does not change an order update that is still due", async () => {
  const taken = await fixture.taken();
  fixture.behave({ partial_reversal: true });

  await refund(taken, 1n);

  expect(await record(taken)).toMatchObject({ state: "CAPTURED", orderUpdates: ["MARK_PAID PENDING 100000"] });
});

test("parts add up to the whole at most, and the last one reverses the attempt", async () => {
  const taken = await fixture.settled();
  fixture.behave({ partial_reversal: true });
  await refund(taken, 40_000n);

  expect(await whyNot(taken, 60_001n)).toBe("AMOUNT_NOT_REFUNDABLE");
  expect(await whyNot(taken, 100_000n)).toBe("AMOUNT_NOT_REFUNDABLE");
  await refund(taken, 60_000n);

  expect(taken.atClick).toMatchObject({ money: "reversed", returnedTiyin: 100_000n });
  expect(await record(taken)).toMatchObject({
    state: "REVERSED",
    orderUpdates: ["MARK_PAID APPLIED 100000", "MARK_REFUNDED PENDING 100000"],
    anomalies: {},
  });
  expect(await whyNot(taken, 1n)).toBe("REFUNDED");
});

describe("without an amount", () => {
  const partly = async (parts: readonly bigint[]) => {
    const taken = await fixture.settled();
    fixture.behave({ partial_reversal: true });
    for (const part of parts) await refund(taken, part);
    return taken;
  };
  const back = ({ paymentId, attemptId }: Taken, more: { readonly orderAmountTiyin?: bigint } = {}) =>
    fixture.refund({ requestId: "", paymentId, attemptId: BigInt(attemptId), ...more });

  test("a refund of the rest after partial refunds reverses the attempt", async () => {
    const taken = await partly([40_000n, 1n]);

    const { refund: rest } = await refund(taken, undefined);

    expect(rest).toMatchObject({ state: Refund_State.STATE_DONE, partial: true, amountTiyin: 59_999n });
    expect(taken.atClick).toMatchObject({ money: "reversed", returnedTiyin: 100_000n });
    expect(await record(taken)).toMatchObject({
      state: "REVERSED",
      orderUpdates: ["MARK_PAID APPLIED 100000", "MARK_REFUNDED PENDING 100000"],
    });
    expect(await whyNot(taken, undefined)).toBe("REFUNDED");
  });

  test("a repeat with the same request_id is the same rest, also after a partial refund in between", async () => {
    const taken = await partly([40_000n]);
    const request = { paymentId: taken.paymentId, requestId: randomUUID() };
    fixture.behave({ merchant_fault: "http_500", merchant_fault_call: STATUS });
    await failureOf(fixture.refund(request));
    fixture.behave({ partial_reversal: true });
    await refund(taken, 10_000n);

    const [first, second] = [await fixture.refund(request), await fixture.refund(request)];

    expect(first.refund).toMatchObject({ state: Refund_State.STATE_DONE, amountTiyin: 50_000n });
    expect(second).toEqual(first);
    expect(fixture.callsAtClick(PARTLY, taken.atClick.paymentId)).toHaveLength(3);
  });

  test("a partial refund that overtakes it leaves less, and the total never exceeds the capture", async () => {
    const taken = await partly([]);

    const all = await Promise.allSettled([refund(taken, 30_000n), refund(taken, undefined), refund(taken, undefined)]);

    expect(all.some(({ status }) => status === "fulfilled")).toBe(true);
    const { money, returnedTiyin } = taken.atClick;
    const done = (await fixture.payment(taken.paymentId)).refunds.filter(
      ({ state }) => state === Refund_State.STATE_DONE,
    );
    const sum = done.reduce((total, { amountTiyin }) => total + amountTiyin, 0n);
    expect(money === "reversed" ? 100_000n : returnedTiyin).toBe(sum);
  });

  test("a full return from the order page refunds the rest, and is repeated until the shop has its order update", async () => {
    const taken = await partly([40_000n]);

    const first = await back(taken, { orderAmountTiyin: 100_000n });
    const again = await back(taken, { orderAmountTiyin: 100_000n });

    expect(first.refund).toMatchObject({ state: Refund_State.STATE_DONE, amountTiyin: 60_000n });
    expect(again).toEqual(first);
    expect(taken.atClick).toMatchObject({ money: "reversed", returnedTiyin: 100_000n });
  });
});

test("20 partial refunds of a tenth at once run one at a time, and never exceed the capture", async () => {
  const taken = await fixture.settled();
  fixture.behave({ partial_reversal: true });

  const all = await Promise.allSettled(Array.from({ length: 20 }, () => refund(taken, 10_000n)));

  const done = all.filter(({ status }) => status === "fulfilled").length;
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThanOrEqual(10);
  expect(taken.atClick.returnedTiyin).toBe(BigInt(done) * 10_000n);
  expect(fixture.callsAtClick(PARTLY, taken.atClick.paymentId)).toHaveLength(done);
});

describe("when Click refuses a part", () => {
  test("nothing changes, and the whole can still go back", async () => {
    const taken = await fixture.taken();
    fixture.behave({ partial_reversal: false });

    const failure = await failureOf(refund(taken, 5_000n));

    expect(failure.reason).toBe("CLICK_REFUSED");
    expect(await record(taken)).toMatchObject({ state: "CAPTURED", orderUpdates: ["MARK_PAID PENDING 100000"] });
    expect((await refund(taken, undefined)).refund?.state).toBe(Refund_State.STATE_DONE);
  });
});
