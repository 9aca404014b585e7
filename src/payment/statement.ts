import type { AttemptId, OrderId, PaymentId } from "./ids.ts";

/**
 * What a line of the file that Click's cabinet exports says of its money. PAID: Click took it. RETURNED: it went back. UNPAID: nothing was
 * taken, or not yet.
 */
export const STATEMENT_STATUSES = ["PAID", "RETURNED", "UNPAID"] as const;
export type StatementStatus = (typeof STATEMENT_STATUSES)[number];

/** One line of Click's file. */
export interface StatementLine {
  /** In the file, from 1. */
  readonly line: number;
  readonly clickPaymentId: string | undefined;
  readonly clickTransId: string | undefined;
  /** The merchant_trans_id. */
  readonly reference: string | undefined;
  /** As it stands there: a return may be a negative sum, or a positive one whose status says it. */
  readonly amountTiyin: bigint;
  readonly commissionTiyin: bigint | undefined;
  readonly time: Date | undefined;
  readonly status: StatementStatus;
}

/** What the ledger has of one debit of a buyer: all its entries, added up. */
export interface BookedDebit {
  readonly attemptId: AttemptId;
  readonly clickPaymentId: string | undefined;
  readonly clickTransId: string | undefined;
  readonly reference: string;
  readonly orderId: OrderId | undefined;
  readonly paymentId: PaymentId | undefined;
  /** What Click took, whatever went back later. */
  readonly takenTiyin: bigint;
  /** The sum of the entries of the period. */
  readonly periodTiyin: bigint;
  /** The sum of all entries: what Click holds of it today. */
  readonly heldTiyin: bigint;
  /** The buyer's fee in `periodTiyin`. */
  readonly feeTiyin: bigint;
  /** Of its first entry in the period, by Click's clock where it said one. */
  readonly time: Date;
}

/** A payment that the shop shows paid by this service, while the ledger holds nothing for it. */
export interface PaidWithoutClick {
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly orderNumber: string;
  readonly amountTiyin: bigint;
  readonly time: Date | undefined;
  /** The ledger had money of it, and it went back. */
  readonly wasHeld: boolean;
}
