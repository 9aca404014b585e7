import { describe, expect, test } from "vitest";
import { Anomaly_Resolution } from "../../../src/gen/clickbridge/v1/anomaly.ts";
import {
  LedgerEntry_Kind as Kind,
  type LedgerEntry,
  LedgerEntry_Source as Source,
} from "../../../src/gen/clickbridge/v1/ledger.ts";
import type { ListLedgerEntriesRequest } from "../../../src/gen/clickbridge/v1/ledger_service.ts";
import { Refund_State } from "../../../src/gen/clickbridge/v1/payment.ts";
import { tashkentDay } from "../../../src/protocol/tashkent-time.ts";
import { failureOf } from "../../support/service/failure.ts";
import { ANY_ENTRY } from "../../support/service/rpcs.ts";
import { call } from "../../support/service/service.ts";
import { SERVICE } from "../../support/shop/shop.ts";
import { shopAtClick } from "../../support/shop/shop-at-click.ts";
import { until } from "../../support/until.ts";

const fixture = shopAtClick({ services: { [SERVICE.serviceId]: { partial_refund: true } } });

const list = (filter: Partial<ListLedgerEntriesRequest>) =>
  call(fixture.service.ledger, fixture.service.ledger.listLedgerEntries, { ...ANY_ENTRY, ...filter });
const totals = (firstDay: string, lastDay: string, serviceId = 0n) =>
  call(fixture.service.ledger, fixture.service.ledger.getTotals, { firstDay, lastDay, serviceId });
const entriesOf = async (paymentId: bigint) => (await list({ paymentId })).entries;
const nameOf = (kind: Kind) => Object.entries(Kind).find(([, value]) => value === kind)?.[0];
const inShort = (entries: readonly LedgerEntry[]) => entries.map((e) => `${nameOf(e.kind)} ${e.amountTiyin}`);

/** All events about a payment that book something, oldest first, once all of its events have their numbers. */
async function bookingEvents(paymentId: bigint) {
  const { payments } = fixture.service;
  const unnumbered = "SELECT id FROM clickbridge_event WHERE payment_id = ? AND seq IS NULL";
  await until(
    "the events got no numbers",
    async () => (await fixture.shop.query(unnumbered, [paymentId])).length === 0,
  );
  const query = { afterSeq: 0n, pageSize: 500, filter: undefined, epoch: 0n };
  const { events } = await call(payments, payments.listEvents, query);
  return events.filter((event) => event.paymentId === paymentId && event.ledgerEntries.length > 0);
}

