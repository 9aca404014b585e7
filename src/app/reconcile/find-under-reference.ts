import type { PaymentId } from "../../payment/ids.ts";
import { REFERENCE_DAYS_PER_POLL, REFERENCE_POLLS } from "../../payment/status-poll-schedule.ts";
import { DAY_MS, tashkentDay } from "../../protocol/tashkent-time.ts";
import { type LostWindow, lostDays, type RestoreStore } from "../instance/restored.ts";
import type { Discrepancy } from "../payments/finding.ts";
import { findReference } from "../payments/payable.ts";
import type { FindUnknownPaymentDeps } from "./find-unknown-payment.ts";

export interface FindUnderReferenceDeps extends FindUnknownPaymentDeps {
  readonly restores: Pick<RestoreStore, "lostWindows">;
}

/**
 * Looks for Click payments under a reference that our attempts do not know: after a restore, a new order may have the number of a lost
 * order that was paid. Click's answer has neither the sum nor the buyer, so the money is OWED and an operator decides. Click returns one
 * payment per day.
 */
export async function findUnderReference(
  deps: FindUnderReferenceDeps,
  { paymentId, askCount }: { readonly paymentId: PaymentId; readonly askCount: number },
): Promise<Discrepancy> {
  const { click, now, paidByClick, statusPolls } = deps;
  const subject = `payment ${paymentId}`;
  const found = await findReference(deps, paymentId);
  if (found === undefined) return { subject, said: "NOT_ASKED", outcome: "it has no reference of its own" };
  const { account, reference, payment, feeTiyin } = found;
  const days = daysOf(askCount, now(), await deps.restores.lostWindows());
  const outcomes: string[] = [];
  for (const day of days) {
    const reply = await click.paymentOfReference(account, reference.text, day);
    const clickPaymentId = reply.kind === "DONE" ? reply.clickPaymentId : undefined;
    const status = clickPaymentId === undefined ? undefined : await click.paymentStatus(account, clickPaymentId);
    if (reply.kind === "UNKNOWN" || status?.kind === "UNKNOWN") {
      await statusPolls.reschedule("REFERENCE", paymentId);
      return { subject, said: "UNKNOWN", outcome: "UNCHANGED" };
    }
    if (clickPaymentId === undefined || status?.kind !== "DONE" || status.status !== "PAID") continue;
    const { serviceId } = account;
    const amountTiyin = (payment.sumTiyin ?? 0n) + feeTiyin;
    const sums = { amountTiyin, feeTiyin, source: "RECONCILIATION" } as const;
    outcomes.push(
      await paidByClick.record({ serviceId, paymentId, clickPaymentId, ...sums, reference: reference.text }),
    );
  }
  const changed = outcomes.filter((outcome) => outcome !== "UNCHANGED");
  return { subject, said: outcomes.length > 0 ? "PAID" : "NONE", outcome: changed[0] ?? "UNCHANGED" };
}

/** Today and yesterday first, then the days that may be lost, a few per poll; at the end today and yesterday again. */
function daysOf(askCount: number, now: Date, windows: readonly LostWindow[]): readonly string[] {
  const recent = [now, new Date(now.getTime() - DAY_MS)].map(tashkentDay);
  const days = [...new Set([...recent, ...lostDays(windows)])];
  const from = (askCount < REFERENCE_POLLS ? askCount : 0) * REFERENCE_DAYS_PER_POLL;
  return days.slice(from, from + REFERENCE_DAYS_PER_POLL);
}
