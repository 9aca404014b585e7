import { setTimeout as sleep } from "node:timers/promises";
import type { Connection, Pool } from "mysql2/promise";
import { appendEvent } from "../../../src/mysql/effects/record-statements.ts";
import { asAttemptId, asPaymentId, asServiceId } from "../../../src/payment/ids.ts";

type EventRow = Parameters<typeof appendEvent>[0];

/** Writes an event as the service does, in the transaction of the connection. Its aggregate_id tells it apart. */
export async function addEvent(
  connection: Connection | Pool,
  aggregateId: number,
  { type = "attempt.captured", serviceId = "11111", payload = { amountTiyin: "5000" } }: NewEvent = {},
): Promise<void> {
  const [insert] = appendEvent({
    type,
    aggregateId: asAttemptId(aggregateId),
    serviceId: asServiceId(serviceId),
    paymentId: asPaymentId(1),
    payload,
  });
  await connection.query(insert?.sql ?? "", [...(insert?.values ?? [])]);
}

interface NewEvent {
  readonly type?: EventRow["type"];
  readonly serviceId?: string;
  readonly payload?: EventRow["payload"];
}

/** A pause that leaves the order of things to chance. */
export const anyMoment = (msMax: number) => sleep(Math.random() * msMax);
