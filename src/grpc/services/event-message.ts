import type { EventFilter, EventRecord } from "../../app/events/event.ts";
import type { EventUpdate } from "../../app/events/watch-events.ts";
import type { Event, EventFilter as EventFilterMessage } from "../../gen/clickbridge/v1/event.ts";
import type { WatchEventsResponse } from "../../gen/clickbridge/v1/payment_service.ts";
import { asServiceId } from "../../payment/ids.ts";
import type { Check } from "../server/check.ts";
import { toLedgerEntry } from "./ledger-message.ts";

const FILTER_VALUES_MAX = 100;
const TYPE = /^[a-z_]{1,31}\.([a-z_]{1,31}|\*)$/;
const ALL_OF = ".*";

export function eventFilterChecks(filter: EventFilterMessage | undefined): readonly Check[] {
  const { serviceIds = [], types = [] } = filter ?? {};
  return [
    ["filter.service_ids", serviceIds.length <= FILTER_VALUES_MAX, `must be at most ${FILTER_VALUES_MAX}`],
    ["filter.service_ids", serviceIds.every((id) => id > 0n), "must be above 0"],
    ["filter.types", types.length <= FILTER_VALUES_MAX, `must be at most ${FILTER_VALUES_MAX}`],
    ["filter.types", types.every((type) => TYPE.test(type)), "must be like attempt.captured, or attempt.*"],
  ];
}

export function eventFilterOf(filter: EventFilterMessage | undefined): EventFilter {
  const { serviceIds = [], types = [] } = filter ?? {};
  return {
    serviceIds: serviceIds.map((id) => asServiceId(String(id))),
    types: types.filter((type) => !type.endsWith(ALL_OF)),
    aggregateTypes: types.filter((type) => type.endsWith(ALL_OF)).map((type) => type.slice(0, -ALL_OF.length)),
  };
}

/** Absent stays absent: 0 is a cursor. */
export function afterSeqChecks(afterSeq: bigint | undefined): readonly Check[] {
  const holds = afterSeq === undefined || (afterSeq >= 0n && afterSeq <= BigInt(Number.MAX_SAFE_INTEGER));
  return [["after_seq", holds, `must be 0 … ${Number.MAX_SAFE_INTEGER}`]];
}

/** 0 means not given. */
export function epochChecks(epoch: bigint): readonly Check[] {
  return [["epoch", epoch >= 0n && epoch <= BigInt(Number.MAX_SAFE_INTEGER), `must be 0 … ${Number.MAX_SAFE_INTEGER}`]];
}

export function toEvent(event: EventRecord): Event {
  return {
    seq: BigInt(event.seq),
    id: event.id,
    type: event.type,
    schemaVersion: event.schemaVersion,
    aggregateType: event.aggregateType,
    aggregateId: event.aggregateId,
    serviceId: BigInt(event.serviceId),
    paymentId: event.paymentId === undefined ? undefined : BigInt(event.paymentId),
    createTime: event.createTime,
    amountTiyin: event.amountTiyin,
    payloadJson: event.payloadJson,
    ledgerEntries: event.ledgerEntries.map(toLedgerEntry),
  };
}

export function toWatchResponse(update: EventUpdate): WatchEventsResponse {
  const epoch = BigInt(update.epoch);
  if (update.kind === "event") return { update: { $case: "event", value: toEvent(update.event) }, epoch };
  const { seq, lookTime } = update;
  return { update: { $case: "heartbeat", value: { seq: BigInt(seq), lookTime } }, epoch };
}
