import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  Anomaly_Kind as Kind,
  Anomaly_Resolution as Resolution,
  Anomaly_State as State,
} from "../../../src/gen/clickbridge/v1/anomaly.ts";
import type { ResolveAnomalyRequest } from "../../../src/gen/clickbridge/v1/payment_service.ts";
import type { Behaviour } from "../../../src/simulator/behaviour.ts";
import { failureOf } from "../../support/service/failure.ts";
import { call } from "../../support/service/service.ts";
import type { ShopOrder } from "../../support/shop/shop.ts";
import { shopAtClick } from "../../support/shop/shop-at-click.ts";

/** A charge whose reply was lost: nobody knows whether Click took the money, until a person looks into Click's cabinet. */

const fixture = shopAtClick();

const charge = ({ paymentId }: ShopOrder) =>
  call(fixture.service.pass, fixture.service.pass.chargeClickPass, {
    ...{ requestId: randomUUID(), paymentId: BigInt(paymentId), otpData: `otp-${randomUUID()}` },
    ...{ cashboxCode: "", userId: "" },
  });

/** A charge without an answer, and its anomaly as it is found by its payment. */
async function unknown(merchantFault: Behaviour["merchant_fault"] = "drop_after_acting") {
  const order = await fixture.shop.addOrder();
  fixture.behave({ merchant_fault: merchantFault });
  await charge(order);
  fixture.behave({});
  const atClick = fixture.simulator.standIn.ledger.payments.find(({ reference }) => reference === order.number);
  return { order, clickPaymentId: String(atClick?.paymentId ?? ""), anomaly: await anomalyOf(order) };
}

async function anomalyOf({ paymentId }: ShopOrder) {
  const { payments } = fixture.service;
  const page = {
    pageSize: 0,
    pageToken: "",
    state: State.STATE_UNSPECIFIED,
    kind: Kind.KIND_UNSPECIFIED,
    serviceId: 0n,
  };
  const { anomalies } = await call(payments, payments.listAnomalies, { ...page, paymentId: BigInt(paymentId) });
  const [found] = anomalies;
  if (found === undefined) throw new Error(`payment ${paymentId} has no anomaly`);
  return found;
}

const resolve = (anomalyId: bigint, change: Partial<ResolveAnomalyRequest> & { readonly resolution: Resolution }) =>
  call(fixture.service.payments, fixture.service.payments.resolveAnomaly, {
    ...{ anomalyId, paymentId: 0n, clickPaymentId: "", note: "looked in the cabinet", userId: "anna" },
    ...change,
  });

const recordsOf = async (order: ShopOrder) => {
  const { attempts, charges, orderUpdates } = await fixture.payment(BigInt(order.paymentId));
  return { attempts: attempts.length, charges: charges.length, orderUpdates: orderUpdates.length };
};
const invoice = ({ paymentId }: ShopOrder) =>
  call(fixture.service.checkout, fixture.service.checkout.createInvoice, {
    ...{ requestId: randomUUID(), paymentId: BigInt(paymentId), phoneNumber: "998901234567", userId: "" },
  });
const link = ({ paymentId }: ShopOrder) =>
  call(fixture.service.checkout, fixture.service.checkout.createPaymentLink, {
    ...{ paymentId: BigInt(paymentId), returnUrl: "", cardType: 0 },
  });

test("its anomaly names the payment and the charge, and so does its event", async () => {
  const { order, anomaly } = await unknown();

  expect(anomaly).toMatchObject({
    kind: Kind.KIND_CHARGE_UNKNOWN,
    state: State.STATE_OPEN,
    paymentId: BigInt(order.paymentId),
    attemptId: 0n,
  });
  expect(anomaly.chargeId).toBeGreaterThan(0n);
  expect(await fixture.events(BigInt(order.paymentId))).toEqual([
    "charge.unknown PASS",
    "anomaly.raised CHARGE_UNKNOWN",
  ]);
});

test("meanwhile the payment gets no second debit: no charge, no link, no invoice", async () => {
  const { order, anomaly } = await unknown();

  const failures = [await failureOf(charge(order)), await failureOf(link(order)), await failureOf(invoice(order))];

  for (const failure of failures) {
    expect(failure).toMatchObject({ code: "FAILED_PRECONDITION", reason: "CHARGE_OPEN" });
    expect(failure.metadata["chargeId"]).toBe(String(anomaly.chargeId));
  }
});

