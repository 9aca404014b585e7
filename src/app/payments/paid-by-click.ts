import type { PaymentId, ServiceId } from "../../payment/ids.ts";
import type { WordOutcome } from "./click-word-store.ts";

/** Money that Click says it took for a payment, known from its Merchant API and not from a callback. */
export interface PaidWord {
  readonly serviceId: ServiceId;
  readonly paymentId: PaymentId;
  readonly clickPaymentId: string;
  /** What was asked of the card; for RECONCILIATION what the shop asks now, for Click does not say what it took. */
  readonly amountTiyin: bigint;
  /** What of it is the fee. */
  readonly feeTiyin: bigint;
  readonly source: "CARD" | "PASS" | "RECONCILIATION";
  /** Under which Click files it. */
  readonly reference: string;
}

/**
 * Makes the money the payment's. Click may send Prepare and Complete for the same money, before or after, or not at all: the same word
 * twice, and a word about what callbacks have captured, change nothing.
 */
export interface PaidByClick {
  record(word: PaidWord): Promise<WordOutcome>;
}
