import type { AnomalyKind, Decision } from "./anomaly.ts";
import type { AttemptState, CaptureSource } from "./attempt.ts";
import type { Charge } from "./charge.ts";
import type { EventType } from "./event.ts";
import type { FiscalSubmission } from "./fiscal.ts";
import type {
  AnomalyId,
  AttemptId,
  ChargeId,
  InvoiceId,
  OrderId,
  OrderUpdateId,
  PaymentId,
  RefundId,
  ServiceId,
} from "./ids.ts";
import type { Invoice } from "./invoice.ts";
import type { NewLedgerEntry } from "./ledger.ts";
import type { ApplyRefusal, OrderUpdateKind, OrderUpdateState } from "./order-update.ts";
import type { Refund } from "./refund.ts";

/**
 * The effects of a decision, as data: pure functions of this folder return them, and only `src/mysql/effects` turns them into statements. An
 * effect that changes a row is a compare-and-set. If one fails, the transaction writes nothing and is decided again.
 */
export type Effect =
  | NewAttempt
  | MoveAttempt
  | BindClickPayment
  | EnqueueOrderUpdate
  | SetOrderUpdate
  | SetRefund
  | SetCharge
  | SetInvoice
  | SetSubmission
  | RaiseAnomaly
  | CloseAnomalies
  | CloseAnomaly
  | RecordDecision
  | AskUnderReference
  | NoteDenial
  | ForgetDenial
  | AppendEvent;

/** The attempt whose row this transaction inserts. */
export const NEW_ATTEMPT = "new";
export type AttemptReference = AttemptId | typeof NEW_ATTEMPT;

/** Why Click gave up, in its own words. */
export interface ClickError {
  readonly code: number;
  readonly note: string;
}

export interface PaymentOfAttempt {
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
}

/** At most one per transaction; other effects refer to it as NEW_ATTEMPT. */
export interface NewAttempt {
  readonly effect: "NewAttempt";
  readonly state: AttemptState;
  readonly serviceId: ServiceId;
  readonly clickTransId: string | undefined;
  readonly clickPaydocId: string | undefined;
  readonly clickPaymentId?: string | undefined;
  readonly merchantTransId: string;
  readonly payment: PaymentOfAttempt | undefined;
  readonly amountTiyin: bigint;
  readonly feeTiyin: bigint;
  /** The answer to Click. */
  readonly answer: number;
  readonly callerAddress?: string | undefined;
  readonly captureSource?: CaptureSource;
  readonly clickError?: ClickError;
}

/** Expects the attempt in `from`, which may equal the new state: a refusal is judged again. */
export interface MoveAttempt {
  readonly effect: "MoveAttempt";
  readonly attemptId: AttemptId;
  readonly from: AttemptState;
  readonly to: AttemptState;
  readonly set?: AttemptChange;
}

/** Changes besides the state. Absent or undefined fields are not changed. */
export interface AttemptChange {
  readonly answer?: number;
  /** The click_trans_id of its Complete, when it differs from that of the Prepare. */
  readonly completeClickTransId?: string | undefined;
  /** Only the first one is stored, because it is not signed. */
  readonly clickPaydocId?: string | undefined;
  readonly payment?: PaymentOfAttempt | undefined;
  readonly sums?: { readonly amountTiyin: bigint; readonly feeTiyin: bigint };
  /** Set when the capture is new. */
  readonly captureSource?: CaptureSource | undefined;
  readonly clickError?: ClickError | undefined;
}

/** Click confirmed its payment number for the attempt. Expects that there is none yet. A number belongs to one attempt: see the unique key. */
export interface BindClickPayment {
  readonly effect: "BindClickPayment";
  readonly attemptId: AttemptId;
  readonly clickPaymentId: string;
}

/** Enqueues an order update, at most one per (attempt, kind). */
export interface EnqueueOrderUpdate {
  readonly effect: "EnqueueOrderUpdate";
  readonly attemptId: AttemptReference;
  readonly kind: OrderUpdateKind;
  readonly state: Extract<OrderUpdateState, "HELD" | "PENDING">;
  readonly payment: PaymentOfAttempt;
  readonly amountTiyin: bigint;
  /** Leased at once: this is its first try. */
  readonly lease?: Lease | undefined;
}

/** Expects the update unchanged since it was read. */
export interface SetOrderUpdate {
  readonly effect: "SetOrderUpdate";
  readonly id: OrderUpdateId;
  readonly from: {
    readonly state: OrderUpdateState;
    readonly token: string | undefined;
    readonly tryCount: number;
  };
  readonly set: OrderUpdateChange;
}

