import { Metadata } from "@grpc/grpc-js";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { ListEventsRequest, WatchEventsRequest } from "../../../src/gen/clickbridge/v1/payment_service.ts";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { eventSequencer } from "../../../src/mysql/events/event-sequencer.ts";
import { addEvent } from "../../support/service/add-event.ts";
import { failureOf } from "../../support/service/failure.ts";
import { type Follower, followEvents } from "../../support/service/follow-events.ts";
import { call, startTestService, type TestService } from "../../support/service/service.ts";
import { purchase } from "../../support/shop/purchase.ts";
import { createShop, type Shop } from "../../support/shop/shop.ts";

let shop: Shop;
let service: TestService;
beforeAll(async () => {
  shop = await createShop();
  service = await startTestService({ databaseUrl: shop.url });
});
afterAll(async () => {
  await service.stop();
  await shop.stop();
});

/** The cursor before this test's own events: the table is shared by the tests of this file. */
let before: bigint;
beforeEach(async () => {
  before = (await list({})).newestSeq;
});

const list = (request: Partial<ListEventsRequest>) =>
  call(service.payments, service.payments.listEvents, {
    afterSeq: undefined,
    pageSize: 0,
    filter: undefined,
    epoch: 0n,
    ...request,
  });

function follow(request: Partial<WatchEventsRequest>, metadata?: Metadata): Follower {
  const watch = followEvents(service.payments, request, metadata);
  onTestFinished(() => watch.cancel());
  return watch;
}

const about = (events: readonly { readonly aggregateId: string }[]) => events.map((event) => Number(event.aggregateId));

/** Until all of them have a number, which the heartbeat of a watch tells. */
async function numbered(count: number): Promise<void> {
  await follow({ afterSeq: before }).count(count);
}

async function addAll(...events: Parameters<typeof addEvent>[2][]): Promise<void> {
  for (const [index, event] of events.entries()) await addEvent(shop.pool, index + 1, event);
  await numbered(events.length);
}

describe("a payment", () => {
  test("reaches watchers step by step, with its sum and without a phone number", async () => {
    const watch = follow({ afterSeq: before });
    await watch.heartbeat();

    const { order, completed } = await purchase(service, shop, { order: { sums: ["250.00"] } });
    const [prepared, captured] = await watch.count(2);

    expect(completed.error).toBe(0);
    expect([prepared?.type, captured?.type]).toEqual(["attempt.prepared", "attempt.captured"]);
    expect(captured).toMatchObject({
      seq: (prepared?.seq ?? 0n) + 1n,
      schemaVersion: 1,
      aggregateType: "attempt",
      serviceId: 11111n,
      paymentId: BigInt(order.paymentId),
      amountTiyin: 25_000n,
    });
    expect(JSON.parse(captured?.payloadJson ?? "")).toMatchObject({ merchantTransId: order.number });
    expect(captured?.createTime).toBeInstanceOf(Date);
  });
});

describe("ListEvents", () => {
  test("gives all events by the page, and says when that was all", async () => {
    await addAll(...Array.from({ length: 7 }, () => ({})));
    const seen: number[] = [];
    let afterSeq = before;
    let newestSeq = -1n;
    while (afterSeq !== newestSeq) {
      const page = await list({ afterSeq, pageSize: 3 });
      seen.push(...about(page.events));
      afterSeq = page.nextAfterSeq;
      newestSeq = page.newestSeq;
    }

    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(newestSeq).toBe(before + 7n);
  });

  test("passes over what does not fit, and its cursor with it", async () => {
    await addAll({ type: "attempt.captured" }, { type: "refund.done" }, { type: "refund.done" });

    const page = await list({ afterSeq: before, filter: { serviceIds: [], types: ["attempt.captured"] } });

    expect(about(page.events)).toEqual([1]);
    expect([page.nextAfterSeq, page.newestSeq]).toEqual([before + 3n, before + 3n]);
  });

  test("without a cursor begins with the oldest event", async () => {
    await addAll({});

    expect((await list({ pageSize: 1 })).events[0]?.seq).toBe(1n);
    expect((await list({ afterSeq: 0n, pageSize: 1 })).events[0]?.seq).toBe(1n);
  });
});

