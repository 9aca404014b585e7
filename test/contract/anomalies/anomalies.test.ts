import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  type Anomaly,
  Anomaly_Kind as Kind,
  Anomaly_Resolution as Resolution,
  Anomaly_State as State,
} from "../../../src/gen/clickbridge/v1/anomaly.ts";
import {
  AcknowledgeOrderUpdateRequest_Outcome as Outcome,
  AcknowledgeOrderUpdateRequest_Refusal as Refusal,
} from "../../../src/gen/clickbridge/v1/order_update_service.ts";
import { Refund_State } from "../../../src/gen/clickbridge/v1/payment.ts";
import type { ListAnomaliesRequest, ResolveAnomalyRequest } from "../../../src/gen/clickbridge/v1/payment_service.ts";
import { clickOver, newClickId } from "../../support/click/click.ts";
import { attemptRecord } from "../../support/service/attempt-record.ts";
import { failureOf } from "../../support/service/failure.ts";
import { call } from "../../support/service/service.ts";
import { SERVICE } from "../../support/shop/shop.ts";
import { markInShop, shopAtClick, type Taken } from "../../support/shop/shop-at-click.ts";

const fixture = shopAtClick({ services: { [SERVICE.serviceId]: { partial_refund: true } } });

const REVERSAL = "payment/reversal";

const NO_FILTER: ListAnomaliesRequest = {
  pageSize: 0,
  pageToken: "",
  state: State.STATE_UNSPECIFIED,
  kind: Kind.KIND_UNSPECIFIED,
  serviceId: 0n,
  paymentId: 0n,
};

const list = ({ payments } = fixture.service, change: Partial<ListAnomaliesRequest> = {}) =>
  call(payments, payments.listAnomalies, { ...NO_FILTER, ...change });

async function anomalyOf({ paymentId }: Pick<Taken, "paymentId">, kind?: Kind): Promise<Anomaly> {
  const { anomalies } = await list(fixture.service, { paymentId });
  const found = anomalies.find((anomaly) => kind === undefined || anomaly.kind === kind);
  if (found === undefined) throw new Error(`payment ${paymentId} has no such anomaly`);
  return found;
}

const resolve = (
  { anomalyId }: Pick<Anomaly, "anomalyId">,
  resolution: Resolution,
  change: Partial<ResolveAnomalyRequest> = {},
) =>
  call(fixture.service.payments, fixture.service.payments.resolveAnomaly, {
    anomalyId,
    resolution,
    paymentId: 0n,
    clickPaymentId: "",
    note: "as told by phone",
    userId: "anna",
    ...change,
  });

const record = ({ attemptId }: Pick<Taken, "attemptId">) => attemptRecord(fixture.shop, attemptId);
const notPossible = (why: string | RegExp) => ({
  code: "FAILED_PRECONDITION",
  reason: "RESOLUTION_NOT_POSSIBLE",
  metadata: expect.objectContaining({ why: expect.stringMatching(why) }),
});

/** The shop cannot take the mark. */
async function refusedByShop(): Promise<Taken> {
  const taken = await fixture.taken();
  const mark = await fixture.claim(taken.paymentId);
  if (mark === undefined) throw new Error("no mark");
  await fixture.start(mark);
  await fixture.acknowledge(mark, Outcome.OUTCOME_REFUSED, Refusal.REFUSAL_AMOUNT_CHANGED);
  return taken;
}

/** Money for a reference that names no order: of no payment. */
async function homeless() {
  const merchantTransId = `no-such-${randomUUID()}`;
  const atClick = await fixture.payAtClick(merchantTransId, { after_refusal: "confirm" });
  return { atClick, attemptId: await fixture.attemptOf(atClick.paymentId) };
}

async function anomalyOfAttempt(attemptId: number): Promise<Anomaly> {
  const found = (await list()).anomalies.find((anomaly) => anomaly.attemptId === BigInt(attemptId));
  if (found === undefined) throw new Error(`attempt ${attemptId} has no anomaly`);
  return found;
}

