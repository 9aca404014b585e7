import type { PoolConnection, RowDataPacket } from "mysql2/promise";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { Lease } from "../../../src/app/instance/lease.ts";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { eventSequencer } from "../../../src/mysql/events/event-sequencer.ts";
import { leaseStore } from "../../../src/mysql/instance/lease-store.ts";
import { addEvent } from "../../support/service/add-event.ts";
import { type Shop, shopOfTest } from "../../support/shop/shop.ts";

let shop: Shop;
let pool: Pool;
beforeEach(async () => {
  shop = await shopOfTest();
  pool = new Pool({ url: shop.url, connectionsMax: 8 });
  const opened = pool;
  onTestFinished(() => opened.close());
});

const BATCH = 20;

async function numberAll(sequencer = eventSequencer(pool)): Promise<void> {
  while ((await sequencer.number(BATCH)) > 0);
}

/** What the numbered events are about, by seq. */
const numbered = async () =>
  (await shop.query("SELECT aggregate_id FROM clickbridge_event WHERE seq IS NOT NULL ORDER BY seq")).map((row) =>
    Number(row["aggregate_id"]),
  );

const seqs = async () =>
  (await shop.query("SELECT seq FROM clickbridge_event ORDER BY seq")).map((row) => Number(row["seq"]));

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

async function addEvents(count: number): Promise<void> {
  for (const index of upTo(count)) await addEvent(shop.pool, index);
}

/** A transaction that stays open. */
async function transaction(): Promise<PoolConnection> {
  const connection = await shop.pool.getConnection();
  onTestFinished(() => connection.release());
  await connection.query("START TRANSACTION");
  return connection;
}

describe("numbers", () => {
  test("go to committed events, in the order in which they were written", async () => {
    await addEvents(50);

    await numberAll();

    expect(await numbered()).toEqual(upTo(50));
    expect(await seqs()).toEqual(upTo(50));
  });

  test("an event that is committed late comes after those that were numbered before it", async () => {
    const late = await transaction();
    await addEvent(late, 1);
    await addEvent(shop.pool, 2);
    await numberAll();
    const before = await numbered();

    await late.query("COMMIT");
    await numberAll();

    expect(before).toEqual([2]);
    expect(await numbered()).toEqual([2, 1]);
  });

  test("an event that was rolled back leaves no gap", async () => {
    const lost = await transaction();
    await addEvent(lost, 1);
    await addEvent(shop.pool, 2);
    await lost.query("ROLLBACK");
    await addEvent(shop.pool, 3);

    await numberAll();

    expect([await numbered(), await seqs()]).toEqual([
      [2, 3],
      [1, 2],
    ]);
  });

  test("are given without waiting for writers, and writers do not wait for them", async () => {
    await addEvents(3);
    const writer = await transaction();
    await addEvent(writer, 4);
    await numberAll();
    const sequencing = await transaction();
    await sequencing.query("SELECT * FROM clickbridge_event_log WHERE id = 1 FOR UPDATE");
    await sequencing.query("UPDATE clickbridge_event SET seq = 10 + FIELD(id, 1, 2) WHERE id IN (1, 2)");

    // With a lock in their way these would fail after a second.
    await writer.query("SET SESSION innodb_lock_wait_timeout = 1");
    await addEvent(writer, 5);
    await writer.query("COMMIT");
    await addEvent(shop.pool, 6);
    await sequencing.query("ROLLBACK");
    await numberAll();

    expect(await numbered()).toEqual(upTo(6));
  });

  test("are found by the key alone, however many events have one", async () => {
    await addEvents(60);
    await numberAll();
    await addEvents(5);

    const connection = await transaction();
    const waiting = "SELECT id FROM clickbridge_event WHERE seq IS NULL ORDER BY id LIMIT 20";
    const [plan] = await connection.query<RowDataPacket[]>(`EXPLAIN FORMAT=TRADITIONAL ${waiting}`);
    await connection.query("FLUSH STATUS");
    await connection.query(waiting);
    const [reads] = await connection.query<RowDataPacket[]>("SHOW SESSION STATUS LIKE 'Handler_read_%'");

    expect(plan[0]).toMatchObject({ key: "clickbridge_event_seq" });
    expect(String(plan[0]?.["Extra"])).toMatch(/Using index/);
    // The five, the search for the first, and the one that ends it; the sort reads its own rows.
    const read = (name: string) => Number(reads.find((row) => row["Variable_name"] === name)?.["Value"]);
    expect(read("Handler_read_next") + read("Handler_read_key") + read("Handler_read_rnd_next")).toBeLessThan(20);
  });
});

