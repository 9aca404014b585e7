/** 2026-01-01. Numbers grow with the clock from here, so that a shop that keeps its tables never sees a number twice. */
const EPOCH_MS = 1_767_225_600_000;
/** Numbers per millisecond, so that a run does not reach the numbers of the next start. */
const IDS_PER_MS = 16;
const CLICK_TRANS_ID_MIN = 3_000_000_000;
const PAYMENT_ID_MIN = 5_000_000_000;
const INVOICE_ID_MIN = 7_000_000_000;

/** Click's ids: above int32, and payment ids above 2^32, like real ones (click-protocol.md 1.9). JSON numbers can hold them. */
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
