import { ANSWER, type AnswerCode } from "../protocol/answer.ts";
import type { Attempt } from "./attempt.ts";
import type { CallbackEvent } from "./callback-event.ts";
import { verdictOnComplete } from "./complete-verdict.ts";
import type { Effect } from "./effects.ts";
import { asAttemptId, asServiceId } from "./ids.ts";

/**
 * An account for Click's own certification tool, which pays one merchant_trans_id again and again (click-protocol.md 4): it has no order,
 * no payment of the shop, and no money. What is answered for it moves nothing else.
 */
export interface CertificationAccount {
  /** Typed in from Click's tool. */
  readonly reference: string;
  /** It ends by itself. */
  readonly until: Date;
}

/** Longer than any certification takes; an account that was forgotten must not stay. */
export const CERTIFICATION_HOURS_MAX = 24;

export type CertificationState = "PREPARED" | "CAPTURED" | "CANCELLED";

/** One payment of the tool's. */
export interface CertificationPayment {
  readonly id: number;
  readonly state: CertificationState;
  readonly amountTiyin: bigint;
}

export function isOpenFor(account: CertificationAccount | undefined, reference: string, now: Date): boolean {
  return account !== undefined && account.reference === reference && now < account.until;
}

/** A Prepare: `open` is the unfinished payment of the same click_trans_id. */
export function judgeCertificationPrepare(
  event: { readonly error: number },
  open: CertificationPayment | undefined,
): { readonly answer: AnswerCode; readonly next: "NEW" | "OPEN" | "NONE" } {
  if (event.error < 0) return { answer: ANSWER.TRANSACTION_CANCELLED, next: "NONE" };
  return { answer: ANSWER.SUCCESS, next: open === undefined ? "NEW" : "OPEN" };
}

/** All that a real attempt has beside. */
const NO_MONEY = {
  serviceId: asServiceId("0"),
  clickTransId: undefined,
  clickPaydocId: undefined,
  clickPaymentId: undefined,
  merchantTransId: "",
  paymentId: undefined,
  orderId: undefined,
  feeTiyin: 0n,
} as const satisfies Partial<Attempt>;

/** A Complete, by the very rules of a real attempt's whose payment nobody else has taken. */
export function judgeCertificationComplete(
  event: { readonly amountTiyin: bigint; readonly error: number },
  payment: CertificationPayment | undefined,
): { readonly answer: AnswerCode; readonly next: CertificationState | undefined } {
  const view = {
    attempt: payment && { ...NO_MONEY, ...payment, id: asAttemptId(payment.id) },
    others: [],
    payment: undefined,
  };
  const { answer, next } = verdictOnComplete({ ...event, clickPaydocId: undefined }, view);
  return { answer, next: next === "CAPTURED" || next === "CANCELLED" ? next : undefined };
}

/**
 * What the real key signed for the account must serve no order, divided otherwise: its click_trans_id is remembered by a cancelled attempt without
 * payment, by which no callback can ever take money. Where that serves a payment already, it says enough, and a replay as the account's must
 * not stand in that payment's way.
 */
export function rememberTransId(event: CallbackEvent, ofTransId: readonly Attempt[]): readonly Effect[] {
  const { error: _, ...remembered } = event;
  const isKnown = ofTransId.some((a) => a.paymentId !== undefined || a.merchantTransId === event.merchantTransId);
  if (isKnown) return [];
  return [{ effect: "NewAttempt", state: "CANCELLED", ...remembered, payment: undefined, feeTiyin: 0n, answer: 0 }];
}
