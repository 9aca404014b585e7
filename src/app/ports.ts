import type { Anomaly, AnomalyKind, AnomalyState, Way } from "../payment/anomaly.ts";
import type { Attempt, AttemptState } from "../payment/attempt.ts";
import type { Charge } from "../payment/charge.ts";
import type {
  AnomalyId,
  AttemptId,
  InvoiceId,
  OrderId,
  OrderUpdateId,
  PaymentId,
  RefundId,
  ServiceId,
} from "../payment/ids.ts";
import type { Invoice, InvoiceReply } from "../payment/invoice.ts";
import type { ClickWord, WordVerdict } from "../payment/judge-click-word.ts";
import type { CompleteVerdict, CompleteView } from "../payment/judge-complete.ts";
import type { PrepareVerdict, PrepareView } from "../payment/judge-prepare.ts";
import type {
  ApplyOutcome,
  ApplyRefusal,
  LeasedOrderUpdate,
  OrderUpdateState,
  StartedSave,
} from "../payment/order-update.ts";
import type { NotRefundableReason, Refund } from "../payment/refund.ts";
import type { AskedPayment, ShopPayment } from "../payment/shop-payment.ts";
import type { Callback } from "../protocol/callback.ts";
import type { RefuseCharge } from "./charge-store.ts";
import type { ClickReply } from "./click-api.ts";
import type { Reference } from "./reference.ts";
import type { Secret } from "./secret.ts";
import type { RequestKey, Stored } from "./send-once.ts";

/** What the use cases need of the world. All of it throws FailureError DATABASE_UNAVAILABLE when the database does not answer. */

/** What a payment asks for; undefined when it is not the service's, or cannot be paid now. */
export type AskOfService = (payment: ShopPayment) => AskedPayment | undefined;

export interface CallbackOfService {
  readonly serviceId: ServiceId;
  readonly callback: Callback;
  readonly callerAddress: string;
}

export interface PrepareQuestion extends CallbackOfService {
  readonly reference: Reference;
  readonly ask: AskOfService;
  /** All pay systems of the service: no other payment is touched. */
  readonly paySystemIds: readonly number[];
}

export interface CompleteQuestion extends CallbackOfService {
  /** Hand out what the shop is owed to this caller, with a lease. */
  readonly handOut: boolean;
  /** Hold the order update back until Click confirms the payment. */
  readonly hold: boolean;
  /** The lease's token, should one be needed. */
  readonly token: string;
}

export interface JudgedPrepare {
  readonly verdict: PrepareVerdict;
  /** Undefined when no attempt was made: the callback was somebody else's text. */
  readonly attemptId: AttemptId | undefined;
  readonly paymentId: PaymentId | undefined;
  readonly orderId: OrderId | undefined;
}

export interface JudgedComplete {
  readonly verdict: CompleteVerdict;
  readonly attemptId: AttemptId | undefined;
  readonly paymentId: PaymentId | undefined;
  readonly orderId: OrderId | undefined;
  readonly orderUpdate: LeasedOrderUpdate | undefined;
}

/** One transaction a callback: locks the payment, reads, judges, writes what the verdict says. `judge` may run several times. */
export interface CallbackStore {
  prepare(question: PrepareQuestion, judge: (view: PrepareView) => PrepareVerdict): Promise<JudgedPrepare>;
  complete(question: CompleteQuestion, judge: (view: CompleteView) => CompleteVerdict): Promise<JudgedComplete>;
  /** Keeps a number of Click's that a signed Prepare used which cannot be judged: no Complete under it may be another attempt's. */
  mark(number: SignedNumber): Promise<void>;
}

/** Click's number of a signed callback, and the reference as it was signed. */
export interface SignedNumber {
  readonly serviceId: ServiceId;
  readonly clickTransId: string;
  readonly merchantTransId: string;
  /** 0 when the sum is none. */
  readonly amountTiyin: bigint;
}

