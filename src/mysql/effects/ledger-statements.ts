import type { Booked } from "../../payment/effects.ts";
import type { NewLedgerEntry } from "../../payment/ledger.ts";
import { bigintOrNull, type SqlValue, type Statement, sqlTime, statement } from "../driver/statement.ts";
import { placeholderOf } from "./new-attempt-id.ts";

/** The only place that writes clickbridge_ledger. Entries are never changed or removed. */

/**
 * Must follow the INSERT of their event at once. One statement, because each INSERT changes LAST_INSERT_ID(). A movement that is booked
 * already, by a commit that was half lost, counts: IGNORE lets it stop nothing, without the right to change an entry.
 */
export function appendEntries(booked: Booked | undefined): readonly Statement[] {
  const [first] = booked?.entries ?? [];
  if (booked === undefined || first === undefined) return [];
  const attempt = placeholderOf(booked.attemptId);
  const rows = booked.entries.map(columnsOf);
  const names = Object.keys(columnsOf(first));
  return [
    statement(
      `INSERT IGNORE INTO clickbridge_ledger (${names.join(", ")}, attempt_id, event_id)
       VALUES ${rows.map(() => `(${names.map(() => "?").join(", ")}, ${attempt.sql}, LAST_INSERT_ID())`).join(", ")}`,
      ...rows.flatMap((row) => [...Object.values(row), ...attempt.values]),
    ),
  ];
}

const ENTRY_IDS_MIN = 1_000_000;

/** A row that stays, about no money: the numbers after it follow by themselves. `fromId`: at least. */
export function keepEntryNumber(
  fromId: number,
  { eventId, actor }: { readonly eventId: number; readonly actor: string },
): Statement {
  return statement(
    `INSERT INTO clickbridge_ledger (id, event_id, kind, amount_tiyin, fee_tiyin, service_id, reference, source, actor)
     SELECT GREATEST(COALESCE(MAX(id), 0) + ${ENTRY_IDS_MIN}, ?), ?, 'CORRECTION', 0, 0, 0, '', 'OPERATOR', ? FROM clickbridge_ledger`,
    fromId,
    eventId,
    actor,
  );
}

function columnsOf(entry: NewLedgerEntry): Readonly<Record<string, SqlValue>> {
  return {
    click_time: entry.clickTime === undefined ? null : sqlTime(entry.clickTime),
    kind: entry.kind,
    amount_tiyin: entry.amountTiyin,
    fee_tiyin: entry.feeTiyin,
    service_id: BigInt(entry.serviceId),
    reference: entry.reference,
    order_id: entry.orderId ?? null,
    payment_id: entry.paymentId ?? null,
    refund_id: entry.refundId ?? null,
    click_trans_id: bigintOrNull(entry.clickTransId),
    click_payment_id: bigintOrNull(entry.clickPaymentId),
    source: entry.source,
    actor: entry.actor,
    movement: entry.movement ?? null,
  };
}
