import { createHash } from "node:crypto";
import { fail } from "../payment/failure.ts";
import type { PaymentId } from "../payment/ids.ts";
import type { Invoice } from "../payment/invoice.ts";
import { findPayable, type PayableDeps, payableSum } from "./payable.ts";
import type { ClickApi, InvoiceStore, MerchantAccount } from "./ports.ts";

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
}

/**
 * Sends a bill to a phone. The invoice is stored before it is sent and claimed for sending by one compare-and-set, so Click is asked
 * once, however often and from wherever the same request comes; a lost reply leaves it UNKNOWN.
 */
export async function createInvoice(deps: CreateInvoiceDeps, request: CreateInvoiceRequest): Promise<Invoice> {
  const requestHash = hashOf(request);
  const known = await deps.invoices.find(request.caller, request.requestId);
  const stored = known ?? (await store(deps, request, requestHash));
  if (!stored.requestHash.equals(requestHash)) fail({ reason: "REQUEST_ID_REUSED", requestId: request.requestId });
  if (stored.invoice.state !== "STORED") return answerFor(stored.invoice);
  // Stored by a process that died before it could send, or just now by us.
  const { account } = await findPayable(deps, request.paymentId);
  return send(deps, stored.invoice, account);
}

async function store(deps: CreateInvoiceDeps, request: CreateInvoiceRequest, requestHash: Buffer) {
  const { caller, requestId, userId, paymentId, phone } = request;
  const { payment, account, reference, amountTiyin } = await findPayable(deps, paymentId);
  return deps.invoices.store(
    {
      caller,
      requestId,
      requestHash,
      userId,
      serviceId: account.serviceId,
      paymentId,
      orderId: payment.orderId,
      reference: reference.text,
      amountTiyin,
      phone,
    },
    (current, attempts) => {
      const now = current ?? fail({ reason: "PAYMENT_NOT_FOUND", paymentId });
      if (payableSum(now, attempts) !== amountTiyin) {
        fail({ reason: "PAYMENT_NOT_PAYABLE", paymentId, why: "AMOUNT_NOT_PAYABLE" });
      }
    },
  );
}

async function send(deps: CreateInvoiceDeps, invoice: Invoice, account: MerchantAccount): Promise<Invoice> {
  if (!(await deps.invoices.claimForSending(invoice.id, deps.newToken()))) return { ...invoice, state: "SENDING" };
  const { amountTiyin, phone, reference } = invoice;
  const reply = await deps.click.createInvoice(account, { amountTiyin, phone, reference });
  return answerFor(await deps.invoices.settle(invoice.id, reply));
}

function answerFor(invoice: Invoice): Invoice {
  const { clickErrorCode, clickErrorNote } = invoice;
  return invoice.state === "REFUSED" ? fail({ reason: "CLICK_REFUSED", clickErrorCode, clickErrorNote }) : invoice;
}

/** Named fields only, in a fixed order: what makes two requests the same request. */
function hashOf({ paymentId, phone, userId }: CreateInvoiceRequest): Buffer {
  return createHash("sha256").update(JSON.stringify({ paymentId, phone, userId })).digest();
}
