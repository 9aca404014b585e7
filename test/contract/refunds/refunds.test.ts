import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { OrderUpdate_Kind } from "../../../src/gen/clickbridge/v1/order_update.ts";
import {
  AcknowledgeOrderUpdateRequest_Outcome as Outcome,
  AcknowledgeOrderUpdateRequest_Refusal as Refusal,
} from "../../../src/gen/clickbridge/v1/order_update_service.ts";
import { Attempt_State, Refund_State } from "../../../src/gen/clickbridge/v1/payment.ts";
import { clickOver, newClickId } from "../../support/click/click.ts";
import { attemptRecord } from "../../support/service/attempt-record.ts";
import { failureOf } from "../../support/service/failure.ts";
import { shopAtClick, type Taken } from "../../support/shop/shop-at-click.ts";

const fixture = shopAtClick();

const REVERSAL = "payment/reversal";
const STATUS = "payment/status";
const stateAtClick = ({ atClick }: Taken) => atClick.money;
const record = ({ attemptId }: Taken) => attemptRecord(fixture.shop, attemptId);
const refundRows = async ({ attemptId }: Taken) =>
  (await fixture.shop.query("SELECT state FROM clickbridge_refund WHERE attempt_id = ? ORDER BY id", [attemptId])).map(
    (row) => row["state"],
  );
/** Whether Click may take money for the order once more. */
const prepareAgain = async ({ order }: Taken) =>
  (await clickOver(fixture.service).prepare({ merchantTransId: order.number })).error;
const notRefundable = (why: string) => ({
  code: "FAILED_PRECONDITION",
  reason: "PAYMENT_NOT_REFUNDABLE",
  metadata: expect.objectContaining({ why }),
});

describe("a refund before the order update was applied", () => {
  test("withdraws the order update, and the order can be paid again", async () => {
    const taken = await fixture.taken();

    const { refund } = await fixture.refund({ paymentId: taken.paymentId, userId: "anna" });

    expect(refund).toMatchObject({
      state: Refund_State.STATE_DONE,
      attemptId: BigInt(taken.attemptId),
      paymentId: taken.paymentId,
      amountTiyin: 100_000n,
      partial: false,
      clickPaymentId: String(taken.atClick.paymentId),
    });
    expect(stateAtClick(taken)).toBe("reversed");
    expect(fixture.callsAtClick(REVERSAL, taken.atClick.paymentId)).toEqual(["200 0"]);
    expect(await record(taken)).toMatchObject({
      state: "REVERSED",
      orderUpdates: ["MARK_PAID WITHDRAWN 100000"],
      anomalies: {},
    });
    expect(await fixture.claim(taken.paymentId)).toBeUndefined();
    const events = await fixture.events(taken.paymentId);
    expect(events.slice(-2)).toEqual(["refund.done", "attempt.reversed"]);
    const payment = await fixture.payment(taken.paymentId);
    expect(payment.refunds).toEqual([refund]);
    expect(payment.attempts[0]?.state).toBe(Attempt_State.STATE_REVERSED);
    expect(await prepareAgain(taken)).toBe(0);
  });

  test("while it is open the order update is not leased", async () => {
    const taken = await fixture.taken();
    fixture.behave({ merchant_fault: "drop_after_acting", merchant_fault_call: REVERSAL });

    await fixture.refund({ paymentId: taken.paymentId });

    expect(await fixture.claim(taken.paymentId)).toBeUndefined();
    expect((await record(taken)).orderUpdates).toEqual(["MARK_PAID WITHDRAWN 100000"]);
  });

  test("an order update whose lease ended without a start is withdrawn, and its old holder cannot save", async () => {
    const taken = await fixture.taken();
    const mark = await fixture.claim(taken.paymentId);
    await fixture.shop.query(
      "UPDATE clickbridge_order_update SET lease_expire_time = NOW(3) - INTERVAL 1 SECOND WHERE id = ?",
      [mark?.orderUpdateId],
    );

    await fixture.refund({ paymentId: taken.paymentId });

    expect(await failureOf(fixture.start(mark as never))).toMatchObject({ reason: "LEASE_LOST" });
    expect(await failureOf(fixture.acknowledge(mark as never, Outcome.OUTCOME_APPLIED))).toMatchObject({
      reason: "LEASE_LOST",
    });
    expect((await record(taken)).orderUpdates).toEqual(["MARK_PAID WITHDRAWN 100000"]);
  });
});

