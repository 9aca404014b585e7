import { type Attempt, everCaptured, holdsMoney, holdsPayment } from "./attempt.ts";
import { raiseAnomaly } from "./attempt-anomalies.ts";
import { bindClickPayment, moveAttempt } from "./attempt-moves.ts";
import { isDebitBooked } from "./complete-verdict.ts";
import type { Effect } from "./effects.ts";
import { confirmCapture } from "./judge-held-capture.ts";
import type { LedgerSource } from "./ledger.ts";
import type { OrderUpdate } from "./order-update.ts";
import { enqueueMarkPaid, takeBackMark } from "./paid-mark.ts";
import type { Refund } from "./refund.ts";
import {
  judgeStatusAlone,
  type ReportedStatus,
  type ReportedStatusVerdict,
  type ReportedStatusView,
} from "./reported-status-verdict.ts";
import { settleRefund } from "./settle-refund.ts";

/** CAPTURED … REVERSED: what became of the attempt. BOUND_ELSEWHERE: that payment of Click's proves another attempt already. */
export type StatusOutcome = NonNullable<ReportedStatusVerdict["next"]> | "UNCHANGED" | "BOUND_ELSEWHERE";

/** What Click's Merchant API reports of one of its payments. */
export interface ReportedPayment {
  readonly status: ReportedStatus;
  readonly clickPaymentId: string;
}

/** An attempt, and what of our own follows it. */
export interface AttemptReading {
  readonly view: ReportedStatusView;
  /** All updates of the attempt. */
  readonly updates: readonly OrderUpdate[];
  /** Went back in parts before. */
  readonly returnedTiyin: bigint;
}

export interface StatusView extends AttemptReading {
  /** Attempts to which a reported status or a callback gave that payment number of Click's. */
  readonly sameNumber: readonly Attempt[];
  readonly openRefund: Refund | undefined;
}

export interface StatusVerdict {
  readonly outcome: StatusOutcome;
  readonly effects: readonly Effect[];
}

/** What a reported status does, of a payment that is proven to be the attempt's. The same status twice changes nothing. */
export function judgeReportedStatus(reported: ReportedPayment, view: StatusView): StatusVerdict {
  const { attempt } = view.view;
  const { clickPaymentId } = reported;
  const isElsewhere = view.sameNumber.some((a) => a.id !== attempt.id && a.clickPaymentId === clickPaymentId);
  // One payment of Click's proves one attempt, the one that had its money: its status does not count for a second.
  const isTwin = !everCaptured(attempt) && isDebitBooked(clickPaymentId, view.view);
  if (isElsewhere || isTwin) return { outcome: "BOUND_ELSEWHERE", effects: [] };
  return endOfRefund(reported, view) ?? judgeAttempt(reported, view);
}

/** What it does to the attempt alone. `source`: who took the money, if that is the news. */
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
      // Only what has money keeps Click's number for itself.
      ...(holds ? bindClickPayment(attempt, clickPaymentId) : []),
      ...carriedOut(verdict, reading, { clickPaymentId, source }),
      ...(status === "PAID" && holdsMoney(attempt) ? confirmCapture(attempt) : []),
    ],
  };
}

/** Money that went back because we asked for it is no surprise: the status is the lost reply to a refund. */
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
  // Nobody here gave it back: somebody did in Click's cabinet, or Click itself.
  const booking = { source: next === "REVERSED" ? "CABINET" : source, clickPaymentId } as const;
  return [
    ...(next === undefined
      ? []
      : moveAttempt(attempt, next, { cause, set: { captureSource }, booking, returnedTiyin })),
    ...(next === "CAPTURED" ? enqueueMarkPaid(attempt) : []),
    ...(next === "REVERSED" && holdsPayment(attempt) ? takeBackMark(attempt, updates) : []),
    ...(anomaly === undefined ? [] : [raiseAnomaly({ attemptId, serviceId }, anomaly, detail)]),
  ];
}