describe("a filter", () => {
  const FILTERS: readonly [name: string, filter: { serviceIds: bigint[]; types: string[] }, wanted: number[]][] = [
    ["by one service", { serviceIds: [22n], types: [] }, [2, 4]],
    ["by several services", { serviceIds: [22n, 33n], types: [] }, [2, 3, 4]],
    ["by a type", { serviceIds: [], types: ["refund.done"] }, [4]],
    ["by all types of a thing", { serviceIds: [], types: ["attempt.*"] }, [1, 2]],
    ["by types of both kinds", { serviceIds: [], types: ["attempt.*", "refund.done"] }, [1, 2, 4]],
    ["by service and type", { serviceIds: [22n], types: ["attempt.*"] }, [2]],
    ["that nothing fits", { serviceIds: [99n], types: [] }, []],
  ];
  const EVENTS: Parameters<typeof addEvent>[2][] = [
    { type: "attempt.captured", serviceId: "11" },
    { type: "attempt.prepared", serviceId: "22" },
    { type: "invoice.created", serviceId: "33" },
    { type: "refund.done", serviceId: "22" },
  ];

  test.each(FILTERS)("%s holds for history, for live events, and for pages alike", async (_, filter, wanted) => {
    const live = follow({ afterSeq: before, filter });
    await live.heartbeat();
    await addAll(...EVENTS);
    const history = follow({ afterSeq: before, filter });
    await history.heartbeat();
    const page = await list({ afterSeq: before, filter });
    await live.count(wanted.length);

    expect(about(history.events)).toEqual(wanted);
    expect(about(page.events)).toEqual(wanted);
    expect(about(live.events)).toEqual(wanted);
    expect(history.heartbeats[0]?.seq).toBe(before + 4n);
  });

  test.each([
    ["filter.types", { filter: { serviceIds: [], types: ["attempt"] } }],
    ["filter.types", { filter: { serviceIds: [], types: ["attempt.%"] } }],
    ["filter.types", { filter: { serviceIds: [], types: Array.from({ length: 101 }, () => "attempt.*") } }],
    ["filter.service_ids", { filter: { serviceIds: [0n], types: [] } }],
    ["after_seq", { afterSeq: -1n }],
    ["after_seq", { afterSeq: 2n ** 60n }],
  ])("or cursor that is none is refused by the name of %s", async (field, request) => {
    expect(await failureOf(list(request))).toMatchObject({ reason: "INVALID_REQUEST", fields: [field] });
    expect(await failureOf(follow(request).ended)).toMatchObject({ reason: "INVALID_REQUEST", fields: [field] });
  });
});

