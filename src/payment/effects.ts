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
 * What a decision does, as data: the pure functions of this folder say it, and `src/mysql/effects` alone turns it into statements. An effect
 * that changes a row names what must be true before it. When that is not so, nothing of the transaction is written, and it is decided anew.
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

/** The attempt whose row this very transaction makes. */
export const NEW_ATTEMPT = "new";
export type AttemptReference = AttemptId | typeof NEW_ATTEMPT;

export interface PaymentOfAttempt {
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
}

/** At most one a transaction: the other effects name it NEW_ATTEMPT. */
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
  /** What Click was answered. */
  readonly answer: number;
  readonly callerAddress?: string | undefined;
  readonly captureSource?: CaptureSource;
}

/** Expects the attempt in `from`, which may be the same state: a refusal is judged again. */
export interface MoveAttempt {
  readonly effect: "MoveAttempt";
  readonly attemptId: AttemptId;
  readonly from: AttemptState;
  readonly to: AttemptState;
  readonly set?: AttemptChange;
}

/** What changes beside the state. What is absent or undefined stays. */
export interface AttemptChange {
  readonly answer?: number;
  /** The click_trans_id of its Complete, where it is not the Prepare's. */
  readonly completeClickTransId?: string | undefined;
  /** Only the first one is kept: it is not signed. */
  readonly clickPaydocId?: string | undefined;
  readonly payment?: PaymentOfAttempt | undefined;
  readonly sums?: { readonly amountTiyin: bigint; readonly feeTiyin: bigint };
  /** Of money that was not there before. */
  readonly captureSource?: CaptureSource | undefined;
}

/** Click itself named its payment of the attempt. Expects that it has none yet. A number is one attempt's only: see the unique key. */
export interface BindClickPayment {
  readonly effect: "BindClickPayment";
  readonly attemptId: AttemptId;
  readonly clickPaymentId: string;
}

/** The shop is owed a mark. One a (attempt, kind). */
export interface EnqueueOrderUpdate {
  readonly effect: "EnqueueOrderUpdate";
  readonly attemptId: AttemptReference;
  readonly kind: OrderUpdateKind;
  readonly state: Extract<OrderUpdateState, "HELD" | "PENDING">;
  readonly payment: PaymentOfAttempt;
  readonly amountTiyin: bigint;
  /** Handed out at once: this is its first try. */
  readonly lease?: Lease | undefined;
}

/** Expects the update as it was read. */
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

/** What is absent stays. */
export interface OrderUpdateChange {
  readonly state?: OrderUpdateState;
  /** Who had it before loses it with another token. ENDED keeps the token, and so knows its last holder. */
  readonly lease?: Lease | "ENDED";
  /** From now, by the database's clock. */
  readonly dueInSeconds?: number;
  readonly tryCount?: number;
  readonly saveCount?: number;
  /** NONE takes an earlier one back. */
  readonly refusal?: ApplyRefusal | "NONE";
  readonly detail?: string;
}

export interface Lease {
  readonly token: string;
  readonly seconds: number;
  /** Its holder begins the save now. */
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

/** What an anomaly is about: the attempt; without one the charge, the shop's payment, or Click's own number and our reference. */
export type AnomalySubject =
  | { readonly attemptId: AttemptReference }
  | { readonly chargeId: ChargeId }
  | { readonly paymentId: PaymentId }
  | { readonly clickTransId: string; readonly merchantTransId: string };

/** One anomaly a (subject, kind). Told of when somebody has to look who did not have to before. */
export interface RaiseAnomaly {
  readonly effect: "RaiseAnomaly";
  readonly kind: AnomalyKind;
  readonly serviceId: ServiceId;
  readonly subject: AnomalySubject;
  readonly detail: Detail;
  /** IGNORE is for what is found by looking, again and again: a repeat changes nothing, also after a person has closed it. */
  readonly onRepeat: "COUNT_AND_OPEN" | "IGNORE";
}

/** Closes the open ones of an attempt, if there are any: they have settled themselves. */
export interface CloseAnomalies {
  readonly effect: "CloseAnomalies";
  readonly attemptId: AttemptId;
  readonly kinds: readonly AnomalyKind[];
}

/** Closes one, if it is open. Its row must be locked, or it could be told of twice. */
export interface CloseAnomaly {
  readonly effect: "CloseAnomaly";
  readonly anomalyId: AnomalyId;
}

/** Who decided what about an anomaly. */
export interface RecordDecision {
  readonly effect: "RecordDecision";
  readonly decision: Decision;
}

/** Reconciliation looks at Click for money under the reference of this payment. */
export interface AskUnderReference {
  readonly effect: "AskUnderReference";
  readonly paymentId: PaymentId;
}

/** Click denied a capture for the first time: it is asked again after so long. */
export interface NoteDenial {
  readonly effect: "NoteDenial";
  readonly attemptId: AttemptId;
  readonly askAgainAfterSeconds: number;
}

/** Click confirms it after all. */
export interface ForgetDenial {
  readonly effect: "ForgetDenial";
  readonly attemptId: AttemptId;
}

/** A row for other services. Only ever comes to be. */
export interface AppendEvent {
  readonly effect: "AppendEvent";
  readonly type: EventType;
  readonly aggregateId: AttemptReference | OrderUpdateId | InvoiceId | RefundId | ChargeId;
  readonly serviceId: ServiceId;
  readonly paymentId: PaymentId | undefined;
  readonly payload: Detail;
  /** What Click holds for the shop changes with it: whoever hears of the one can book the other. Only of an event about an attempt or its refund. */
  readonly booked?: Booked | undefined;
}

export interface Booked {
  readonly attemptId: AttemptReference;
  readonly entries: readonly NewLedgerEntry[];
}

/** No personal data. What is undefined is left out. */
export type Detail = Readonly<Record<string, string | number | undefined>>;