describe("a refund while the order update is leased", () => {
  test.each(["leased", "started"] as const)(
    "%s: MARK_REFUNDED goes out after it, with a token of its own",
    async (how) => {
      const taken = await fixture.taken();
      const mark = await fixture.claim(taken.paymentId);
      if (mark === undefined) throw new Error("no mark");
      if (how === "started") await fixture.start(mark);

      await fixture.refund({ paymentId: taken.paymentId });

      expect(await record(taken)).toMatchObject({
        state: "REVERSED",
        orderUpdates: ["MARK_PAID PENDING 100000", "MARK_REFUNDED PENDING 100000"],
      });
      expect(await fixture.claim(taken.paymentId)).toBeUndefined();
      await fixture.start(mark);
      await fixture.acknowledge(mark, Outcome.OUTCOME_APPLIED);
      const opposite = await fixture.claim(taken.paymentId);
      expect(opposite?.kind).toBe(OrderUpdate_Kind.KIND_MARK_REFUNDED);
      expect(opposite?.token).not.toBe(mark.token);
      expect(opposite?.amountTiyin).toBe(100_000n);
      if (opposite !== undefined) await fixture.start(opposite);
      if (opposite !== undefined) await fixture.acknowledge(opposite, Outcome.OUTCOME_APPLIED);
      expect(await record(taken)).toMatchObject({
        state: "REVERSED",
        orderUpdates: ["MARK_PAID APPLIED 100000", "MARK_REFUNDED APPLIED 100000"],
        anomalies: {},
      });
    },
  );

  test("given back and started before: the shop may have it, so MARK_REFUNDED follows", async () => {
    const taken = await fixture.taken();
    const mark = await fixture.claim(taken.paymentId);
    if (mark === undefined) throw new Error("no mark");
    await fixture.start(mark);
    await fixture.acknowledge(mark, Outcome.OUTCOME_RETRY);

    await fixture.refund({ paymentId: taken.paymentId });

    expect((await record(taken)).orderUpdates).toEqual(["MARK_PAID PENDING 100000", "MARK_REFUNDED PENDING 100000"]);
  });

  test("refused by the shop after the refund: there is nothing to take back", async () => {
    const taken = await fixture.taken();
    const mark = await fixture.claim(taken.paymentId);
    if (mark === undefined) throw new Error("no mark");
    await fixture.start(mark);
    await fixture.refund({ paymentId: taken.paymentId });

    await fixture.acknowledge(mark, Outcome.OUTCOME_REFUSED, Refusal.REFUSAL_PAID_OTHERWISE);

    expect((await record(taken)).orderUpdates).toEqual(["MARK_PAID REFUSED 100000", "MARK_REFUNDED WITHDRAWN 100000"]);
    expect(await fixture.claim(taken.paymentId)).toBeUndefined();
  });

  test("refused by the shop before the refund: no order update, and its anomaly closes", async () => {
    const taken = await fixture.taken();
    const mark = await fixture.claim(taken.paymentId);
    if (mark === undefined) throw new Error("no mark");
    await fixture.start(mark);
    await fixture.acknowledge(mark, Outcome.OUTCOME_REFUSED, Refusal.REFUSAL_AMOUNT_CHANGED);

    await fixture.refund({ paymentId: taken.paymentId });

    expect(await record(taken)).toMatchObject({
      state: "REVERSED",
      orderUpdates: ["MARK_PAID REFUSED 100000"],
      anomalies: {},
    });
  });
});

