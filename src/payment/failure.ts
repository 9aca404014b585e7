import type { AnomalyId, AttemptId, ChargeId, OrderUpdateId, PaymentId, RefundId, ServiceId } from "./ids.ts";
import type { NotRefundableReason } from "./refund.ts";

export type NotPayableReason = "TAKEN" | "ORDER_CANCELLED" | "CURRENCY_NOT_UZS" | "AMOUNT_NOT_PAYABLE";

/** The limit of invoices that was exceeded. */
export type InvoiceLimit = "PAYMENT" | "PHONE" | "ADDRESS" | "ALL";

/** One field of a request and the rule that it breaks, for a developer. */
export interface FieldFault {
  readonly field: string;
  readonly rule: string;
}

/** Every expected failure of a call. `grpc/status.ts` turns each into a code and its details. */
export type Failure =
  | { readonly reason: "INVALID_REQUEST"; readonly faults: readonly FieldFault[] }
  | { readonly reason: "PAYMENT_NOT_FOUND"; readonly paymentId: PaymentId }
  | { readonly reason: "SERVICE_NOT_CONFIGURED"; readonly paymentId: PaymentId | undefined; readonly why: string }
  | { readonly reason: "PAYMENT_NOT_PAYABLE"; readonly paymentId: PaymentId; readonly why: NotPayableReason }
  | { readonly reason: "REFERENCE_AMBIGUOUS"; readonly reference: string }
  | { readonly reason: "REQUEST_ID_REUSED"; readonly requestId: string }
  | {
      readonly reason: "CLICK_REFUSED";
      readonly clickErrorCode: number;
      readonly clickErrorNote: string;
      /** A stable name for the code. */
      readonly clickRefusal?: string | undefined;
    }
  | { readonly reason: "ATTEMPT_NOT_FOUND"; readonly attemptId: AttemptId }
  | {
      readonly reason: "PAYMENT_NOT_REFUNDABLE";
      readonly paymentId: PaymentId | undefined;
      readonly why: NotRefundableReason;
    }
  | {
      readonly reason: "REFUND_LIMIT_REACHED";
      /** Name of the token whose limit it is. */
      readonly token: string;
      readonly limitTiyin: bigint;
      /** Of today, in Tashkent. */
      readonly usedTiyin: bigint;
      readonly askedTiyin: bigint;
    }
  | { readonly reason: "REFUND_OPEN"; readonly attemptId: AttemptId; readonly refundId: RefundId }
  | { readonly reason: "ANOMALY_NOT_FOUND"; readonly anomalyId: AnomalyId }
  | { readonly reason: "ANOMALY_NOT_OPEN"; readonly anomalyId: AnomalyId }
  | { readonly reason: "RESOLUTION_NOT_POSSIBLE"; readonly anomalyId: AnomalyId; readonly why: string }
  | { readonly reason: "INSTANCE_NOT_ADOPTED"; readonly instance: string }
  | { readonly reason: "ORDER_UPDATE_NOT_FOUND"; readonly orderUpdateId: OrderUpdateId }
  | { readonly reason: "LEASE_LOST"; readonly orderUpdateId: OrderUpdateId }
  | { readonly reason: "PAGE_TOKEN_INVALID" }
  | { readonly reason: "CHARGE_OPEN"; readonly paymentId: PaymentId; readonly chargeId: ChargeId }
  | { readonly reason: "CHARGE_NOT_FOUND"; readonly chargeId: ChargeId }
  | { readonly reason: "CONFIRM_TOO_LATE"; readonly chargeId: ChargeId }
  | { readonly reason: "CLICK_SERVICE_NOT_CONFIGURED"; readonly serviceId: ServiceId; readonly why: string }
  | { readonly reason: "CLICK_REPLY_LOST" }
  | { readonly reason: "CLICK_UNAVAILABLE" }
  | { readonly reason: "CLICK_PAYMENT_NOT_FOUND"; readonly paymentId: PaymentId }
  | { readonly reason: "FISCAL_OPEN"; readonly paymentId: PaymentId }
  | { readonly reason: "MATCH_UNDER_WAY" }
  | { readonly reason: "DATABASE_UNAVAILABLE" }
  | { readonly reason: "DRAINING" }
  | { readonly reason: "TOKEN_INVALID" }
  | { readonly reason: "SCOPE_MISSING"; readonly scope: string }
  | TransportFailure
  | CheckoutFailure
  | EventFailure;

/** Failures of any call, before its handler runs. */
type TransportFailure =
  /** Paths of fields that are not in our version of the contract. */
  | { readonly reason: "UNKNOWN_FIELDS"; readonly fields: readonly string[] }
  | { readonly reason: "REQUEST_UNREADABLE" }
  | { readonly reason: "METHOD_UNKNOWN"; readonly method: string }
  | { readonly reason: "MESSAGE_TOO_LARGE"; readonly bytesMax: number }
  | { readonly reason: "DEADLINE_EXCEEDED" }
  | { readonly reason: "STREAM_AGED" };

/** Failures of payment pages. */
type CheckoutFailure =
  | { readonly reason: "CHECKOUT_TOKEN_INVALID" }
  | { readonly reason: "TOO_MANY_INVOICES"; readonly limit: InvoiceLimit; readonly retryAfterSeconds: number };

/** Failures of reading events. */
type EventFailure =
  | { readonly reason: "EVENTS_EXPIRED"; readonly afterSeq: number; readonly purgedSeq: number }
  | { readonly reason: "CURSOR_AHEAD"; readonly afterSeq: number; readonly newestSeq: number }
  | {
      readonly reason: "EPOCH_CHANGED";
      /** The present epoch. */
      readonly epoch: number;
      /** The last event of earlier epochs that survived. */
      readonly keptSeq: number;
      readonly newestSeq: number;
    }
  | { readonly reason: "WATCHER_TOO_SLOW"; readonly waitedMs: number }
  | { readonly reason: "WATCHERS_TOO_MANY"; readonly watchersMax: number };

/** Carries a Failure through `throw`. Anything else that is thrown is a bug. */
export class FailureError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, options?: { readonly cause: unknown }) {
    super(failure.reason, options);
    this.name = "FailureError";
    this.failure = failure;
  }
}

export function fail(failure: Failure): never {
  throw new FailureError(failure);
}