export interface OrderUpdateStore {
  /** One that cannot be had now is left out. */
  claim(limit: number, newToken: () => string): Promise<readonly LeasedOrderUpdate[]>;
  /** Extends the lease, or says why not. */
  start(id: OrderUpdateId, token: string): Promise<StartedSave | "NOT_FOUND" | "LEASE_LOST">;
  /** Whether the update needs nothing more, or why the outcome was not taken. */
  acknowledge(
    id: OrderUpdateId,
    token: string,
    outcome: ApplyOutcome,
  ): Promise<{ readonly finished: boolean } | "NOT_FOUND" | "LEASE_LOST">;
}

/** A capture whose order update is held until Click confirms it. */
export interface HeldCapture {
  readonly orderUpdateId: OrderUpdateId;
  readonly attemptId: AttemptId;
  readonly serviceId: ServiceId;
  readonly clickPaydocId: string | undefined;
  readonly merchantTransId: string;
  /** When its Prepare came: Click files the payment under that day. */
  readonly prepareTime: Date;
}

/** One whose number of the payment Click itself has named for its reference. */
export interface NamedCapture extends HeldCapture {
  readonly clickPaydocId: string;
}

export interface HeldCaptureStore {
  /**
   * Held captures that are due for a question, oldest first, at most `limit`; asking moves the next question further away, and after
   * many questions a person is told.
   */
  due(limit: number): Promise<readonly HeldCapture[]>;
  /**
   * Click says that it is paid. Where another attempt was confirmed by the same payment of Click's, this one stays held, and a person is
   * told.
   */
  release(capture: NamedCapture): Promise<void>;
  /** Click says that the payment failed or was reversed: the attempt is cancelled, its update withdrawn, and a person is told. */
  withdraw(capture: NamedCapture): Promise<void>;
}

/** Reads the shop's own tables; never writes them. */
export interface ShopReader {
  payment(paymentId: PaymentId): Promise<ShopPayment | undefined>;
  /** All payments of an order. */
  paymentsOfOrder(orderId: OrderId): Promise<readonly ShopPayment[]>;
  /** Whether some order bears this very number. */
  orderNumberExists(orderNumber: string): Promise<boolean>;
  paySystems(): Promise<readonly PaySystemRow[]>;
}

/** One pay system with our handler, as the admin typed it in. */
export interface PaySystemRow {
  readonly paySystemId: number;
  readonly active: boolean;
  /** Person type (0: common) → code → value, trimmed; only typed-in values, never one that a buyer could choose. */
  readonly values: ReadonlyMap<number, ReadonlyMap<string, string>>;
}

export interface PaymentRecord {
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly createTime: Date | undefined;
  readonly updateTime: Date | undefined;
  readonly shop: ShopPayment | undefined;
  readonly attempts: readonly AttemptRecord[];
  readonly invoices: readonly Invoice[];
  readonly charges: readonly Charge[];
  readonly orderUpdates: readonly OrderUpdateRecord[];
  readonly refunds: readonly Refund[];
}

export interface AttemptRecord extends Attempt {
  readonly lastAnswer: number;
  readonly createTime: Date;
  readonly updateTime: Date;
  readonly captureTime: Date | undefined;
}

export interface OrderUpdateRecord {
  readonly id: OrderUpdateId;
  readonly state: OrderUpdateState;
  readonly attemptId: AttemptId;
  readonly tryCount: number;
  readonly refusal: ApplyRefusal | undefined;
}

/** Filters that are set must all fit. */
export interface PaymentFilter {
  readonly clickId?: string | undefined;
  readonly orderNumber?: string | undefined;
  readonly orderId?: OrderId | undefined;
  readonly phone?: string | undefined;
  readonly state?: AttemptState | undefined;
  readonly serviceId?: ServiceId | undefined;
  readonly createdFrom?: Date | undefined;
  readonly createdBefore?: Date | undefined;
}

/** Place in a list: the last row of the page before. */
export interface PageKey {
  readonly createTime: string;
  readonly paymentId: PaymentId;
}

export interface PaymentReader {
  find(paymentId: PaymentId): Promise<PaymentRecord | undefined>;
  list(
    filter: PaymentFilter,
    page: { readonly after: PageKey | undefined; readonly limit: number },
  ): Promise<{ readonly payments: readonly PaymentRecord[]; readonly next: PageKey | undefined }>;
}

