import type { LedgerEntryId, OrderId, PaymentId, ServiceId } from "../../payment/ids.ts";
import type { LedgerEntry, LedgerKind } from "../../payment/ledger.ts";

/** An entry must match all filters that are set; of a list, any value. */
export interface LedgerFilter {
  readonly bookedFrom?: Date | undefined;
  readonly bookedBefore?: Date | undefined;
  readonly serviceId?: ServiceId | undefined;
  readonly orderId?: OrderId | undefined;
  readonly paymentId?: PaymentId | undefined;
  readonly clickPaymentId?: string | undefined;
  readonly kinds?: readonly LedgerKind[];
}

/** Position in a list: the last entry of the previous page. */
export interface LedgerKey {
  readonly bookedTime: Date;
  readonly id: LedgerEntryId;
}

export interface LedgerPage {
  /** By booking time, oldest first, then by number. */
  readonly entries: readonly LedgerEntry[];
  /** Undefined on the last page. */
  readonly next: LedgerKey | undefined;
}

/** The total of one day in Tashkent, one service and one kind. */
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
  /** Totals of entries booked from `from` until before `before`, by day, service and kind. */
  totals(range: LedgerRange): Promise<readonly LedgerTotal[]>;
}
