/** An invoice that a shop sent to a phone through invoice/create. */
export interface Invoice {
  readonly invoiceId: number;
  readonly serviceId: string;
  /** Twelve digits, `998…`. */
  readonly phone: string;
  readonly reference: string;
  readonly amountTiyin: bigint;
  readonly amountText: string;
  readonly createdAt: Date;
  /** `invoice_status`: 0 waits, 1 paid, −99 deleted (click-protocol.md 2, one source). */
  status: number;
  /** The newest payment for it. */
  paymentId: number | undefined;
}

export const INVOICE_STATUS = { WAITING: 0, PAID: 1, DELETED: -99 } as const;

export const INVOICE_STATUS_NOTE: Readonly<Record<number, string>> = {
  [INVOICE_STATUS.WAITING]: "Waiting for payment",
  [INVOICE_STATUS.PAID]: "Paid",
  [INVOICE_STATUS.DELETED]: "Deleted",
};
