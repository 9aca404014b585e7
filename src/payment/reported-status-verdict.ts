import type { AnomalyKind } from "./anomaly.ts";
import type { AttemptState } from "./attempt.ts";
import { type CompleteView, isDebitBooked } from "./complete-verdict.ts";
import { capturedBy, whyNotKept } from "./why-not-kept.ts";

/** The status that Click's Merchant API reports of a payment that is proven to be an attempt's. */
export type ReportedStatus = "PAID" | "FAILED";

export type ReportedStatusView = CompleteView & { readonly attempt: NonNullable<CompleteView["attempt"]> };

export interface ReportedStatusVerdict {
  /** The next state; undefined: no change. CAPTURED enqueues a MARK_PAID, REVERSED of kept money a MARK_REFUNDED. */
  readonly next?: Extract<AttemptState, "CAPTURED" | "OWED" | "EXPIRED" | "REVERSED"> | undefined;
  readonly anomaly?: AnomalyKind | undefined;
}

/**
 * The verdict on Click's reported status, after lost callbacks or a reversal in its cabinet: design.md sections 4 and 6. The rules for a
 * Complete decide which payment keeps the money; nothing is cancelled, because a late Complete still counts.
 */
export function judgeStatusAlone(status: ReportedStatus, view: ReportedStatusView): ReportedStatusVerdict {
  return status === "PAID" ? judgePaid(view) : judgeFailed(view);
}

function judgePaid(view: ReportedStatusView): ReportedStatusVerdict {
  const { attempt } = view;
  switch (attempt.state) {
    case "CAPTURED":
    case "SETTLED":
    case "OWED":
    // Right after a reversal, Click may still report the payment paid.
    case "REVERSED":
      return {};
    case "CANCELLED":
      return { anomaly: "CONFIRM_AFTER_CANCEL" };
    case "PREPARED":
    case "EXPIRED":
    case "REFUSED": {
      if (isDebitBooked(attempt.clickPaymentId ?? attempt.clickPaydocId, view)) return {};
      const anomaly = whyNotKept(capturedBy(attempt), view);
      return anomaly === undefined ? { next: "CAPTURED" } : { next: "OWED", anomaly };
    }
    default:
      return attempt.state satisfies never;
  }
}

function judgeFailed({ attempt }: ReportedStatusView): ReportedStatusVerdict {
  switch (attempt.state) {
    case "PREPARED":
      return { next: "EXPIRED" };
    case "CAPTURED":
    case "SETTLED":
    case "OWED":
      return { next: "REVERSED", anomaly: "REVERSED_AT_CLICK" };
    case "EXPIRED":
    case "REFUSED":
    case "CANCELLED":
    case "REVERSED":
      return {};
    default:
      return attempt.state satisfies never;
  }
}
