import { ANSWER, type AnswerCode } from "../protocol/answer.ts";
import type { AnomalyKind } from "./anomaly.ts";
import { type Attempt, everCaptured, holdsPayment, isOfPayment, isSameMoney } from "./attempt.ts";
import type { CallbackEvent } from "./callback-event.ts";
import { choosePayment } from "./choose-payment.ts";
import { isReplay } from "./replay.ts";
import { type AskedPayment, asksFor, CURRENCY, isTaken, type ShopPayment } from "./shop-payment.ts";

export interface PrepareEvent extends CallbackEvent {
  /** Click signed it, but it breaks a rule of shape: it is refused, and its click_trans_id is known from then on. */
  readonly isMalformed: boolean;
  /** The answer for a new attempt on a paid payment. −4 may debit in silence (click-protocol.md 1.2), so −9 is the default. */
  readonly takenAnswer: typeof ANSWER.ALREADY_PAID | typeof ANSWER.TRANSACTION_CANCELLED;
}

export interface PrepareView {
  /** The attempt of this very (service, click_trans_id, merchant_trans_id). */
  readonly existing: Attempt | undefined;
  readonly candidates: readonly AskedPayment[];
  /** The existing attempt's payment as the shop has it, when it is no candidate: it was moved to another pay system or order. */
  readonly ownPayment?: ShopPayment | undefined;
  /**
   * The attempts that can decide: of the candidates and of the existing attempt's payment, and those that Click made with this very
   * reference and paydoc id. Refused and cancelled ones may be left out.
   */
  readonly attempts: readonly Attempt[];
  /** The attempts of this click_trans_id under other references. */
  readonly siblings: readonly Attempt[];
}

/** What becomes of the attempt. Undefined state: nothing is written. */
export interface PrepareVerdict {
  readonly answer: AnswerCode;
  readonly write?: { readonly state: "PREPARED" | "REFUSED"; readonly payment: AskedPayment | undefined } | undefined;
  readonly anomaly?: AnomalyKind | undefined;
}

/** The verdict on a signed Prepare: design.md section 3, first match wins. */
export function verdictOnPrepare(event: PrepareEvent, view: PrepareView): PrepareVerdict {
  const known = event.isMalformed ? undefined : judgeExisting(event, view);
  if (known !== undefined) return known;
  // Not even refused in writing: a refused attempt may still be captured.
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
      // The sum is signed: a repeat with another one is a new question about the same attempt.
      return existing.amountTiyin === event.amountTiyin ? { answer: ANSWER.SUCCESS } : undefined;
    }
    default:
      return undefined;
  }
}

function judgeAnew(event: PrepareEvent, { existing, candidates, attempts }: PrepareView): PrepareVerdict {
  const others = attempts.filter((a) => a.id !== existing?.id);
  const { amountTiyin, clickPaydocId } = event;
  // Before any choice: the money that Click asks about again may be another payment's of the same order.
  const sameMoney = knownMoney(others, clickPaydocId);
  const payment =
    candidates.find((c) => sameMoney !== undefined && isOfPayment(sameMoney, c.paymentId)) ??
    choosePayment({ candidates, attempts: others, amountTiyin, clickPaydocId });
  const refuse = (answer: AnswerCode, anomaly?: AnomalyKind): PrepareVerdict => ({
    answer,
    // An accepted attempt is not un-accepted by a later question: its money may be on the way.
    write: isAccepted(existing) ? undefined : { state: "REFUSED", payment },
    anomaly,
  });
  if (event.error < 0) return refuse(ANSWER.TRANSACTION_CANCELLED);
  // Also when the order is gone by now: refused, its money would be taken for a second one's.
  if (sameMoney !== undefined) return refuse(answerAbout(sameMoney));
  if (payment === undefined) return refuse(ANSWER.ORDER_NOT_FOUND);
  if (isTaken(payment, others)) return refuse(event.takenAnswer);
  if (payment.orderCancelled) return refuse(ANSWER.TRANSACTION_CANCELLED);
  if (payment.currency !== CURRENCY) return refuse(ANSWER.INCORRECT_AMOUNT, "CURRENCY_NOT_UZS");
  if (!asksFor(payment, event.amountTiyin)) return refuse(ANSWER.INCORRECT_AMOUNT);
  return { answer: ANSWER.SUCCESS, write: { state: "PREPARED", payment } };
}

/** The attempt that had this very debit of Click's. What still holds it says more than what gave it back. */
function knownMoney(attempts: readonly Attempt[], clickPaydocId: string | undefined): Attempt | undefined {
  const known = attempts.filter((a) => everCaptured(a) && isSameMoney(a, clickPaydocId));
  return known.find((a) => a.state !== "REVERSED") ?? known[0];
}

/** The same as if it were asked about under its own number. */
function answerAbout({ state }: Attempt): AnswerCode {
  return state === "REVERSED" ? ANSWER.TRANSACTION_CANCELLED : ANSWER.ALREADY_PAID;
}

function isAccepted(existing: Attempt | undefined): boolean {
  return existing?.state === "PREPARED" || existing?.state === "EXPIRED";
}

function otherHolds(existing: Attempt, attempts: readonly Attempt[]): boolean {
  return attempts.some((a) => a.id !== existing.id && isOfPayment(a, existing.paymentId) && holdsPayment(a));
}
