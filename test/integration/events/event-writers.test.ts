import { createPool } from "mysql2/promise";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { addEvent, anyMoment } from "../../support/service/add-event.ts";
import { followEvents } from "../../support/service/follow-events.ts";
import { startTestService, type TestService } from "../../support/service/service.ts";
import { createShop, type Shop } from "../../support/shop/shop.ts";

const WRITERS = 50;
const TRANSACTIONS_A_WRITER = 8;
const EVENTS_A_TRANSACTION_MAX = 3;

let shop: Shop;
let services: readonly TestService[];
beforeAll(async () => {
  shop = await createShop();
  // Two replicas: one numbers, and both are watched.
  services = await Promise.all([1, 2].map(() => startTestService({ databaseUrl: shop.url })));
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()));
  await shop.stop();
});

/** Writes in transactions that take their time, some of which come to nothing; gives the names of those that were committed. */
async function write(writer: number, connections: ReturnType<typeof createPool>): Promise<readonly number[]> {
  const committed: number[] = [];
  for (let turn = 0; turn < TRANSACTIONS_A_WRITER; turn += 1) {
    const connection = await connections.getConnection();
    await connection.query("START TRANSACTION");
    const names: number[] = [];
    const count = 1 + Math.floor(Math.random() * EVENTS_A_TRANSACTION_MAX);
    for (let index = 0; index < count; index += 1) {
      const name = (writer * TRANSACTIONS_A_WRITER + turn) * EVENTS_A_TRANSACTION_MAX + index + 1;
      await addEvent(connection, name);
      names.push(name);
      await anyMoment(20);
    }
    // Now and then one stays open while hundreds are committed, numbered and seen.
    await anyMoment(Math.random() < 0.1 ? 1_500 : 50);
    const keep = Math.random() < 0.75;
    await connection.query(keep ? "COMMIT" : "ROLLBACK");
    connection.release();
    if (keep) committed.push(...names);
  }
  return committed;
}

interface Seen {
  readonly seq: number;
  readonly name: number;
}

/** Watches now this replica, now that one, from its own cursor, and never for long. */
async function follow(done: AbortSignal, seen: Seen[], lastSeq: () => Promise<number>): Promise<void> {
  let cursor = 0n;
  for (let round = 0; !done.aborted || Number(cursor) < (await lastSeq()); round += 1) {
    const { payments } = services[round % services.length] as TestService;
    const watch = followEvents(payments, { afterSeq: cursor });
    await watch.heartbeat();
    await anyMoment(150);
    watch.cancel();
    seen.push(...watch.events.map(({ seq, aggregateId }) => ({ seq: Number(seq), name: Number(aggregateId) })));
    cursor = watch.cursor ?? cursor;
  }
}

test("50 writers, and a watcher that comes and goes: every committed event once, by its number, none left out", async () => {
  const connections = createPool({ uri: shop.url, connectionLimit: WRITERS });
  onTestFinished(() => connections.end());
  const done = new AbortController();
  const seen: Seen[] = [];
  const lastSeq = async () => {
    const [row] = await shop.query("SELECT COUNT(*) AS events FROM clickbridge_event");
    return Number(row?.["events"]);
  };
  const steady = followEvents((services[0] as TestService).payments, { afterSeq: 0n });
  onTestFinished(() => steady.cancel());

  const following = follow(done.signal, seen, lastSeq);
  const written = await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer, connections)));
  done.abort();
  await following;
  const committed = written.flat().sort((a, b) => a - b);
  await steady.count(committed.length);

  expect(seen.map(({ name }) => name).sort((a, b) => a - b)).toEqual(committed);
  expect(seen.map(({ seq }) => seq)).toEqual(committed.map((_, index) => index + 1));
  expect(steady.events.map(({ aggregateId }) => Number(aggregateId))).toEqual(seen.map(({ name }) => name));
  // The order of numbers is not the order in which they were written: some were late.
  expect(seen.map(({ name }) => name)).not.toEqual(committed);
});
