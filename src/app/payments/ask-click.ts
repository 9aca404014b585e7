import type { ReportedStatus } from "../../payment/reported-status-verdict.ts";
import { tashkentDay } from "../../protocol/tashkent-time.ts";
import { type ClickApi, isOfTheAsker, type MerchantAccount } from "../click/click-api.ts";

export type StatusApi = Pick<ClickApi, "paymentStatus" | "paymentOfReference">;

/** What has to be known of an attempt to ask Click about it. */
export interface AskedAttempt {
  readonly merchantTransId: string;
  readonly clickPaydocId: string | undefined;
  /** Confirmed by Click before. */
  readonly clickPaymentId: string | undefined;
  /** When its Prepare came: Click files the payment under that day. */
  readonly createTime: Date;
}

/** What Click says of an attempt's payment. */
export type Said =
  | { readonly kind: "REPORTED"; readonly status: ReportedStatus; readonly clickPaymentId: string }
  /** Created or being processed. */
  | { readonly kind: "IN_PROGRESS" }
  /** Click gives no number of the attempt's that it files under the attempt's reference: its word proves nothing. */
  | { readonly kind: "NOT_PROVEN" }
  /** Click answered that it has no such payment. */
  | { readonly kind: "NOT_KNOWN" }
  /** No answer. */
  | { readonly kind: "UNKNOWN" };

/**
 * Asks about the payment's number first, then whether Click files that number under the attempt's reference: a paydoc id is not signed,
 * and one payment's word must not count for another's (design.md 6).
 */
export async function askAboutAttempt(
  click: StatusApi,
  account: MerchantAccount,
  attempt: AskedAttempt,
): Promise<Said> {
  const number = attempt.clickPaymentId ?? attempt.clickPaydocId;
  if (number === undefined) return { kind: "NOT_PROVEN" };
  const reply = await click.paymentStatus(account, number);
  if (reply.kind === "REFUSED") return { kind: isOfTheAsker(reply.refusal) ? "UNKNOWN" : "NOT_KNOWN" };
  if (reply.kind === "UNKNOWN") return { kind: "UNKNOWN" };
  if (reply.status !== "PAID" && reply.status !== "FAILED") return { kind: "IN_PROGRESS" };
  const proof = attempt.clickPaymentId === undefined ? await provenance(click, account, attempt, number) : "PROVEN";
  return proof === "PROVEN" ? { kind: "REPORTED", status: reply.status, clickPaymentId: number } : { kind: proof };
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Click files payments by day and does not say in which zone: the day in Tashkent first, then its neighbours. */
const NEIGHBOURING_DAYS = [0, -1, 1];

async function provenance(
  click: StatusApi,
  account: MerchantAccount,
  { merchantTransId, createTime }: AskedAttempt,
  number: string,
): Promise<"PROVEN" | "NOT_PROVEN" | "UNKNOWN"> {
  let isUnanswered = false;
  for (const offset of NEIGHBOURING_DAYS) {
    const day = tashkentDay(new Date(createTime.getTime() + offset * DAY_MS));
    const reply = await click.paymentOfReference(account, merchantTransId, day);
    if (reply.kind === "DONE" && reply.clickPaymentId === number) return "PROVEN";
    if (reply.kind === "UNKNOWN") isUnanswered = true;
  }
  return isUnanswered ? "UNKNOWN" : "NOT_PROVEN";
}