describe("a watch", () => {
  test("begins with a heartbeat as soon as there is nothing older, and has others", async () => {
    const watch = follow({ afterSeq: before, heartbeatIntervalSeconds: 1 });

    const [first, second] = [await watch.heartbeat(), await watch.heartbeat()];

    expect([first.seq, second.seq]).toEqual([before, before]);
    expect(second.lookTime?.getTime()).toBeGreaterThan(first.lookTime?.getTime() ?? 0);
  });

  test("refuses an interval that is none", async () => {
    const failures = [-1, 301].map((heartbeatIntervalSeconds) => failureOf(follow({ heartbeatIntervalSeconds }).ended));

    for (const failure of await Promise.all(failures)) {
      expect(failure).toMatchObject({ reason: "INVALID_REQUEST", fields: ["heartbeat_interval_seconds"] });
    }
  });

  test("needs the scope `read`, which the module has not", async () => {
    expect(await failureOf(follow({}, new Metadata()).ended)).toMatchObject({
      reason: "SCOPE_MISSING",
      metadata: { scope: "read" },
    });
  });

  test("of more history than a page goes on to live events without a gap or a double", async () => {
    const connection = await shop.pool.getConnection();
    await connection.query("START TRANSACTION");
    for (let index = 1; index <= 1_200; index += 1) await addEvent(connection, index);
    await connection.query("COMMIT");
    connection.release();
    const early = follow({ afterSeq: before });
    await early.count(1);
    const late = follow({ afterSeq: before });

    for (let index = 1_201; index <= 1_260; index += 1) await addEvent(shop.pool, index);
    const all = Array.from({ length: 1_260 }, (_, index) => index + 1);

    expect(about(await early.count(1_260))).toEqual(all);
    expect(about(await late.count(1_260))).toEqual(all);
  });

  test("that is cancelled leaves its place to others", async () => {
    for (let round = 0; round < 6; round += 1) {
      // Those of the round before count among the 256 of a connection until the service has put them away.
      const watches = Array.from({ length: 100 }, () => followEvents(service.payments, { afterSeq: before }));
      await Promise.all(watches.map((watch) => watch.heartbeat()));
      for (const watch of watches) watch.cancel();
      await Promise.all(watches.map((watch) => watch.ended));
    }
    const last = follow({ afterSeq: before });

    expect((await last.heartbeat()).seq).toBe(before);
  });
});

describe("a cursor", () => {
  test("ahead of every event is refused, for nothing says what it has seen", async () => {
    const afterSeq = before + 1n;

    const failures = [await failureOf(list({ afterSeq })), await failureOf(follow({ afterSeq }).ended)];

    const metadata = { afterSeq: String(afterSeq), newestSeq: String(before) };
    for (const failure of failures)
      expect(failure).toMatchObject({ code: "INVALID_ARGUMENT", reason: "CURSOR_AHEAD", metadata });
  });

  test("of a stream that is open is refused when the table goes back in time", async () => {
    await addAll({}, {});
    const watch = follow({ afterSeq: before + 2n, heartbeatIntervalSeconds: 1 });
    await watch.heartbeat();
    const restore = (lastSeq: bigint) => shop.query("UPDATE clickbridge_event_log SET last_seq = ?", [String(lastSeq)]);
    await shop.query("DELETE FROM clickbridge_event WHERE seq > ?", [String(before)]);

    await restore(before);

    expect(await failureOf(watch.ended)).toMatchObject({ reason: "CURSOR_AHEAD" });
  });

  // The last of this file: it takes the events away.
  test("older than what is kept is refused, even with no event left; the oldest one kept can be asked for", async () => {
    await addAll({}, {});
    const pool = new Pool({ url: shop.url, connectionsMax: 1 });
    onTestFinished(() => pool.close());
    await shop.query("UPDATE clickbridge_event SET create_time = NOW(3) - INTERVAL 401 DAY");
    let purged: number;
    do purged = await eventSequencer(pool).purge({ retentionDays: 400, limit: 200 });
    while (purged > 0);
    const purgedSeq = before + 2n;
    const afterSeq = purgedSeq - 1n;

    const failures = [
      await failureOf(list({ afterSeq })),
      await failureOf(follow({ afterSeq }).ended),
      await failureOf(list({ afterSeq: 0n })),
    ];

    expect(failures.map(({ code, reason }) => `${code} ${reason}`)).toEqual(
      failures.map(() => "OUT_OF_RANGE EVENTS_EXPIRED"),
    );
    expect(failures[0]?.metadata).toEqual({ afterSeq: String(afterSeq), purgedSeq: String(purgedSeq) });
    expect(await list({ afterSeq: purgedSeq })).toEqual({
      events: [],
      nextAfterSeq: purgedSeq,
      newestSeq: purgedSeq,
      epoch: 1n,
    });
    expect(await list({})).toEqual({ events: [], nextAfterSeq: purgedSeq, newestSeq: purgedSeq, epoch: 1n });
    await addEvent(shop.pool, 77);
    expect(about(await follow({}).count(1))).toEqual([77]);
  });
});