describe("RETRY_APPLY", () => {
  test("an order update that the shop refused becomes due again", async () => {
    const taken = await refusedByShop();
    const anomaly = await anomalyOf(taken);
    expect(anomaly).toMatchObject({ kind: Kind.KIND_APPLY_REFUSED, state: State.STATE_OPEN, decisions: [] });

    const { anomaly: decided, refund } = await resolve(anomaly, Resolution.RESOLUTION_RETRY_APPLY, { note: "" });

    expect(refund).toBeUndefined();
    expect(decided).toMatchObject({
      state: State.STATE_CLOSED,
      decisions: [{ resolution: Resolution.RESOLUTION_RETRY_APPLY, note: "", caller: "office", userId: "anna" }],
    });
    const mark = await fixture.claim(taken.paymentId);
    if (mark === undefined) throw new Error("the mark did not go out");
    await fixture.start(mark);
    await fixture.acknowledge(mark, Outcome.OUTCOME_APPLIED);
    expect(await record(taken)).toMatchObject({ state: "SETTLED", orderUpdates: ["MARK_PAID APPLIED 100000"] });
  });

  test("after three failed saves, the order update is saved in a transaction again: the operator has repaired the cause", async () => {
    const taken = await refusedByShop();
    await fixture.shop.query("UPDATE clickbridge_order_update SET save_count = 3 WHERE attempt_id = ?", [
      taken.attemptId,
    ]);
    await resolve(await anomalyOf(taken), Resolution.RESOLUTION_RETRY_APPLY, { note: "" });
    const mark = await fixture.claim(taken.paymentId);
    if (mark === undefined) throw new Error("the mark did not go out");

    expect(await fixture.start(mark)).toMatchObject({ outsideTransaction: false });
  });

  test("is not possible for owed money, nor while the order update is leased", async () => {
    const owed = await fixture.owed();
    expect(await failureOf(resolve(await anomalyOf(owed), Resolution.RESOLUTION_RETRY_APPLY))).toMatchObject(
      notPossible("the attempt holds no payment"),
    );

    const taken = await refusedByShop();
    const anomaly = await anomalyOf(taken);
    await fixture.shop.query(
      "UPDATE clickbridge_order_update SET state = 'PENDING', lease_expire_time = NOW(3) + INTERVAL 30 SECOND WHERE attempt_id = ?",
      [taken.attemptId],
    );
    expect(await failureOf(resolve(anomaly, Resolution.RESOLUTION_RETRY_APPLY))).toMatchObject(
      notPossible("leased now"),
    );
    expect((await anomalyOf(taken)).decisions).toEqual([]);
  });
});

