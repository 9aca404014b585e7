import { fail } from "../../payment/failure.ts";
import type { PaymentId } from "../../payment/ids.ts";
import { askAboutAttempt, type StatusApi } from "../payments/ask-click.ts";
import type { AttemptRecord, PaymentReader, PaymentRecord } from "../payments/payment-reader.ts";
import type { ReportedStatusStore } from "../payments/reported-status-store.ts";
import { accountOf } from "../services/click-service.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";

export interface RefreshPaymentDeps {
  readonly registry: ServiceRegistry;
  readonly payments: Pick<PaymentReader, "find">;
  readonly reportedStatuses: ReportedStatusStore;
  readonly click: StatusApi;
}

export interface RefreshedPayment {
  readonly payment: PaymentRecord;
  /** Whether Click answered every poll. */
  readonly complete: boolean;
}

/** Polls Click about each attempt of a payment that may have money, and stores the reported status. */
export async function refreshPayment(deps: RefreshPaymentDeps, paymentId: PaymentId): Promise<RefreshedPayment> {
  const before = (await deps.payments.find(paymentId)) ?? fail({ reason: "PAYMENT_NOT_FOUND", paymentId });
  let complete = true;
  for (const attempt of before.attempts.filter(mayHaveMoney)) {
    if (!(await refreshAttempt(deps, attempt))) complete = false;
  }
  const payment = (await deps.payments.find(paymentId)) ?? before;
  return { payment, complete };
}

async function refreshAttempt(
  { registry, reportedStatuses, click }: RefreshPaymentDeps,
  attempt: AttemptRecord,
): Promise<boolean> {
  const service = await registry.service(attempt.serviceId);
  const account = service === undefined ? undefined : accountOf(service);
  if (account === undefined) return false;
  const said = await askAboutAttempt(click, account, attempt);
  if (said.kind === "REPORTED") await reportedStatuses.apply({ attemptId: attempt.id, ...said });
  return said.kind !== "UNKNOWN";
}

/** A cancelled or reversed attempt is final, and a refused one has money only if its Complete reported it. */
function mayHaveMoney({ state }: Pick<AttemptRecord, "state">): boolean {
  return state !== "CANCELLED" && state !== "REVERSED";
}
