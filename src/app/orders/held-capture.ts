import type { AttemptId, OrderUpdateId, ServiceId } from "../../payment/ids.ts";

/** A capture whose order update is held until Click confirms it. */
export interface HeldCapture {
  readonly orderUpdateId: OrderUpdateId;
  readonly attemptId: AttemptId;
  readonly serviceId: ServiceId;
  readonly clickPaymentId: string | undefined;
  readonly merchantTransId: string;
  /** When its Prepare came: Click finds the payment by that day. */
  readonly prepareTime: Date;
}

/** A held capture whose payment number Click itself returned for the reference. */
export interface NamedCapture extends HeldCapture {
  readonly clickPaymentId: string;
}

export interface HeldCaptureStore {
  /**
   * Held captures that are due for a status poll, oldest first, at most `limit`. Each poll moves the next one further away; after many
   * polls an anomaly is raised.
   */
  due(limit: number): Promise<readonly HeldCapture[]>;
  /**
   * Click reports it paid. If the same Click payment already confirmed another attempt, this one stays held and an anomaly is raised.
   */
  release(capture: NamedCapture): Promise<void>;
  /** Click reports that the payment failed or was reversed: cancels the attempt, withdraws its order update and raises an anomaly. */
  withdraw(capture: NamedCapture): Promise<void>;
}
