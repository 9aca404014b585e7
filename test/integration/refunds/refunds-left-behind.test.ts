import { afterAll, beforeAll, expect, test } from "vitest";
import { applyOwedPolicy } from "../../../src/app/refunds/apply-owed-policy.ts";
import type { RefundPaymentDeps } from "../../../src/app/refunds/refund-payment.ts";
import { ServiceRegistry } from "../../../src/app/services/service-registry.ts";
import { readConfig } from "../../../src/config.ts";
import { anomalyStore } from "../../../src/mysql/anomalies/anomaly-store.ts";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { refundStore } from "../../../src/mysql/refunds/refund-store.ts";
import { shopReader } from "../../../src/mysql/services/shop-reader.ts";
import { asAnomalyId, asAttemptId, asRefundId } from "../../../src/payment/ids.ts";
import { clientOf } from "../../support/click/merchant-client.ts";
import { attemptRecord } from "../../support/service/attempt-record.ts";
import { call } from "../../support/service/service.ts";
import { shopAtClick, type Taken } from "../../support/shop/shop-at-click.ts";

const fixture = shopAtClick();
let pool: Pool;
beforeAll(() => {
  pool = new Pool({ url: fixture.shop.url, connectionsMax: 4 });
});
afterAll(() => pool.close());

const record = ({ attemptId }: Pick<Taken, "attemptId">) => attemptRecord(fixture.shop, attemptId);
const refresh = ({ paymentId }: Taken) =>
  call(fixture.service.payments, fixture.service.payments.refreshPayment, { paymentId });

/** A refund that a process left so, with its mark withdrawn. */
async function left(state: "STORED" | "UNKNOWN") {
  const taken = await fixture.taken();
  fixture.behave({ merchant_fault: "drop_before_acting", merchant_fault_call: "payment/reversal" });
  const { refund } = await fixture.refund({ paymentId: taken.paymentId });
  fixture.behave({});
  await fixture.shop.query("UPDATE clickbridge_refund SET state = ? WHERE id = ?", [state, refund?.refundId]);
  return { taken, refundId: asRefundId(Number(refund?.refundId)) };
}

test("a refund that did not happen makes MARK_PAID due again", async () => {
  const { taken, refundId } = await left("UNKNOWN");

  await refundStore(pool).settle(refundId, { kind: "NOT_DONE" });

  expect(await record(taken)).toMatchObject({ state: "CAPTURED", orderUpdates: ["MARK_PAID PENDING 100000"] });
});

test("a refund that was not sent, of money reversed in the cabinet: MARK_PAID is not restored", async () => {
  const { taken, refundId } = await left("STORED");
  fixture.simulator.standIn.refundInCabinet(taken.atClick);
  await refresh(taken);
  expect(await record(taken)).toMatchObject({ state: "REVERSED", anomalies: { REVERSED_AT_CLICK: 1 } });

  const ended = await refundStore(pool).settle(refundId, { kind: "NOT_DONE" });

  expect(ended.state).toBe("NOT_DONE");
  expect(await record(taken)).toMatchObject({ state: "REVERSED", orderUpdates: ["MARK_PAID WITHDRAWN 100000"] });
});

test("a reply that comes after Click's status changes nothing more", async () => {
  const { taken, refundId } = await left("UNKNOWN");
  fixture.simulator.standIn.refundInCabinet(taken.atClick);
  await refresh(taken);

  const ended = await refundStore(pool).settle(refundId, {
    kind: "REFUSED",
    refusal: "OTHER",
    clickErrorCode: -4,
    clickErrorNote: "reversed already",
  });

  expect(ended.state).toBe("DONE");
  expect(await record(taken)).toMatchObject({ state: "REVERSED", orderUpdates: ["MARK_PAID WITHDRAWN 100000"] });
});

/** One round of the policy, of these attempts only. */
function policy({ attemptId }: Taken, change: Partial<RefundPaymentDeps> = {}) {
  const refunds = refundStore(pool);
  const { overrideOf } = readConfig({ CLICKBRIDGE_DATABASE_URL: fixture.shop.url });
  return applyOwedPolicy({
    registry: new ServiceRegistry({
      shop: shopReader(pool),
      overrideOf: (serviceId) => ({ ...overrideOf(serviceId), owedPolicy: "refund" }),
      ttlMs: 0,
      nowMs: () => performance.now(),
      onFault: () => undefined,
    }),
    click: clientOf(`${fixture.simulator.url}/v2/merchant/`, { now: () => new Date() }),
    newToken: () => "token",
    refundLimits: new Map(),
    refunds: {
      ...refunds,
      owedConfirmed: async (serviceIds, limit) =>
        (await refunds.owedConfirmed(serviceIds, limit)).filter((found) => found.attemptId === asAttemptId(attemptId)),
    },
    ...change,
  });
}

test("the policy refunds owed money whose number Click has confirmed, once", async () => {
  const owed = await fixture.owed();
  expect(await policy(owed)).toEqual([]);
  await refresh(owed);

  const findings = await policy(owed);

  expect(findings.map(({ outcome }) => outcome)).toEqual([expect.stringMatching(/^refund \d+ DONE$/)]);
  expect(owed.atClick.money).toBe("reversed");
  expect(await record(owed)).toMatchObject({ state: "REVERSED", anomalies: {} });
  expect(await policy(owed)).toEqual([]);
});

test("the policy refunds owed money that fits no payment, too", async () => {
  const atClick = await fixture.payAtClick("no-such-order", { after_refusal: "confirm" });
  const attemptId = await fixture.attemptOf(atClick.paymentId);
  await fixture.shop.query("UPDATE clickbridge_attempt SET click_payment_id = click_paydoc_id WHERE id = ?", [
    attemptId,
  ]);

  await policy({ attemptId } as Taken);

  expect(atClick.money).toBe("reversed");
  expect(await record({ attemptId })).toMatchObject({ state: "REVERSED", paymentId: null, anomalies: {} });
});

test("the policy does not refund what a person accepts in the same moment", async () => {
  const owed = await fixture.owed();
  await refresh(owed);
  await fixture.shop.query("UPDATE b_sale_order_payment SET PAID = 'N' WHERE ID = ?", [owed.paymentId]);
  const [row] = await fixture.shop.query("SELECT id FROM clickbridge_anomaly WHERE attempt_id = ?", [owed.attemptId]);
  const decision = { paymentId: undefined, note: "", caller: "office", userId: "anna" };
  const store = refundStore(pool);

  // After the policy has found it owed, and before its refund is stored.
  const [finding] = await policy(owed, {
    refunds: {
      ...store,
      store: async (refund, refuse) => {
        await anomalyStore(pool).decide({
          ...decision,
          anomalyId: asAnomalyId(Number(row?.["id"])),
          resolution: "ACCEPT",
        });
        return store.store(refund, refuse);
      },
    },
  });

  expect(finding?.outcome).toBe("PAYMENT_NOT_REFUNDABLE");
  expect(owed.atClick.money).toBe("taken");
  expect(await record(owed)).toMatchObject({ state: "CAPTURED", orderUpdates: ["MARK_PAID PENDING 100000"] });
});