describe("two sequencers at once", () => {
  test("give every event one number, and no number twice", async () => {
    await addEvents(300);
    const sequencers = upTo(4).map(() => eventSequencer(pool));

    await Promise.all(sequencers.map((sequencer) => numberAll(sequencer)));

    expect(await numbered()).toEqual(upTo(300));
    expect(await seqs()).toEqual(upTo(300));
  });

  test("do no harm when one of them believes in a lease that another one has by now", async () => {
    await addEvents(200);
    const store = leaseStore(pool);
    const [paused, next] = ["paused", "next"].map((holder) => {
      // Its clock stands still, like that of a machine that was put to sleep.
      return new Lease({ store, name: "events", holder, nowMs: () => 0 });
    }) as [Lease, Lease];
    await paused.tryAcquire();
    await shop.query("UPDATE clickbridge_lease SET expire_time = NOW(3)");
    const believers = [await paused.tryAcquire(), await next.tryAcquire()];

    await Promise.all([numberAll(), numberAll(eventSequencer(pool))]);

    expect(believers).toEqual([true, true]);
    expect(await seqs()).toEqual(upTo(200));
  });

  test("a number is never given again: not by one whose reading is old, not past the lock", async () => {
    await addEvents(2);
    await numberAll();
    await addEvent(shop.pool, 3);

    const again = shop.query("UPDATE clickbridge_event SET seq = 2 WHERE id = 3 AND seq IS NULL");
    await expect(again).rejects.toMatchObject({ errno: 1062 });
    await shop.query("UPDATE clickbridge_event SET seq = 9 WHERE id = 1 AND seq IS NULL");

    expect(await seqs()).toEqual([null, 1, 2].map(Number));
  });
});

describe("the lease", () => {
  const lease = (holder: string) => ({ name: "work", holder, seconds: 60 });

  test("is one holder's, who may ask again, until it runs out", async () => {
    const store = leaseStore(pool);

    const answers = [await store.take(lease("a")), await store.take(lease("b")), await store.take(lease("a"))];
    await shop.query("UPDATE clickbridge_lease SET expire_time = NOW(3)");
    answers.push(await store.take(lease("b")), await store.take(lease("a")));

    expect(answers).toEqual([true, false, true, true, false]);
  });

  test("goes to one of many who ask for it first, at once", async () => {
    const store = leaseStore(pool);

    const answers = await Promise.all(upTo(8).map((index) => store.take(lease(`holder ${index}`))));

    expect(answers.filter((taken) => taken)).toHaveLength(1);
  });

  test("is free when its holder lets go, and only then", async () => {
    const store = leaseStore(pool);
    await store.take(lease("a"));

    await store.release(lease("b"));
    const stranger = await store.take(lease("b"));
    await store.release(lease("a"));

    expect([stranger, await store.take(lease("b"))]).toEqual([false, true]);
  });

  test("other work has another one", async () => {
    const store = leaseStore(pool);
    await store.take(lease("a"));

    expect(await store.take({ ...lease("b"), name: "other work" })).toBe(true);
  });

  test("is asked for now and then only, and not believed in for longer than it runs", async () => {
    let nowMs = 0;
    let asked = 0;
    const { take, release } = leaseStore(pool);
    const counted: typeof take = (what) => {
      asked += 1;
      return take(what);
    };
    const store = { take: counted, release };
    const held = new Lease({ store, name: "work", holder: "a", nowMs: () => nowMs });
    const answers = [];

    for (nowMs = 0; nowMs < 2_000; nowMs += 100) answers.push(await held.tryAcquire());
    await shop.query("UPDATE clickbridge_lease SET holder = 'b'");
    answers.push(await held.tryAcquire());

    expect(asked).toBe(2);
    expect(answers).toEqual([...Array.from({ length: 20 }, () => true), false]);
  });
});

describe("purging", () => {
  const age = (where: string) =>
    shop.query(`UPDATE clickbridge_event SET create_time = NOW(3) - INTERVAL 11 DAY WHERE ${where}`);
  const purged = async () =>
    Number((await shop.query("SELECT purged_seq FROM clickbridge_event_log"))[0]?.["purged_seq"]);
  const purge = (limit = 100) => eventSequencer(pool).purge({ retentionDays: 10, limit });

  test("takes old events from the beginning, and stops at the first that is to be kept", async () => {
    await addEvents(6);
    await numberAll();
    await age("aggregate_id IN (1, 2, 3, 5)");

    expect([await purge(), await purge()]).toEqual([3, 0]);
    expect(await numbered()).toEqual([4, 5, 6]);
    expect(await purged()).toBe(3);
  });

  test("numbers no more than the limit in one transaction", async () => {
    await addEvents(5);
    await numberAll();
    await age("TRUE");

    expect([await purge(2), await purge(2), await purge(2), await purge(2)]).toEqual([2, 2, 1, 0]);
  });

  test("leaves events without a number, and remembers what was when none is left", async () => {
    await addEvents(2);
    await numberAll();
    await addEvent(shop.pool, 3);
    await age("TRUE");
    await purge();
    await shop.query("DELETE FROM clickbridge_event");
    await addEvent(shop.pool, 4);

    await numberAll();

    expect([await purged(), await seqs()]).toEqual([2, [3]]);
  });
});