describe("a refund tells", () => {
  const audit = async ({ paymentId }: Taken) =>
    (await fixture.payment(paymentId)).refunds.map(({ userId, note, caller, requestId, doneTime, createTime }) => ({
      ...{ userId, note, caller, requestId },
      tookMs: doneTime === undefined ? undefined : doneTime.getTime() - (createTime?.getTime() ?? 0),
    }));

  test("who asked for it, why, under which request_id, and when the money was back", async () => {
    const taken = await fixture.taken();
    const requestId = randomUUID();

    const { refund } = await fixture.refund({
      ...{ paymentId: taken.paymentId, requestId, userId: "anna", note: "the buyer came with the box" },
    });
    await fixture.refund({ paymentId: taken.paymentId, requestId, userId: "boris", note: "asked again" });

    const [told] = await audit(taken);
    expect(told).toMatchObject({ userId: "anna", note: "the buyer came with the box", caller: "office", requestId });
    expect(told?.tookMs).toBeGreaterThanOrEqual(0);
    expect((await fixture.payment(taken.paymentId)).refunds).toEqual([refund]);
  });

  test("no done_time while the result is unknown, and one when Click has refused", async () => {
    const [unknown, refused] = [await fixture.taken(), await fixture.taken()];
    fixture.behave({ merchant_fault: "drop_before_acting", merchant_fault_call: REVERSAL });
    await fixture.refund({ paymentId: unknown.paymentId });
    fixture.behave({ uzcard_refuses_reversal: true });
    await failureOf(fixture.refund({ paymentId: refused.paymentId }));

    expect(await audit(unknown)).toMatchObject([{ tookMs: undefined, note: "", userId: "" }]);
    expect((await audit(refused))[0]?.tookMs).toBeGreaterThanOrEqual(0);
  });

  test("nothing that is longer than a note may be", async () => {
    const failure = await failureOf(fixture.refund({ paymentId: 1n, note: "n".repeat(501) }));

    expect([failure.reason, failure.fields]).toEqual(["INVALID_REQUEST", ["note"]]);
  });
});

test("a refund of a settled payment enqueues MARK_REFUNDED, and it is not payable meanwhile", async () => {
  const taken = await fixture.settled();

  await fixture.refund({ paymentId: taken.paymentId });

  expect(await record(taken)).toMatchObject({
    state: "REVERSED",
    orderUpdates: ["MARK_PAID APPLIED 100000", "MARK_REFUNDED PENDING 100000"],
  });
  expect((await fixture.claim(taken.paymentId))?.kind).toBe(OrderUpdate_Kind.KIND_MARK_REFUNDED);
  expect(await prepareAgain(taken)).toBe(-9);
});

test("a refund of owed money enqueues no order update, and its anomaly closes", async () => {
  const owed = await fixture.owed();
  expect(await record(owed)).toMatchObject({ state: "OWED", anomalies: { PAID_OTHERWISE: 1 } });

  const { refund } = await fixture.refund({ paymentId: owed.paymentId });

  expect(refund?.state).toBe(Refund_State.STATE_DONE);
  expect(await record(owed)).toMatchObject({ state: "REVERSED", orderUpdates: [], anomalies: {} });
  expect((await fixture.events(owed.paymentId)).slice(-3)).toEqual([
    "refund.done",
    "attempt.reversed",
    "anomaly.closed PAID_OTHERWISE",
  ]);
});

test("without an attempt id the one that holds the payment is refunded; another one can be selected first", async () => {
  const taken = await fixture.taken();
  const { order, paymentId } = taken;
  const second = await fixture.payAtClick(order.number, { after_refusal: "confirm" });
  const secondId = await fixture.attemptOf(second.paymentId);
  expect((await attemptRecord(fixture.shop, secondId)).state).toBe("OWED");

  const named = await fixture.refund({ paymentId, attemptId: BigInt(secondId) });
  const unnamed = await fixture.refund({ paymentId });

  expect(named.refund?.attemptId).toBe(BigInt(secondId));
  expect(unnamed.refund?.attemptId).toBe(BigInt(taken.attemptId));
  expect([second.money, stateAtClick(taken)]).toEqual(["reversed", "reversed"]);
});

test("a refund asks Click once whether the money is there", async () => {
  const taken = await fixture.taken();

  await fixture.refund({ paymentId: taken.paymentId });

  expect(fixture.callsAtClick(STATUS, taken.atClick.paymentId)).toEqual(["200 0"]);
});

