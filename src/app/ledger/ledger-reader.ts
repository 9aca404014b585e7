import type { LedgerEntryId, OrderId, PaymentId, ServiceId } from "../../payment/ids.ts";
import type { LedgerEntry, LedgerKind } from "../../payment/ledger.ts";

/** Filters that are set must all fit; of one list any value. */
export interface LedgerFilter {
  readonly bookedFrom?: Date | undefined;
  readonly bookedBefore?: Date | undefined;
  readonly serviceId?: ServiceId | undefined;
  readonly orderId?: OrderId | undefined;
  readonly paymentId?: PaymentId | undefined;
  readonly clickPaymentId?: string | undefined;
  readonly kinds?: readonly LedgerKind[];
}

/** Place in a list: the last entry of the page before. */
export interface LedgerKey {
  readonly bookedTime: Date;
  readonly id: LedgerEntryId;
}

export interface LedgerPage {
  /** By the time when they were booked, oldest first; of one time by number. */
  readonly entries: readonly LedgerEntry[];
  /** Undefined on the last page. */
  readonly next: LedgerKey | undefined;
}

/** Of one day in Tashkent, one service and one kind. */
export interface LedgerTotal {
  /** `YYYY-MM-DD` */
  readonly day: string;
  readonly serviceId: ServiceId;
  readonly kind: LedgerKind;
  readonly amountTiyin: bigint;
  readonly feeTiyin: bigint;
  readonly entryCount: number;
}

export interface LedgerRange {
  readonly from: Date;
  readonly before: Date;
  readonly serviceId: ServiceId | undefined;
}

export interface LedgerReader {
  list(
    filter: LedgerFilter,
    page: { readonly after: LedgerKey | undefined; readonly limit: number },
  ): Promise<LedgerPage>;
  /** What was booked from `from` on and before `before`. By day, service and kind. */
  totals(range: LedgerRange): Promise<readonly LedgerTotal[]>;
}
