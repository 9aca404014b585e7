import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { confirmHeldCaptures } from "../../../src/app/orders/confirm-held-captures.ts";
import { endUnknownRefunds } from "../../../src/app/refunds/end-unknown-refunds.ts";
import { clickOver, newClickId } from "../../support/click/click.ts";
import { attemptRecord } from "../../support/service/attempt-record.ts";
import { reconciliationOfTest } from "../../support/service/reconciliation-of-test.ts";
import { call } from "../../support/service/service.ts";
import { newClickPayment, shopAndService } from "../../support/shop/shop-and-service.ts";

/** Over plain HTTP the `error` of a Complete, which Click does not sign, can be changed on the way: Click's own status decides then. */
describe("a service that leaves confirm_before_paid out", () => {
  const reconciliation = reconciliationOfTest();

  /** A payment at the stand-in of which no Complete came, then one that came as said. */
  async function completed({ status = 2, unencrypted = true }) {
    const order = await reconciliation.shop.addOrder();
    const payment = await reconciliation.payUnheard(order);
    payment.status = status;
    if (status < 0) payment.money = "not_taken";
    const attemptId = await reconciliation.attemptOf(order);
    const answer = await clickOver(reconciliation.service).complete({
      ...{ merchantTransId: order.number, merchantPrepareId: String(attemptId), unencrypted },
      ...{ clickTransId: String(payment.clickTransId), clickPaydocId: String(payment.paymentId) },
    });
    return { attemptId, answer };
  }

  test("over plain http: answered with 0 and held; the order update is due when Click reports paid", async () => {
    const { attemptId, answer } = await completed({});

    await confirmHeldCaptures(reconciliation.deps);

    expect(answer).toMatchObject({ error: 0, merchantConfirmId: attemptId, orderUpdate: undefined });
    expect(await attemptRecord(reconciliation.shop, attemptId)).toMatchObject({
      state: "CAPTURED",
      orderUpdates: ["MARK_PAID PENDING 100000"],
    });
  });

  test("over plain http, declined at Click and changed into paid on the way: withdrawn, with an anomaly", async () => {
    const { attemptId, answer } = await completed({ status: -5017 });

    await confirmHeldCaptures(reconciliation.deps);

    expect(answer).toMatchObject({ error: 0, orderUpdate: undefined });
    expect(await attemptRecord(reconciliation.shop, attemptId)).toMatchObject({
      state: "CANCELLED",
      orderUpdates: ["MARK_PAID WITHDRAWN 100000"],
      anomalies: { CAPTURE_NOT_CONFIRMED: 1 },
    });
  });

  test("over plain http, and refunded by a refund whose reply was lost: the refund ends it, and its entry says so", async () => {
    const { attemptId } = await completed({});
    const [row] = await reconciliation.shop.query("SELECT payment_id FROM clickbridge_attempt WHERE id = ?", [
      attemptId,
    ]);
    const { payments } = reconciliation.service;
    reconciliation.behave({ merchant_fault: "http_500_after_acting", merchant_fault_call: "payment/reversal" });
    await call(payments, payments.refundPayment, {
      ...{ requestId: randomUUID(), paymentId: BigInt(row?.["payment_id"]), attemptId: 0n },
      ...{ amountTiyin: undefined, userId: "", note: "" },
    });
    reconciliation.behave({});

    await confirmHeldCaptures(reconciliation.deps);
    await endUnknownRefunds(reconciliation.deps);

    expect(await attemptRecord(reconciliation.shop, attemptId)).toMatchObject({
      state: "REVERSED",
      orderUpdates: ["MARK_PAID WITHDRAWN 100000"],
      anomalies: {},
    });
    const kinds = "SELECT kind FROM clickbridge_ledger WHERE attempt_id = ? ORDER BY id";
    expect(await reconciliation.shop.query(kinds, [attemptId])).toEqual([{ kind: "CAPTURED" }, { kind: "REFUNDED" }]);
  });

  test("over plain http, and Click knows nothing of it: the order stays unpaid", async () => {
    const { number: merchantTransId } = await reconciliation.shop.addOrder();
    const payment = { merchantTransId, clickTransId: newClickId(), clickPaydocId: newClickId() };
    const { merchantPrepareId: attemptId = 0 } = await clickOver(reconciliation.service).prepare(payment);
    await clickOver(reconciliation.service).complete({
      ...payment,
      merchantPrepareId: String(attemptId),
      unencrypted: true,
    });

    await confirmHeldCaptures(reconciliation.deps);

    expect(await attemptRecord(reconciliation.shop, attemptId)).toMatchObject({
      orderUpdates: ["MARK_PAID HELD 100000"],
    });
  });

  test("over TLS: leased at once", async () => {
    const { attemptId, answer } = await completed({ unencrypted: false });

    expect(answer.orderUpdate?.attemptId).toBe(BigInt(attemptId));
  });
});

describe.each([
  [true, false, "MARK_PAID HELD 100000"],
  [false, true, "MARK_PAID PENDING 100000"],
])("confirm_before_paid %s", (setting, unencrypted, update) => {
  const fixture = shopAndService({ services: { 11111: { confirm_before_paid: setting } } });

  test(`unencrypted ${unencrypted}: ${update}`, async () => {
    const { number } = await fixture.shop.addOrder();
    const payment = newClickPayment(number);
    const { merchantPrepareId: attemptId = 0 } = await fixture.prepare(payment);

    const answer = await fixture.complete({ ...payment, merchantPrepareId: String(attemptId), unencrypted });

    expect(answer.error).toBe(0);
    expect(answer.orderUpdate === undefined).toBe(setting);
    expect((await fixture.record(attemptId)).orderUpdates).toEqual([update]);
  });
});
