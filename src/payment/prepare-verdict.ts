import { ANSWER, type AnswerCode } from "../protocol/answer.ts";
import type { AnomalyKind } from "./anomaly.ts";
import { type Attempt, everCaptured, holdsPayment, isOfPayment, isSameMoney } from "./attempt.ts";
import type { CallbackEvent } from "./callback-event.ts";
import { choosePayment } from "./choose-payment.ts";
import { isReplay } from "./replay.ts";
import { type AskedPayment, asksFor, CURRENCY, isTaken, type ShopPayment } from "./shop-payment.ts";

export interface PrepareEvent extends CallbackEvent {
  /** Signed by Click but malformed: it is refused, and its click_trans_id is stored. */
  readonly isMalformed: boolean;
  /** The answer to a new attempt on a paid payment. After −4 Click may debit silently (click-protocol.md 1.2), so −9 is the default. */
  readonly takenAnswer: typeof ANSWER.ALREADY_PAID | typeof ANSWER.TRANSACTION_CANCELLED;
}

export interface PrepareView {
  /** The attempt of this (service, click_trans_id, merchant_trans_id). */
  readonly existing: Attempt | undefined;
  readonly candidates: readonly AskedPayment[];
  /** The shop's payment of the existing attempt, when it is not a candidate because it moved to another pay system or order. */
  readonly ownPayment?: ShopPayment | undefined;
  /**
   * The attempts that can decide: of the candidates, of the existing attempt's payment, and those with the same reference and paydoc id.
   * Refused and cancelled ones may be missing.
   */
  readonly attempts: readonly Attempt[];
  /** The attempts of this click_trans_id under other references. */
  readonly siblings: readonly Attempt[];
}

/** The result for the attempt. Undefined state: nothing is written. */
export interface PrepareVerdict {
  readonly answer: AnswerCode;
  readonly write?: { readonly state: "PREPARED" | "REFUSED"; readonly payment: AskedPayment | undefined } | undefined;
  readonly anomaly?: AnomalyKind | undefined;
}

/** The verdict on a signed Prepare: design.md section 3, first match wins. */
export function verdictOnPrepare(event: PrepareEvent, view: PrepareView): PrepareVerdict {
  const known = event.isMalformed ? undefined : judgeExisting(event, view);
  if (known !== undefined) return known;
  // Not even stored as refused, because a refused attempt may still be captured.
  if (isReplay(event.merchantTransId, view.siblings))
    return { answer: ANSWER.BAD_REQUEST, anomaly: "SIGNATURE_REPLAY" };
  if (!event.isMalformed) return judgeAnew(event, view);
  const write = view.existing === undefined ? ({ state: "REFUSED", payment: undefined } as const) : undefined;
  return { answer: ANSWER.BAD_REQUEST, write };
}

function judgeExisting(
  event: PrepareEvent,
  { existing, candidates, ownPayment, attempts }: PrepareView,
): PrepareVerdict | undefined {
  switch (existing?.state) {
    case "CAPTURED":
    case "SETTLED":
    case "OWED":
      return { answer: ANSWER.ALREADY_PAID };
    case "CANCELLED":
    case "REVERSED":
      return { answer: ANSWER.TRANSACTION_CANCELLED };
    case "PREPARED": {
      const sameMoney = knownMoney(
        attempts.filter((a) => a.id !== existing.id),
        existing.clickPaydocId,
      );
      if (sameMoney !== undefined) return { answer: answerAbout(sameMoney) };
      const payment = candidates.find((c) => isOfPayment(existing, c.paymentId)) ?? ownPayment;
      const taken = payment === undefined ? otherHolds(existing, attempts) : isTaken(payment, attempts);
      if (taken) return { answer: ANSWER.TRANSACTION_CANCELLED };
      // The sum is signed: a repeat with another sum is a new request for the same attempt.
      return existing.amountTiyin === event.amountTiyin ? { answer: ANSWER.SUCCESS } : undefined;
    }
    default:
      return undefined;
  }
}

function judgeAnew(event: PrepareEvent, { existing, candidates, attempts }: PrepareView): PrepareVerdict {
  const others = attempts.filter((a) => a.id !== existing?.id);
  const { amountTiyin, clickPaydocId } = event;
  // Checked before the choice: this debit may already belong to another payment of the same order.
  const sameMoney = knownMoney(others, clickPaydocId);
  const payment =
    candidates.find((c) => sameMoney !== undefined && isOfPayment(sameMoney, c.paymentId)) ??
    choosePayment({ candidates, attempts: others, amountTiyin, clickPaydocId });
  const refuse = (answer: AnswerCode, anomaly?: AnomalyKind): PrepareVerdict => ({
    answer,
    // A later request does not revoke an accepted attempt: its money may be on the way.
    write: isAccepted(existing) ? undefined : { state: "REFUSED", payment },
    anomaly,
  });
  if (event.error < 0) return refuse(ANSWER.TRANSACTION_CANCELLED);
  // Also when the order is deleted: if it were refused, its money would count as a second capture.
  if (sameMoney !== undefined) return refuse(answerAbout(sameMoney));
  if (payment === undefined) return refuse(ANSWER.ORDER_NOT_FOUND);
  if (isTaken(payment, others)) return refuse(event.takenAnswer);
  if (payment.orderCancelled) return refuse(ANSWER.TRANSACTION_CANCELLED);
  if (payment.currency !== CURRENCY) return refuse(ANSWER.INCORRECT_AMOUNT, "CURRENCY_NOT_UZS");
  if (!asksFor(payment, event.amountTiyin)) return refuse(ANSWER.INCORRECT_AMOUNT);
  return { answer: ANSWER.SUCCESS, write: { state: "PREPARED", payment } };
}

/** The attempt of this debit. One that still holds the money has priority over one that was reversed. */
function knownMoney(attempts: readonly Attempt[], clickPaydocId: string | undefined): Attempt | undefined {
  const known = attempts.filter((a) => everCaptured(a) && isSameMoney(a, clickPaydocId));
  return known.find((a) => a.state !== "REVERSED") ?? known[0];
}

/** The same answer as under its own click_trans_id. */
function answerAbout({ state }: Attempt): AnswerCode {
  return state === "REVERSED" ? ANSWER.TRANSACTION_CANCELLED : ANSWER.ALREADY_PAID;
}

function isAccepted(existing: Attempt | undefined): boolean {
  return existing?.state === "PREPARED" || existing?.state === "EXPIRED";
}

function otherHolds(existing: Attempt, attempts: readonly Attempt[]): boolean {
  return attempts.some((a) => a.id !== existing.id && isOfPayment(a, existing.paymentId) && holdsPayment(a));
}
