import { expect, test } from "vitest";
import { Anomaly_Kind, Anomaly_Resolution, Anomaly_State } from "../../../src/gen/clickbridge/v1/anomaly.ts";
import { Payment_State as State } from "../../../src/gen/clickbridge/v1/payment.ts";
import { clickOver } from "../../support/click/click.ts";
import { NO_FILTER } from "../../support/service/rpcs.ts";
import { call } from "../../support/service/service.ts";
import { SERVICE } from "../../support/shop/shop.ts";
import { shopAtClick, type Taken } from "../../support/shop/shop-at-click.ts";

const fixture = shopAtClick({ services: { [SERVICE.serviceId]: { partial_refund: true } } });

async function moneyOf(paymentId: bigint | number) {
  const { state, heldTiyin, refundedTiyin, refundableTiyin, holdingAttemptId } = await fixture.payment(
    BigInt(paymentId),
  );
  return { state, heldTiyin, refundedTiyin, refundableTiyin, holdingAttemptId };
}
const holding = ({ attemptId }: Taken) => BigInt(attemptId);
const GONE = { state: State.STATE_REVERSED, heldTiyin: 0n, refundableTiyin: 0n, holdingAttemptId: 0n };

test("a payment is in progress, then paid, then refunded in part, then refunded", async () => {
  const order = await fixture.shop.addOrder();
  await clickOver(fixture.service).prepare({ merchantTransId: order.number });
  expect(await moneyOf(order.paymentId)).toMatchObject({ state: State.STATE_IN_PROGRESS, heldTiyin: 0n });
  const taken = await fixture.settled();
  const holdingAttemptId = holding(taken);
  expect(await moneyOf(taken.paymentId)).toEqual({
    ...{ state: State.STATE_HELD, heldTiyin: 100_000n, refundedTiyin: 0n, refundableTiyin: 100_000n, holdingAttemptId },
  });
  fixture.behave({ partial_reversal: true });

  await fixture.refund({ paymentId: taken.paymentId, amountTiyin: 30_000n });
  expect(await moneyOf(taken.paymentId)).toEqual({
    ...{ state: State.STATE_PARTIALLY_REFUNDED, heldTiyin: 70_000n, refundedTiyin: 30_000n },
    ...{ refundableTiyin: 70_000n, holdingAttemptId },
  });

  await fixture.refund({ paymentId: taken.paymentId });
  expect(await moneyOf(taken.paymentId)).toEqual({ ...GONE, refundedTiyin: 100_000n });
});

test("money reversed in Click's cabinet counts as refunded, and an earlier partial refund counts once", async () => {
  const taken = await fixture.settled();
  fixture.behave({ partial_reversal: true });
  await fixture.refund({ paymentId: taken.paymentId, amountTiyin: 30_000n });
  fixture.simulator.standIn.refundInCabinet(taken.atClick);

  const { payments } = fixture.service;
  await call(payments, payments.refreshPayment, { paymentId: taken.paymentId });

  expect(await moneyOf(taken.paymentId)).toEqual({ ...GONE, refundedTiyin: 100_000n });
});

test("owed money that is accepted for another payment is that one's from then on", async () => {
  const owed = await fixture.owed();
  const other = await fixture.shop.addOrder();
  expect(await moneyOf(owed.paymentId)).toMatchObject({ state: State.STATE_OWED, heldTiyin: 100_000n });
  const { payments } = fixture.service;
  const { anomalies } = await call(payments, payments.listAnomalies, {
    ...{ pageSize: 0, pageToken: "", state: Anomaly_State.STATE_OPEN, kind: Anomaly_Kind.KIND_UNSPECIFIED },
    ...{ serviceId: 0n, paymentId: owed.paymentId },
  });

  await call(payments, payments.resolveAnomaly, {
    ...{ anomalyId: anomalies[0]?.anomalyId ?? 0n, resolution: Anomaly_Resolution.RESOLUTION_ACCEPT },
    ...{ paymentId: BigInt(other.paymentId), clickPaymentId: "", note: "", userId: "anna" },
  });

  expect(await moneyOf(owed.paymentId)).toMatchObject({
    state: State.STATE_NO_MONEY,
    heldTiyin: 0n,
    refundedTiyin: 0n,
  });
  expect(await moneyOf(other.paymentId)).toMatchObject({ state: State.STATE_HELD, heldTiyin: 100_000n });
});

