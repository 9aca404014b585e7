import type { Epoch, EventFilter, EventPage, EventReader, EventRecord } from "../../app/events/event.ts";
import { asPaymentId, asServiceId } from "../../payment/ids.ts";
import type { Pool } from "../driver/pool.ts";
import { builder, built } from "../driver/query-builder.ts";
import {
  integer,
  integerOrUndefined,
  type Row,
  type Statement,
  type StatementResult,
  statement,
  text,
  time,
} from "../driver/statement.ts";
import { read } from "../driver/transaction.ts";
import { LEDGER_COLUMNS, toLedgerEntry } from "../rows/ledger-rows.ts";

/** Rows that one page may read, so that a narrow filter does not read years at once. */
const SEQS_A_PAGE_MAX = 10_000;

const COLUMNS = [
  ...["seq", "id", "type", "schema_version", "aggregate_type", "aggregate_id", "service_id", "payment_id"],
  ...["create_time", "payload"],
];
const LOG = statement("SELECT last_seq, purged_seq FROM clickbridge_event_log WHERE id = 1");
/** Newest first. A shop has only a few. */
const EPOCHS = statement("SELECT epoch, kept_seq, from_seq FROM clickbridge_restore ORDER BY id DESC");
const FIRST_EPOCH: Epoch = { id: 1, keptSeq: 0, fromSeq: 0 };

export function eventReader(pool: Pool): EventReader {
  return {
    page: async (afterSeq, query) => page(pool, afterSeq ?? (await logOf(pool)).purgedSeq, query),
    newest: async () => {
      const [log, epochs] = await read(pool, LOG, EPOCHS);
      return { seq: toLog(log).newestSeq, epoch: toEpochs(epochs)[0] ?? FIRST_EPOCH };
    },
  };
}

/**
 * Reads the newest number before the events, so that a page that is not full has all events up to it; reads the purged number after them,
 * so that a purge in between is noticed.
 */
async function page(
  pool: Pool,
  afterSeq: number,
  { filter, limit }: { readonly filter: EventFilter; readonly limit: number },
): Promise<EventPage> {
  // Uses the epochs known at the start: one that begins meanwhile is reported with the page, and its numbers are far ahead.
  const epochs = toEpochs((await read(pool, EPOCHS))[0]);
  const startSeq = epochs.find(({ keptSeq }) => keptSeq === afterSeq)?.fromSeq ?? afterSeq;
  const endSeq = endOf(startSeq, epochs);
  const between = eventsBetween({ afterSeq: startSeq, endSeq, limit }, filter);
  const [before, found, after, now] = await read(pool, LOG, between, LOG, EPOCHS);
  const events = await withEntries(pool, found?.rows ?? []);
  const lastSeq = events.at(-1)?.seq ?? 0;
  const { newestSeq } = toLog(before);
  return {
    events,
    nextSeq: events.length === limit ? lastSeq : Math.max(startSeq, lastSeq, Math.min(endSeq, newestSeq)),
    newestSeq: Math.max(newestSeq, lastSeq),
    purgedSeq: toLog(after).purgedSeq,
    epoch: toEpochs(now)[0] ?? FIRST_EPOCH,
  };
}

/** A page ends at the end of an epoch, so that no cursor points into lost numbers. */
function endOf(startSeq: number, epochs: readonly Epoch[]): number {
  const ends = epochs.map(({ keptSeq }) => keptSeq).filter((keptSeq) => keptSeq > startSeq);
  return Math.min(startSeq + SEQS_A_PAGE_MAX, ...ends);
}

function toEpochs(found: StatementResult | undefined): readonly Epoch[] {
  return (found?.rows ?? []).map((row) => ({
    id: integer(row, "epoch"),
    keptSeq: integer(row, "kept_seq"),
    fromSeq: integer(row, "from_seq"),
  }));
}

interface Between {
  readonly afterSeq: number;
  readonly endSeq: number;
  readonly limit: number;
}

function eventsBetween({ afterSeq, endSeq, limit }: Between, filter: EventFilter): Statement {
  const { serviceIds, types, aggregateTypes } = filter;
  const query = builder("clickbridge_event").select(COLUMNS).where("seq", ">", afterSeq).where("seq", "<=", endSeq);
  if (serviceIds.length > 0) query.whereIn("service_id", [...serviceIds]);
  if (types.length + aggregateTypes.length > 0) {
    query.where((any) => any.whereIn("type", [...types]).orWhereIn("aggregate_type", [...aggregateTypes]));
  }
  return built(query.orderBy("seq").limit(limit));
}

/** Entries commit with their events, so they are visible together. */
async function withEntries(pool: Pool, rows: readonly Row[]): Promise<readonly EventRecord[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => integer(row, "id"));
  const sql = `SELECT event_id, ${LEDGER_COLUMNS} FROM clickbridge_ledger WHERE event_id IN (?) ORDER BY id`;
  const [found] = await read(pool, statement(sql, ids));
  const entries = found?.rows ?? [];
  return rows.map((row) => {
    const own = entries.filter((entry) => integer(entry, "event_id") === integer(row, "id"));
    return { ...toEvent(row), ledgerEntries: own.map(toLedgerEntry) };
  });
}

function toEvent(row: Row): Omit<EventRecord, "ledgerEntries"> {
  const paymentId = integerOrUndefined(row, "payment_id");
  const payloadJson = text(row, "payload");
  return {
    seq: integer(row, "seq"),
    id: String(row["id"]),
    type: text(row, "type"),
    schemaVersion: integer(row, "schema_version"),
    aggregateType: text(row, "aggregate_type"),
    aggregateId: text(row, "aggregate_id"),
    serviceId: asServiceId(String(row["service_id"])),
    paymentId: paymentId === undefined ? undefined : asPaymentId(paymentId),
    createTime: time(row, "create_time"),
    amountTiyin: amountOf(payloadJson),
    payloadJson,
  };
}

const TIYIN = /"amountTiyin":"?(-?\d{1,18})[",}]/;

/** Searches the text instead of parsing it, so that one bad payload does not stop all later events. */
function amountOf(payloadJson: string): bigint | undefined {
  const [, amountTiyin] = TIYIN.exec(payloadJson) ?? [];
  return amountTiyin === undefined ? undefined : BigInt(amountTiyin);
}

async function logOf(pool: Pool) {
  const [log] = await read(pool, LOG);
  return toLog(log);
}

function toLog(log: StatementResult | undefined): { readonly newestSeq: number; readonly purgedSeq: number } {
  const [row] = log?.rows ?? [];
  if (row === undefined) throw new TypeError("clickbridge_event_log has lost its row");
  return { newestSeq: integer(row, "last_seq"), purgedSeq: integer(row, "purged_seq") };
}
