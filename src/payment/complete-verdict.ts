import { ANSWER, type AnswerCode } from "../protocol/answer.ts";
import type { AnomalyKind } from "./anomaly.ts";
import { type Attempt, everCaptured, isSameMoney } from "./attempt.ts";
import type { CallbackEvent } from "./callback-event.ts";
import type { ShopPayment } from "./shop-payment.ts";
import { capturedBy, whyNotKept } from "./why-not-kept.ts";

/** The fields of a Complete that decide. Error 0: the money was taken. Negative: the payment failed. */
type JudgedFields = Pick<CallbackEvent, "amountTiyin" | "error" | "clickPaydocId">;

export interface CompleteView {
  /** The attempt of the Complete: see `boundAttempt`. */
  readonly attempt: Attempt | undefined;
  /** The other attempts of its payment, and those with the same reference and paydoc id. Refused and cancelled ones may be missing. */
  readonly others: readonly Attempt[];
  /** Its payment in the shop now; undefined when it is deleted or was never found. */
  readonly payment: ShopPayment | undefined;
}

export interface CompleteVerdict {
  readonly answer: AnswerCode;
  /** The next state; undefined: no change. CAPTURED enqueues a MARK_PAID. */
  readonly next?: "CAPTURED" | "OWED" | "CANCELLED" | undefined;
  /** A cancel without attempt: a late Prepare must find it cancelled. */
  readonly cancelAhead?: boolean;
  readonly anomaly?: AnomalyKind | undefined;
}

/** "Cancelled by the customer": the only negative error that both certification suites want answered with −4 (click-protocol.md 1.6). */
const CANCELLED_BY_CUSTOMER = -1;

/** The verdict on a signed Complete: design.md section 3, first match wins. */
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

/** A Click payment with two click_trans_ids is one debit: it is never captured or owed twice, nor again after a reversal. */
export function isDebitBooked(clickPaydocId: string | undefined, { others }: Pick<CompleteView, "others">): boolean {
  return others.some((a) => everCaptured(a) && isSameMoney(a, clickPaydocId));
}

/** The money was taken: the answer is 0 in any state of the order, and it only remains to decide which payment keeps the money. */
function capture(attempt: Attempt, view: CompleteView): CompleteVerdict {
  const owed = whyNotKept(capturedBy(attempt), view);
  return owed === undefined
    ? { answer: ANSWER.SUCCESS, next: "CAPTURED" }
    : { answer: ANSWER.SUCCESS, next: "OWED", anomaly: owed };
}
