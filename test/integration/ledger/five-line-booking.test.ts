import { expect, test } from "vitest";
import { Anomaly_Resolution as Resolution, Anomaly_State as State } from "../../../src/gen/clickbridge/v1/anomaly.ts";
import type { Event } from "../../../src/gen/clickbridge/v1/event.ts";
import { call } from "../../support/service/service.ts";
import { SERVICE } from "../../support/shop/shop.ts";
import { shopAtClick, type Taken } from "../../support/shop/shop-at-click.ts";
import { until } from "../../support/until.ts";

/** A consumer of events that books only by the five lines of docs/events.md has Click's own sum, in total and per order. */
const fixture = shopAtClick({ services: { [SERVICE.serviceId]: { partial_refund: true } } });

const PURCHASES = 1_000;
const AT_ONCE = 8;
const SEED = 20_261_124;

/** The same numbers in each run. */
function drawn(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Events page by page, as a follower with a stored cursor reads them. */
async function* follow(): AsyncGenerator<Event> {
  const { payments } = fixture.service;
  let afterSeq = 0n;
  for (;;) {
    const page = await call(payments, payments.listEvents, { afterSeq, pageSize: 500, filter: undefined, epoch: 0n });
    yield* page.events;
    if (page.nextAfterSeq >= page.newestSeq) return;
    afterSeq = page.nextAfterSeq;
  }
}

async function accept({ paymentId }: Taken): Promise<void> {
  const { payments } = fixture.service;
  const any = { pageSize: 0, pageToken: "", state: State.STATE_OPEN, kind: 0, serviceId: 0n } as const;
  const { anomalies } = await call(payments, payments.listAnomalies, { ...any, paymentId });
  const other = await fixture.shop.addOrder();
  await call(payments, payments.resolveAnomaly, {
    ...{ anomalyId: anomalies[0]?.anomalyId ?? 0n, resolution: Resolution.RESOLUTION_ACCEPT },
    ...{ paymentId: BigInt(other.paymentId), clickPaymentId: "", note: "he bought the other one", userId: "" },
  });
}

const refresh = ({ paymentId }: Taken) =>
  call(fixture.service.payments, fixture.service.payments.refreshPayment, { paymentId });

/** What may happen to a purchase. Most are simply paid. */
const FATES: readonly ((drawTiyin: () => bigint) => Promise<unknown>)[] = [
  async () => fixture.payAtClick((await fixture.shop.addOrder()).number, { outcome: "decline" }),
  async () => fixture.refund({ paymentId: (await fixture.taken()).paymentId }),
  async (drawTiyin) => {
    const { paymentId } = await fixture.taken();
    await fixture.refund({ paymentId, amountTiyin: drawTiyin() });
  },
  async (drawTiyin) => {
    const { paymentId } = await fixture.taken();
    await fixture.refund({ paymentId, amountTiyin: drawTiyin() });
    // The rest, which is the whole of what is left.
    await fixture.refund({ paymentId });
  },
  async (drawTiyin) => {
    const taken = await fixture.taken();
    await fixture.refund({ paymentId: taken.paymentId, amountTiyin: drawTiyin() });
    fixture.simulator.standIn.refundInCabinet(taken.atClick);
    await refresh(taken);
  },
  async () => {
    const taken = await fixture.taken();
    fixture.simulator.standIn.refundInCabinet(taken.atClick);
    await refresh(taken);
  },
  () => fixture.owed(),
  async () => accept(await fixture.owed()),
  async () => fixture.refund({ paymentId: (await fixture.owed()).paymentId }),
  ...Array.from({ length: 11 }, () => () => fixture.taken()),
];

test(`${PURCHASES} random purchases, booked by the five lines`, async () => {
  fixture.behave({ partial_reversal: true });
  const draw = drawn(SEED);
  const plan = Array.from({ length: PURCHASES }, () => ({ fate: draw(FATES.length), tiyin: BigInt(1 + draw(99_998)) }));
  await Promise.all(
    Array.from({ length: AT_ONCE }, async (_, worker) => {
      for (const { fate, tiyin } of plan.filter((__, at) => at % AT_ONCE === worker)) await FATES[fate]?.(() => tiyin);
    }),
  );
  await until("the events got no numbers", async () => {
    const [row] = await fixture.shop.query("SELECT COUNT(*) AS n FROM clickbridge_event WHERE seq IS NULL");
    return Number(row?.["n"]) === 0;
  });

  const booked = new Map<bigint, { readonly orderId: bigint; readonly amountTiyin: bigint }>();
  for await (const event of follow()) for (const entry of event.ledgerEntries) booked.set(entry.entryId, entry);

  const { ledger } = fixture.simulator.standIn;
  const sum = (of: Iterable<{ readonly amountTiyin: bigint }>) =>
    [...of].reduce((total, { amountTiyin }) => total + amountTiyin, 0n);
  expect(sum(booked.values())).toBe(ledger.takenTiyin());
  expect(ledger.payments.length).toBeGreaterThanOrEqual(PURCHASES);
  const [rows] = await fixture.shop.query("SELECT COUNT(*) AS n FROM clickbridge_ledger");
  expect(booked.size).toBe(Number(rows?.["n"]));
}, 120_000);
