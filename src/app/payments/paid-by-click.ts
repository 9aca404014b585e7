import type { PaidWithoutCallback } from "../../payment/judge-paid-without-callback.ts";
import type { StatusOutcome } from "../../payment/judge-reported-status.ts";

/**
 * Records a capture that Click reports outside callbacks. Click may send Prepare and Complete for the same money before, after or never:
 * a repeated report, or a report of money that callbacks already captured, changes nothing.
 */
export interface PaidByClick {
  record(paid: PaidWithoutCallback): Promise<StatusOutcome>;
}
