import type { ReportedStatusStore } from "../../app/payments/reported-status-store.ts";
import { judgeReportedStatus, type StatusOutcome } from "../../payment/judge-reported-status.ts";
import type { Pool } from "../driver/pool.ts";
import { inTransaction } from "../driver/transaction.ts";
import { applyEffects } from "../effects/apply-effects.ts";
import { toAttempt } from "../rows/attempt-rows.ts";
import { openRefundOf, toRefund } from "../rows/refund-rows.ts";
import { attemptsOfClickPayment, readLockedAttempt } from "./locked-attempt.ts";

/** Judges and stores the status that Click's Merchant API reports of an attempt. */
export function reportedStatusStore(pool: Pool): ReportedStatusStore {
  return {
    apply: ({ attemptId, clickPaymentId, status, dryRun = false }) =>
      inTransaction<StatusOutcome>(pool, async (tx) => {
        const locked = await readLockedAttempt(tx, attemptId);
        if (locked === undefined) return { writes: [], value: "UNCHANGED" };
        const [named, refunds] = await tx.run(
          attemptsOfClickPayment(locked.view.attempt.serviceId, clickPaymentId),
          openRefundOf(attemptId),
        );
        const sameNumber = (named?.rows ?? []).map(toAttempt);
        const [openRefund] = (refunds?.rows ?? []).map(toRefund);
        const view = { ...locked, sameNumber, openRefund };
        const { outcome, effects } = judgeReportedStatus({ status, clickPaymentId }, view);
        return applyEffects(dryRun ? [] : effects, outcome);
      }),
  };
}
