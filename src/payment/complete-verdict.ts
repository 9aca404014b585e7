import { ANSWER, type AnswerCode } from "../protocol/answer.ts";
import type { AnomalyKind } from "./anomaly.ts";
import { type Attempt, everCaptured, isSameMoney } from "./attempt.ts";
import type { CallbackEvent } from "./callback-event.ts";
import type { ShopPayment } from "./shop-payment.ts";
import { capturedBy, whyNotKept } from "./why-not-kept.ts";

/** What of a Complete decides. An error of 0: the money was taken. Negative: Click gave up. */
type JudgedFields = Pick<CallbackEvent, "amountTiyin" | "error" | "clickPaydocId">;

export interface CompleteView {
  /** The attempt that the Complete is about: see `boundAttempt`. */
  readonly attempt: Attempt | undefined;
  /** The other attempts of its payment, and those that Click made with its reference and paydoc id. Refused and cancelled ones may be left out. */
  readonly others: readonly Attempt[];
  /** Its payment in the shop as it is now; undefined when it is gone or was never found. */
  readonly payment: ShopPayment | undefined;
}

export interface CompleteVerdict {
  readonly answer: AnswerCode;
  /** What becomes of the attempt; undefined: it stays. CAPTURED owes the shop a MARK_PAID. */
  readonly next?: "CAPTURED" | "OWED" | "CANCELLED" | undefined;
  /** A cancel for an attempt that is not there yet: a late Prepare must find it cancelled. */
  readonly cancelAhead?: boolean;
  readonly anomaly?: AnomalyKind | undefined;
}

/** Click's own "the customer changed his mind": the only negative that both certification suites want answered with −4 (click-protocol.md 1.6). */
const CANCELLED_BY_CUSTOMER = -1;

/** The verdict on a signed Complete: design.md section 3, first match wins. Nothing is resolved anew. */
export function verdictOnComplete(event: JudgedFields, view: CompleteView): CompleteVerdict {
  const { attempt } = view;
  const failed = event.error < 0;
  if (attempt === undefined) {
    return failed
      ? { answer: ANSWER.TRANSACTION_CANCELLED, cancelAhead: true }
      : { answer: ANSWER.TRANSACTION_NOT_FOUND, anomaly: "MONEY_WITHOUT_ATTEMPT" };
  }
  switch (attempt.state) {
    case "CAPTURED":
    case "SETTLED":
    case "OWED":
    case "REVERSED":
      return {
        answer: failed && event.error !== CANCELLED_BY_CUSTOMER ? ANSWER.TRANSACTION_CANCELLED : ANSWER.ALREADY_PAID,
        anomaly: failed ? "CANCEL_AFTER_CAPTURE" : undefined,
      };
    case "CANCELLED":
      return { answer: ANSWER.TRANSACTION_CANCELLED, anomaly: failed ? undefined : "CONFIRM_AFTER_CANCEL" };
    case "PREPARED":
    case "EXPIRED":
    case "REFUSED":
      if (failed) return { answer: ANSWER.TRANSACTION_CANCELLED, next: "CANCELLED" };
      if (event.amountTiyin !== attempt.amountTiyin) {
        return { answer: ANSWER.INCORRECT_AMOUNT, anomaly: "AMOUNT_MISMATCH" };
      }
      if (isDebitBooked(attempt.clickPaydocId ?? event.clickPaydocId, view)) return { answer: ANSWER.ALREADY_PAID };
      return capture(attempt, view);
    default:
      return attempt.state satisfies never;
  }
}

/** One payment of Click's that was asked about under two numbers is one debit: it is neither captured nor owed twice, nor after it went back. */
export function isDebitBooked(clickPaydocId: string | undefined, { others }: Pick<CompleteView, "others">): boolean {
  return others.some((a) => everCaptured(a) && isSameMoney(a, clickPaydocId));
}

/** The money was taken: the answer is 0 whatever the order has become, and the only question is whose money it is. */
function capture(attempt: Attempt, view: CompleteView): CompleteVerdict {
  const owed = whyNotKept(capturedBy(attempt), view);
  return owed === undefined
    ? { answer: ANSWER.SUCCESS, next: "CAPTURED" }
    : { answer: ANSWER.SUCCESS, next: "OWED", anomaly: owed };
}
