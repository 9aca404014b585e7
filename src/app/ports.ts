import type { Attempt, AttemptState } from "../payment/attempt.ts";
import type { Charge } from "../payment/charge.ts";
import type { AttemptId, InvoiceId, OrderId, OrderUpdateId, PaymentId, ServiceId } from "../payment/ids.ts";
import type { Invoice, InvoiceReply } from "../payment/invoice.ts";
import type { ClickWord, WordVerdict } from "../payment/judge-click-word.ts";
import type { CompleteVerdict, CompleteView } from "../payment/judge-complete.ts";
import type { PrepareVerdict, PrepareView } from "../payment/judge-prepare.ts";
import type { ApplyOutcome, ApplyRefusal, LeasedOrderUpdate, OrderUpdateState } from "../payment/order-update.ts";
import type { ShopPayment } from "../payment/shop-payment.ts";
import type { Callback } from "../protocol/callback.ts";
import type { DialectName } from "../protocol/dialect.ts";
import type { Reference } from "./reference.ts";
import type { RequestKey, Stored } from "./send-once.ts";

/** What the use cases need of the world. All of it throws FailureError DATABASE_UNAVAILABLE when the database does not answer. */

/** Which payments belong to a service, by their pay system and the buyer's person type. */
export type BelongsToService = (paySystemId: number, personTypeId: number) => boolean;

export interface CallbackOfService {
  readonly serviceId: ServiceId;
  readonly callback: Callback;
  readonly callerAddress: string;
}

export interface PrepareQuestion extends CallbackOfService {
  readonly reference: Reference;
  readonly belongs: BelongsToService;
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
}

export interface OrderUpdateStore {
  /** One that cannot be had now is left out. */
  claim(limit: number, newToken: () => string): Promise<readonly LeasedOrderUpdate[]>;
  /** The end of the new lease, or why there is none. */
  start(id: OrderUpdateId, token: string): Promise<Date | "NOT_FOUND" | "LEASE_LOST">;
  /** Whether the update needs nothing more, or why the outcome was not taken. */
  acknowledge(
    id: OrderUpdateId,
    token: string,
    outcome: ApplyOutcome,
  ): Promise<{ readonly finished: boolean } | "NOT_FOUND" | "LEASE_LOST">;
}

/** A capture of a service with needsConfirmation, whose order update is held. */
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
  readonly phone: string;
}

export interface InvoiceStore {
  /** The invoice of this (caller, request id), and the hash it was asked with. */
  find(caller: string, requestId: string): Promise<Stored<Invoice> | undefined>;
  /**
   * Stores it (STORED) unless `refuse` names a reason under the payment's lock. A repeat gives the stored one.
   */
  store(
    invoice: NewInvoice,
    refuse: (payment: ShopPayment | undefined, attempts: readonly Attempt[]) => void,
  ): Promise<Stored<Invoice>>;
  /** STORED → SENDING; false when somebody else did it, with another token. */
  claimForSending(id: InvoiceId, token: string): Promise<boolean>;
  settle(id: InvoiceId, reply: InvoiceReply): Promise<Invoice>;
}

/** CAPTURED … REVERSED: what became of the attempt. BOUND_ELSEWHERE: that payment of Click's proves another attempt already. */
export type WordOutcome = NonNullable<WordVerdict["next"]> | "UNCHANGED" | "BOUND_ELSEWHERE";

export interface ClickWordStore {
  /** Judges what Click says of a payment that is proven to be the attempt's, and writes it. The same word twice changes nothing. */
  apply(word: {
    readonly attemptId: AttemptId;
    readonly clickPaymentId: string;
    readonly word: ClickWord;
  }): Promise<WordOutcome>;
}

/** Which reference a service uses, fixed with its first link or attempt. */
export interface ServiceStore {
  /** The reference as fixed before, or as fixed by this call. */
  fixReference(serviceId: ServiceId, reference: ReferenceKind): Promise<ReferenceKind>;
  references(): Promise<ReadonlyMap<ServiceId, ReferenceKind>>;
}

export type ReferenceKind = "order_number" | "payment_id";

export interface MerchantAccount {
  readonly serviceId: ServiceId;
  readonly merchantId: string;
  readonly merchantUserId: string;
  readonly secretKey: string;
  readonly dialect: DialectName;
}

export type PaymentStatusReply =
  | { readonly kind: "PAID" | "FAILED" | "IN_PROGRESS" }
  /** No answer, or one that says nothing about the payment. */
  | { readonly kind: "UNKNOWN" };

/** Click's Merchant API. Never throws for what Click or the network does. */
export interface ClickApi {
  createInvoice(
    account: MerchantAccount,
    invoice: { readonly amountTiyin: bigint; readonly phone: string; readonly reference: string },
  ): Promise<InvoiceReply>;
  paymentStatus(account: MerchantAccount, clickPaymentId: string): Promise<PaymentStatusReply>;
  /** Click's number of the payment for a reference, made on a day in Tashkent; undefined when Click names none. */
  paymentOfReference(account: MerchantAccount, reference: string, day: string): Promise<string | undefined>;
}
