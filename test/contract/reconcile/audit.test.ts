import { beforeEach, describe, expect, test } from "vitest";
import { confirmHeldCaptures } from "../../../src/app/orders/confirm-held-captures.ts";
import { Anomaly_Kind as Kind, Anomaly_State as State } from "../../../src/gen/clickbridge/v1/anomaly.ts";
import { clickOver, newClickId } from "../../support/click/click.ts";
import { attemptRecord } from "../../support/service/attempt-record.ts";
import { HOUR, MINUTE, reconciliationOfTest } from "../../support/service/reconciliation-of-test.ts";
import { call } from "../../support/service/service.ts";

/** Our own rows against each other: what a commit that was half lost leaves behind. Each case plants one. */
const reconciliation = reconciliationOfTest();

beforeEach(async () => {
  reconciliation.behave({});
  await reconciliation.shop.query("UPDATE b_sale_order SET CANCELED = 'Y'");
  await reconciliation.shop.query("UPDATE b_sale_order_payment SET PAID = 'N', PS_INVOICE_ID = NULL");
  await reconciliation.forget(["attempt", "status_poll", "order_update", "anomaly", "event", "ledger"]);
  // Events are kept since before the attempts of a test.
  await reconciliation.shop.query(
    `INSERT INTO clickbridge_event (aggregate_type, aggregate_id, type, service_id, payload, create_time)
     VALUES ('invoice', '0', 'invoice.created', 11111, '{}', NOW(3) - INTERVAL 1 MINUTE)`,
  );
});

/** A payment that Click took, and that nobody has applied yet. */
async function captured() {
  const order = await reconciliation.shop.addOrder();
  const payment = await reconciliation.pay(order);
  return { order, payment, attemptId: await reconciliation.attemptOf(order) };
}

const record = (attemptId: number) => attemptRecord(reconciliation.shop, attemptId);
/** What the audit says in a round after some minutes, without status polls. */
async function audited(): Promise<readonly string[]> {
  await reconciliation.pass(6 * MINUTE);
  const findings = await reconciliation.deps.reconciliation.audit([
    ...(await reconciliation.deps.registry.all()).values(),
  ]);
  return findings.map(({ outcome }) => outcome);
}

describe("a captured attempt without order update", () => {
  test("gets one, which is due when Click confirms the payment, and raises an anomaly", async () => {
    const { attemptId } = await captured();
    await reconciliation.shop.query("DELETE FROM clickbridge_order_update");

    expect(await audited()).toEqual(["MARK_MISSING, ENQUEUE_MARK_PAID"]);

    expect(await record(attemptId)).toMatchObject({
      orderUpdates: ["MARK_PAID HELD 100000"],
      anomalies: { MARK_MISSING: 1 },
    });
    await confirmHeldCaptures(reconciliation.deps);
    expect((await record(attemptId)).orderUpdates).toEqual(["MARK_PAID PENDING 100000"]);
  });

  test("of a payment that Click has confirmed: goes out at once", async () => {
    const { attemptId } = await captured();
    await reconciliation.pass(3 * MINUTE);
    await reconciliation.round();
    await reconciliation.shop.query("DELETE FROM clickbridge_order_update");

    await audited();

    expect((await record(attemptId)).orderUpdates).toEqual(["MARK_PAID PENDING 100000"]);
  });

  test("gets one only, also by two rounds at once", async () => {
    const { attemptId } = await captured();
    await reconciliation.shop.query("DELETE FROM clickbridge_order_update");
    await reconciliation.pass(6 * MINUTE);

    await Promise.all([reconciliation.round(), reconciliation.round()]);
    await reconciliation.round();

    const { orderUpdates, anomalies, events } = await record(attemptId);
    expect([orderUpdates.length, anomalies, events]).toEqual([
      ...[1, { MARK_MISSING: 1 }],
      ["attempt.prepared", "attempt.captured"],
    ]);
  });

  test("far behind the newest is found by walking through all", async () => {
    const { attemptId } = await captured();
    await reconciliation.shop.query("DELETE FROM clickbridge_order_update");
    const newer = await captured();
    await reconciliation.shop.query("UPDATE clickbridge_attempt SET id = id + 100000 WHERE id = ?", [newer.attemptId]);
    await reconciliation.shop.query(
      "UPDATE clickbridge_event SET aggregate_id = CONCAT(aggregate_id + 100000, '') WHERE aggregate_id = ?",
      [String(newer.attemptId)],
    );
    for (const table of ["order_update", "ledger"])
      await reconciliation.shop.query(
        `UPDATE clickbridge_${table} SET attempt_id = attempt_id + 100000 WHERE attempt_id = ?`,
        [newer.attemptId],
      );

    expect(await audited()).toEqual(["MARK_MISSING, ENQUEUE_MARK_PAID"]);
    expect((await record(attemptId)).anomalies).toEqual({ MARK_MISSING: 1 });
  });
});