describe("a repeat", () => {
  test("with the same request_id is the same refund, and Click is called once", async () => {
    const taken = await fixture.taken();
    const request = { paymentId: taken.paymentId, requestId: randomUUID() };
    const first = await fixture.refund(request);

    expect(await fixture.refund(request)).toEqual(first);
    expect(fixture.callsAtClick(REVERSAL, taken.atClick.paymentId)).toHaveLength(1);
  });

  test("of one that a dead process left unsent asks Click again, and is sent only while the money is paid", async () => {
    const left = async () => {
      const [taken, requestId] = [await fixture.taken(), randomUUID()];
      const again = () => fixture.refund({ paymentId: taken.paymentId, requestId });
      fixture.behave({ merchant_fault: "drop_before_acting", merchant_fault_call: REVERSAL });
      const { refund } = await again();
      fixture.behave({});
      await fixture.shop.query("UPDATE clickbridge_refund SET state = 'STORED', send_token = NULL WHERE id = ?", [
        refund?.refundId,
      ]);
      return { taken, again };
    };
    const [paid, reversed] = [await left(), await left()];
    fixture.simulator.standIn.refundInCabinet(reversed.taken.atClick);

    const ends = [(await paid.again()).refund?.state, await failureOf(reversed.again())];

    expect(ends).toMatchObject([Refund_State.STATE_DONE, notRefundable("NOT_PAID_AT_CLICK")]);
    expect(fixture.callsAtClick(STATUS, paid.taken.atClick.paymentId)).toHaveLength(2);
    expect(fixture.callsAtClick(REVERSAL, reversed.taken.atClick.paymentId)).toHaveLength(1);
  });

  test("20 times at once is one refund and one DELETE", async () => {
    const taken = await fixture.taken();
    const request = { paymentId: taken.paymentId, requestId: randomUUID() };
    fixture.behave({ merchant_delay_ms: 20 });

    const all = await Promise.all(Array.from({ length: 20 }, () => fixture.refund(request)));

    expect(new Set(all.map(({ refund }) => refund?.refundId)).size).toBe(1);
    const states = all.map(({ refund }) => refund?.state);
    expect(states).toContain(Refund_State.STATE_DONE);
    expect(states.filter((s) => s !== Refund_State.STATE_DONE && s !== Refund_State.STATE_SENDING)).toEqual([]);
    expect(fixture.callsAtClick(REVERSAL, taken.atClick.paymentId)).toEqual(["200 0"]);
    expect(await refundRows(taken)).toEqual(["DONE"]);
  });

  test("20 others at once: one is done, and all others get the reason", async () => {
    const taken = await fixture.taken();

    const all = await Promise.allSettled(
      Array.from({ length: 20 }, () => fixture.refund({ paymentId: taken.paymentId })),
    );

    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const failures = await Promise.all(
      all.flatMap((one) => (one.status === "rejected" ? [failureOf(Promise.reject(one.reason))] : [])),
    );
    expect(failures.map(({ reason, metadata }) => metadata["why"] ?? reason).sort()).toEqual(
      failures.map(() => expect.stringMatching(/^(REFUND_OPEN|REFUNDED|NOT_PAID_AT_CLICK)$/)),
    );
    expect(fixture.callsAtClick(REVERSAL, taken.atClick.paymentId)).toEqual(["200 0"]);
  });

  test("with the same request_id and another field is refused", async () => {
    const [taken, other] = [await fixture.taken(), await fixture.taken()];
    const requestId = randomUUID();
    await fixture.refund({ paymentId: taken.paymentId, requestId });

    for (const change of [{ paymentId: other.paymentId }, { attemptId: BigInt(taken.attemptId) }]) {
      const failure = await failureOf(fixture.refund({ paymentId: taken.paymentId, requestId, ...change }));
      expect(failure).toMatchObject({ code: "ALREADY_EXISTS", reason: "REQUEST_ID_REUSED" });
    }
    expect(stateAtClick(other)).toBe("taken");
  });

  test("by another person is the same refund, and keeps the name of the first", async () => {
    const taken = await fixture.taken();
    const request = { paymentId: taken.paymentId, requestId: randomUUID() };
    const first = await fixture.refund({ ...request, userId: "anna" });

    expect(await fixture.refund({ ...request, userId: "boris" })).toEqual(first);
    expect(fixture.callsAtClick(REVERSAL, taken.atClick.paymentId)).toEqual(["200 0"]);
    const rows = await fixture.shop.query("SELECT user_id FROM clickbridge_refund WHERE attempt_id = ?", [
      taken.attemptId,
    ]);
    expect(rows).toEqual([{ user_id: "anna" }]);
  });

  test("with another request_id after it was done finds it refunded", async () => {
    const taken = await fixture.taken();
    await fixture.refund({ paymentId: taken.paymentId });

    expect(await failureOf(fixture.refund({ paymentId: taken.paymentId }))).toMatchObject(notRefundable("REFUNDED"));
    expect(
      await failureOf(fixture.refund({ paymentId: taken.paymentId, attemptId: BigInt(taken.attemptId) })),
    ).toMatchObject(notRefundable("REFUNDED"));
  });
});