describe("ACCEPT", () => {
  test("owed money can be accepted for its own payment once the shop shows it unpaid", async () => {
    const owed = await fixture.owed();
    const anomaly = await anomalyOf(owed);
    expect(await failureOf(resolve(anomaly, Resolution.RESOLUTION_ACCEPT))).toMatchObject(
      notPossible("paid or returned"),
    );
    await fixture.shop.query("UPDATE b_sale_order_payment SET PAID = 'N' WHERE ID = ?", [owed.paymentId]);

    const { anomaly: decided } = await resolve(anomaly, Resolution.RESOLUTION_ACCEPT);

    expect(decided?.state).toBe(State.STATE_CLOSED);
    expect(await record(owed)).toMatchObject({ state: "CAPTURED", orderUpdates: ["MARK_PAID PENDING 100000"] });
    expect((await fixture.events(owed.paymentId)).slice(-2)).toEqual([
      "attempt.captured",
      "anomaly.closed PAID_OTHERWISE",
    ]);
  });

  test("owed money can pay another payment of the same sum, which gets an order update", async () => {
    const owed = await fixture.owed();
    const other = await fixture.shop.addOrder();

    await resolve(await anomalyOf(owed), Resolution.RESOLUTION_ACCEPT, { paymentId: BigInt(other.paymentId) });

    expect(await record(owed)).toMatchObject({
      state: "CAPTURED",
      paymentId: other.paymentId,
      orderId: other.orderId,
      orderUpdates: ["MARK_PAID PENDING 100000"],
    });
    const mark = await fixture.claim(BigInt(other.paymentId));
    expect(mark).toMatchObject({ paymentId: BigInt(other.paymentId), orderId: BigInt(other.orderId) });
    const again = await clickOver(fixture.service).prepare({ merchantTransId: other.number });
    expect(again.error).toBe(-9);
  });

  test("money that matches no payment needs a payment id", async () => {
    const { attemptId } = await homeless();
    const anomaly = await anomalyOfAttempt(attemptId);
    const order = await fixture.shop.addOrder();
    expect(anomaly).toMatchObject({ kind: Kind.KIND_CAPTURED_AFTER_REFUSAL, paymentId: 0n });

    expect(await failureOf(resolve(anomaly, Resolution.RESOLUTION_ACCEPT))).toMatchObject(
      notPossible("payment_id is needed"),
    );
    await resolve(anomaly, Resolution.RESOLUTION_ACCEPT, { paymentId: BigInt(order.paymentId) });

    expect(await record({ attemptId })).toMatchObject({ state: "CAPTURED", paymentId: order.paymentId });
  });

  test("is not possible for a payment that is paid, held, cancelled, of another sum, or not there", async () => {
    const anomaly = await anomalyOf(await fixture.owed());
    const [paid, cancelled, dear, held] = [
      await fixture.shop.addOrder(),
      await fixture.shop.addOrder({ cancelled: true }),
      await fixture.shop.addOrder({ sums: ["1000.01"] }),
      await fixture.taken(),
    ];
    await markInShop(fixture.shop, BigInt(paid.paymentId));
    const accept = (paymentId: bigint) => failureOf(resolve(anomaly, Resolution.RESOLUTION_ACCEPT, { paymentId }));

    expect(await accept(BigInt(paid.paymentId))).toMatchObject(notPossible("paid or returned"));
    expect(await accept(BigInt(cancelled.paymentId))).toMatchObject(notPossible("cancelled"));
    expect(await accept(BigInt(dear.paymentId))).toMatchObject(notPossible("another sum"));
    expect(await accept(held.paymentId)).toMatchObject(notPossible(`attempt ${held.attemptId} pays`));
    expect(await accept(999_999n)).toMatchObject({ code: "NOT_FOUND", reason: "PAYMENT_NOT_FOUND" });
  });

  test("is not possible for money that is the payment's already", async () => {
    expect(
      await failureOf(resolve(await anomalyOf(await refusedByShop()), Resolution.RESOLUTION_ACCEPT)),
    ).toMatchObject(notPossible("not OWED"));
  });

  test("two owed sums for one payment at once: one is kept", async () => {
    const [one, two] = [await anomalyOf(await fixture.owed()), await anomalyOf(await fixture.owed())];
    const order = await fixture.shop.addOrder();
    const paymentId = BigInt(order.paymentId);

    const both = await Promise.allSettled(
      [one, two].map((anomaly) => resolve(anomaly, Resolution.RESOLUTION_ACCEPT, { paymentId })),
    );

    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const marks = await fixture.shop.query("SELECT kind FROM clickbridge_order_update WHERE payment_id = ?", [
      paymentId,
    ]);
    expect(marks).toHaveLength(1);
  });
});

