import type { ReportedStatus } from "../../payment/reported-status-verdict.ts";
import { DAY_MS, tashkentDay } from "../../protocol/tashkent-time.ts";
import { type ClickApi, isOfTheAsker, type MerchantAccount } from "../click/click-api.ts";

export type StatusApi = Pick<ClickApi, "paymentStatus" | "paymentOfReference">;

/** The fields of an attempt that a status poll needs. */
export interface AskedAttempt {
  readonly merchantTransId: string;
  readonly clickPaydocId: string | undefined;
  /** Confirmed by Click before. */
  readonly clickPaymentId: string | undefined;
  /** When its Prepare came: Click finds the payment by that day. */
  readonly createTime: Date;
}

/** What Click reports about an attempt's payment. */
export type Said =
  | { readonly kind: "REPORTED"; readonly status: ReportedStatus; readonly clickPaymentId: string }
  /** Created or being processed. */
  | { readonly kind: "IN_PROGRESS" }
  /** Click does not confirm that the payment number belongs to the attempt's reference, so the reported status proves nothing. */
  | { readonly kind: "NOT_PROVEN" }
  /** Click answered that it has no such payment. */
  | { readonly kind: "NOT_KNOWN" }
  /** No answer. */
  | { readonly kind: "UNKNOWN" };

/**
 * Polls the status of the payment number first, then checks that Click has this number under the attempt's reference: click_paydoc_id is
 * not signed, and the status of one payment must not count for another (design.md 6).
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

/** Click finds payments by day and does not document the time zone: the day in Tashkent first, then the days beside it. */
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
