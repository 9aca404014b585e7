import type { AttemptId, OrderUpdateId, ServiceId } from "../../payment/ids.ts";

/** A capture whose order update is held until Click confirms it. */
export interface HeldCapture {
  readonly orderUpdateId: OrderUpdateId;
  readonly attemptId: AttemptId;
  readonly serviceId: ServiceId;
  readonly clickPaymentId: string | undefined;
  readonly merchantTransId: string;
  /** When its Prepare came: Click files the payment under that day. */
  readonly prepareTime: Date;
}

/** One whose number of the payment Click itself has named for its reference. */
export interface NamedCapture extends HeldCapture {
  readonly clickPaymentId: string;
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