describe("what cannot be refunded", () => {
  test("a payment that is not there, that Click never touched, or that took no money", async () => {
    const untouched = await fixture.shop.addOrder();
    const declined = await fixture.shop.addOrder();
    await fixture.payAtClick(declined.number, { outcome: "decline" });

    expect(await failureOf(fixture.refund({ paymentId: 999_999n }))).toMatchObject({
      code: "NOT_FOUND",
      reason: "PAYMENT_NOT_FOUND",
    });
    expect(await failureOf(fixture.refund({ paymentId: BigInt(untouched.paymentId) }))).toMatchObject({
      reason: "PAYMENT_NOT_REFUNDABLE",
      metadata: { why: "NO_MONEY" },
    });
    expect(await failureOf(fixture.refund({ paymentId: BigInt(declined.paymentId) }))).toMatchObject(
      notRefundable("NO_MONEY"),
    );
  });

  test("an attempt of another payment", async () => {
    const [taken, other] = [await fixture.taken(), await fixture.taken()];

    const failure = await failureOf(fixture.refund({ paymentId: taken.paymentId, attemptId: BigInt(other.attemptId) }));

    expect(failure).toMatchObject({ code: "NOT_FOUND", reason: "ATTEMPT_NOT_FOUND" });
    expect(stateAtClick(other)).toBe("taken");
  });

  test.each([
    [0n, "INVALID_REQUEST", undefined],
    [-1n, "INVALID_REQUEST", undefined],
    [100_001n, "PAYMENT_NOT_REFUNDABLE", "AMOUNT_NOT_REFUNDABLE"],
    [99_999n, "PAYMENT_NOT_REFUNDABLE", "PARTIAL_REFUND_UNAVAILABLE"],
  ])("%s tiyin of 100000", async (amountTiyin, reason, why) => {
    const taken = await fixture.taken();

    const failure = await failureOf(fixture.refund({ paymentId: taken.paymentId, amountTiyin }));

    expect(failure).toMatchObject({ reason });
    expect(failure.metadata["why"]).toBe(why);
    expect(await refundRows(taken)).toEqual([]);
    expect(stateAtClick(taken)).toBe("taken");
  });

  test("the whole sum by its number is a whole refund", async () => {
    const taken = await fixture.taken();

    const { refund } = await fixture.refund({ paymentId: taken.paymentId, amountTiyin: 100_000n });

    expect(refund).toMatchObject({ state: Refund_State.STATE_DONE, partial: false });
  });

  test("money of which Click gave no number", async () => {
    const taken = await fixture.taken();
    await fixture.shop.query("UPDATE clickbridge_attempt SET click_paydoc_id = NULL WHERE id = ?", [taken.attemptId]);

    expect(await failureOf(fixture.refund({ paymentId: taken.paymentId }))).toMatchObject(
      notRefundable("CLICK_PAYMENT_UNKNOWN"),
    );
  });

  test("money whose number another attempt with money has as well", async () => {
    const [taken, other] = [await fixture.taken(), await fixture.taken()];
    await fixture.shop.query("UPDATE clickbridge_attempt SET click_paydoc_id = ? WHERE id = ?", [
      other.atClick.paymentId,
      taken.attemptId,
    ]);

    for (const { paymentId } of [taken, other]) {
      expect(await failureOf(fixture.refund({ paymentId }))).toMatchObject(notRefundable("CLICK_PAYMENT_AMBIGUOUS"));
    }
    expect([stateAtClick(taken), stateAtClick(other)]).toEqual(["taken", "taken"]);
  });

  test("money that Click does not show as paid", async () => {
    const taken = await fixture.taken();
    fixture.simulator.standIn.refundInCabinet(taken.atClick);
    fixture.ledgerComparison.apart(taken.atClick.paymentId, "REVERSED_UNASKED");

    expect(await failureOf(fixture.refund({ paymentId: taken.paymentId }))).toMatchObject(
      notRefundable("NOT_PAID_AT_CLICK"),
    );
    expect(await refundRows(taken)).toEqual([]);
    expect((await record(taken)).orderUpdates).toEqual(["MARK_PAID PENDING 100000"]);
  });

  test("anything while Click does not answer: nothing is stored", async () => {
    const taken = await fixture.taken();
    fixture.behave({ merchant_fault: "http_500", merchant_fault_call: "payment/status" });

    expect(await failureOf(fixture.refund({ paymentId: taken.paymentId }))).toMatchObject({
      code: "UNAVAILABLE",
      reason: "CLICK_UNAVAILABLE",
    });
    expect(await refundRows(taken)).toEqual([]);
    expect((await record(taken)).orderUpdates).toEqual(["MARK_PAID PENDING 100000"]);
    expect(fixture.callsAtClick(REVERSAL, taken.atClick.paymentId)).toEqual([]);
  });
});

