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
import { failureOf } from "../../support/service/failure.ts";
import { call } from "../../support/service/service.ts";
import { SERVICE } from "../../support/shop/shop.ts";
import { shopAtClick, type Taken } from "../../support/shop/shop-at-click.ts";

const fixture = shopAtClick({ services: { [SERVICE.serviceId]: { partial_refund: true } } });

const { RESOLUTION_RETRY_APPLY: RETRY, RESOLUTION_ACCEPT: ACCEPT, RESOLUTION_REFUND: REFUND } = Resolution;
const { RESOLUTION_REFUNDED_ELSEWHERE: ELSEWHERE, RESOLUTION_CLOSE: CLOSE } = Resolution;
const { RESOLUTION_CHARGED: CHARGED, RESOLUTION_NOT_CHARGED: NOT_CHARGED } = Resolution;

const anomaliesOf = async (paymentId: bigint) => {
  const { payments } = fixture.service;
  const filter = { pageSize: 500, pageToken: "", state: State.STATE_UNSPECIFIED, kind: Kind.KIND_UNSPECIFIED };
  return (await call(payments, payments.listAnomalies, { ...filter, serviceId: 0n, paymentId })).anomalies;
};

async function anomalyOf({ paymentId, attemptId }: Pick<Taken, "attemptId"> & { readonly paymentId: bigint }) {
  const found = (await anomaliesOf(paymentId)).find((anomaly) => anomaly.attemptId === BigInt(attemptId));
  if (found === undefined) throw new Error(`attempt ${attemptId} has no anomaly`);
  return found;
}

/** The shop refuses the mark. */
async function refusedByShop(): Promise<Taken> {
  const taken = await fixture.taken();
  const mark = await fixture.claim(taken.paymentId);
  if (mark === undefined) throw new Error("no mark");
  await fixture.start(mark);
  await fixture.acknowledge(mark, Outcome.OUTCOME_REFUSED, Refusal.REFUSAL_AMOUNT_CHANGED);
  return taken;
}

async function partly(taken: Taken): Promise<Taken> {
  fixture.behave({ partial_reversal: true });
  await fixture.refund({ paymentId: taken.paymentId, amountTiyin: 1_000n });
  return taken;
}

async function withLostReply(taken: Taken, amountTiyin?: bigint): Promise<Taken> {
  fixture.behave({
    merchant_fault: "http_500",
    merchant_fault_call: amountTiyin ? "payment/partial_reversal" : "payment/reversal",
  });
  await fixture.refund({ paymentId: taken.paymentId, amountTiyin });
  fixture.behave({ partial_reversal: true });
  return taken;
}

const SITUATIONS: Readonly<Record<string, () => Promise<Anomaly>>> = {
  "a mark that the shop refused": async () => anomalyOf(await refusedByShop()),
  "the same, with a refund of unknown end": async () => anomalyOf(await withLostReply(await refusedByShop())),
  "money of an order that was paid in cash": async () => anomalyOf(await fixture.owed()),
  "the same, of which a part went back": async () => anomalyOf(await partly(await fixture.owed())),
  "the same, and the cash was given back since": async () => {
    const owed = await fixture.owed();
    await fixture.shop.query("UPDATE b_sale_order_payment SET PAID = 'N' WHERE ID = ?", [owed.paymentId]);
    return anomalyOf(owed);
  },
  "money that fits no payment": async () => {
    const atClick = await fixture.payAtClick(`nobody-${randomUUID()}`, { after_refusal: "confirm" });
    return anomalyOf({ paymentId: 0n, attemptId: await fixture.attemptOf(atClick.paymentId) });
  },
  "a part that Click may have given back": async () => anomalyOf(await withLostReply(await fixture.settled(), 1_000n)),
  "a charge of unknown end": async () => {
    const { paymentId } = await fixture.shop.addOrder();
    const { pass } = fixture.service;
    fixture.behave({ merchant_fault: "drop_before_acting" });
    await call(pass, pass.chargeClickPass, {
      ...{ requestId: randomUUID(), paymentId: BigInt(paymentId), otpData: `otp-${randomUUID()}` },
      ...{ cashboxCode: "", userId: "" },
    });
    fixture.behave({});
    // Click answers again: after a few lost replies in a row nothing more would be sent.
    await fixture.refund({ paymentId: (await fixture.taken()).paymentId });
    const [anomaly] = await anomaliesOf(BigInt(paymentId));
    if (anomaly === undefined) throw new Error("the charge has no anomaly");
    return anomaly;
  },
};

