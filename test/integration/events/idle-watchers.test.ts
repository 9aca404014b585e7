import { tracingChannel } from "node:diagnostics_channel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EventReader } from "../../../src/app/events/event.ts";
import { EventFeed } from "../../../src/app/events/event-feed.ts";
import { addEvent } from "../../support/service/add-event.ts";
import { followEvents } from "../../support/service/follow-events.ts";
import { startTestService, type TestService } from "../../support/service/service.ts";
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

/** Two rounds of them at most on one connection, which has 256: those who left count until the service has put them away. */
const WATCHERS = 100;
/** Of the service, each of which begins with the query for events without number. */
const ROUNDS = 8;
const BEGINS_ROUND = /^SELECT id FROM clickbridge_event WHERE seq IS NULL LIMIT 1$/;
/** Not the purge and the audit of the attempts, which come in their own time. */
const ABOUT_EVENTS = /^SELECT (?!.*(FOR UPDATE|create_time <|FROM clickbridge_attempt)).*\bclickbridge_event/s;

/** Everything the service asks of the database in so many rounds, while this test asks nothing. */
function askedIn(rounds: number): Promise<readonly string[]> {
  const channel = tracingChannel<string, { readonly query: string }>("mysql2:query");
  const asked: string[] = [];
  let begun = 0;
  return new Promise((resolve) => {
    const nothing = () => {};
    const handlers = {
      start: ({ query }: { readonly query: string }) => {
        if (BEGINS_ROUND.test(query)) begun += 1;
        if (begun > rounds) {
          channel.unsubscribe(handlers);
          resolve(asked);
        } else if (begun > 0) asked.push(query);
      },
      end: nothing,
      asyncStart: nothing,
      asyncEnd: nothing,
      error: nothing,
    };
    channel.subscribe(handlers);
  });
}

async function askedWith(watchers: number): Promise<readonly string[]> {
  const watches = Array.from({ length: watchers }, () =>
    followEvents(service.payments, { heartbeatIntervalSeconds: 1 }),
  );
  await Promise.all(watches.map((watch) => watch.heartbeat()));
  const asked = await askedIn(ROUNDS);
  for (const watch of watches) watch.cancel();
  await Promise.all(watches.map((watch) => watch.ended));
  return asked;
}

test("100 idle watchers cost the database what one costs: a row a round; none costs nothing", async () => {
  const asked = [await askedWith(0), await askedWith(1), await askedWith(WATCHERS)];
  const [none, one, many] = asked.map((queries) => queries.filter((query) => ABOUT_EVENTS.test(query)));

  expect(none).toHaveLength(ROUNDS);
  expect(one).toHaveLength(2 * ROUNDS);
  expect(many).toEqual(one);
  // Whatever else the service does meanwhile: it is not done for each watcher.
  expect(asked.at(-1)?.length).toBeLessThan(WATCHERS);
});

test("100 watchers hear of one event, which is read once", async () => {
  const watches = Array.from({ length: WATCHERS }, () => followEvents(service.payments, {}));
  await Promise.all(watches.map((watch) => watch.heartbeat()));
  await addEvent(shop.pool, 1);
  const asked = askedIn(2 * ROUNDS);

  await Promise.all(watches.map((watch) => watch.count(1)));
  for (const watch of watches) watch.cancel();

  expect((await asked).filter((query) => /payload/.test(query)).length).toBeLessThanOrEqual(1);
});

describe("the feed", () => {
  /** A table that nobody writes. */
  const epoch = { id: 1, keptSeq: 0, fromSeq: 0 };
  const reader: EventReader = {
    newest: async () => ({ seq: 5, epoch }),
    page: async () => ({ events: [], nextSeq: 5, newestSeq: 5, purgedSeq: 0, epoch }),
  };

  test("takes so many watchers and no more, until one leaves", async () => {
    const feed = new EventFeed(reader, 2);
    await feed.join();
    await feed.join();

    await expect(feed.join()).rejects.toMatchObject({ failure: { reason: "WATCHERS_TOO_MANY", watchersMax: 2 } });
    feed.leave();

    await expect(feed.join()).resolves.toBeUndefined();
  });

  test("keeps no place for a watcher that came while the database was away", async () => {
    let away = true;
    const newest = async () => (away ? Promise.reject(new Error("away")) : reader.newest());
    const feed = new EventFeed({ ...reader, newest }, 1);
    await expect(feed.join()).rejects.toThrow("away");
    away = false;

    await expect(feed.join()).resolves.toBeUndefined();
  });
});
