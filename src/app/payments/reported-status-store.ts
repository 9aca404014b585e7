import type { AttemptId } from "../../payment/ids.ts";
import type { StatusOutcome } from "../../payment/judge-reported-status.ts";
import type { ReportedStatus } from "../../payment/reported-status-verdict.ts";

export interface ReportedStatusStore {
  /** Judges the status that Click reports of a payment proven to be the attempt's, and stores the result. A repeat changes nothing. */
  apply(reported: {
    readonly attemptId: AttemptId;
    readonly clickPaymentId: string;
    readonly status: ReportedStatus;
    /** Only return what would be written. */
    readonly dryRun?: boolean;
  }): Promise<StatusOutcome>;
}
