import type { ClickApi, FiscalReceipt } from "../click/click-api.ts";
import { hashOf } from "../outbox/send-once.ts";
import { type SubmitDeps, type SubmitRequest, type Submitted, submitOnce } from "./submit-once.ts";

export interface SubmitFiscalItemsDeps extends SubmitDeps {
  readonly click: Pick<ClickApi, "fiscalData" | "submitFiscalItems">;
}

export interface SubmitFiscalItemsRequest extends SubmitRequest {
  /** Already validated: see `grpc/fiscal-items.ts`. */
  readonly receipt: FiscalReceipt;
}

/** Sends the sold goods to Click for the receipt. */
export async function submitFiscalItems(
  deps: SubmitFiscalItemsDeps,
  request: SubmitFiscalItemsRequest,
): Promise<Submitted> {
  const { caller, requestId, paymentId, attemptId, receipt } = request;
  const fields = { paymentId, attemptId: attemptId ?? 0, receipt: JSON.stringify(receipt, bigintAsText) };
  return submitOnce(deps, {
    kind: "ITEMS",
    key: { caller, requestId, requestHash: hashOf(fields) },
    request,
    send: (account, clickPaymentId) => deps.click.submitFiscalItems(account, clickPaymentId, receipt),
  });
}

function bigintAsText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