describe("Click refuses", () => {
  const NEXT_MONTHS = 40 * 24 * 60 * 60;

  test.each([
    ["payments of months that are over", { clock_shift_seconds: NEXT_MONTHS }, "-4", "reporting month"],
    ["a card of UZCARD's", { uzcard_refuses_reversal: true }, "-5", "UZCARD refused"],
  ])("%s: its code and note are in the error, the MARK_PAID is due again", async (_, behaviour, code, note) => {
    const taken = await fixture.taken();
    fixture.behave(behaviour);
    const request = { paymentId: taken.paymentId, requestId: randomUUID() };

    for (const _time of [1, 2]) {
      const failure = await failureOf(fixture.refund(request));
      expect(failure).toMatchObject({
        code: "FAILED_PRECONDITION",
        reason: "CLICK_REFUSED",
        metadata: { clickErrorCode: code, clickRefusal: "OTHER" },
      });
      expect(failure.message).toContain(note);
    }
    expect(fixture.callsAtClick(REVERSAL, taken.atClick.paymentId)).toHaveLength(1);
    expect(await refundRows(taken)).toEqual(["REFUSED"]);
    expect(await record(taken)).toMatchObject({ state: "CAPTURED", orderUpdates: ["MARK_PAID PENDING 100000"] });
    const mark = await fixture.claim(taken.paymentId);
    expect(mark?.kind).toBe(OrderUpdate_Kind.KIND_MARK_PAID);
    expect((await fixture.events(taken.paymentId)).at(-1)).toBe("refund.refused");
    const [shown] = (await fixture.payment(taken.paymentId)).refunds;
    expect(shown).toMatchObject({ state: Refund_State.STATE_REFUSED, clickErrorCode: Number(code) });
  });

  test("and a new request_id may try again", async () => {
    const taken = await fixture.taken();
    fixture.behave({ uzcard_refuses_reversal: true });
    await failureOf(fixture.refund({ paymentId: taken.paymentId }));
    fixture.behave({});

    const { refund } = await fixture.refund({ paymentId: taken.paymentId });

    expect(refund?.state).toBe(Refund_State.STATE_DONE);
    expect(await refundRows(taken)).toEqual(["REFUSED", "DONE"]);
    expect(await record(taken)).toMatchObject({ state: "REVERSED", orderUpdates: ["MARK_PAID WITHDRAWN 100000"] });
  });
});

describe("the reply is lost", () => {
  test.each(["drop_after_acting", "drop_before_acting", "http_500"] as const)(
    "%s: the refund is UNKNOWN, no error, and never sent again",
    async (merchant_fault) => {
      const taken = await fixture.taken();
      fixture.behave({ merchant_fault, merchant_fault_call: REVERSAL });
      const request = { paymentId: taken.paymentId, requestId: randomUUID() };

      const { refund } = await fixture.refund(request);
      fixture.behave({});
      const again = await fixture.refund(request);

      expect(refund?.state).toBe(Refund_State.STATE_UNKNOWN);
      expect(again).toEqual({ refund });
      expect(fixture.callsAtClick(REVERSAL, taken.atClick.paymentId)).toHaveLength(1);
      expect(stateAtClick(taken)).toBe(merchant_fault === "drop_after_acting" ? "reversed" : "taken");
      expect((await record(taken)).state).toBe("CAPTURED");
      expect((await fixture.events(taken.paymentId)).at(-1)).toBe("refund.unknown");
    },
  );

  test("another request finds it open", async () => {
    const taken = await fixture.taken();
    fixture.behave({ merchant_fault: "drop_before_acting", merchant_fault_call: REVERSAL });
    const { refund } = await fixture.refund({ paymentId: taken.paymentId });
    fixture.behave({});

    const failure = await failureOf(fixture.refund({ paymentId: taken.paymentId }));

    expect(failure).toMatchObject({
      code: "FAILED_PRECONDITION",
      reason: "REFUND_OPEN",
      metadata: { attemptId: String(taken.attemptId), refundId: String(refund?.refundId) },
    });
  });
});