const POSSIBLE: Readonly<Record<keyof typeof SITUATIONS, readonly Resolution[]>> = {
  "a mark that the shop refused": [RETRY, REFUND, ELSEWHERE, CLOSE],
  "the same, with a refund of unknown end": [CLOSE],
  "money of an order that was paid in cash": [ACCEPT, REFUND, ELSEWHERE, CLOSE],
  "the same, of which a part went back": [REFUND, ELSEWHERE, CLOSE],
  "the same, and the cash was given back since": [ACCEPT, REFUND, ELSEWHERE, CLOSE],
  "money that fits no payment": [ACCEPT, REFUND, ELSEWHERE, CLOSE],
  "a part that Click may have given back": [ELSEWHERE, CLOSE],
  "a charge of unknown end": [CHARGED, NOT_CHARGED],
};

const NAMES = Object.keys(SITUATIONS);
const ALL = [RETRY, ACCEPT, REFUND, ELSEWHERE, CLOSE, CHARGED, NOT_CHARGED];
const needsOf = ({ possibleResolutions }: Anomaly, resolution: Resolution) =>
  possibleResolutions.find((one) => one.resolution === resolution);

/** Decides a new anomaly of that situation, with what its possible resolution says that it needs. */
async function decide(name: string, resolution: Resolution) {
  const anomaly = await (SITUATIONS[name] as () => Promise<Anomaly>)();
  const isPaymentNeeded = needsOf(anomaly, resolution)?.paymentIdNeeded === true;
  const paymentId = isPaymentNeeded ? BigInt((await fixture.shop.addOrder()).paymentId) : 0n;
  const { payments } = fixture.service;
  return call(payments, payments.resolveAnomaly, {
    ...{ anomalyId: anomaly.anomalyId, resolution, paymentId, userId: "anna" },
    note: needsOf(anomaly, resolution)?.noteNeeded === false ? "" : "looked in the cabinet",
    clickPaymentId: resolution === CHARGED ? "900" : "",
  });
}

describe.each(NAMES)("%s", (name) => {
  test("lists the possible resolutions", async () => {
    const anomaly = await (SITUATIONS[name] as () => Promise<Anomaly>)();

    expect(anomaly.possibleResolutions.map(({ resolution }) => resolution)).toEqual(POSSIBLE[name]);
  });

  // Click is asked about a payment of a charge that it never made: that resolution has a test of its own.
  test.each(ALL.filter((resolution) => resolution !== CHARGED))(
    "resolution %d is possible when it says so, and only then",
    async (resolution) => {
      const isTold = POSSIBLE[name]?.includes(resolution) === true;

      const outcome = decide(name, resolution);

      if (isTold) expect((await outcome).anomaly?.decisions).toMatchObject([{ resolution }]);
      else expect((await failureOf(outcome)).reason).toMatch(/^(RESOLUTION_NOT_POSSIBLE|REFUND_OPEN)$/);
      // Click gave nothing back by another way here.
      if (resolution === Resolution.RESOLUTION_REFUNDED_ELSEWHERE)
        fixture.ledgerComparison.forget(fixture.simulator.standIn, "AS_AN_OPERATOR_SAID");
    },
  );
});

test("ACCEPT needs another payment id when the attempt's own payment cannot keep the money, and a note when nothing else gives the reason", async () => {
  const needs = async (name: string, resolution: Resolution) =>
    needsOf(await (SITUATIONS[name] as () => Promise<Anomaly>)(), resolution);

  expect([
    await needs("money of an order that was paid in cash", ACCEPT),
    await needs("the same, and the cash was given back since", ACCEPT),
    await needs("money that fits no payment", CLOSE),
    await needs("a charge of unknown end", CHARGED),
  ]).toEqual([
    { resolution: ACCEPT, paymentIdNeeded: true, noteNeeded: false, clickPaymentIdNeeded: false },
    { resolution: ACCEPT, paymentIdNeeded: false, noteNeeded: false, clickPaymentIdNeeded: false },
    { resolution: CLOSE, paymentIdNeeded: false, noteNeeded: true, clickPaymentIdNeeded: false },
    { resolution: CHARGED, paymentIdNeeded: false, noteNeeded: false, clickPaymentIdNeeded: true },
  ]);
});

test("the sum is told of an attempt and of a charge", async () => {
  const amountOf = async (name: string) => (await (SITUATIONS[name] as () => Promise<Anomaly>)()).amountTiyin;

  expect([await amountOf("money that fits no payment"), await amountOf("a charge of unknown end")]).toEqual([
    100_000n,
    100_000n,
  ]);
});

test("nothing can be decided about a closed one", async () => {
  const { anomaly } = await decide("money that fits no payment", CLOSE);

  expect(anomaly).toMatchObject({ state: State.STATE_CLOSED, possibleResolutions: [] });
});
