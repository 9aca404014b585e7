import type { InvoiceId } from "../../payment/ids.ts";
import type { InvoiceStore } from "../checkout/invoice-store.ts";
import { isOfTheAsker } from "../click/click-api.ts";
import type { Discrepancy } from "../payments/finding.ts";
import { accountOf } from "../services/click-service.ts";
import { type FindUnknownPaymentDeps, findUnknownPayment } from "./find-unknown-payment.ts";
import type { ReconcileApi } from "./request-budget.ts";

export interface AskAboutInvoiceDeps extends FindUnknownPaymentDeps {
  readonly invoices: Pick<InvoiceStore, "unpaid" | "cancel">;
  readonly click: ReconcileApi;
}

/**
 * Polls an invoice that no callback ended. The status of an invoice does not prove money: when it shows paid, the payment is looked up at
 * once, and the payment's own status counts.
 */
export async function askAboutInvoice(deps: AskAboutInvoiceDeps, invoiceId: InvoiceId): Promise<Discrepancy> {
  const subject = `invoice ${invoiceId}`;
  const invoice = await deps.invoices.unpaid(invoiceId);
  if (invoice === undefined) return { subject, said: "NOT_ASKED", outcome: "paid, or ended" };
  const service = await deps.registry.service(invoice.serviceId);
  const account = service === undefined ? undefined : accountOf(service);
  if (account === undefined) return { subject, said: "NOT_ASKED", outcome: "the service is not configured" };
  const reply = await deps.click.invoiceStatus(account, invoice.clickInvoiceId);
  if (reply.kind === "REFUSED" && !isOfTheAsker(reply.refusal)) {
    return { subject, said: "NOT_KNOWN", outcome: "UNCHANGED" };
  }
  if (reply.kind !== "DONE") return unanswered(deps, invoiceId, subject);
  if (reply.status < 0) return { subject, said: "CANCELLED", outcome: (await deps.invoices.cancel(invoice)).state };
  if (reply.status === 0) return { subject, said: "WAITING", outcome: "UNCHANGED" };
  const found = await findUnknownPayment(deps, invoice.paymentId);
  return found.said === "UNKNOWN" ? unanswered(deps, invoiceId, subject) : { ...found, subject };
}

async function unanswered(
  { statusPolls }: AskAboutInvoiceDeps,
  invoiceId: InvoiceId,
  subject: string,
): Promise<Discrepancy> {
  await statusPolls.reschedule("INVOICE", invoiceId);
  return { subject, said: "UNKNOWN", outcome: "UNCHANGED" };
}