test("a repeated Complete after the refund does not change it", async () => {
  const taken = await fixture.taken();
  await fixture.refund({ paymentId: taken.paymentId });
  const { clickTransId, paymentId: clickPaydocId } = taken.atClick;

  const again = await clickOver(fixture.service).complete({
    clickTransId: String(clickTransId),
    clickPaydocId: String(clickPaydocId),
    merchantTransId: taken.order.number,
    merchantPrepareId: String(taken.attemptId),
  });

  expect(again.error).toBe(-4);
  expect(again.orderUpdate).toBeUndefined();
  expect(await record(taken)).toMatchObject({ state: "REVERSED", orderUpdates: ["MARK_PAID WITHDRAWN 100000"] });
});

test("a refund that races with the order update ends consistently: withdrawn, or MARK_PAID and then MARK_REFUNDED", async () => {
  for (let round = 0; round < 8; round += 1) {
    const taken = await fixture.taken();

    const [, mark] = await Promise.all([
      fixture.refund({ paymentId: taken.paymentId }),
      fixture.claim(taken.paymentId),
    ]);
    const done =
      mark === undefined
        ? undefined
        : await fixture.start(mark).then(
            () => "started",
            () => "lost",
          );
    if (mark !== undefined && done === "started") await fixture.acknowledge(mark, Outcome.OUTCOME_APPLIED);

    const { state, orderUpdates } = await record(taken);
    expect(state).toBe("REVERSED");
    expect(orderUpdates).toEqual(
      done === "started"
        ? ["MARK_PAID APPLIED 100000", "MARK_REFUNDED PENDING 100000"]
        : ["MARK_PAID WITHDRAWN 100000"],
    );
  }
});

test("a refund that races with a second payment's Complete refunds one payment and keeps the other", async () => {
  const taken = await fixture.taken();
  const click = clickOver(fixture.service);
  // Click asked twice before either was paid.
  const second = { clickTransId: newClickId(), clickPaydocId: newClickId(), merchantTransId: taken.order.number };
  await fixture.shop.query("UPDATE clickbridge_attempt SET state = 'PREPARED' WHERE id = ?", [taken.attemptId]);
  const { merchantPrepareId } = await click.prepare(second);
  await fixture.shop.query("UPDATE clickbridge_attempt SET state = 'CAPTURED' WHERE id = ?", [taken.attemptId]);

  const [, completed] = await Promise.all([
    fixture.refund({ paymentId: taken.paymentId, attemptId: BigInt(taken.attemptId) }),
    click.complete({ ...second, merchantPrepareId: String(merchantPrepareId), leaveOrderUpdate: true }),
  ]);

  expect(completed.error).toBe(0);
  expect((await record(taken)).state).toBe("REVERSED");
  const other = await attemptRecord(fixture.shop, merchantPrepareId);
  expect(["CAPTURED", "OWED"]).toContain(other.state);
  const marks = await fixture.shop.query(
    "SELECT attempt_id FROM clickbridge_order_update WHERE payment_id = ? AND kind = 'MARK_PAID' AND state = 'PENDING'",
    [taken.paymentId],
  );
  expect(marks.map((row) => row["attempt_id"])).toEqual(other.state === "CAPTURED" ? [merchantPrepareId] : []);
});