export interface NewInvoice extends RequestKey {
  readonly userId: string;
  readonly serviceId: ServiceId;
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly reference: string;
  readonly amountTiyin: bigint;
  readonly feeTiyin: bigint;
  readonly phone: string;
  /** Whence a payment page asked: then the limits hold. Undefined for a back office, which they do not bind. */
  readonly callerNetwork: string | undefined;
}

export interface InvoiceStore {
  /** The invoice of this (caller, request id), and the hash it was asked with. */
  find(caller: string, requestId: string): Promise<Stored<Invoice> | undefined>;
  /**
   * Stores it (STORED) unless `refuse` names a reason under the payment's lock, or a payment page's is one too many: then it fails with
   * TOO_MANY_INVOICES. A repeat gives the stored one.
   */
  store(invoice: NewInvoice, refuse: RefuseCharge): Promise<Stored<Invoice>>;
  /** STORED → SENDING; false when somebody else did it, with another token. */
  claimForSending(id: InvoiceId, token: string): Promise<boolean>;
  settle(id: InvoiceId, reply: InvoiceReply): Promise<Invoice>;
}

/** 32 random bytes in hex each. They never leave the service. */
export interface CheckoutKeys {
  readonly current: Secret;
  /** Of before the last rotation, as long as its tokens may live. */
  readonly previous: Secret | undefined;
}

export interface CheckoutKeyStore {
  /** At most a minute old. */
  keys(): Promise<CheckoutKeys>;
  /** At most some seconds old: a token may be of a key that only another replica knows yet. */
  freshKeys(): Promise<CheckoutKeys>;
}

/** CAPTURED … REVERSED: what became of the attempt. BOUND_ELSEWHERE: that payment of Click's proves another attempt already. */
export type WordOutcome = NonNullable<WordVerdict["next"]> | "UNCHANGED" | "BOUND_ELSEWHERE";

export interface NewRefund extends RequestKey {
  /** Refused unless the money is owed still, under the payment's lock. */
  readonly onlyOwed?: boolean;
  /** Of the anomaly whose way out it is: kept with it, unless somebody has decided that one by then. */
  readonly decision?: Decision | undefined;
  readonly userId: string;
  readonly attemptId: AttemptId;
  readonly amountTiyin: bigint;
  readonly clickPaymentId: string;
}

/** How a refund ended, or that nobody knows. NOT_DONE: it never left, or Click still shows the payment paid long after. */
export type RefundEnd = ClickReply | { readonly kind: "NOT_DONE" };

export interface RefundStore {
  /** All attempts of a payment, oldest first; undefined when there is no such payment. */
  attemptsOf(paymentId: PaymentId): Promise<readonly Attempt[] | undefined>;
  attempt(attemptId: AttemptId): Promise<Attempt | undefined>;
  find(caller: string, requestId: string): Promise<Stored<Refund> | undefined>;
  /**
   * Stores it (STORED) and withdraws a mark that nobody has in hands yet, unless the attempt does not hold that money any more: then
   * `refuse` throws. Fails with REFUND_OPEN while another one of the attempt is under way. A repeat gives the stored one.
   */
  store(refund: NewRefund, refuse: (why: NotRefundableReason) => never): Promise<Stored<Refund>>;
  /** STORED → SENDING; false when somebody else did it, with another token. */
  claimForSending(id: RefundId, token: string): Promise<boolean>;
  /** Notes how it ended, moves the attempt and tells the shop. What has ended before stays as it is. */
  settle(id: RefundId, end: RefundEnd): Promise<Refund>;
  /** Whole refunds whose reply was lost, and which are due for a question. */
  unknownDue(limit: number): Promise<readonly Refund[]>;
  /** Counts a question that Click answered with "paid", unless one was counted a moment ago: how many there were. */
  countStillPaid(id: RefundId): Promise<number>;
}

export interface AnomalyFilter {
  readonly state?: AnomalyState | undefined;
  readonly kind?: AnomalyKind | undefined;
  readonly serviceId?: ServiceId | undefined;
  readonly paymentId?: PaymentId | undefined;
}

