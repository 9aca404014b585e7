import type { OrderId, PaymentId, ServiceId } from "../../payment/ids.ts";
import type { Period } from "../../payment/match-statement.ts";
import type { BookedDebit, PaidWithoutClick } from "../../payment/statement.ts";
import type { ReferenceKind } from "../services/reference.ts";
import type { Layout } from "./layout.ts";

/** The ledger, by debit. `period` says what of it counts as the period's. */
export interface StatementLedger {
  /** Debits that moved in the period or close to it, page by page. */
  ofPeriod(serviceId: ServiceId, period: Period): AsyncIterable<readonly BookedDebit[]>;
  /** Debits that one of these names, whenever they moved. */
  named(serviceId: ServiceId, names: DebitNames, period: Period): Promise<readonly BookedDebit[]>;
}

export interface DebitNames {
  /** Of payments or transactions of Click's, decimal. */
  readonly clickIds: readonly string[];
  readonly references: readonly string[];
}

/** The shop's orders, which are only read. */
export interface StatementShop {
  /** Paid by these pay systems in the period, while the ledger holds nothing for them. */
  paidWithoutClick(paySystemIds: readonly number[], period: Period): Promise<readonly PaidWithoutClick[]>;
  /** What the shop has under these references; those that it does not have are left out. */
  byReference(kind: ReferenceKind, references: readonly string[]): Promise<ReadonlyMap<string, ShopOrder>>;
  byPayment(paymentIds: readonly PaymentId[]): Promise<ReadonlyMap<PaymentId, ShopOrder>>;
}

export interface ShopOrder {
  readonly orderId: OrderId;
  readonly orderNumber: string;
  /** All of its payments, or the one that was asked about. */
  readonly paid: boolean;
}

/** What a person has said of the columns of a service's file, under the header that it has. */
export interface StatementLayouts {
  find(serviceId: ServiceId, header: string): Promise<Layout | undefined>;
  keep(serviceId: ServiceId, header: string, layout: Layout, decidedBy: string): Promise<void>;
}