describe("REFUND", () => {
  test("goes through Click, and the anomaly closes with it", async () => {
    const owed = await fixture.owed();

    const { anomaly, refund } = await resolve(await anomalyOf(owed), Resolution.RESOLUTION_REFUND);

    expect(refund).toMatchObject({
      ...{ state: Refund_State.STATE_DONE, amountTiyin: 100_000n },
      ...{ caller: "anomaly", userId: "anna", note: "as told by phone" },
    });
    expect(anomaly).toMatchObject({
      state: State.STATE_CLOSED,
      decisions: [
        { resolution: Resolution.RESOLUTION_REFUND, caller: "office", userId: "anna", note: "as told by phone" },
      ],
    });
    expect(owed.atClick.money).toBe("reversed");
    const closed = (await fixture.events(owed.paymentId)).filter((type) => type.startsWith("anomaly.closed"));
    expect(closed).toEqual(["anomaly.closed PAID_OTHERWISE"]);
  });

  test("of money that fits no payment goes through Click as well", async () => {
    const { atClick, attemptId } = await homeless();

    const { anomaly, refund } = await resolve(await anomalyOfAttempt(attemptId), Resolution.RESOLUTION_REFUND);

    expect(refund).toMatchObject({ state: Refund_State.STATE_DONE, paymentId: 0n });
    expect(anomaly?.state).toBe(State.STATE_CLOSED);
    expect(atClick.money).toBe("reversed");
  });

  test("of an anomaly that the refund does not settle by itself closes that one, too", async () => {
    const taken = await fixture.taken();
    const { clickTransId } = taken.atClick;
    await clickOver(fixture.service).complete({
      clickTransId: String(clickTransId),
      merchantTransId: taken.order.number,
      merchantPrepareId: String(taken.attemptId),
      error: "-5017",
      leaveOrderUpdate: true,
    });
    const odd = await anomalyOf(taken, Kind.KIND_CANCEL_AFTER_CAPTURE);

    const { anomaly } = await resolve(odd, Resolution.RESOLUTION_REFUND);

    expect(anomaly?.state).toBe(State.STATE_CLOSED);
    expect((await fixture.events(taken.paymentId)).at(-1)).toBe("anomaly.closed CANCEL_AFTER_CAPTURE");
    expect(await record(taken)).toMatchObject({ state: "REVERSED", orderUpdates: ["MARK_PAID WITHDRAWN 100000"] });
  });

  test("refused by Click leaves it open, and can be tried again", async () => {
    const owed = await fixture.owed();
    const open = await anomalyOf(owed);
    fixture.behave({ uzcard_refuses_reversal: true });
    const failure = await failureOf(resolve(open, Resolution.RESOLUTION_REFUND));
    expect(failure).toMatchObject({ reason: "CLICK_REFUSED", metadata: { clickErrorCode: "-5" } });
    expect((await anomalyOf(owed)).state).toBe(State.STATE_OPEN);
    fixture.behave({});

    const { anomaly, refund } = await resolve(open, Resolution.RESOLUTION_REFUND);

    expect(refund?.state).toBe(Refund_State.STATE_DONE);
    expect(anomaly?.decisions.map(({ resolution }) => resolution)).toEqual([
      Resolution.RESOLUTION_REFUND,
      Resolution.RESOLUTION_REFUND,
    ]);
    expect(fixture.callsAtClick(REVERSAL, owed.atClick.paymentId)).toEqual(["200 -5", "200 0"]);
  });

  test("with a lost reply stays open, finds the same refund when repeated, and shuts out the other ways", async () => {
    const owed = await fixture.owed();
    const open = await anomalyOf(owed);
    fixture.behave({ merchant_fault: "drop_after_acting", merchant_fault_call: REVERSAL });

    const first = await resolve(open, Resolution.RESOLUTION_REFUND);
    const again = await resolve(open, Resolution.RESOLUTION_REFUND);

    expect(first.refund?.state).toBe(Refund_State.STATE_UNKNOWN);
    expect(first.anomaly?.state).toBe(State.STATE_OPEN);
    expect(again.refund).toEqual(first.refund);
    expect(fixture.callsAtClick(REVERSAL, owed.atClick.paymentId)).toHaveLength(1);
    for (const resolution of [
      Resolution.RESOLUTION_ACCEPT,
      Resolution.RESOLUTION_RETRY_APPLY,
      Resolution.RESOLUTION_REFUNDED_ELSEWHERE,
    ]) {
      expect(await failureOf(resolve(open, resolution))).toMatchObject(notPossible("is under way"));
    }
  });

  test("20 people at once are one refund, and one DELETE", async () => {
    const owed = await fixture.owed();
    const open = await anomalyOf(owed);
    fixture.behave({ merchant_delay_ms: 20 });

    const all = await Promise.allSettled(Array.from({ length: 20 }, () => resolve(open, Resolution.RESOLUTION_REFUND)));

    const failures = all.flatMap((one) => (one.status === "rejected" ? [failureOf(Promise.reject(one.reason))] : []));
    for (const failure of await Promise.all(failures)) expect(failure.reason).toBe("ANOMALY_NOT_OPEN");
    expect(failures.length).toBeLessThan(20);
    expect(fixture.callsAtClick(REVERSAL, owed.atClick.paymentId)).toEqual(["200 0"]);
  });
});