/** A way out, and who takes it. */
export interface Decision {
  readonly anomalyId: AnomalyId;
  readonly way: Way;
  readonly paymentId: PaymentId | undefined;
  /** Of a charge that Click took: its number there. */
  readonly clickPaymentId?: string | undefined;
  readonly note: string;
  readonly caller: string;
  readonly userId: string;
}

export interface AnomalyStore {
  find(id: AnomalyId): Promise<Anomaly | undefined>;
  /** Newest first, older than `before`. */
  list(
    filter: AnomalyFilter,
    page: { readonly before: AnomalyId | undefined; readonly limit: number },
  ): Promise<readonly Anomaly[]>;
  /** Does what the way out says, keeps the decision and closes the anomaly, all or nothing. Not for REFUND. */
  decide(decision: Decision): Promise<Anomaly>;
  /** How many refunds of an attempt ended without money going back. */
  endedRefunds(attemptId: AttemptId): Promise<number>;
  close(id: AnomalyId): Promise<void>;
}

export interface ClickWordStore {
  /** Judges what Click says of a payment that is proven to be the attempt's, and writes it. The same word twice changes nothing. */
  apply(word: {
    readonly attemptId: AttemptId;
    readonly clickPaymentId: string;
    readonly word: ClickWord;
    /** Only say what would be written. */
    readonly dryRun?: boolean;
  }): Promise<WordOutcome>;
}

export type DueQuestion =
  | { readonly kind: "ATTEMPT"; readonly attempt: AttemptRecord }
  | { readonly kind: "PAYMENT"; readonly paymentId: PaymentId }
  /** Whatever became of the payment: what else Click has under its reference. */
  | { readonly kind: "REFERENCE"; readonly paymentId: PaymentId; readonly askCount: number };

export interface QuestionStore {
  /** Makes questions of what is new: attempts with a life, and unpaid payments of these pay systems without one. */
  seed(paySystemIds: readonly number[]): Promise<void>;
  /** What is due, oldest first; each is put off to its next time at once. */
  takeDue(limit: number): Promise<readonly DueQuestion[]>;
  /** It was not answered: asked again in a few minutes, or later the older it is. */
  askSoon(kind: DueQuestion["kind"], id: AttemptId | PaymentId): Promise<void>;
  /**
   * Click denies a capture: it does not know the payment, or has not taken its money. Asked again after an hour; the second denial an hour
   * or more after the first is told to a person, once.
   */
  noteDenial(attempt: Attempt, said: string): Promise<"UNCHANGED" | "CAPTURE_NOT_CONFIRMED">;
  /** Attempts with a life that changed since, oldest first. */
  changedSince(since: Date, limit: number): Promise<readonly AttemptRecord[]>;
}

export interface BooksStore {
  /** Ends requests that a dead process left half sent: what never left is over, what may have left is unknown or lost. */
  endStale(): Promise<readonly BookFinding[]>;
  /** Raises anomalies where the shop shows something else than it was told, or is not told at all. */
  compareWithShop(): Promise<readonly BookFinding[]>;
  /** Raises anomalies where our own rows, or the shop's word of what we did, contradict each other; adds what alone can be missing. */
  audit(services: readonly AuditedService[]): Promise<readonly BookFinding[]>;
  /** Attempts OWED whose payment of Click's is proven, of these services, which nobody has tried to refund. */
  owedConfirmed(
    serviceIds: readonly ServiceId[],
    limit: number,
  ): Promise<readonly { readonly attemptId: AttemptId; readonly paymentId: PaymentId | undefined }[]>;
}

export interface AuditedService {
  readonly serviceId: ServiceId;
  readonly paySystemIds: readonly number[];
}

export interface BookFinding {
  readonly subject: string;
  readonly said: string;
  readonly outcome: string;
}

/** Which reference a service uses, fixed with its first link or attempt. */
export interface ServiceStore {
  /** The reference as fixed before, or as fixed by this call. */
  fixReference(serviceId: ServiceId, reference: ReferenceKind): Promise<ReferenceKind>;
  references(): Promise<ReadonlyMap<ServiceId, ReferenceKind>>;
}

export type ReferenceKind = "order_number" | "payment_id";