describe("an entry", () => {
  test("of a Complete has the amount, the payment, and the time by Click's clock", async () => {
    const { order, paymentId, attemptId, atClick } = await fixture.taken();

    const [entry, ...more] = await entriesOf(paymentId);

    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      kind: Kind.KIND_CAPTURED,
      amountTiyin: 100_000n,
      feeTiyin: 0n,
      serviceId: BigInt(SERVICE.serviceId),
      reference: order.number,
      orderId: BigInt(order.orderId),
      paymentId,
      attemptId: BigInt(attemptId),
      refundId: 0n,
      clickTransId: String(atClick.clickTransId),
      clickPaymentId: String(atClick.paymentId),
      source: Source.SOURCE_CALLBACK,
      actor: "",
    });
    const { bookedTime = new Date(0), clickTime = new Date(0) } = entry ?? {};
    expect(Math.abs(bookedTime.getTime() - clickTime.getTime())).toBeLessThan(60_000);
  });

  test("of a refund says whose token asked for it, and is written when the refund is done", async () => {
    const { paymentId } = await fixture.taken();
    fixture.behave({ merchant_fault: "http_500_after_acting", merchant_fault_call: "payment/reversal" });
    const unknown = await fixture.refund({ paymentId });
    expect([unknown.refund?.state, (await entriesOf(paymentId)).length]).toEqual([Refund_State.STATE_UNKNOWN, 1]);

    fixture.behave({});
    await call(fixture.service.payments, fixture.service.payments.refreshPayment, { paymentId });
    const [, entry, ...more] = await entriesOf(paymentId);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      kind: Kind.KIND_REFUNDED,
      amountTiyin: -100_000n,
      source: Source.SOURCE_OPERATOR,
      actor: expect.stringMatching(/./),
      refundId: expect.any(BigInt),
    });
  });

  test("comes with its own event and no other", async () => {
    fixture.behave({ partial_reversal: true });
    const { paymentId, atClick } = await fixture.settled();
    await fixture.refund({ paymentId, amountTiyin: 30_000n });
    fixture.simulator.standIn.refundInCabinet(atClick);
    await call(fixture.service.payments, fixture.service.payments.refreshPayment, { paymentId });

    const events = await bookingEvents(paymentId);

    expect(events.map(({ type, ledgerEntries }) => [type, ...inShort(ledgerEntries)])).toEqual([
      ["attempt.captured", "KIND_CAPTURED 100000"],
      ["refund.done", "KIND_REFUNDED -30000"],
      ["attempt.reversed", "KIND_REVERSED -70000"],
    ]);
    expect(events.flatMap(({ ledgerEntries }) => ledgerEntries)).toEqual(await entriesOf(paymentId));
  });

  test("of owed money that is accepted for another payment takes it from the one and gives it to the other", async () => {
    const { paymentId, order } = await fixture.owed();
    const other = await fixture.shop.addOrder();
    const { payments } = fixture.service;
    const { anomalies } = await call(payments, payments.listAnomalies, {
      ...{ pageSize: 0, pageToken: "", state: 0, kind: 0, serviceId: 0n, paymentId },
    });
    await call(payments, payments.resolveAnomaly, {
      ...{
        anomalyId: anomalies[0]?.anomalyId ?? 0n,
        resolution: Anomaly_Resolution.RESOLUTION_ACCEPT,
        paymentId: BigInt(other.paymentId),
      },
      ...{ clickPaymentId: "", note: "he bought the other one", userId: "" },
    });

    expect(inShort(await entriesOf(paymentId))).toEqual(["KIND_OWED 100000", "KIND_OWED -100000"]);
    expect(inShort(await entriesOf(BigInt(other.paymentId)))).toEqual(["KIND_ACCEPTED 100000"]);
    const { entries } = await list({ orderId: BigInt(other.orderId) });
    expect(entries).toMatchObject([{ reference: order.number, source: Source.SOURCE_OPERATOR }]);
  });

  test("is not written when Click takes nothing", async () => {
    const order = await fixture.shop.addOrder();
    await fixture.payAtClick(order.number, { outcome: "decline" });

    expect(await entriesOf(BigInt(order.paymentId))).toEqual([]);
  });
});

