import type { PaidWithoutCallback } from "../../payment/judge-paid-without-callback.ts";
import type { StatusOutcome } from "../../payment/judge-reported-status.ts";

/**
 * Makes the money the payment's. Click may send Prepare and Complete for the same money, before or after, or not at all: the same word
 * twice, and a word about what callbacks have captured, change nothing.
 */
export interface PaidByClick {
  record(paid: PaidWithoutCallback): Promise<StatusOutcome>;
}
