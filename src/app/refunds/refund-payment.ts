import type { Decision } from "../../payment/anomaly.ts";
import { type Attempt, holdsMoney } from "../../payment/attempt.ts";
import { fail } from "../../payment/failure.ts";
import type { AttemptId, PaymentId } from "../../payment/ids.ts";
import { isPartial, type NotRefundableReason, type Refund, refundableAttempt } from "../../payment/refund.ts";
import { leftTiyin, returnedBy, whyNoMoney } from "../../payment/refundable.ts";
import type { ClickApi, MerchantAccount } from "../click/click-api.ts";
import { hashOf, type RequestKey, type Stored, sendOnce } from "../outbox/send-once.ts";
import { accountOf, type ClickService } from "../services/click-service.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";
import type { RefundStore } from "./refund-store.ts";

export interface RefundPaymentDeps {
  readonly registry: ServiceRegistry;
  readonly refunds: RefundStore;
  readonly click: Pick<ClickApi, "paymentStatus" | "reversePayment" | "reversePaymentPartly">;
  /** What a token may give back within a day, by its name. */
  readonly refundLimits: ReadonlyMap<string, bigint>;
  readonly newToken: () => string;
}

export interface RefundPaymentRequest {
  /** Name of the caller's token: request ids are kept per caller. */
  readonly caller: string;
  readonly requestId: string;
  /** Name of the token whose daily limit it counts for; undefined: nobody asked for it. */
  readonly token: string | undefined;
  readonly userId: string;
  readonly note: string;
  readonly about: RefundSubject;
  /** Undefined: the whole remaining capture of the attempt. */
  readonly amountTiyin: bigint | undefined;
  /** Refuses money that an operator has accepted for a payment meanwhile. */
  readonly onlyOwed?: boolean;
  /** Set when the refund resolves an anomaly. */
  readonly decision?: Decision | undefined;
}

/** One attempt, of a payment or of none. Without an attempt id: the attempt that holds the payment, else its oldest owed one. */
export type RefundSubject =
  | { readonly paymentId: PaymentId; readonly attemptId: AttemptId | undefined }
  | { readonly paymentId: undefined; readonly attemptId: AttemptId };

/**
 * Refunds money through Click once: the refund is stored before it is sent and never sent twice. A lost reply leaves it UNKNOWN until
 * reconciliation finds the result. Nothing is stored unless Click shows the payment as paid right before.
 */
export async function refundPayment(deps: RefundPaymentDeps, request: RefundPaymentRequest): Promise<Refund> {
  const { caller, requestId, about, amountTiyin } = request;
  const { paymentId = 0, attemptId = 0 } = about;
  const requestHash = hashOf({ paymentId, attemptId, amountTiyin: String(amountTiyin ?? "") });
  const key = { caller, requestId, requestHash };
  let shownPaid: string | undefined;
  const refund = await sendOnce({
    key,
    find: () => deps.refunds.find(caller, requestId),
    store: async () => {
      const choice = await choose(deps, request);
      await checkPaidAtClick(deps, choice.account, choice);
      shownPaid = choice.clickPaymentId;
      return store(deps, request, key, choice);
    },
    ready: async (stored) => {
      const { account } = await serviceOf(deps, stored);
      // A dead process stored it some time ago, so the status that Click reported then is out of date.
      if (stored.clickPaymentId !== shownPaid) await checkPaidAtClick(deps, account, stored);
      return account;
    },
    claim: ({ id }) => deps.refunds.claimForSending(id, deps.newToken()),
    send: async (stored, account) => deps.refunds.settle(stored.id, await reverse(deps, account, stored)),
  });
  const { clickErrorCode, clickErrorNote, clickRefusal } = refund;
  const refused = { reason: "CLICK_REFUSED", clickErrorCode, clickErrorNote, clickRefusal } as const;
  return refund.state === "REFUSED" ? fail(refused) : refund;
}

/** The attempt whose money is refunded. */
interface Choice {
  readonly attemptId: AttemptId;
  readonly paymentId: PaymentId | undefined;
  readonly clickPaymentId: string;
  readonly account: MerchantAccount;
}

