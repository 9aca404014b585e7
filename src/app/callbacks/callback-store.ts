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
import { cleanNote } from "../../protocol/clean-note.ts";
import type { Reference } from "../services/reference.ts";

/** The sum that a payment asks for; undefined when it is not the service's payment, or cannot be paid now. */
export type AskOfService = (payment: ShopPayment) => AskedPayment | undefined;

export interface CallbackOfService {
  readonly serviceId: ServiceId;
  readonly callback: Callback;
}

export interface PrepareInput extends CallbackOfService {
  readonly reference: Reference;
  readonly ask: AskOfService;
  /** All pay systems of the service: payments of others are not touched. */
  readonly paySystemIds: readonly number[];
}

export interface CompleteInput extends CallbackOfService {
  /** Lease the order update that is due to this caller. */
  readonly handOut: boolean;
}

/** The answer to a callback, and the attempt that it is about. */
export interface Judged {
  readonly answer: AnswerCode;
  /** The anomaly that was raised. */
  readonly anomaly: AnomalyKind | undefined;
  /** Undefined when no attempt was found or created. */
  readonly attemptId: AttemptId | undefined;
  readonly paymentId: PaymentId | undefined;
  readonly orderId: OrderId | undefined;
}

export interface JudgedAndHandedOut extends Judged {
  readonly orderUpdate: LeasedOrderUpdate | undefined;
}

/** One transaction per callback: lock the payment, read, judge, apply the effects. `judge` may run several times. */
export interface CallbackStore {
  prepare(input: PrepareInput, judge: (view: PrepareView) => JudgedPrepare): Promise<Judged>;
  complete(input: CompleteInput, judge: (view: LockedCompleteView) => JudgedComplete): Promise<JudgedAndHandedOut>;
}

/** The callback in the form that the judges take. */
export function callbackEvent({ serviceId, callback }: CallbackOfService, callerAddress: string): CallbackEvent {
  const { raw, clickPaydocId, amountTiyin, error } = callback;
  const errorNote = cleanNote(callback.errorNote, []);
  const { clickTransId, merchantTransId } = raw;
  return { serviceId, clickTransId, merchantTransId, clickPaydocId, amountTiyin, error, errorNote, callerAddress };
}