/** Absent fields are not changed. */
export interface OrderUpdateChange {
  readonly state?: OrderUpdateState;
  /** A new token ends the lease of the previous holder. ENDED keeps the token, so that the last holder is known. */
  readonly lease?: Lease | "ENDED";
  /** Relative to now, by the database's clock. */
  readonly dueInSeconds?: number;
  readonly tryCount?: number;
  readonly saveCount?: number;
  /** NONE removes an earlier refusal. */
  readonly refusal?: ApplyRefusal | "NONE";
  readonly detail?: string;
}

export interface Lease {
  readonly token: string;
  readonly seconds: number;
  /** The holder begins to save now. */
  readonly started: boolean;
}

/** Writes how a refund ended. Expects it in `from`. */
export interface SetRefund {
  readonly effect: "SetRefund";
  readonly refund: Refund;
  readonly from: Refund["state"];
}

/** Writes a charge. Expects it in `from`. */
export interface SetCharge {
  readonly effect: "SetCharge";
  readonly charge: Charge;
  readonly from: Charge["state"];
}

/** Writes an invoice. Expects it in `from`. */
export interface SetInvoice {
  readonly effect: "SetInvoice";
  readonly invoice: Invoice;
  readonly from: Invoice["state"];
}

/** Writes how a fiscal submission ended. Expects it in `from`. */
export interface SetSubmission {
  readonly effect: "SetSubmission";
  readonly submission: FiscalSubmission;
  readonly from: FiscalSubmission["state"];
}

/** The subject of an anomaly: the attempt, else the charge, the shop's payment, or Click's number with our reference. */
export type AnomalySubject =
  | { readonly attemptId: AttemptReference }
  | { readonly chargeId: ChargeId }
  | { readonly paymentId: PaymentId }
  | { readonly clickTransId: string; readonly merchantTransId: string };

/** One anomaly per (subject, kind). Raises an event when it is new or open again. */
export interface RaiseAnomaly {
  readonly effect: "RaiseAnomaly";
  readonly kind: AnomalyKind;
  readonly serviceId: ServiceId;
  readonly subject: AnomalySubject;
  readonly detail: Detail;
  /** IGNORE is for findings of repeated checks: a repeat changes nothing, also after an operator has closed it. */
  readonly onRepeat: "COUNT_AND_OPEN" | "IGNORE";
}

/** Closes the open anomalies of an attempt, if any, that no longer apply. */
export interface CloseAnomalies {
  readonly effect: "CloseAnomalies";
  readonly attemptId: AttemptId;
  readonly kinds: readonly AnomalyKind[];
}

/** Closes one if it is open. Its row must be locked, or its event could be written twice. */
export interface CloseAnomaly {
  readonly effect: "CloseAnomaly";
  readonly anomalyId: AnomalyId;
}

/** Stores who decided what about an anomaly. */
export interface RecordDecision {
  readonly effect: "RecordDecision";
  readonly decision: Decision;
}

/** Schedules a poll for Click payments under the reference of this payment. */
export interface AskUnderReference {
  readonly effect: "AskUnderReference";
  readonly paymentId: PaymentId;
}

/** Click denied a capture for the first time: polls again after this delay. */
export interface NoteDenial {
  readonly effect: "NoteDenial";
  readonly attemptId: AttemptId;
  readonly askAgainAfterSeconds: number;
}

/** Click confirmed the capture after a denial. */
export interface ForgetDenial {
  readonly effect: "ForgetDenial";
  readonly attemptId: AttemptId;
}

/** Appends an event for other services. */
export interface AppendEvent {
  readonly effect: "AppendEvent";
  readonly type: EventType;
  readonly aggregateId: AttemptReference | OrderUpdateId | InvoiceId | RefundId | ChargeId;
  readonly serviceId: ServiceId;
  readonly paymentId: PaymentId | undefined;
  readonly payload: Detail;
  /** Ledger entries of the event, so that a consumer can book them. Only for events about an attempt or its refund. */
  readonly booked?: Booked | undefined;
}

export interface Booked {
  readonly attemptId: AttemptReference;
  readonly entries: readonly NewLedgerEntry[];
}

/** No personal data. Undefined fields are left out. */
export type Detail = Readonly<Record<string, string | number | undefined>>;
