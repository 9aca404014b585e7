import { holdsMoney } from "../../payment/attempt.ts";
import { type EndChargeDeps, endCharge } from "../charges/end-charge.ts";
import type { RestoreStore } from "../instance/restored.ts";
import { askAboutAttempt, type StatusApi } from "../payments/ask-click.ts";
import type { Discrepancy } from "../payments/finding.ts";
import type { AttemptRecord } from "../payments/payment-reader.ts";
import type { ReportedStatusStore } from "../payments/reported-status-store.ts";
import { applyOwedPolicy } from "../refunds/apply-owed-policy.ts";
import { type EndUnknownRefundsDeps, endUnknownRefunds } from "../refunds/end-unknown-refunds.ts";
import type { RefundPaymentDeps } from "../refunds/refund-payment.ts";
import { accountOf } from "../services/click-service.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";
import { type AskAboutInvoiceDeps, askAboutInvoice } from "./ask-about-invoice.ts";
import { findUnderReference } from "./find-under-reference.ts";
import { type FindUnknownPaymentDeps, findUnknownPayment } from "./find-unknown-payment.ts";
import type { ReconciliationStore } from "./reconciliation-store.ts";
import { begunWithin, POLL_REQUESTS, type ReconcileApi, type RequestBudget, withinBudget } from "./request-budget.ts";
import type { DueStatusPoll, StatusPollStore } from "./status-poll-store.ts";

export interface ReconcileDeps
  extends EndUnknownRefundsDeps,
    FindUnknownPaymentDeps,
    AskAboutInvoiceDeps,
    RefundPaymentDeps,
    EndChargeDeps {
  readonly registry: ServiceRegistry;
  readonly statusPolls: StatusPollStore;
  readonly reportedStatuses: ReportedStatusStore;
  readonly reconciliation: ReconciliationStore;
  readonly restores: Pick<RestoreStore, "lostWindows">;
  readonly click: RefundPaymentDeps["click"] & ReconcileApi;
}

/** The result of one check, for a log line or a table row. */
export type Finding = Discrepancy;

const POLLS_PER_ROUND_MAX = 200;
const CHARGES_A_ROUND_MAX = 50;

/**
 * One round of reconciliation: ends requests that a dead process left open, polls Click about payments without news, and finds where shop
 * and Click disagree. Never cancels. Safe to run twice at once: every step is a compare-and-set.
 */
export async function reconcile(deps: ReconcileDeps, budget: RequestBudget): Promise<readonly Finding[]> {
  const click = withinBudget(deps.click, budget);
  const asking = { ...deps, click };
  const findings: Finding[] = [
    ...(await deps.reconciliation.endStale()),
    ...(await deps.reconciliation.compareWithShop()),
  ];
  findings.push(...(await deps.reconciliation.audit([...(await deps.registry.all()).values()])));
  findings.push(...(await endUnknownRefunds(asking)), ...(await endCharges(asking)));
  await deps.statusPolls.seed(await paySystemIds(deps.registry));
  // Each poll is rescheduled before it is sent, so that a crash here does not repeat the same poll for ever.
  const begun = { ...deps, click: begunWithin(deps.click, budget) };
  for (const poll of await deps.statusPolls.claimDue(pollsWithin(budget))) {
    if (budget.allowsPoll()) findings.push(await answer(begun, poll));
    else await reschedule(deps, poll);
  }
  findings.push(...(await applyOwedPolicy(asking)));
  return findings;
}

function pollsWithin(budget: RequestBudget): number {
  if (!budget.allowsPoll()) return 0;
  return Math.min(POLLS_PER_ROUND_MAX, Math.max(1, Math.floor(budget.left() / POLL_REQUESTS)));
}

async function endCharges(deps: EndChargeDeps): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const charge of await deps.charges.leftBehind(CHARGES_A_ROUND_MAX)) {
    const { state } = await endCharge(deps, charge);
    const subject = `charge ${charge.id} (${charge.state})`;
    findings.push({ subject, said: "ASKED", outcome: state === charge.state ? "UNCHANGED" : state });
  }
  return findings;
}

function reschedule({ statusPolls }: Pick<ReconcileDeps, "statusPolls">, poll: DueStatusPoll): Promise<void> {
  if (poll.kind === "ATTEMPT") return statusPolls.reschedule(poll.kind, poll.attempt.id);
  return statusPolls.reschedule(poll.kind, poll.kind === "INVOICE" ? poll.invoiceId : poll.paymentId);
}

async function answer(deps: ReconcileDeps, poll: DueStatusPoll): Promise<Finding> {
  if (poll.kind === "PAYMENT") return findUnknownPayment(deps, poll.paymentId);
  if (poll.kind === "INVOICE") return askAboutInvoice(deps, poll.invoiceId);
  if (poll.kind === "REFERENCE") return findUnderReference(deps, poll);
  const { attempt } = poll;
  const finding = await askAndApply(deps, attempt, { dryRun: false });
  if (finding.said === "UNKNOWN") await reschedule(deps, poll);
  // Its Complete reported the money as taken, but Click's status does not.
  if (!holdsMoney(attempt) || !isDenial(finding.said)) return finding;
  return { ...finding, outcome: await deps.statusPolls.noteDenial(attempt, finding.said) };
}

function isDenial(said: string): boolean {
  return said === "NOT_KNOWN" || said === "IN_PROGRESS";
}

/** Polls one attempt and stores the reported status; a dry run only returns what it would store. */
export async function askAndApply(
  {
    registry,
    reportedStatuses,
    click,
  }: Pick<ReconcileDeps, "registry" | "reportedStatuses"> & { readonly click: StatusApi },
  attempt: AttemptRecord,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Finding> {
  const subject = `attempt ${attempt.id} (${attempt.state})`;
  const service = await registry.service(attempt.serviceId);
  const account = service === undefined ? undefined : accountOf(service);
  if (account === undefined) return { subject, said: "NOT_ASKED", outcome: "the service is not configured" };
  const said = await askAboutAttempt(click, account, attempt);
  if (said.kind !== "REPORTED") return { subject, said: said.kind, outcome: "UNCHANGED" };
  const { status, clickPaymentId } = said;
  return {
    subject,
    said: status,
    outcome: await reportedStatuses.apply({ attemptId: attempt.id, status, clickPaymentId, dryRun }),
  };
}

async function paySystemIds(registry: ServiceRegistry): Promise<readonly number[]> {
  return [...(await registry.all()).values()].flatMap((service) => service.paySystemIds);
}
