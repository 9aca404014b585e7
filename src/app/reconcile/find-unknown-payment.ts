import { FailureError } from "../../payment/failure.ts";
import type { PaymentId } from "../../payment/ids.ts";
import { DAY_MS, tashkentDay } from "../../protocol/tashkent-time.ts";
import type { ClickPaymentStatus, MerchantAccount } from "../click/click-api.ts";
import type { StatusApi } from "../payments/ask-click.ts";
import type { Discrepancy } from "../payments/finding.ts";
import type { PaidByClick } from "../payments/paid-by-click.ts";
import { findPayable, type Payable, type PayableDeps } from "../payments/payable.ts";
import type { StatusPollStore } from "./status-poll-store.ts";

export interface FindUnknownPaymentDeps extends PayableDeps {
  readonly click: StatusApi;
  readonly paidByClick: PaidByClick;
  readonly statusPolls: Pick<StatusPollStore, "reschedule">;
  readonly now: () => Date;
}

/** Today and yesterday are enough, because the poll repeats for some days. */
const DAYS_BACK = [0, 1];

/**
 * Looks for a Click payment without any callback on record: a restored or failed-over database can have lost a capture. Click's answer has
 * no sum, so the money is OWED until an operator accepts it.
 */
export async function findUnknownPayment(deps: FindUnknownPaymentDeps, paymentId: PaymentId): Promise<Discrepancy> {
  const subject = `payment ${paymentId}`;
  const payable = await payableOrWhy(deps, paymentId);
  if (typeof payable === "string") return { subject, said: "NOT_ASKED", outcome: payable };
  const { account, reference, amountTiyin, feeTiyin } = payable;
  const found = await paymentFor(deps, account, reference.text);
  if (found === "UNKNOWN") await deps.statusPolls.reschedule("PAYMENT", paymentId);
  if (typeof found === "string") return { subject, said: found, outcome: "UNCHANGED" };
  const { clickPaymentId } = found;
  const { serviceId } = account;
  const paid = {
    serviceId,
    paymentId,
    clickPaymentId,
    amountTiyin,
    feeTiyin,
    source: "RECONCILIATION",
    reference: reference.text,
  } as const;
  return { subject, said: "PAID", outcome: await deps.paidByClick.record(paid) };
}

async function payableOrWhy(deps: PayableDeps, paymentId: PaymentId): Promise<Payable | string> {
  try {
    return await findPayable(deps, paymentId);
  } catch (error) {
    // Meanwhile paid, cancelled or moved to another pay system.
    if (error instanceof FailureError && error.failure.reason !== "DATABASE_UNAVAILABLE") return error.failure.reason;
    throw error;
  }
}

async function paymentFor(
  { click, now }: FindUnknownPaymentDeps,
  account: MerchantAccount,
  reference: string,
): Promise<{ readonly clickPaymentId: string } | "NONE" | "UNKNOWN" | "IN_PROGRESS"> {
  let isInProgress = false;
  for (const days of DAYS_BACK) {
    const reply = await click.paymentOfReference(
      account,
      reference,
      tashkentDay(new Date(now().getTime() - days * DAY_MS)),
    );
    if (reply.kind === "UNKNOWN") return "UNKNOWN";
    if (reply.kind === "REFUSED" || reply.clickPaymentId === undefined) continue;
    const { clickPaymentId } = reply;
    const status = await statusOf(click, account, clickPaymentId);
    if (status === "PAID") return { clickPaymentId };
    if (status === "UNKNOWN") return "UNKNOWN";
    // A declined payment of today does not exclude one that was paid yesterday.
    isInProgress ||= status !== "FAILED";
  }
  return isInProgress ? "IN_PROGRESS" : "NONE";
}

async function statusOf(
  click: StatusApi,
  account: MerchantAccount,
  clickPaymentId: string,
): Promise<ClickPaymentStatus | "UNKNOWN"> {
  const reply = await click.paymentStatus(account, clickPaymentId);
  return reply.kind === "DONE" ? reply.status : "UNKNOWN";
}