describe("two people decide differently at once", () => {
  test.each([
    ["keeps", Resolution.RESOLUTION_ACCEPT],
    ["closes", Resolution.RESOLUTION_CLOSE],
    ["resolves it as refunded elsewhere", Resolution.RESOLUTION_REFUNDED_ELSEWHERE],
  ])("one refunds and one %s: only one of it happens", async (_, resolution) => {
    for (let round = 0; round < 4; round += 1) {
      const owed = await fixture.owed();
      const open = await anomalyOf(owed);
      await fixture.shop.query("UPDATE b_sale_order_payment SET PAID = 'N' WHERE ID = ?", [owed.paymentId]);

      const [refunded, other] = await Promise.allSettled([
        resolve(open, Resolution.RESOLUTION_REFUND),
        resolve(open, resolution),
      ]);

      const { decisions } = await anomalyOf(owed);
      const { state } = await record(owed);
      if (other.status === "fulfilled" && resolution !== Resolution.RESOLUTION_CLOSE) {
        expect(refunded.status).toBe("rejected");
        expect(owed.atClick.money).toBe("taken");
        if (state === "REVERSED") fixture.ledgerComparison.apart(owed.atClick.paymentId, "AS_AN_OPERATOR_SAID");
        expect(decisions.map((decision) => decision.resolution)).toEqual([resolution]);
        expect(state).toBe(resolution === Resolution.RESOLUTION_ACCEPT ? "CAPTURED" : "REVERSED");
      } else if (refunded.status === "fulfilled") {
        expect(owed.atClick.money).toBe("reversed");
        expect(state).toBe("REVERSED");
        expect(decisions[0]?.resolution).toBe(Resolution.RESOLUTION_REFUND);
      }
      expect([refunded.status, other.status]).toContain("fulfilled");
    }
  });

  test("the same resolution twice at once is one decision", async () => {
    const owed = await fixture.owed();
    const open = await anomalyOf(owed);

    const both = await Promise.allSettled([
      resolve(open, Resolution.RESOLUTION_CLOSE, { userId: "anna" }),
      resolve(open, Resolution.RESOLUTION_CLOSE, { userId: "boris" }),
    ]);

    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await anomalyOf(owed)).decisions).toHaveLength(1);
    const closed = (await fixture.events(owed.paymentId)).filter((type) => type.startsWith("anomaly.closed"));
    expect(closed).toHaveLength(1);
  });
});

describe("REFUNDED_ELSEWHERE", () => {
  test("owed money is back; Click is not asked", async () => {
    const owed = await fixture.owed();
    fixture.simulator.standIn.refundInCabinet(owed.atClick);

    const { anomaly } = await resolve(await anomalyOf(owed), Resolution.RESOLUTION_REFUNDED_ELSEWHERE);

    expect(anomaly?.state).toBe(State.STATE_CLOSED);
    expect(await record(owed)).toMatchObject({ state: "REVERSED", orderUpdates: [], anomalies: {} });
    expect(fixture.callsAtClick(REVERSAL, owed.atClick.paymentId)).toEqual([]);
  });

  test("of settled money enqueues MARK_REFUNDED", async () => {
    const taken = await fixture.settled();
    await clickOver(fixture.service).complete({
      clickTransId: String(taken.atClick.clickTransId),
      merchantTransId: taken.order.number,
      merchantPrepareId: String(taken.attemptId),
      error: "-5017",
    });
    fixture.simulator.standIn.refundInCabinet(taken.atClick);

    await resolve(await anomalyOf(taken), Resolution.RESOLUTION_REFUNDED_ELSEWHERE);

    expect(await record(taken)).toMatchObject({
      state: "REVERSED",
      orderUpdates: ["MARK_PAID APPLIED 100000", "MARK_REFUNDED PENDING 100000"],
    });
  });

  test("is not possible where there is no money", async () => {
    const order = await fixture.shop.addOrder({ currency: "USD" });
    await clickOver(fixture.service).prepare({ merchantTransId: order.number });
    const anomaly = await anomalyOf({ paymentId: BigInt(order.paymentId) });
    expect(anomaly.kind).toBe(Kind.KIND_CURRENCY_NOT_UZS);

    expect(await failureOf(resolve(anomaly, Resolution.RESOLUTION_REFUNDED_ELSEWHERE))).toMatchObject(
      notPossible("holds no money"),
    );
    expect(await failureOf(resolve(anomaly, Resolution.RESOLUTION_REFUND))).toMatchObject({
      reason: "PAYMENT_NOT_REFUNDABLE",
      metadata: expect.objectContaining({ why: "NO_MONEY" }),
    });
    expect((await anomalyOf({ paymentId: BigInt(order.paymentId) })).decisions).toEqual([]);
  });
});