/** Written as they are, for no course of things brings them all about. */
const ATTEMPT_STATES = ["REFUSED", "PREPARED", "EXPIRED", "CAPTURED", "SETTLED", "OWED", "CANCELLED", "REVERSED"];
const CHARGE_STATES = ["STORED", "SENDING", "PROCESSING", "UNKNOWN", "DONE", "FAILED", "REFUSED"];
const REFUND_STATES = ["DONE", "REFUSED", "UNKNOWN"];

test("a list by state has just the payments whose state is that, whatever lies beside each other", async () => {
  const { shop } = fixture;
  let seed = 7;
  const below = (limit: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
  const pick = (from: readonly string[]) => from[below(from.length)];
  const ids = Array.from({ length: 200 }, (_, index) => 5_000_000 + index);
  for (const id of ids) {
    await shop.query(
      "INSERT INTO clickbridge_payment (payment_id, order_id, create_time) VALUES (?, ?, '2019-05-05')",
      [id, id],
    );
    let isHeld = false;
    for (let count = below(4); count > 0; count -= 1) {
      const state = pick(isHeld ? ATTEMPT_STATES.filter((one) => !/CAPTURED|SETTLED/.test(one)) : ATTEMPT_STATES);
      isHeld ||= state === "CAPTURED" || state === "SETTLED";
      const made = await shop.query(
        `INSERT INTO clickbridge_attempt (service_id, merchant_trans_id, merchant_trans_key, payment_id, order_id, amount_tiyin, state, last_answer)
         VALUES (11111, ?, UNHEX(SHA2(?, 256)), ?, ?, 1000, ?, 0)`,
        [`${id}`, `${id}/${count}`, id, id, state],
      );
      const attemptId = (made as unknown as { insertId: number }).insertId;
      const refundState = pick([...REFUND_STATES, "NONE", "NONE"]);
      if (refundState === "NONE") continue;
      await shop.query(
        `INSERT INTO clickbridge_refund (caller, request_id, request_hash, user_id, state, attempt_id, service_id, payment_id, amount_tiyin, is_partial, click_payment_id)
         VALUES ('t', UUID(), '', '', ?, ?, 11111, ?, 10, 1, 1)`,
        [refundState, attemptId, id],
      );
    }
    const chargeState = pick([...CHARGE_STATES, "NONE", "NONE", "NONE", "NONE"]);
    if (chargeState === "NONE") continue;
    await shop.query(
      `INSERT INTO clickbridge_charge (kind, caller, request_id, request_hash, user_id, state, service_id, payment_id, order_id, reference, amount_tiyin)
       VALUES ('CARD', 't', UUID(), '', '', ?, 11111, ?, ?, '1', 1)`,
      [chargeState, id, id],
    );
  }
  const { payments } = fixture.service;
  const day = {
    createdFromTime: new Date("2019-05-05T00:00:00Z"),
    createdBeforeTime: new Date("2019-05-06T00:00:00Z"),
  };
  const list = async (paymentStates: readonly State[]) =>
    (
      await call(payments, payments.listPayments, {
        ...NO_FILTER,
        ...day,
        pageSize: 500,
        paymentStates: [...paymentStates],
      })
    ).payments;

  const all = await list([]);
  const states = [1, 2, 3, 4, 5, 6] as State[];
  for (const state of states) {
    const expected = all.filter((payment) => payment.state === state).map(({ paymentId }) => paymentId);
    expect(expected.length).toBeGreaterThan(0);
    expect((await list([state])).map(({ paymentId }) => paymentId)).toEqual(expected);
  }
  expect(await list(states)).toEqual(all);
});
