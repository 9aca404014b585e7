import type { AnomalyKind } from "../../payment/anomaly.ts";
import type { CallbackEvent } from "../../payment/callback-event.ts";
import type { AttemptId, OrderId, PaymentId, ServiceId } from "../../payment/ids.ts";
import type { JudgedComplete, LockedCompleteView } from "../../payment/judge-complete.ts";
import type { JudgedPrepare } from "../../payment/judge-prepare.ts";
import type { LeasedOrderUpdate } from "../../payment/order-update.ts";
import type { PrepareView } from "../../payment/prepare-verdict.ts";
import type { AskedPayment, ShopPayment } from "../../payment/shop-payment.ts";
import type { AnswerCode } from "../../protocol/answer.ts";
import type { Callback } from "../../protocol/callback.ts";
import type { Reference } from "../services/reference.ts";

/** What a payment asks for; undefined when it is not the service's, or cannot be paid now. */
export type AskOfService = (payment: ShopPayment) => AskedPayment | undefined;

export interface CallbackOfService {
  readonly serviceId: ServiceId;
  readonly callback: Callback;
}

export interface PrepareInput extends CallbackOfService {
  readonly reference: Reference;
  readonly ask: AskOfService;
  /** All pay systems of the service: no other payment is touched. */
  readonly paySystemIds: readonly number[];
}

export interface CompleteInput extends CallbackOfService {
  /** Hand out what the shop is owed to this caller, with a lease. */
  readonly handOut: boolean;
}

/** What a callback was answered, and which attempt it was about. */
export interface Judged {
  readonly answer: AnswerCode;
  /** What a person was told. */
  readonly anomaly: AnomalyKind | undefined;
  /** Undefined when there is no attempt, and none was made. */
  readonly attemptId: AttemptId | undefined;
  readonly paymentId: PaymentId | undefined;
  readonly orderId: OrderId | undefined;
}

export interface JudgedAndHandedOut extends Judged {
  readonly orderUpdate: LeasedOrderUpdate | undefined;
}

/** One transaction a callback: locks the payment, reads, judges, does what was judged. `judge` may run several times. */
export interface CallbackStore {
  prepare(question: PrepareInput, judge: (view: PrepareView) => JudgedPrepare): Promise<Judged>;
  complete(question: CompleteInput, judge: (view: LockedCompleteView) => JudgedComplete): Promise<JudgedAndHandedOut>;
}

/** A callback as it is judged. */
export function callbackEvent({ serviceId, callback }: CallbackOfService, callerAddress: string): CallbackEvent {
  const { raw, clickPaydocId, amountTiyin, error } = callback;
  const { clickTransId, merchantTransId } = raw;
  return { serviceId, clickTransId, merchantTransId, clickPaydocId, amountTiyin, error, callerAddress };
}
