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
  /** How the money that Click holds for the shop changed. */
  readonly ledgerEntries: readonly LedgerEntry[];
}

/** One value of each list must match; an empty list matches everything. */
export interface EventFilter {
  readonly serviceIds: readonly ServiceId[];
  /** Exact types. */
  readonly types: readonly string[];
  /** All types of these aggregates, in addition to `types`. */
  readonly aggregateTypes: readonly string[];
}

/** The same condition as the WHERE of the reader. */
export function fits({ serviceIds, types, aggregateTypes }: EventFilter, event: EventRecord): boolean {
  if (serviceIds.length > 0 && !serviceIds.includes(event.serviceId)) return false;
  if (types.length === 0 && aggregateTypes.length === 0) return true;
  return types.includes(event.type) || aggregateTypes.includes(event.aggregateType);
}

export interface EventPage {
  /** Matching events, ordered by seq. */
  readonly events: readonly EventRecord[];
  /** Every matching event up to this number is in this page or an earlier one. */
  readonly nextSeq: number;
  /** The highest number when the page was read. */
  readonly newestSeq: number;
  /** Events up to this number are deleted. */
  readonly purgedSeq: number;
  readonly epoch: Epoch;
}

/** The time between two restores of the database. Event numbers jump where an epoch begins. */
export interface Epoch {
  /** 1 for the first. */
  readonly id: number;
  /** The last event of the previous epoch that survived; 0 in the first epoch. */
  readonly keptSeq: number;
  /** Its own events come after this number. Numbers between were never used, or their events are lost. */
  readonly fromSeq: number;
}

export interface EventReader {
  /** Events after `afterSeq`, without those that a restore lost; undefined: from the oldest one kept. A page without events need not be the last. */
  page(
    afterSeq: number | undefined,
    query: { readonly filter: EventFilter; readonly limit: number },
  ): Promise<EventPage>;
  newest(): Promise<{ readonly seq: number; readonly epoch: Epoch }>;
}

/** Numbers committed events and deletes old ones. Safe to run several times at once. */
export interface EventSequencer {
  /** Numbers at most `limit` events; returns how many. */
  number(limit: number): Promise<number>;
  /** Deletes at most `limit` of the oldest events past their retention; returns how many. */
  purge(old: { readonly retentionDays: number; readonly limit: number }): Promise<number>;
}
