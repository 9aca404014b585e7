import type { Attempt } from "./attempt.ts";
import { raiseAnomalyOnce } from "./attempt-anomalies.ts";
import { tellState } from "./attempt-moves.ts";
import type { AuditFinding } from "./audit.ts";
import type { Effect } from "./effects.ts";
import { enqueueMarkPaid } from "./paid-mark.ts";

/** What a finding of the self-audit does: the one thing that is missing is added, and a person is told once. */
export function repairsOf({ kind, repair }: AuditFinding, attempt: Attempt): readonly Effect[] {
  const { id: attemptId, serviceId, paymentId, amountTiyin, state } = attempt;
  const detail = { paymentId, amountTiyin: String(amountTiyin), state, repair };
  return [...added(repair, attempt), raiseAnomalyOnce({ attemptId, serviceId }, kind, detail)];
}

function added(repair: AuditFinding["repair"], attempt: Attempt): readonly Effect[] {
  switch (repair) {
    case "TELL_STATE":
      return [tellState(attempt)];
    case "OWE_MARK":
      // The shop is told of money by the status that Click reports alone here: nobody knows how much of the capture was lost.
      return enqueueMarkPaid(attempt, attempt.clickPaymentId === undefined ? "HELD" : "PENDING");
    case undefined:
      return [];
    default:
      return repair satisfies never;
  }
}
