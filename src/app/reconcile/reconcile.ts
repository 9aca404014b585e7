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
import {
  begunWithin,
  QUESTION_REQUESTS,
  type ReconcileApi,
  type RequestBudget,
  withinBudget,
} from "./request-budget.ts";
import type { DueStatusPoll, StatusPollStore } from "./status-poll-store.ts";

export interface ReconcileDeps
  extends EndUnknownRefundsDeps,
    FindUnknownPaymentDeps,
    AskAboutInvoiceDeps,
    RefundPaymentDeps,
    EndChargeDeps {
  readonly registry: ServiceRegistry;
  readonly questions: StatusPollStore;
  readonly reportedStatuses: ReportedStatusStore;
  readonly reconciliation: ReconciliationStore;
  readonly restores: Pick<RestoreStore, "lostWindows">;
  readonly click: RefundPaymentDeps["click"] & ReconcileApi;
}

/** One thing that reconciliation looked at, for a log line or a row of a table. */
export type Finding = Discrepancy;

const QUESTIONS_A_ROUND_MAX = 200;
const CHARGES_A_ROUND_MAX = 50;

/**
 * Keeps our records right without anyone watching: ends what a dead process left half sent, asks Click about what has no news, and finds
 * what the shop and Click disagree on. Never cancels. Two at once do no harm: every step is a compare-and-set.
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
  await deps.questions.seed(await paySystemIds(deps.registry));
  // Each is put off before it is asked: a process that dies here does not ask the same question for ever.
  const begun = { ...deps, click: begunWithin(deps.click, budget) };
  for (const question of await deps.questions.claimDue(questionsWithin(budget))) {
    if (budget.allowsPoll()) findings.push(await answer(begun, question));
    else await reschedule(deps, question);
  }
  findings.push(...(await applyOwedPolicy(asking)));
  return findings;
}

function questionsWithin(budget: RequestBudget): number {
  if (!budget.allowsPoll()) return 0;
  return Math.min(QUESTIONS_A_ROUND_MAX, Math.max(1, Math.floor(budget.left() / QUESTION_REQUESTS)));
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

function reschedule({ questions }: Pick<ReconcileDeps, "questions">, question: DueStatusPoll): Promise<void> {
  if (question.kind === "ATTEMPT") return questions.reschedule(question.kind, question.attempt.id);
  return questions.reschedule(question.kind, question.kind === "INVOICE" ? question.invoiceId : question.paymentId);
}

async function answer(deps: ReconcileDeps, question: DueStatusPoll): Promise<Finding> {
  if (question.kind === "PAYMENT") return findUnknownPayment(deps, question.paymentId);
  if (question.kind === "INVOICE") return askAboutInvoice(deps, question.invoiceId);
  if (question.kind === "REFERENCE") return findUnderReference(deps, question);
  const { attempt } = question;
  const finding = await askAndApply(deps, attempt, { dryRun: false });
  if (finding.said === "UNKNOWN") await reschedule(deps, question);
  // Its Complete said that the money was taken, and Click does not say so.
  if (!holdsMoney(attempt) || !isDenial(finding.said)) return finding;
  return { ...finding, outcome: await deps.questions.noteDenial(attempt, finding.said) };
}

function isDenial(said: string): boolean {
  return said === "NOT_KNOWN" || said === "IN_PROGRESS";
}

/** Asks about one attempt and writes what Click says; a dry run only says what it would write. */
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
