import knex, { type Knex } from "knex";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LEDGER_BACKFILL } from "../../../src/mysql/migrations/ledger-backfill.ts";
import { call } from "../../support/service/service.ts";
import { SERVICE } from "../../support/shop/shop.ts";
import { shopAtClick } from "../../support/shop/shop-at-click.ts";

/** What was written as it happened, and what the migration makes of the same attempts and refunds without it. */
const fixture = shopAtClick({ services: { [SERVICE.serviceId]: { partial_refund: true } } });

let db: Knex;
beforeAll(() => {
  db = knex({ client: "mysql2", connection: fixture.shop.url });
});
afterAll(() => db.destroy());

const entries = () =>
  fixture.shop.query(
    `SELECT attempt_id, movement, kind, amount_tiyin, fee_tiyin, service_id, reference, order_id, payment_id, refund_id, event_id,
       click_trans_id, click_payment_id, source, actor FROM clickbridge_ledger ORDER BY attempt_id, movement`,
  );

test("the migration makes, from attempts and refunds, the same entries as live booking, once", async () => {
  fixture.behave({ partial_reversal: true });
  const [kept, owed, returned, inParts, inCabinet] = [
    await fixture.taken(),
    await fixture.owed(),
    await fixture.settled(),
    await fixture.taken(),
    await fixture.taken(),
  ];
  await fixture.payAtClick((await fixture.shop.addOrder()).number, { outcome: "decline" });
  await fixture.refund({ paymentId: returned.paymentId });
  for (const amountTiyin of [30_000n, 50_000n]) await fixture.refund({ paymentId: inParts.paymentId, amountTiyin });
  await fixture.refund({ paymentId: inCabinet.paymentId, amountTiyin: 1n });
  fixture.simulator.standIn.refundInCabinet(inCabinet.atClick);
  await call(fixture.service.payments, fixture.service.payments.refreshPayment, { paymentId: inCabinet.paymentId });
  const written = await entries();

  await fixture.shop.query("DELETE FROM clickbridge_ledger");
  await LEDGER_BACKFILL.up(db);
  const once = await entries();
  await LEDGER_BACKFILL.up(db);

  const idOf = new Map([kept, owed, returned, inParts, inCabinet].map((taken, at) => [taken.attemptId, at]));
  expect(written.map((e) => [idOf.get(e["attempt_id"]), e["kind"], e["amount_tiyin"]])).toEqual([
    [0, "CAPTURED", 100_000],
    [1, "OWED", 100_000],
    [2, "REFUNDED", -100_000],
    [2, "CAPTURED", 100_000],
    [3, "REFUNDED", -30_000],
    [3, "REFUNDED", -50_000],
    [3, "CAPTURED", 100_000],
    [4, "REFUNDED", -1],
    [4, "REVERSED", -99_999],
    [4, "CAPTURED", 100_000],
  ]);
  expect(once).toEqual(written);
  expect(await entries()).toEqual(once);
});

test("a refund that the version before ended while this one migrated is booked by the time of its last change", async () => {
  const { paymentId, attemptId } = await fixture.taken();
  await fixture.refund({ paymentId });
  await fixture.shop.query("UPDATE clickbridge_refund SET done_time = NULL WHERE attempt_id = ?", [attemptId]);
  await fixture.shop.query("DELETE FROM clickbridge_ledger");

  await LEDGER_BACKFILL.up(db);

  const booked = (await entries()).filter((entry) => entry["attempt_id"] === attemptId);
  expect(booked.map((entry) => entry["amount_tiyin"])).toEqual([-100_000, 100_000]);
});

test("a refund of a capture that was withdrawn takes nothing off the ledger", async () => {
  const { paymentId, attemptId } = await fixture.taken();
  fixture.behave({ merchant_fault: "http_500_after_acting", merchant_fault_call: "payment/reversal" });
  await fixture.refund({ paymentId });
  fixture.behave({});
  // The state after a held capture was withdrawn, because Click reported the payment failed before the refund ended.
  await fixture.shop.query("UPDATE clickbridge_attempt SET state = 'CANCELLED' WHERE id = ?", [attemptId]);
  await fixture.shop.query("DELETE FROM clickbridge_ledger");
  await fixture.shop.query("UPDATE clickbridge_refund SET state = 'DONE', done_time = NOW(3) WHERE attempt_id = ?", [
    attemptId,
  ]);

  await LEDGER_BACKFILL.up(db);

  expect((await entries()).filter((entry) => entry["attempt_id"] === attemptId)).toEqual([]);
});
