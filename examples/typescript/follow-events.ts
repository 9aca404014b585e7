/**
 * Follows payments, and gives back by itself what Click took and no order may keep. See README.md for how ./gen comes about.
 *
 *     BRIDGE_ADDRESS=127.0.0.1:50051 BRIDGE_TOKEN=… CURSOR_FILE=/var/lib/consumer/cursor node follow-events.ts
 *
 * The token needs the scopes `read` and `refund`.
 */
import { createHash } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import type { Event } from "./gen/clickbridge/v1/event.ts";
import { Refund_State } from "./gen/clickbridge/v1/payment.ts";
import {
  PaymentServiceClient,
  RefundPaymentRequest,
  type RefundPaymentResponse,
  WatchEventsRequest,
} from "./gen/clickbridge/v1/payment_service.ts";

const { BRIDGE_ADDRESS = "127.0.0.1:50051", BRIDGE_TOKEN = "", CURSOR_FILE = "cursor" } = process.env;
const PAUSE_MS = 1_000;
/** Four heartbeats: a peer that is gone without a word is asked for anew. */
const SILENCE_MS = 60_000;
const REFUND_DEADLINE_MS = 30_000;
const PASSING = [status.UNAVAILABLE, status.RESOURCE_EXHAUSTED, status.CANCELLED, status.DEADLINE_EXCEEDED];
const STATE_NAMES = Object.fromEntries(Object.entries(Refund_State).map(([name, number]) => [number, name]));

// Over a network: credentials.createSsl(), and a tls:// address of the service.
const payments = new PaymentServiceClient(BRIDGE_ADDRESS, credentials.createInsecure());
const metadata = new Metadata();
metadata.set("authorization", `Bearer ${BRIDGE_TOKEN}`);

for (;;) {
  try {
    await followFrom(await readCursor());
  } catch (error) {
    const { code, details } = error as ServiceError;
    // Purged events, a restored database, a token that is not known: nothing that another try would heal.
    if (code === undefined || !PASSING.includes(code)) throw error;
    console.log(`the stream ended, coming again: ${details}`);
  }
  await pause(PAUSE_MS);
}

/** Handles one event after the other: the next is read when this one is done, and its number kept. */
async function followFrom({ afterSeq, epoch }: Cursor): Promise<void> {
  const filter = { types: ["attempt.captured", "attempt.owed"] };
  const stream = payments.watchEvents(WatchEventsRequest.fromPartial({ afterSeq, epoch, filter }), metadata);
  const watchdog = setTimeout(() => stream.cancel(), SILENCE_MS);
  try {
    for await (const { update, epoch: now } of stream) {
      watchdog.refresh();
      if (update?.$case === "event") await handle(update.value);
      // A heartbeat's number is a cursor too.
      if (update !== undefined) await keepCursor({ afterSeq: update.value.seq, epoch: now });
    }
  } finally {
    clearTimeout(watchdog);
  }
}

/** May see an event twice, after a crash for instance: then it must do nothing new. */
async function handle(event: Event): Promise<void> {
  const name = `${event.type} of payment ${event.paymentId ?? "unknown"}`;
  if (event.type === "attempt.captured") console.log(`${name}: ${event.amountTiyin} tiyin`);
  if (event.type !== "attempt.owed") return;
  // Money that names no payment of the shop is for a person: ListAnomalies, ResolveAnomaly.
  if (event.paymentId === undefined) return console.log(`${name}: somebody has to look`);
  try {
    console.log(`${name}: ${STATE_NAMES[await refund(event, event.paymentId)]}`);
  } catch (error) {
    const { code, details } = error as ServiceError;
    // Refunded before, or Click refuses: the anomaly stays open for a person.
    if (code !== status.FAILED_PRECONDITION) throw error;
    console.log(`${name}: no refund, ${details}`);
  }
}

function refund(event: Event, paymentId: bigint): Promise<Refund_State> {
  const request = { requestId: uuidOf(event), paymentId, attemptId: BigInt(event.aggregateId) };
  const deadline = Date.now() + REFUND_DEADLINE_MS;
  return new Promise((resolve, reject) => {
    const done = (error: ServiceError | null, response: RefundPaymentResponse) =>
      error === null ? resolve(response.refund?.state ?? Refund_State.STATE_UNSPECIFIED) : reject(error);
    payments.refundPayment(RefundPaymentRequest.fromPartial(request), metadata, { deadline }, done);
  });
}

/** Made of the event, so that every try is the same request: Click is asked once. */
function uuidOf({ id }: Event): string {
  const hex = createHash("sha256").update(`refund of event ${id}`).digest("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}

/** A number of an event, and the epoch that it was given in: after a restored backup another one begins. */
interface Cursor {
  readonly afterSeq: bigint | undefined;
  readonly epoch: bigint;
}

/** At first without a number: from the oldest event that is kept. */
async function readCursor(): Promise<Cursor> {
  const text = await readFile(CURSOR_FILE, "utf8").catch(() => undefined);
  const [afterSeq, epoch = "0"] = text?.split(" ") ?? [];
  return { afterSeq: afterSeq === undefined ? undefined : BigInt(afterSeq), epoch: BigInt(epoch) };
}

/** A real consumer keeps it in its database, in one transaction with what it did. */
async function keepCursor({ afterSeq, epoch }: Cursor): Promise<void> {
  await writeFile(`${CURSOR_FILE}.new`, `${afterSeq} ${epoch}`);
  await rename(`${CURSOR_FILE}.new`, CURSOR_FILE);
}
