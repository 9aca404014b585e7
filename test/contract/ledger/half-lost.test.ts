import { expect, test } from "vitest";
import { call } from "../../support/service/service.ts";
import { SERVICE } from "../../support/shop/shop.ts";
import { shopAtClick } from "../../support/shop/shop-at-click.ts";

/** What a commit that was half lost leaves: an entry alone, whose transaction comes again. Each case plants one. */
const fixture = shopAtClick({ services: { [SERVICE.serviceId]: { partial_refund: true } } });

const LOST_EVENT_ID = 999_999_999;

/** The entry was committed, and nothing else of its transaction. */
async function plantEntry(attemptId: number, movement: string, tiyin: number): Promise<void> {
  await fixture.shop.query(
    `INSERT INTO clickbridge_ledger (event_id, kind, amount_tiyin, fee_tiyin, service_id, reference, order_id, payment_id, attempt_id,
       click_payment_id, source, actor, movement)
     SELECT ?, 'CAPTURED', ?, 0, service_id, merchant_trans_id, order_id, payment_id, id, click_paydoc_id, 'CALLBACK', '', ?
     FROM clickbridge_attempt WHERE id = ?`,
    [LOST_EVENT_ID, tiyin, movement, attemptId],
  );
}

const booked = async (paymentId: bigint) =>
  (
    await fixture.shop.query("SELECT amount_tiyin FROM clickbridge_ledger WHERE payment_id = ? ORDER BY id", [
      paymentId,
    ])
  ).map((row) => Number(row["amount_tiyin"]));

async function prepared() {
  const order = await fixture.shop.addOrder();
  const atClick = await fixture.payAtClick(order.number, { outcome: "hang" });
  const attemptId = await fixture.attemptOf(atClick.paymentId);
  return { paymentId: BigInt(order.paymentId), atClick, attemptId };
}

test("a Complete whose entry is there already captures the payment, and the entry counts once", async () => {
  const { paymentId, atClick, attemptId } = await prepared();
  await plantEntry(attemptId, "taken", 100_000);

  fixture.simulator.standIn.resume(atClick, "confirm");
  await fixture.simulator.standIn.settled(atClick);

  expect(atClick.money).toBe("taken");
  expect(await fixture.events(paymentId)).toEqual(["attempt.prepared", "attempt.captured"]);
  expect(await booked(paymentId)).toEqual([100_000]);
});

test("a refund whose entry is there already ends, and the entry counts once", async () => {
  const { paymentId, attemptId } = await fixture.taken();
  fixture.behave({ merchant_fault: "http_500_after_acting", merchant_fault_call: "payment/reversal" });
  const { refund } = await fixture.refund({ paymentId });
  fixture.behave({});
  await plantEntry(attemptId, `refund ${refund?.refundId}`, -100_000);

  await call(fixture.service.payments, fixture.service.payments.refreshPayment, { paymentId });

  expect((await fixture.events(paymentId)).filter((type) => type === "refund.done")).toHaveLength(1);
  expect(await booked(paymentId)).toEqual([100_000, -100_000]);
});