describe("an anomaly about no attempt", () => {
  test("can only be closed, and comes back open when it happens again", async () => {
    const clickTransId = newClickId();
    const complete = () =>
      clickOver(fixture.service).complete({ clickTransId, merchantTransId: "nobody", merchantPrepareId: "2000000000" });
    await complete();
    const [anomaly] = (await list(fixture.service, { kind: Kind.KIND_MONEY_WITHOUT_ATTEMPT })).anomalies;
    if (anomaly === undefined) throw new Error("no anomaly");
    expect(anomaly).toMatchObject({ attemptId: 0n, paymentId: 0n, seenCount: 1 });
    expect(JSON.parse(anomaly.detailJson)).toMatchObject({ clickTransId });

    for (const resolution of [
      Resolution.RESOLUTION_ACCEPT,
      Resolution.RESOLUTION_REFUND,
      Resolution.RESOLUTION_RETRY_APPLY,
      Resolution.RESOLUTION_REFUNDED_ELSEWHERE,
    ]) {
      expect(await failureOf(resolve(anomaly, resolution))).toMatchObject(notPossible("it is about no attempt"));
    }
    await resolve(anomaly, Resolution.RESOLUTION_CLOSE);
    await complete();

    const [again] = (await list(fixture.service, { kind: Kind.KIND_MONEY_WITHOUT_ATTEMPT })).anomalies;
    expect(again).toMatchObject({ anomalyId: anomaly.anomalyId, state: State.STATE_OPEN, seenCount: 2 });
    expect(again?.decisions).toHaveLength(1);
    const events = await fixture.shop.query(
      "SELECT type FROM clickbridge_event WHERE aggregate_id = ? AND aggregate_type = 'anomaly' ORDER BY id",
      [String(anomaly.anomalyId)],
    );
    expect(events.map((row) => row["type"])).toEqual(["anomaly.raised", "anomaly.closed", "anomaly.raised"]);
  });
});

test("a repeat of an open anomaly is counted, with one event", async () => {
  const taken = await fixture.taken();
  for (const _time of [1, 2, 3]) {
    await clickOver(fixture.service).complete({
      clickTransId: String(taken.atClick.clickTransId),
      merchantTransId: taken.order.number,
      merchantPrepareId: String(taken.attemptId),
      error: "-5017",
      leaveOrderUpdate: true,
    });
  }

  expect(await anomalyOf(taken)).toMatchObject({ kind: Kind.KIND_CANCEL_AFTER_CAPTURE, seenCount: 3 });
  const raised = (await fixture.events(taken.paymentId)).filter((type) => type.startsWith("anomaly"));
  expect(raised).toEqual(["anomaly.raised CANCEL_AFTER_CAPTURE"]);
});

test("the events of an anomaly are listed with its number, its kind and its attempt", async () => {
  const owed = await fixture.owed();
  const { anomalyId } = await anomalyOf(owed);
  const [row] = await fixture.shop.query(
    "SELECT aggregate_type, aggregate_id, service_id, payment_id, payload FROM clickbridge_event WHERE type = 'anomaly.raised' AND payment_id = ?",
    [owed.paymentId],
  );

  expect(row).toMatchObject({
    aggregate_type: "anomaly",
    aggregate_id: String(anomalyId),
    service_id: Number(SERVICE.serviceId),
    payment_id: Number(owed.paymentId),
  });
  expect(JSON.parse(String(row?.["payload"]))).toEqual({ kind: "PAID_OTHERWISE", attemptId: owed.attemptId });
});

