import { type Attempt, everCaptured, holdsMoney, holdsPayment } from "./attempt.ts";
import { raiseAnomaly } from "./attempt-anomalies.ts";
import { bindClickPayment, moveAttempt } from "./attempt-moves.ts";
import { isDebitBooked } from "./complete-verdict.ts";
import type { Effect } from "./effects.ts";
import { confirmCapture } from "./judge-held-capture.ts";
import type { LedgerSource } from "./ledger.ts";
import { enqueueMarkPaid, takeBackMarkPaid } from "./mark-paid.ts";
import type { OrderUpdate } from "./order-update.ts";
import type { Refund } from "./refund.ts";
import {
  judgeStatusAlone,
  type ReportedStatus,
  type ReportedStatusVerdict,
  type ReportedStatusView,
} from "./reported-status-verdict.ts";
import { settleRefund } from "./settle-refund.ts";

/** CAPTURED … REVERSED: the new state of the attempt. BOUND_ELSEWHERE: that Click payment already proves another attempt. */
export type StatusOutcome = NonNullable<ReportedStatusVerdict["next"]> | "UNCHANGED" | "BOUND_ELSEWHERE";

/** The status that Click's Merchant API reports of a payment. */
export interface ReportedPayment {
  readonly status: ReportedStatus;
  readonly clickPaymentId: string;
}

/** An attempt with its order updates and refunds. */
export interface AttemptReading {
  readonly view: ReportedStatusView;
  /** All updates of the attempt. */
  readonly updates: readonly OrderUpdate[];
  /** Partial refunds so far. */
  readonly returnedTiyin: bigint;
}

export interface StatusView extends AttemptReading {
  /** Attempts that have this Click payment number from a reported status or a callback. */
  readonly sameNumber: readonly Attempt[];
  readonly openRefund: Refund | undefined;
}

export interface StatusVerdict {
  readonly outcome: StatusOutcome;
  readonly effects: readonly Effect[];
}

/** Judges the reported status of a payment that is proven to be the attempt's. A repeat changes nothing. */
export function judgeReportedStatus(reported: ReportedPayment, view: StatusView): StatusVerdict {
  const { attempt } = view.view;
  const { clickPaymentId } = reported;
  const isElsewhere = view.sameNumber.some((a) => a.id !== attempt.id && a.clickPaymentId === clickPaymentId);
  // A Click payment proves one attempt, the one that had its money: its status does not count for a second one.
  const isTwin = !everCaptured(attempt) && isDebitBooked(clickPaymentId, view.view);
  if (isElsewhere || isTwin) return { outcome: "BOUND_ELSEWHERE", effects: [] };
  return endOfRefund(reported, view) ?? judgeAttempt(reported, view);
}

/** The effects on the attempt alone. `source`: the source of a new capture. */
export function judgeAttempt(
  { status, clickPaymentId }: ReportedPayment,
  reading: AttemptReading,
  source: LedgerSource = "RECONCILIATION",
): StatusVerdict {
  const { attempt } = reading.view;
  const verdict = judgeStatusAlone(status, reading.view);
  const holds = verdict.next === "CAPTURED" || verdict.next === "OWED" || everCaptured(attempt);
  return {
    outcome: verdict.next ?? "UNCHANGED",
    effects: [
      // Only an attempt with money binds Click's number.
      ...(holds ? bindClickPayment(attempt, clickPaymentId) : []),
      ...carriedOut(verdict, reading, { clickPaymentId, source }),
      ...(status === "PAID" && holdsMoney(attempt) ? confirmCapture(attempt) : []),
    ],
  };
}

/** A reversal during our own refund is expected: the status replaces the lost reply. */
function endOfRefund(
  { status }: ReportedPayment,
  { view, updates, openRefund, returnedTiyin }: StatusView,
): StatusVerdict | undefined {
  const { attempt } = view;
  if (status !== "FAILED" || !holdsMoney(attempt)) return undefined;
  if (openRefund === undefined || openRefund.partial || openRefund.state === "STORED") return undefined;
  const effects = settleRefund(openRefund, { kind: "DONE" }, { attempt, updates, returnedTiyin });
  return { outcome: "REVERSED", effects };
}

function carriedOut(
  { next, anomaly }: ReportedStatusVerdict,
  { view: { attempt }, updates, returnedTiyin }: AttemptReading,
  { clickPaymentId, source }: { readonly clickPaymentId: string; readonly source: LedgerSource },
): readonly Effect[] {
  const cause = { source: "CLICK", clickPaymentId };
  const { id: attemptId, serviceId, paymentId } = attempt;
  const detail = { paymentId, amountTiyin: String(attempt.amountTiyin), ...cause };
  const captureSource = next === "CAPTURED" || next === "OWED" ? "STATUS" : undefined;
  // Not reversed by us, but in Click's cabinet or by Click itself.
  const booking = { source: next === "REVERSED" ? "CABINET" : source, clickPaymentId } as const;
  return [
    ...(next === undefined
      ? []
      : moveAttempt(attempt, next, { cause, set: { captureSource }, booking, returnedTiyin })),
    ...(next === "CAPTURED" ? enqueueMarkPaid(attempt) : []),
    ...(next === "REVERSED" && holdsPayment(attempt) ? takeBackMarkPaid(attempt, updates) : []),
    ...(anomaly === undefined ? [] : [raiseAnomaly({ attemptId, serviceId }, anomaly, detail)]),
  ];
}