describe("events against states", () => {
  test("a state without event gets one, at the end of the events", async () => {
    const { attemptId } = await captured();
    await reconciliation.shop.query("DELETE FROM clickbridge_event WHERE type = 'attempt.captured'");

    expect(await audited()).toEqual(["EVENT_MISSING, TELL_STATE"]);
    expect(await audited()).toEqual([]);

    expect(await record(attemptId)).toMatchObject({
      events: ["attempt.prepared", "attempt.captured"],
      anomalies: { EVENT_MISSING: 1 },
    });
  });

  test("money of an event that the row does not have: an anomaly, and nothing is changed", async () => {
    const { attemptId } = await captured();
    await reconciliation.shop.query("UPDATE clickbridge_attempt SET state = 'PREPARED', capture_time = NULL");

    expect(await audited()).toEqual(["EVENTS_DISAGREE"]);
    expect(await audited()).toEqual([]);

    expect(await record(attemptId)).toMatchObject({
      state: "PREPARED",
      events: ["attempt.prepared", "attempt.captured"],
      anomalies: { EVENTS_DISAGREE: 1 },
    });
  });

  test("events that were purged by their age are not missed", async () => {
    const { attemptId } = await captured();
    await reconciliation.pass(HOUR);
    await captured();
    await reconciliation.shop.query("DELETE FROM clickbridge_event WHERE aggregate_id IN (?)", [
      [String(attemptId), "0"],
    ]);

    expect(await audited()).toEqual([]);
  });
});

describe("the ledger against states", () => {
  const sum = () => reconciliation.shop.query("SELECT SUM(amount_tiyin) AS tiyin FROM clickbridge_ledger");

  test("a missing entry is booked, with its own event and one anomaly", async () => {
    const { attemptId } = await captured();
    await reconciliation.shop.query("DELETE FROM clickbridge_ledger");

    expect(await audited()).toEqual(["LEDGER_DISAGREES, BOOK_DIFFERENCE"]);
    expect(await audited()).toEqual([]);

    expect(await sum()).toEqual([{ tiyin: "100000" }]);
    expect(await record(attemptId)).toMatchObject({ anomalies: { LEDGER_DISAGREES: 1 } });
    const entries = await reconciliation.shop.query(
      "SELECT l.kind, l.attempt_id, e.type FROM clickbridge_ledger l JOIN clickbridge_event e ON e.id = l.event_id",
    );
    expect(entries).toEqual([{ kind: "CORRECTION", attempt_id: attemptId, type: "ledger.corrected" }]);
  });

  test("an entry that is missing is booked with its fee, also after a part went back", async () => {
    const { attemptId } = await captured();
    await reconciliation.shop.query("UPDATE clickbridge_attempt SET fee_tiyin = 1500 WHERE id = ?", [attemptId]);
    await reconciliation.shop.query(
      `UPDATE clickbridge_ledger SET amount_tiyin = -30000, fee_tiyin = 0, movement = 'refund 1' WHERE attempt_id = ?`,
      [attemptId],
    );
    await reconciliation.shop.query(
      `INSERT INTO clickbridge_refund (caller, request_id, request_hash, user_id, state, attempt_id, service_id, amount_tiyin, is_partial,
         click_payment_id, done_time)
       SELECT 'test', UUID(), REPEAT('0', 32), '', 'DONE', id, service_id, 30000, 1, click_paydoc_id, NOW(3) FROM clickbridge_attempt WHERE id = ?`,
      [attemptId],
    );

    await audited();

    const sums = "SELECT SUM(amount_tiyin) AS tiyin, SUM(fee_tiyin) AS feeTiyin FROM clickbridge_ledger";
    expect(await reconciliation.shop.query(sums)).toEqual([{ tiyin: "70000", feeTiyin: "1500" }]);
    const { clickPaydocId } = await record(attemptId);
    reconciliation.ledgerComparison.apart(clickPaydocId ?? "", "AS_AN_OPERATOR_SAID");
  });

  test("is corrected once by two rounds at once", async () => {
    await captured();
    await reconciliation.shop.query("DELETE FROM clickbridge_ledger");
    await reconciliation.pass(6 * MINUTE);

    await Promise.all([reconciliation.round(), reconciliation.round()]);

    expect(await sum()).toEqual([{ tiyin: "100000" }]);
  });
});

