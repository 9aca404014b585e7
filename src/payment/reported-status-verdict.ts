import type { AnomalyKind } from "./anomaly.ts";
import type { AttemptState } from "./attempt.ts";
import { type CompleteView, isDebitBooked } from "./complete-verdict.ts";
import { capturedBy, whyNotKept } from "./why-not-kept.ts";

/** What Click's Merchant API says of a payment that is proven to be an attempt's. */
export type ReportedStatus = "PAID" | "FAILED";

export type ReportedStatusView = CompleteView & { readonly attempt: NonNullable<CompleteView["attempt"]> };

export interface ReportedStatusVerdict {
  /** What becomes of the attempt; undefined: it stays. CAPTURED owes the shop a MARK_PAID, REVERSED of kept money a MARK_REFUNDED. */
  readonly next?: Extract<AttemptState, "CAPTURED" | "OWED" | "EXPIRED" | "REVERSED"> | undefined;
  readonly anomaly?: AnomalyKind | undefined;
}

/**
 * The verdict on Click's own word, when its callbacks were lost or money went back in its cabinet: design.md sections 4 and 6. The same
 * rules as a Complete's say whose the money is; nothing is cancelled, for a late Complete still counts.
 */
export function judgeStatusAlone(word: ReportedStatus, view: ReportedStatusView): ReportedStatusVerdict {
  return word === "PAID" ? judgePaid(view) : judgeFailed(view);
}

function judgePaid(view: ReportedStatusView): ReportedStatusVerdict {
  const { attempt } = view;
  switch (attempt.state) {
    case "CAPTURED":
    case "SETTLED":
    case "OWED":
    // Click may still show what was reversed a moment ago as paid.
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