describe("a partial refund with unknown result", () => {
  async function lostPart(): Promise<Taken> {
    const taken = await fixture.settled();
    fixture.behave({
      partial_reversal: true,
      merchant_fault: "drop_after_acting",
      merchant_fault_call: "payment/partial_reversal",
      merchant_fault_times: 1,
    });
    await fixture.refund({ paymentId: taken.paymentId, amountTiyin: 40_000n });
    return taken;
  }
  const states = async ({ paymentId }: Taken) => (await fixture.payment(paymentId)).refunds.map(({ state }) => state);

  test("did happen, says a person: only the rest is left", async () => {
    const taken = await lostPart();
    const anomaly = await anomalyOf(taken, Kind.KIND_REFUND_UNKNOWN);
    expect(await failureOf(fixture.refund({ paymentId: taken.paymentId, amountTiyin: 1n }))).toMatchObject({
      reason: "REFUND_OPEN",
    });

    await resolve(anomaly, Resolution.RESOLUTION_REFUNDED_ELSEWHERE, { note: "seen in the cabinet" });

    expect(await states(taken)).toEqual([Refund_State.STATE_DONE]);
    expect((await record(taken)).state).toBe("SETTLED");
    await fixture.refund({ paymentId: taken.paymentId, amountTiyin: 60_000n });
    expect((await record(taken)).state).toBe("REVERSED");
  });

  test("did not happen, says a person: all of it is left", async () => {
    const taken = await lostPart();

    expect(
      await failureOf(resolve(await anomalyOf(taken, Kind.KIND_REFUND_UNKNOWN), Resolution.RESOLUTION_REFUND)),
    ).toMatchObject({
      reason: "REFUND_OPEN",
    });
    await resolve(await anomalyOf(taken, Kind.KIND_REFUND_UNKNOWN), Resolution.RESOLUTION_CLOSE);

    fixture.ledgerComparison.apart(taken.atClick.paymentId, "AS_AN_OPERATOR_SAID");
    expect(await states(taken)).toEqual([Refund_State.STATE_NOT_DONE]);
    expect((await record(taken)).state).toBe("SETTLED");
  });
});

describe("ResolveAnomaly refuses", () => {
  test("what is not there, and what was decided before", async () => {
    expect(await failureOf(resolve({ anomalyId: 999_999n }, Resolution.RESOLUTION_CLOSE))).toMatchObject({
      code: "NOT_FOUND",
      reason: "ANOMALY_NOT_FOUND",
    });
    expect(await failureOf(resolve({ anomalyId: 999_999n }, Resolution.RESOLUTION_REFUND))).toMatchObject({
      reason: "ANOMALY_NOT_FOUND",
    });
    const anomaly = await anomalyOf(await fixture.owed());
    await resolve(anomaly, Resolution.RESOLUTION_CLOSE);
    for (const resolution of [
      Resolution.RESOLUTION_CLOSE,
      Resolution.RESOLUTION_REFUND,
      Resolution.RESOLUTION_ACCEPT,
    ]) {
      expect(await failureOf(resolve(anomaly, resolution))).toMatchObject({
        code: "FAILED_PRECONDITION",
        reason: "ANOMALY_NOT_OPEN",
      });
    }
  });

  test.each<[string, Resolution, Partial<ResolveAnomalyRequest>, string]>([
    ["no anomaly", Resolution.RESOLUTION_CLOSE, { anomalyId: 0n }, "anomaly_id"],
    ["no resolution", Resolution.RESOLUTION_UNSPECIFIED, {}, "resolution"],
    ["a resolution of the future", 99 as Resolution, {}, "resolution"],
    ["a payment for another way than ACCEPT", Resolution.RESOLUTION_CLOSE, { paymentId: 7n }, "payment_id"],
    ["closing without a note", Resolution.RESOLUTION_CLOSE, { note: " " }, "note"],
    ["refunded elsewhere without a note", Resolution.RESOLUTION_REFUNDED_ELSEWHERE, { note: "" }, "note"],
    ["a note of 501 characters", Resolution.RESOLUTION_CLOSE, { note: "ж".repeat(501) }, "note"],
  ])("%s", async (_, resolution, change, field) => {
    const failure = await failureOf(resolve({ anomalyId: 1n }, resolution, change));

    expect(failure).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST", fields: [field] });
  });

  test("nothing of a note of 500 letters of four bytes", async () => {
    const owed = await fixture.owed();
    const note = "😀".repeat(250);

    const { anomaly } = await resolve(await anomalyOf(owed), Resolution.RESOLUTION_CLOSE, { note });

    expect(anomaly?.decisions[0]?.note).toBe(note);
  });
});