describe("paid by us in the shop", () => {
  const paid = (paymentId: number, invoiceId: string) =>
    reconciliation.shop.query("UPDATE b_sale_order_payment SET PAID = 'Y', PS_INVOICE_ID = ? WHERE ID = ?", [
      invoiceId,
      paymentId,
    ]);

  test("without its attempt: one anomaly, which is found by the payment", async () => {
    const { order, attemptId } = await captured();
    await paid(order.paymentId, `clickbridge:${attemptId}`);
    for (const table of ["attempt", "order_update", "event"])
      await reconciliation.shop.query(`DELETE FROM clickbridge_${table}`);

    expect(await audited()).toEqual(["PAID_WITHOUT_CAPTURE"]);
    expect(await audited()).toEqual([]);

    const { payments } = reconciliation.service;
    const paymentId = BigInt(order.paymentId);
    const all = { kind: Kind.KIND_UNSPECIFIED, state: State.STATE_UNSPECIFIED, serviceId: 0n, paymentId };
    const { anomalies } = await call(payments, payments.listAnomalies, { ...all, pageSize: 0, pageToken: "" });
    expect(anomalies).toMatchObject([{ kind: Kind.KIND_PAID_WITHOUT_CAPTURE, paymentId }]);
    const told = await reconciliation.shop.query(
      "SELECT payment_id FROM clickbridge_event WHERE type = 'anomaly.raised'",
    );
    expect(told).toEqual([{ payment_id: order.paymentId }]);
  });

  test("by another payment's attempt, as after ids were reused", async () => {
    const [one, other] = [await captured(), await captured()];
    await paid(one.order.paymentId, `clickbridge:${one.attemptId}`);
    await paid(other.order.paymentId, `clickbridge:${one.attemptId}`);

    expect(await audited()).toEqual(["PAID_WITHOUT_CAPTURE"]);
  });

  test("by its own attempt, by hand, or by another module: no anomaly", async () => {
    const bought = await captured();
    await paid(bought.order.paymentId, `clickbridge:${bought.attemptId}`);
    await paid((await reconciliation.shop.addOrder()).paymentId, "5231141285");
    await paid((await reconciliation.shop.addOrder()).paymentId, "");

    expect(await audited()).toEqual([]);
  });
});

test("consistent rows are not changed: refused, prepared, declined, captured, stored numbers and young rows", async () => {
  await captured();
  await reconciliation.pay(await reconciliation.shop.addOrder(), { outcome: "decline" });
  await reconciliation.pay(await reconciliation.shop.addOrder(), { outcome: "hang" });
  const paidInCash = await reconciliation.shop.addOrder();
  await reconciliation.pay(paidInCash, { outcome: "hang" });
  const click = clickOver(reconciliation.service);
  await click.prepare({ merchantTransId: "no-such-order" });
  await click.prepare({ merchantTransId: "" });
  await click.complete({ merchantTransId: "late", clickTransId: newClickId(), error: "-5017" });
  const found = await audited();
  const { attemptId } = await captured();
  await reconciliation.shop.query("DELETE FROM clickbridge_order_update WHERE attempt_id = ?", [attemptId]);

  const young = await reconciliation.deps.reconciliation.audit([
    ...(await reconciliation.deps.registry.all()).values(),
  ]);

  expect([found, young]).toEqual([[], []]);
});