describe("ListLedgerEntries", () => {
  test("gives every entry once, oldest first, over pages of three", async () => {
    for (let n = 0; n < 4; n += 1) await fixture.taken();
    const all = (await list({ pageSize: 500 })).entries.map(({ entryId }) => entryId);
    const paged: bigint[] = [];
    let pageToken = "";
    do {
      const page = await list({ pageSize: 3, pageToken });
      paged.push(...page.entries.map(({ entryId }) => entryId));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");

    expect(all.length).toBeGreaterThan(3);
    expect(paged).toEqual(all);
    expect(await fixture.shop.query("SELECT COUNT(*) AS n FROM clickbridge_ledger")).toEqual([{ n: all.length }]);
  });

  test("filters by time, service, kind and Click's payment", async () => {
    const { paymentId, atClick } = await fixture.taken();
    const [entry] = await entriesOf(paymentId);
    const bookedTime = entry?.bookedTime ?? new Date(0);
    const after = new Date(bookedTime.getTime() + 1);
    const found = async (filter: Partial<ListLedgerEntriesRequest>) =>
      (await list({ paymentId, ...filter })).entries.length;

    expect(await found({ bookedFromTime: bookedTime, bookedBeforeTime: after })).toBe(1);
    expect(await found({ bookedBeforeTime: bookedTime })).toBe(0);
    expect(await found({ bookedFromTime: after })).toBe(0);
    expect(await found({ serviceId: BigInt(SERVICE.serviceId) })).toBe(1);
    expect(await found({ serviceId: 99n })).toBe(0);
    expect(await found({ kinds: [Kind.KIND_CAPTURED, Kind.KIND_OWED] })).toBe(1);
    expect(await found({ kinds: [Kind.KIND_REFUNDED] })).toBe(0);
    expect((await list({ clickPaymentId: String(atClick.paymentId) })).entries).toEqual([entry]);
  });

  test("takes times that no column can have for before and after all", async () => {
    const { paymentId } = await fixture.taken();
    const found = async (filter: Partial<ListLedgerEntriesRequest>) =>
      (await list({ paymentId, ...filter })).entries.length;
    const [before, after] = [new Date("-000100-01-01T00:00:00Z"), new Date("+010000-01-01T00:00:00Z")];

    expect(await found({ bookedFromTime: before, bookedBeforeTime: after })).toBe(1);
    expect(await found({ bookedBeforeTime: before })).toBe(0);
    expect(await found({ bookedFromTime: after })).toBe(0);
  });

  test.each<[string, Partial<ListLedgerEntriesRequest>, string]>([
    ["a page of less than none", { pageSize: -1 }, "INVALID_REQUEST"],
    ["a kind that there is not", { kinds: [99 as Kind] }, "INVALID_REQUEST"],
    ["a number that is none of Click's", { clickPaymentId: "1x" }, "INVALID_REQUEST"],
    ["an order below 0", { orderId: -1n }, "INVALID_REQUEST"],
    ["a token of another list", { pageToken: "bm9uZQ" }, "PAGE_TOKEN_INVALID"],
  ])("refuses %s", async (_, filter, reason) => {
    const refusal = await failureOf(list(filter));

    expect(refusal).toMatchObject({ code: "INVALID_ARGUMENT", reason });
  });
});

describe("GetTotals", () => {
  const sums = async (day: string) =>
    (await totals(day, day)).totals.map((t) => `${nameOf(t.kind)} ${t.amountTiyin} of ${t.entryCount}`);

  test("sums up by the day in Tashkent, where it begins at 19:00 UTC", async () => {
    const { paymentId } = await fixture.taken();
    await fixture.refund({ paymentId });
    // Planted: the ledger itself is never changed, and no clock of the database's stands still.
    await fixture.shop.query(
      `UPDATE clickbridge_ledger SET booked_time = CASE WHEN amount_tiyin > 0 THEN '2026-03-01 18:59:59.999' ELSE '2026-03-01 19:00:00' END
       WHERE payment_id = ?`,
      [paymentId],
    );

    expect(await sums("2026-03-01")).toEqual(["KIND_CAPTURED 100000 of 1"]);
    expect(await sums("2026-03-02")).toEqual(["KIND_REFUNDED -100000 of 1"]);
    const { totals: both } = await totals("2026-02-28", "2026-03-02");
    expect(both.map(({ day, amountTiyin }) => [day, amountTiyin])).toEqual([
      ["2026-03-01", 100_000n],
      ["2026-03-02", -100_000n],
    ]);
    expect((await totals("2026-03-01", "2026-03-02", 99n)).totals).toEqual([]);
  });

  test("of all days is what Click holds", async () => {
    await fixture.taken();
    const { totals: all } = await totals("2026-01-01", tashkentDay(new Date()));

    expect(all.reduce((sum, { amountTiyin }) => sum + amountTiyin, 0n)).toBe(
      fixture.simulator.standIn.ledger.takenTiyin(),
    );
  });

  test.each([
    ["no day", "", "2026-03-01"],
    ["a day that there is not", "2026-02-30", "2026-03-01"],
    ["an end before the beginning", "2026-03-02", "2026-03-01"],
    ["more than 400 days", "2026-01-01", "2027-02-05"],
  ])("refuses %s", async (_, first, last) => {
    const refusal = await failureOf(totals(first, last));

    expect(refusal).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST" });
  });
});
