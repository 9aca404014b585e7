import type { Attempt } from "./attempt.ts";
import { raiseAnomalyOnce } from "./attempt-anomalies.ts";
import { tellState } from "./attempt-moves.ts";
import type { AuditedAttempt, AuditFinding } from "./audit.ts";
import type { AppendEvent, Effect } from "./effects.ts";
import { balanceOf, bookDifference, feeIn } from "./ledger.ts";
import { enqueueMarkPaid } from "./mark-paid.ts";

/** The effects of an audit finding: adds what is missing, and raises one anomaly. */
export function repairsOf(
  { kind, repair }: AuditFinding,
  attempt: Attempt,
  {
    bookedTiyin,
    bookedFeeTiyin,
    returnedTiyin,
  }: Pick<AuditedAttempt, "bookedTiyin" | "bookedFeeTiyin" | "returnedTiyin">,
): readonly Effect[] {
  const { id: attemptId, serviceId, paymentId, amountTiyin, state } = attempt;
  const detail = { paymentId, amountTiyin: String(amountTiyin), state, repair };
  const heldTiyin = balanceOf(attempt, returnedTiyin);
  const lacks = { lacksTiyin: heldTiyin - bookedTiyin, lacksFeeTiyin: feeIn(heldTiyin, attempt) - bookedFeeTiyin };
  return [...added(repair, attempt, lacks), raiseAnomalyOnce({ attemptId, serviceId }, kind, detail)];
}

type Difference = Parameters<typeof bookDifference>[1];

function added(repair: AuditFinding["repair"], attempt: Attempt, difference: Difference): readonly Effect[] {
  switch (repair) {
    case "BOOK_DIFFERENCE":
      return [correction(attempt, difference)];
    case "TELL_STATE":
      return [tellState(attempt)];
    case "ENQUEUE_MARK_PAID":
      // The order update waits for Click's reported status, because it is unknown how much of the capture was lost.
      return enqueueMarkPaid(attempt, attempt.clickPaymentId === undefined ? "HELD" : "PENDING");
    case undefined:
      return [];
    default:
      return repair satisfies never;
  }
}

function correction(attempt: Attempt, difference: Difference): AppendEvent {
  const { id: attemptId, serviceId, paymentId } = attempt;
  return {
    effect: "AppendEvent",
    type: "ledger.corrected",
    aggregateId: attemptId,
    ...{ serviceId, paymentId, payload: { attemptId, amountTiyin: String(difference.lacksTiyin) } },
    booked: { attemptId, entries: [bookDifference(attempt, difference, { source: "RECONCILIATION" })] },
  };
}
