import type { LedgerTotal as LedgerTotalRecord } from "../../app/ledger/ledger-reader.ts";
import {
  type LedgerEntry,
  LedgerEntry_Kind,
  LedgerEntry_Source,
  type LedgerTotal,
} from "../../gen/clickbridge/v1/ledger.ts";
import type { LedgerKind, LedgerEntry as LedgerRecord, LedgerSource } from "../../payment/ledger.ts";

const KIND: Readonly<Record<LedgerKind, LedgerEntry_Kind>> = {
  CAPTURED: LedgerEntry_Kind.KIND_CAPTURED,
  OWED: LedgerEntry_Kind.KIND_OWED,
  ACCEPTED: LedgerEntry_Kind.KIND_ACCEPTED,
  REFUNDED: LedgerEntry_Kind.KIND_REFUNDED,
  REVERSED: LedgerEntry_Kind.KIND_REVERSED,
  CORRECTION: LedgerEntry_Kind.KIND_CORRECTION,
};

const SOURCE: Readonly<Record<LedgerSource, LedgerEntry_Source>> = {
  CALLBACK: LedgerEntry_Source.SOURCE_CALLBACK,
  RECONCILIATION: LedgerEntry_Source.SOURCE_RECONCILIATION,
  CARD: LedgerEntry_Source.SOURCE_CARD,
  PASS: LedgerEntry_Source.SOURCE_PASS,
  CABINET: LedgerEntry_Source.SOURCE_CABINET,
  OPERATOR: LedgerEntry_Source.SOURCE_OPERATOR,
};

/** The kind of a filter; undefined for an unknown number. */
export function ledgerKindOf(kind: LedgerEntry_Kind): LedgerKind | undefined {
  return (Object.keys(KIND) as LedgerKind[]).find((name) => KIND[name] === kind);
}

export function toLedgerEntry(entry: LedgerRecord): LedgerEntry {
  return {
    entryId: BigInt(entry.id),
    bookedTime: entry.bookedTime,
    clickTime: entry.clickTime,
    kind: KIND[entry.kind],
    amountTiyin: entry.amountTiyin,
    feeTiyin: entry.feeTiyin,
    serviceId: BigInt(entry.serviceId),
    reference: entry.reference,
    orderId: BigInt(entry.orderId ?? 0),
    paymentId: BigInt(entry.paymentId ?? 0),
    attemptId: BigInt(entry.attemptId ?? 0),
    refundId: BigInt(entry.refundId ?? 0),
    clickTransId: entry.clickTransId ?? "",
    clickPaymentId: entry.clickPaymentId ?? "",
    source: SOURCE[entry.source],
    actor: entry.actor,
  };
}

export function toLedgerTotal(total: LedgerTotalRecord): LedgerTotal {
  const { day, serviceId, kind, amountTiyin, feeTiyin, entryCount } = total;
  return { day, serviceId: BigInt(serviceId), kind: KIND[kind], amountTiyin, feeTiyin, entryCount: BigInt(entryCount) };
}