describe("it was charged", () => {
  test("and Click shows that payment paid: the money is captured, once, and the anomaly closed", async () => {
    const { order, clickPaymentId, anomaly } = await unknown();

    const { anomaly: decided } = await resolve(anomaly.anomalyId, {
      resolution: Resolution.RESOLUTION_CHARGED,
      clickPaymentId,
    });
    const again = await failureOf(
      resolve(anomaly.anomalyId, { resolution: Resolution.RESOLUTION_CHARGED, clickPaymentId }),
    );

    expect(decided).toMatchObject({
      state: State.STATE_CLOSED,
      decisions: [{ resolution: Resolution.RESOLUTION_CHARGED, userId: "anna" }],
    });
    expect(again.reason).toBe("ANOMALY_NOT_OPEN");
    expect(await recordsOf(order)).toEqual({ attempts: 1, charges: 1, orderUpdates: 1 });
    expect(await fixture.events(BigInt(order.paymentId))).toEqual([
      ...["charge.unknown PASS", "anomaly.raised CHARGE_UNKNOWN", "charge.done PASS", "anomaly.closed CHARGE_UNKNOWN"],
      "attempt.captured",
    ]);
    expect((await failureOf(charge(order))).reason).toBe("PAYMENT_NOT_PAYABLE");
  });

  test("for a payment that Click does not show as paid, or does not know: nothing is written", async () => {
    const { order, clickPaymentId, anomaly } = await unknown();
    fixture.simulator.standIn.refundInCabinet(
      fixture.simulator.standIn.ledger.payment(Number(clickPaymentId)) ?? expect.fail("no payment"),
    );

    const reversed = await failureOf(
      resolve(anomaly.anomalyId, { resolution: Resolution.RESOLUTION_CHARGED, clickPaymentId }),
    );
    const strange = await failureOf(
      resolve(anomaly.anomalyId, { resolution: Resolution.RESOLUTION_CHARGED, clickPaymentId: "1" }),
    );

    expect([reversed.reason, strange.reason]).toEqual(["RESOLUTION_NOT_POSSIBLE", "CLICK_REFUSED"]);
    expect((await anomalyOf(order)).state).toBe(State.STATE_OPEN);
    expect(await recordsOf(order)).toEqual({ attempts: 0, charges: 1, orderUpdates: 0 });
  });

  test("with the number of another payment's money: refused, for one debit pays once", async () => {
    const taken = await fixture.taken();
    const { order, anomaly } = await unknown("drop_before_acting");

    const failure = await failureOf(
      resolve(anomaly.anomalyId, {
        resolution: Resolution.RESOLUTION_CHARGED,
        clickPaymentId: String(taken.atClick.paymentId),
      }),
    );

    expect(failure).toMatchObject({ reason: "RESOLUTION_NOT_POSSIBLE" });
    expect(failure.message).toContain(`attempt ${taken.attemptId}`);
    expect(await recordsOf(order)).toEqual({ attempts: 0, charges: 1, orderUpdates: 0 });
  });
});

describe("it was not charged", () => {
  test("the payment can be charged again", async () => {
    const { order, anomaly } = await unknown("drop_before_acting");

    const { anomaly: decided } = await resolve(anomaly.anomalyId, { resolution: Resolution.RESOLUTION_NOT_CHARGED });
    await charge(order);

    expect(decided?.state).toBe(State.STATE_CLOSED);
    expect(await recordsOf(order)).toEqual({ attempts: 1, charges: 2, orderUpdates: 1 });
  });
});

test.each([
  ["closing it", { resolution: Resolution.RESOLUTION_CLOSE }, "FAILED_PRECONDITION"],
  ["accepting it", { resolution: Resolution.RESOLUTION_ACCEPT }, "FAILED_PRECONDITION"],
  ["a number that is none", { resolution: Resolution.RESOLUTION_CHARGED, clickPaymentId: "x" }, "INVALID_ARGUMENT"],
  ["no number", { resolution: Resolution.RESOLUTION_CHARGED }, "INVALID_ARGUMENT"],
  [
    "a number where none belongs",
    { resolution: Resolution.RESOLUTION_NOT_CHARGED, clickPaymentId: "5" },
    "INVALID_ARGUMENT",
  ],
])("%s is no resolution", async (_, change, code) => {
  const { order, anomaly } = await unknown("drop_before_acting");

  expect((await failureOf(resolve(anomaly.anomalyId, change))).code).toBe(code);
  expect((await anomalyOf(order)).state).toBe(State.STATE_OPEN);
});

test("neither resolution is accepted for an anomaly about an attempt", async () => {
  const owed = await fixture.owed();
  const { anomalyId } = await anomalyOf(owed.order);

  expect((await failureOf(resolve(anomalyId, { resolution: Resolution.RESOLUTION_NOT_CHARGED }))).reason).toBe(
    "RESOLUTION_NOT_POSSIBLE",
  );
});
