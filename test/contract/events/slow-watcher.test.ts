import { credentials } from "@grpc/grpc-js";
import { expect, onTestFinished, test } from "vitest";
import type { EventReader, EventRecord } from "../../../src/app/events/event.ts";
import { EventFeed } from "../../../src/app/events/event-feed.ts";
import { PaymentServiceService } from "../../../src/gen/clickbridge/v1/payment_service.ts";
import { CallsInFlight } from "../../../src/grpc/server/calls-in-flight.ts";
import { listen } from "../../../src/grpc/server/listener.ts";
import { serverStream } from "../../../src/grpc/server/server-stream.ts";
import { unary } from "../../../src/grpc/server/unary.ts";
import { type PaymentServiceDeps, paymentService } from "../../../src/grpc/services/payment-service.ts";
import { asServiceId } from "../../../src/payment/ids.ts";
import { failureOf } from "../../support/service/failure.ts";
import { followEvents } from "../../support/service/follow-events.ts";
import { logOfTest } from "../../support/service/log-of-test.ts";
import { connect } from "../../support/service/service.ts";
import { until } from "../../support/until.ts";

/** More than any window of HTTP/2 or buffer of ours takes. */
const EVENTS = 5_000;
const PAYLOAD_CHARACTERS = 4_000;
const LIMITS = { waitingMax: 20, stallMs: 300, ageMs: 300_000 };

/** A long history, and a note of how far it was read. */
function history() {
  const seen = { readSeq: 0 };
  const event = (seq: number): EventRecord => ({
    seq,
    id: String(seq),
    type: "attempt.captured",
    schemaVersion: 1,
    aggregateType: "attempt",
    aggregateId: String(seq),
    serviceId: asServiceId("1"),
    paymentId: undefined,
    createTime: new Date(0),
    amountTiyin: undefined,
    ledgerEntries: [],
    payloadJson: JSON.stringify({ why: "x".repeat(PAYLOAD_CHARACTERS) }),
  });
  const EPOCH = { id: 1, keptSeq: 0, fromSeq: 0 };
  const reader: EventReader = {
    newest: async () => ({ seq: EVENTS, epoch: EPOCH }),
    page: async (afterSeq = 0, { limit }) => {
      const count = Math.min(limit, EVENTS - afterSeq);
      seen.readSeq = Math.max(seen.readSeq, afterSeq + count);
      const events = Array.from({ length: count }, (_, index) => event(afterSeq + index + 1));
      return { events, nextSeq: afterSeq + count, newestSeq: EVENTS, purgedSeq: 0, epoch: EPOCH };
    },
  };
  return { reader, seen };
}

async function serveHistory(limits = LIMITS) {
  const { reader, seen } = history();
  const { log, lines } = logOfTest();
  const gate = { log, authorize: () => ({ name: "anybody", scopes: [] }), inFlight: new CallsInFlight() };
  // Nothing else of it is asked.
  const deps = { events: reader, feed: new EventFeed(reader) } as unknown as PaymentServiceDeps;
  const listener = await listen(
    { kind: "tcp", host: "127.0.0.1", port: 0 },
    { tls: undefined, trustedNetwork: false, socketGroup: undefined },
    (server) => server.addService(PaymentServiceService, paymentService(unary(gate), serverStream(gate, limits), deps)),
  );
  const clients = connect(listener.address.replace("tcp://", ""), credentials.createInsecure());
  onTestFinished(async () => {
    for (const client of Object.values(clients)) client.close();
    await listener.stop(Promise.resolve());
  });
  return { payments: clients.payments, seen, lines };
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => BigInt(index + 1));

test("a watcher that reads nothing is cut with the reason, and has lost nothing of what it can go on from", async () => {
  const { payments, seen, lines } = await serveHistory();
  const watch = followEvents(payments, { afterSeq: 0n });
  await watch.count(1);
  watch.pause();

  await until("the watcher was not cut", async () => lines().some((line) => line["reason"] === "WATCHER_TOO_SLOW"));
  const readWhileAsleep = seen.readSeq;
  watch.resume();

  expect(await failureOf(watch.ended)).toMatchObject({
    code: "RESOURCE_EXHAUSTED",
    reason: "WATCHER_TOO_SLOW",
    metadata: { waitedMs: "300" },
  });
  expect(readWhileAsleep).toBeLessThan(EVENTS);
  expect(watch.events.map((event) => event.seq)).toEqual(upTo(watch.events.length));
  const again = followEvents(payments, { afterSeq: watch.cursor ?? 0n });
  await again.count(EVENTS - watch.events.length);
  again.cancel();
  expect([...watch.events, ...again.events].map((event) => event.seq)).toEqual(upTo(EVENTS));
});

test("a slow one does not hold up the others, and a watcher that reads gets through any history", async () => {
  const { payments } = await serveHistory();
  const asleep = followEvents(payments, { afterSeq: 0n });
  await asleep.count(1);
  asleep.pause();

  const awake = followEvents(payments, { afterSeq: 0n });
  await awake.heartbeat();
  asleep.cancel();
  awake.cancel();

  expect(awake.events.map((event) => event.seq)).toEqual(upTo(EVENTS));
});

test("a stream that has lasted long enough ends with the reason, before the age of its connection cuts it", async () => {
  const { payments } = await serveHistory({ ...LIMITS, ageMs: 100 });

  const watch = followEvents(payments, { afterSeq: BigInt(EVENTS) });

  expect(await failureOf(watch.ended)).toMatchObject({
    code: "UNAVAILABLE",
    reason: "STREAM_AGED",
    retryDelaySeconds: 1,
  });
});
