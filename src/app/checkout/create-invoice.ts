import { fail } from "../../payment/failure.ts";
import type { PaymentId } from "../../payment/ids.ts";
import type { Invoice } from "../../payment/invoice.ts";
import type { ClickApi } from "../click/click-api.ts";
import { hashOf, type RequestKey, type Stored, sendOnce } from "../outbox/send-once.ts";
import { findPayable, type PayableDeps, refuseUnlessPayable } from "../payments/payable.ts";
import type { InvoiceStore } from "./invoice-store.ts";

export interface CreateInvoiceDeps extends PayableDeps {
  readonly invoices: InvoiceStore;
  readonly click: Pick<ClickApi, "createInvoice">;
  readonly newToken: () => string;
}

export interface CreateInvoiceRequest {
  /** Name of the caller's token: request ids are kept per caller. */
  readonly caller: string;
  readonly requestId: string;
  readonly paymentId: PaymentId;
  /** Twelve digits. */
  readonly phone: string;
  readonly userId: string;
  /** The network of the buyer's browser; undefined for a back office. Not part of the idempotency hash. */
  readonly callerNetwork?: string | undefined;
}

/** Sends an invoice to a phone once. A lost reply leaves it UNKNOWN. */
export async function createInvoice(deps: CreateInvoiceDeps, request: CreateInvoiceRequest): Promise<Invoice> {
  const { caller, requestId, paymentId, phone } = request;
  const key = { caller, requestId, requestHash: hashOf({ paymentId, phone }) };
  const invoice = await sendOnce({
    key,
    find: () => deps.invoices.find(caller, requestId),
    store: () => store(deps, request, key),
    ready: async () => (await findPayable(deps, paymentId)).account,
    claim: ({ id }) => deps.invoices.claimForSending(id, deps.newToken()),
    send: async (stored, account) => {
      const { amountTiyin, reference } = stored;
      return deps.invoices.settle(stored, await deps.click.createInvoice(account, { amountTiyin, phone, reference }));
    },
  });
  return answerFor(invoice);
}

async function store(
  deps: CreateInvoiceDeps,
  request: CreateInvoiceRequest,
  key: RequestKey,
): Promise<Stored<Invoice>> {
  const { userId, paymentId, phone, callerNetwork } = request;
  const { payment, account, reference, amountTiyin, feeTiyin } = await findPayable(deps, paymentId);
  return deps.invoices.store(
    {
      ...key,
      userId,
      serviceId: account.serviceId,
      paymentId,
      orderId: payment.orderId,
      reference: reference.text,
      amountTiyin,
      feeTiyin,
      phone,
      callerNetwork,
    },
    refuseUnlessPayable(paymentId, { amountTiyin, feeTiyin }),
  );
}

function answerFor(invoice: Invoice): Invoice {
  const { clickErrorCode, clickErrorNote } = invoice;
  return invoice.state === "REFUSED" ? fail({ reason: "CLICK_REFUSED", clickErrorCode, clickErrorNote }) : invoice;
}
