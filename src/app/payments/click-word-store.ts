import type { AttemptId } from "../../payment/ids.ts";
import type { ClickWord, WordVerdict } from "../../payment/judge-click-word.ts";

/** CAPTURED … REVERSED: what became of the attempt. BOUND_ELSEWHERE: that payment of Click's proves another attempt already. */
export type WordOutcome = NonNullable<WordVerdict["next"]> | "UNCHANGED" | "BOUND_ELSEWHERE";

export interface ClickWordStore {
  /** Judges what Click says of a payment that is proven to be the attempt's, and writes it. The same word twice changes nothing. */
  apply(word: {
    readonly attemptId: AttemptId;
    readonly clickPaymentId: string;
    readonly word: ClickWord;
    /** Only say what would be written. */
    readonly dryRun?: boolean;
  }): Promise<WordOutcome>;
}