describe("ListAnomalies", () => {
  test("goes through all of them page by page, newest first, while new ones come", async () => {
    for (let count = 0; count < 3; count += 1) await fixture.owed();
    const all = (await list(fixture.service, { pageSize: 500 })).anomalies.map(({ anomalyId }) => anomalyId);
    expect(all.length).toBeGreaterThan(5);
    expect(all).toEqual([...all].sort((a, b) => Number(b - a)));

    const seen: bigint[] = [];
    let pageToken = "";
    do {
      const page = await list(fixture.service, { pageSize: 2, pageToken });
      seen.push(...page.anomalies.map(({ anomalyId }) => anomalyId));
      if (seen.length === 2) await fixture.owed();
      pageToken = page.nextPageToken;
    } while (pageToken !== "");

    expect(seen).toEqual(all);
  });

  test("filters by state, kind, service and payment; all that are set must fit", async () => {
    const owed = await fixture.owed();
    const { paymentId } = owed;
    const kinds = async (change: Partial<ListAnomaliesRequest>) =>
      (await list(fixture.service, { paymentId, ...change })).anomalies.map(({ kind }) => kind);

    expect(await kinds({})).toEqual([Kind.KIND_PAID_OTHERWISE]);
    expect(await kinds({ state: State.STATE_OPEN, kind: Kind.KIND_PAID_OTHERWISE })).toHaveLength(1);
    expect(await kinds({ serviceId: BigInt(SERVICE.serviceId) })).toHaveLength(1);
    expect(await kinds({ serviceId: 404n })).toEqual([]);
    expect(await kinds({ kind: Kind.KIND_SECOND_CAPTURE })).toEqual([]);
    expect(await kinds({ state: State.STATE_CLOSED })).toEqual([]);
    await resolve(await anomalyOf(owed), Resolution.RESOLUTION_CLOSE);
    expect(await kinds({ state: State.STATE_OPEN })).toEqual([]);
    expect(await kinds({ state: State.STATE_CLOSED })).toEqual([Kind.KIND_PAID_OTHERWISE]);
  });

  test("takes no token of other filters, nor one that was made up", async () => {
    const { nextPageToken } = await list(fixture.service, { pageSize: 1 });
    expect(nextPageToken).not.toBe("");
    const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const [hash] = JSON.parse(Buffer.from(nextPageToken, "base64url").toString()) as [string];

    for (const change of [
      { pageToken: nextPageToken, state: State.STATE_OPEN },
      { pageToken: "nonsense" },
      { pageToken: made([hash, "1 OR 1=1"]) },
      { pageToken: made({}) },
    ]) {
      expect(await failureOf(list(fixture.service, change))).toMatchObject({
        code: "INVALID_ARGUMENT",
        reason: "PAGE_TOKEN_INVALID",
      });
    }
  });

  test.each<[string, Partial<ListAnomaliesRequest>, string]>([
    ["a page of less than nothing", { pageSize: -1 }, "page_size"],
    ["a state of the future", { state: 99 as State }, "state"],
    ["a kind of the future", { kind: 999 as Kind }, "kind"],
    ["a service below 0", { serviceId: -1n }, "service_id"],
    ["a payment below 0", { paymentId: -1n }, "payment_id"],
  ])("refuses %s", async (_, change, field) => {
    expect(await failureOf(list(fixture.service, change))).toMatchObject({
      reason: "INVALID_REQUEST",
      fields: [field],
    });
  });
});
