import { ANSWER, type AnswerCode } from "../protocol/answer.ts";
import type { Attempt } from "./attempt.ts";
import type { CallbackEvent } from "./callback-event.ts";
import { verdictOnComplete } from "./complete-verdict.ts";
import type { Effect } from "./effects.ts";
import { asAttemptId, asServiceId } from "./ids.ts";

/**
 * An account for Click's certification tool, which pays one merchant_trans_id many times (click-protocol.md 4). It has no order, no payment
 * of the shop and no money, and its callbacks change nothing else.
 */
export interface CertificationAccount {
  /** The merchant_trans_id of Click's tool. */
  readonly reference: string;
  /** When it closes automatically. */
  readonly until: Date;
}

/** Longer than any certification; a forgotten account must close. */
export const CERTIFICATION_HOURS_MAX = 24;

export type CertificationState = "PREPARED" | "CAPTURED" | "CANCELLED";

/** One payment of the tool. */
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

/** The other fields of a real attempt. */
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

/** A Complete, judged by the rules for a real attempt whose payment no other attempt holds. */
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
 * A text that the real key signed for the account, split differently, must not pay an order. So its click_trans_id is stored in a cancelled
 * attempt without payment, which can never capture money. If the click_trans_id already serves a payment, nothing is stored: a replay for
 * the account must not block that payment.
 */
export function rememberTransId(event: CallbackEvent, ofTransId: readonly Attempt[]): readonly Effect[] {
  const { error: _, ...remembered } = event;
  const isKnown = ofTransId.some((a) => a.paymentId !== undefined || a.merchantTransId === event.merchantTransId);
  if (isKnown) return [];
  return [{ effect: "NewAttempt", state: "CANCELLED", ...remembered, payment: undefined, feeTiyin: 0n, answer: 0 }];
}
