import type { PaymentId, ServiceId } from "../../payment/ids.ts";
import type { LedgerEntry } from "../../payment/ledger.ts";

/** A numbered event, as it was written. */
export interface EventRecord {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly serviceId: ServiceId;
  readonly paymentId: PaymentId | undefined;
  readonly createTime: Date;
  readonly amountTiyin: bigint | undefined;
  readonly payloadJson: string;
  /** What Click holds for the shop changed by these. */
  readonly ledgerEntries: readonly LedgerEntry[];
}

/** Of one list any value must fit; an empty list fits everything. */
export interface EventFilter {
  readonly serviceIds: readonly ServiceId[];
  /** Exact types. */
  readonly types: readonly string[];
  /** All types of these things. Together with `types` one list. */
  readonly aggregateTypes: readonly string[];
}

/** The same question as the reader's WHERE. */
export function fits({ serviceIds, types, aggregateTypes }: EventFilter, event: EventRecord): boolean {
  if (serviceIds.length > 0 && !serviceIds.includes(event.serviceId)) return false;
  if (types.length === 0 && aggregateTypes.length === 0) return true;
  return types.includes(event.type) || aggregateTypes.includes(event.aggregateType);
}

export interface EventPage {
  /** By seq, those that fit. */
  readonly events: readonly EventRecord[];
  /** Every event up to this one that fits was given, by this page or before it. */
  readonly nextSeq: number;
  /** The newest number when the page was read. */
  readonly newestSeq: number;
  /** No event up to this one is kept. */
  readonly purgedSeq: number;
  readonly epoch: Epoch;
}

/** Between two restores of the database. Numbers of events jump where one begins. */
export interface Epoch {
  /** 1 for the first. */
  readonly id: number;
  /** The last event of before it that is left; 0 in the first. */
  readonly keptSeq: number;
  /** Its own events come after this one. What lies between was never given, or is lost. */
  readonly fromSeq: number;
}

export interface EventReader {
  /** Events after `afterSeq`, which passes over what a restore has lost, or after what was purged when it is undefined. A page without events need not be the last. */
  page(
    afterSeq: number | undefined,
    question: { readonly filter: EventFilter; readonly limit: number },
  ): Promise<EventPage>;
  newest(): Promise<{ readonly seq: number; readonly epoch: Epoch }>;
}

/** Gives committed events their numbers, and takes old ones away. Several at once do no harm. */
export interface EventSequencer {
  /** Numbers at most `limit` events; how many it were. */
  number(limit: number): Promise<number>;
  /** Removes at most `limit` events from the old end that are older than so many days; how many it were. */
  purge(old: { readonly retentionDays: number; readonly limit: number }): Promise<number>;
}
