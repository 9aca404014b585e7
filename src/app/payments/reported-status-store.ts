import type { AttemptId } from "../../payment/ids.ts";
import type { StatusOutcome } from "../../payment/judge-reported-status.ts";
import type { ReportedStatus } from "../../payment/reported-status-verdict.ts";

export interface ReportedStatusStore {
  /** Judges what Click says of a payment that is proven to be the attempt's, and writes it. The same word twice changes nothing. */
  apply(reported: {
    readonly attemptId: AttemptId;
    readonly clickPaymentId: string;
    readonly status: ReportedStatus;
    /** Only say what would be written. */
    readonly dryRun?: boolean;
  }): Promise<StatusOutcome>;
}
