import type { AttemptId, OrderId, PaymentId, ServiceId } from "../../payment/ids.ts";
import type { CompleteVerdict, CompleteView } from "../../payment/judge-complete.ts";
import type { PrepareVerdict, PrepareView } from "../../payment/judge-prepare.ts";
import type { LeasedOrderUpdate } from "../../payment/order-update.ts";
import type { AskedPayment, ShopPayment } from "../../payment/shop-payment.ts";
import type { Callback } from "../../protocol/callback.ts";
import type { Reference } from "../services/reference.ts";

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
  /** Undefined when no attempt was made: the callback was a replay. */
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
