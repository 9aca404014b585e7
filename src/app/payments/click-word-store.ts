import type { AttemptId } from "../../payment/ids.ts";
import type { ClickWord } from "../../payment/judge-click-word.ts";
import type { StatusOutcome } from "../../payment/judge-reported-status.ts";

export interface ClickWordStore {
  /** Judges what Click says of a payment that is proven to be the attempt's, and writes it. The same word twice changes nothing. */
  apply(word: {
    readonly attemptId: AttemptId;
    readonly clickPaymentId: string;
    readonly word: ClickWord;
    /** Only say what would be written. */
    readonly dryRun?: boolean;
  }): Promise<StatusOutcome>;
}
