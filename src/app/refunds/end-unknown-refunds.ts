import { STILL_PAID_READS } from "../../payment/refund.ts";
import type { StatusApi } from "../payments/ask-click.ts";
import type { Discrepancy } from "../payments/finding.ts";
import { accountOf } from "../services/click-service.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";
import type { RefundStore } from "./refund-store.ts";

export interface EndUnknownRefundsDeps {
  readonly registry: ServiceRegistry;
  readonly refunds: RefundStore;
  readonly click: Pick<StatusApi, "paymentStatus">;
}

const REFUNDS_A_ROUND_MAX = 50;

/**
 * Ends refunds whose reply was lost: DONE when Click reports a status below 0; NOT_DONE only after three polls over half an hour still
 * report it paid, because a reversal may take time.
 */
export async function endUnknownRefunds(deps: EndUnknownRefundsDeps): Promise<readonly Discrepancy[]> {
  const findings: Discrepancy[] = [];
  for (const refund of await deps.refunds.unknownDue(REFUNDS_A_ROUND_MAX)) {
    const service = await deps.registry.service(refund.serviceId);
    const account = service === undefined ? undefined : accountOf(service);
    if (account === undefined) continue;
    const reply = await deps.click.paymentStatus(account, refund.clickPaymentId);
    const said = reply.kind === "DONE" ? reply.status : reply.kind;
    const outcome = await end(deps.refunds, refund.id, said);
    findings.push({ subject: `refund ${refund.id} (UNKNOWN)`, said, outcome });
  }
  return findings;
}

async function end(refunds: RefundStore, id: Parameters<RefundStore["settle"]>[0], said: string): Promise<string> {
  if (said === "FAILED") return (await refunds.settle(id, { kind: "DONE" })).state;
  if (said !== "PAID") return "UNCHANGED";
  const reads = await refunds.countStillPaid(id);
  return reads < STILL_PAID_READS ? "UNCHANGED" : (await refunds.settle(id, { kind: "NOT_DONE" })).state;
}
