/** 2026-01-01. Numbers grow from here with the clock, so that a shop which keeps its tables never sees one twice. */
const EPOCH_MS = 1_767_225_600_000;
/** More than one number a millisecond would be needed to meet the next start's. */
const IDS_PER_MS = 16;
const CLICK_TRANS_ID_MIN = 3_000_000_000;
const PAYMENT_ID_MIN = 5_000_000_000;
const INVOICE_ID_MIN = 7_000_000_000;

/** Click's numbers: beyond int32, and payment ids beyond 2^32, as real ones are (click-protocol.md 1.9). JSON numbers hold them. */
export class ClickIds {
  readonly #start: number;
  #made = { transaction: 0, payment: 0, invoice: 0 };

  constructor(now: Date) {
    this.#start = Math.max(0, now.getTime() - EPOCH_MS) * IDS_PER_MS;
  }

  /** `click_trans_id`. */
  nextTransaction(): number {
    return CLICK_TRANS_ID_MIN + this.#start + this.#made.transaction++;
  }

  /** `payment_id`, which is also `click_paydoc_id`. */
  nextPayment(): number {
    return PAYMENT_ID_MIN + this.#start + this.#made.payment++;
  }

  nextInvoice(): number {
    return INVOICE_ID_MIN + this.#start + this.#made.invoice++;
  }
}
