import { fail } from "../../payment/failure.ts";
import type { FiscalKind, FiscalReply, FiscalSubmission } from "../../payment/fiscal.ts";
import type { AttemptId, PaymentId } from "../../payment/ids.ts";
import type { FiscalReceiptUrl } from "../../protocol/receipt-url.ts";
import type { ClickReply, MerchantAccount } from "../click/click-api.ts";
import { type RequestKey, type Stored, sendOnce } from "../outbox/send-once.ts";
import { accountOfService } from "../services/service-account.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";
import { type ReadReceiptDeps, readReceipt } from "./fiscal-receipt.ts";

export interface SubmitDeps extends ReadReceiptDeps {
  readonly registry: ServiceRegistry;
  readonly newToken: () => string;
}

/** Fields that both submissions share. */
export interface SubmitRequest {
  /** Name of the caller's token: request ids are kept per caller. */
  readonly caller: string;
  readonly requestId: string;
  readonly paymentId: PaymentId;
  /** Undefined: the attempt that holds the payment. */
  readonly attemptId: AttemptId | undefined;
  readonly userId: string;
}

export interface Submitted {
  readonly submission: FiscalSubmission;
  readonly receipt: FiscalReceiptUrl | undefined;
}

interface Submission {
  readonly kind: FiscalKind;
  readonly key: RequestKey;
  readonly request: SubmitRequest;
  readonly send: (account: MerchantAccount, clickPaymentId: string) => Promise<ClickReply>;
}

/** Sends receipt data to Click once. Data is never sent again when Click already has a receipt. */
export async function submitOnce(deps: SubmitDeps, { kind, key, request, send }: Submission): Promise<Submitted> {
  const { fiscal } = deps;
  const { paymentId } = request;
  const submission = await sendOnce({
    key,
    find: () => fiscal.find(kind, key.caller, key.requestId),
    store: () => store(deps, kind, key, request),
    ready: (stored) => ready(deps, stored),
    claim: async (stored) => {
      const claimed = await fiscal.claimForSending(stored, deps.newToken());
      return claimed === "OPEN" ? fail({ reason: "FISCAL_OPEN", paymentId }) : claimed;
    },
    send: async (stored, { account, hasReceipt }) => {
      const reply = hasReceipt ? RECEIPT_EXISTS : await send(account, stored.clickPaymentId);
      return fiscal.settle(stored, reply);
    },
  });
  const { clickErrorCode, clickErrorNote, clickRefusal } = submission;
  if (submission.state === "REFUSED") fail({ reason: "CLICK_REFUSED", clickErrorCode, clickErrorNote, clickRefusal });
  return { submission, receipt: await fiscal.receipt(submission) };
}

const RECEIPT_EXISTS: FiscalReply = { kind: "RECEIPT_EXISTS" };

async function store(
  { fiscal }: SubmitDeps,
  kind: FiscalKind,
  key: RequestKey,
  { paymentId, attemptId, userId }: SubmitRequest,
): Promise<Stored<FiscalSubmission>> {
  const payment = await fiscal.clickPayment(paymentId, attemptId);
  if (payment === undefined) return fail({ reason: "CLICK_PAYMENT_NOT_FOUND", paymentId });
  const stored = await fiscal.store({ ...key, ...payment, kind, userId });
  return stored === "OPEN" ? fail({ reason: "FISCAL_OPEN", paymentId }) : stored;
}

/**
 * Click does not document a second submission, so the receipt is read first (click-protocol.md 2.3). Click refuses that read when there
 * is no receipt.
 */
async function ready(
  deps: SubmitDeps,
  submission: FiscalSubmission,
): Promise<{ readonly account: MerchantAccount; readonly hasReceipt: boolean }> {
  const account = await accountOfService(deps.registry, submission.serviceId);
  if (!(await deps.fiscal.wasSubmittedBefore(submission))) return { account, hasReceipt: false };
  const reply = await readReceipt(deps, account, submission);
  const isSilent = reply.kind === "UNKNOWN" || (reply.kind === "REFUSED" && reply.refusal === "NOT_SENT");
  if (isSilent) return fail({ reason: "CLICK_UNAVAILABLE" });
  return { account, hasReceipt: reply.kind === "DONE" && reply.receipt !== undefined };
}