async function choose(deps: RefundPaymentDeps, request: RefundPaymentRequest): Promise<Choice> {
  const attempt = await chooseAttempt(deps, request.about);
  const { id: attemptId, paymentId } = attempt;
  const amountTiyin = request.amountTiyin ?? (await leftOf(deps, attempt));
  const clickPaymentId =
    attempt.clickPaymentId ?? attempt.clickPaydocId ?? notRefundable(paymentId, "CLICK_PAYMENT_UNKNOWN");
  const { account, service } = await serviceOf(deps, attempt);
  if (amountTiyin > attempt.amountTiyin) notRefundable(paymentId, "AMOUNT_NOT_REFUNDABLE");
  if (isPartial(attempt, amountTiyin) && !service.override.partialRefund) {
    notRefundable(paymentId, "PARTIAL_REFUND_UNAVAILABLE");
  }
  return { attemptId, paymentId, clickPaymentId, account };
}

/** Checked again under the payment's lock. */
async function leftOf({ refunds }: RefundPaymentDeps, attempt: Attempt): Promise<bigint> {
  const known = await refunds.returnsOf(attempt.id);
  return leftTiyin(attempt, returnedBy(known?.refunds ?? []));
}

function store(
  deps: RefundPaymentDeps,
  { token, userId, note, decision, onlyOwed = false, amountTiyin }: RefundPaymentRequest,
  key: RequestKey,
  { attemptId, paymentId, clickPaymentId }: Choice,
): Promise<Stored<Refund>> {
  const limitTiyin = token === undefined ? undefined : deps.refundLimits.get(token);
  const refund = {
    ...key,
    token,
    limitTiyin,
    userId,
    note,
    decision,
    onlyOwed,
    attemptId,
    amountTiyin,
    clickPaymentId,
  };
  return deps.refunds.store(refund, (why) => notRefundable(paymentId, why));
}

async function chooseAttempt({ refunds }: RefundPaymentDeps, about: RefundSubject): Promise<Attempt> {
  if (about.paymentId === undefined) {
    const { attemptId } = about;
    return withMoney((await refunds.attempt(attemptId)) ?? fail({ reason: "ATTEMPT_NOT_FOUND", attemptId }));
  }
  const { paymentId, attemptId } = about;
  const attempts = (await refunds.attemptsOf(paymentId)) ?? fail({ reason: "PAYMENT_NOT_FOUND", paymentId });
  if (attemptId === undefined) {
    const wasRefunded = attempts.some(({ state }) => state === "REVERSED");
    return refundableAttempt(attempts) ?? notRefundable(paymentId, wasRefunded ? "REFUNDED" : "NO_MONEY");
  }
  return withMoney(attempts.find(({ id }) => id === attemptId) ?? fail({ reason: "ATTEMPT_NOT_FOUND", attemptId }));
}

function withMoney(attempt: Attempt): Attempt {
  if (holdsMoney(attempt)) return attempt;
  return notRefundable(attempt.paymentId, whyNoMoney(attempt));
}

/** Prevents a second reversal, a reversal of an unpaid payment, and a reversal of another buyer's payment through a wrong number. */
async function checkPaidAtClick(
  { click }: RefundPaymentDeps,
  account: MerchantAccount,
  { paymentId, clickPaymentId }: Pick<Refund, "paymentId" | "clickPaymentId">,
): Promise<void> {
  const reply = await click.paymentStatus(account, clickPaymentId);
  if (reply.kind === "UNKNOWN") fail({ reason: "CLICK_UNAVAILABLE" });
  if (reply.kind === "REFUSED") {
    const { clickErrorCode, clickErrorNote, refusal: clickRefusal } = reply;
    fail({ reason: "CLICK_REFUSED", clickErrorCode, clickErrorNote, clickRefusal });
  }
  if (reply.kind === "DONE" && reply.status !== "PAID") notRefundable(paymentId, "NOT_PAID_AT_CLICK");
}

function reverse({ click }: RefundPaymentDeps, account: MerchantAccount, refund: Refund) {
  const { clickPaymentId, amountTiyin, partial } = refund;
  return partial
    ? click.reversePaymentPartly(account, clickPaymentId, amountTiyin)
    : click.reversePayment(account, clickPaymentId);
}

async function serviceOf(
  { registry }: RefundPaymentDeps,
  { serviceId, paymentId }: Pick<Attempt, "serviceId" | "paymentId">,
): Promise<{ readonly service: ClickService; readonly account: MerchantAccount }> {
  const service = await registry.service(serviceId);
  const account = service === undefined ? undefined : accountOf(service);
  if (service !== undefined && account !== undefined) return { service, account };
  const why = service?.faults[0] ?? `service ${serviceId} is not configured`;
  return fail({ reason: "SERVICE_NOT_CONFIGURED", paymentId, why });
}

function notRefundable(paymentId: PaymentId | undefined, why: NotRefundableReason): never {
  return fail({ reason: "PAYMENT_NOT_REFUNDABLE", paymentId, why });
}
