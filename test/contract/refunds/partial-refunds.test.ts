import { describe, expect, test } from "vitest";
import { Refund_State } from "../../../src/gen/clickbridge/v1/payment.ts";
import { attemptRecord } from "../../support/service/attempt-record.ts";
import { failureOf } from "../../support/service/failure.ts";
import { SERVICE } from "../../support/shop/shop.ts";
import { shopAtClick, type Taken } from "../../support/shop/shop-at-click.ts";

const fixture = shopAtClick({ services: { [SERVICE.serviceId]: { partial_refund: true } } });

const PARTLY = "payment/partial_reversal";
const record = ({ attemptId }: Taken) => attemptRecord(fixture.shop, attemptId);
const refund = ({ paymentId }: Taken, amountTiyin: bigint | undefined) => fixture.refund({ paymentId, amountTiyin });
const whyNot = async (taken: Taken, amountTiyin: bigint | undefined) =>
  (await failureOf(refund(taken, amountTiyin))).metadata["why"];

test("a part goes back, in soums, and the payment stays paid", async () => {
  const taken = await fixture.settled();
  fixture.behave({ partial_reversal: true });

  const { refund: part } = await refund(taken, 12_345n);

  expect(part).toMatchObject({ state: Refund_State.STATE_DONE, partial: true, amountTiyin: 12_345n });
  const [{ path = "" } = {}] = fixture.simulator.standIn.ledger.merchantCalls.filter(({ call }) => call === PARTLY);
  expect(path).toMatch(new RegExp(`/partial_reversal/${SERVICE.serviceId}/${taken.atClick.paymentId}/123\\.45$`));
  expect(taken.atClick).toMatchObject({ money: "taken", returnedTiyin: 12_345n });
  expect(await record(taken)).toMatchObject({ state: "SETTLED", orderUpdates: ["MARK_PAID APPLIED 100000"] });
});

test("a part of what the shop was not told of leaves its mark as it is", async () => {
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
  expect(await whyNot(taken, undefined)).toBe("AMOUNT_NOT_REFUNDABLE");
  await refund(taken, 60_000n);

  expect(taken.atClick).toMatchObject({ money: "reversed", returnedTiyin: 100_000n });
  expect(await record(taken)).toMatchObject({
    state: "REVERSED",
    orderUpdates: ["MARK_PAID APPLIED 100000", "MARK_REFUNDED PENDING 100000"],
    anomalies: {},
  });
  expect(await whyNot(taken, 1n)).toBe("REFUNDED");
});

test("20 parts of a tenth at once give back one at a time, and never more than the whole", async () => {
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