describe("a return asked for without a request id", () => {
  const back = (
    { paymentId, attemptId }: Taken,
    more: { readonly userId?: string; readonly orderAmountTiyin?: bigint } = {},
  ) => fixture.refund({ requestId: "", paymentId, attemptId: BigInt(attemptId), ...more });

  test("is one refund, however often and by whomever, with Click's reply lost", async () => {
    const taken = await fixture.settled();
    fixture.behave({ merchant_fault: "drop_after_acting", merchant_fault_call: REVERSAL });

    const first = await back(taken, { userId: "anna" });
    const others = await Promise.all([back(taken, { userId: "bek" }), back(taken), back(taken)]);

    expect(first.refund?.state).toBe(Refund_State.STATE_UNKNOWN);
    expect(others.map(({ refund }) => refund)).toEqual([first.refund, first.refund, first.refund]);
    expect(fixture.callsAtClick(REVERSAL, taken.atClick.paymentId)).toHaveLength(1);
    expect(await refundRows(taken)).toEqual(["UNKNOWN"]);
  });

  test("pressed by several people at once it reaches Click once", async () => {
    const taken = await fixture.settled();

    const outcomes = await Promise.all(
      ["anna", "bek", "", "dilya"].map((userId) => back(taken, { userId }).then(({ refund }) => refund?.refundId)),
    );

    expect(new Set(outcomes).size).toBe(1);
    expect(fixture.callsAtClick(REVERSAL, taken.atClick.paymentId)).toEqual(["200 0"]);
    expect(await refundRows(taken)).toEqual(["DONE"]);
  });

  test("is returned as done until the shop has its order update, not afterwards", async () => {
    const taken = await fixture.settled();

    const first = await back(taken);
    const again = await back(taken);
    const mark = await fixture.claim(taken.paymentId);
    if (mark === undefined) throw new Error("the shop is owed the return");
    await fixture.start(mark);
    await fixture.acknowledge(mark, Outcome.OUTCOME_APPLIED);
    const late = await failureOf(back(taken));

    expect(first.refund?.state).toBe(Refund_State.STATE_DONE);
    expect(again.refund).toEqual(first.refund);
    expect(late).toMatchObject(notRefundable("REFUNDED"));
    expect(fixture.callsAtClick(REVERSAL, taken.atClick.paymentId)).toEqual(["200 0"]);
  });

  test("finds a refund that another caller made with its own request id", async () => {
    const taken = await fixture.settled();
    const { refund } = await fixture.refund({ paymentId: taken.paymentId });

    expect((await back(taken)).refund).toEqual(refund);
    expect(fixture.callsAtClick(REVERSAL, taken.atClick.paymentId)).toEqual(["200 0"]);
  });

  test("after a refusal of Click's it is asked of Click again", async () => {
    const taken = await fixture.settled();
    fixture.behave({ uzcard_refuses_reversal: true });
    const refused = await failureOf(back(taken));
    fixture.behave({});

    const { refund } = await back(taken);

    expect(refused).toMatchObject({ reason: "CLICK_REFUSED" });
    expect(refund?.state).toBe(Refund_State.STATE_DONE);
    expect(await refundRows(taken)).toEqual(["REFUSED", "DONE"]);
  });

  test("of another sum than the order was paid it is refused", async () => {
    const taken = await fixture.settled();

    const failure = await failureOf(back(taken, { orderAmountTiyin: 99_999n }));

    expect(failure).toMatchObject(notRefundable("WHOLE_ONLY"));
    expect(await refundRows(taken)).toEqual([]);
    expect((await back(taken, { orderAmountTiyin: 100_000n })).refund?.state).toBe(Refund_State.STATE_DONE);
  });

  test("needs the attempt, of this very payment, and is never a part", async () => {
    const [taken, other] = [await fixture.settled(), await fixture.settled()];
    const { paymentId } = taken;

    const failures = [
      await failureOf(fixture.refund({ requestId: "", paymentId })),
      await failureOf(
        fixture.refund({ requestId: "", paymentId, attemptId: BigInt(taken.attemptId), amountTiyin: 1n }),
      ),
      await failureOf(fixture.refund({ paymentId, orderAmountTiyin: 100_000n })),
      await failureOf(back({ ...taken, attemptId: other.attemptId })),
    ];

    expect(failures.map(({ fields, reason }) => [reason, fields])).toEqual([
      ["INVALID_REQUEST", ["attempt_id"]],
      ["INVALID_REQUEST", ["amount_tiyin"]],
      ["INVALID_REQUEST", ["order_amount_tiyin"]],
      ["ATTEMPT_NOT_FOUND", expect.anything()],
    ]);
    expect(await refundRows(taken)).toEqual([]);
  });
});
