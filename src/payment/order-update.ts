import type { AttemptId, OrderId, OrderUpdateId, PaymentId, ServiceId } from "./ids.ts";

/** HELD waits for Click's payment/status (`confirm_before_paid`, dialect `legacy`), PENDING for an applier; the others are final. */
export type OrderUpdateState = "HELD" | "PENDING" | "APPLIED" | "REFUSED" | "WITHDRAWN";
export type OrderUpdateKind = "MARK_PAID" | "MARK_REFUNDED";

/** Why an applier can never apply it. A closed list. */
export type ApplyRefusal =
  | "AMOUNT_CHANGED"
  | "CURRENCY_CHANGED"
  | "PAID_OTHERWISE"
  | "ORDER_CANCELLED"
  | "ORDER_NOT_FOUND"
  | "PAYMENT_RETURNED";

export type ApplyOutcome =
  /** In parts: the save did not come to its end, and could not be undone. */
  | { readonly kind: "APPLIED"; readonly inParts: boolean; readonly detail: string }
  /** By an applier that does not know the kind of the update: it waits for a newer one. */
  | { readonly kind: "KIND_UNKNOWN"; readonly detail: string }
  | { readonly kind: "REFUSED"; readonly refusal: ApplyRefusal; readonly detail: string }
  | { readonly kind: "RETRY"; readonly detail: string };

/** What Bitrix is owed, and in whose hands that is. As it was read under the payment's lock. */
export interface OrderUpdate {
  readonly id: OrderUpdateId;
  readonly state: OrderUpdateState;
  /** It was given out, and not given back since. */
  readonly leased: boolean;
  /** And its lease has not run out. */
  readonly leaseLive: boolean;
  /** Its last holder announced a save: the shop may have it. */
  readonly started: boolean;
  /** Of the lease that was given last. */
  readonly token: string | undefined;
  readonly due: boolean;
  readonly tryCount: number;
  /** How many saves were begun. */
  readonly saveCount: number;
  /** Why the last try failed. */
  readonly detail: string;
  readonly serviceId: ServiceId;
  readonly update: Omit<LeasedOrderUpdate, "token" | "leaseExpireTime" | "tryNumber">;
}

/** What Bitrix is owed, in the hands of one applier. */
export interface LeasedOrderUpdate {
  readonly id: OrderUpdateId;
  /** A secret of this one try: who has it may save. */
  readonly token: string;
  readonly kind: OrderUpdateKind;
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly attemptId: AttemptId;
  /** The order's part of what Click took: Bitrix knows of no fee. */
  readonly amountTiyin: bigint;
  /** What Click took besides. */
  readonly feeTiyin: bigint;
  readonly clickTransId: string | undefined;
  readonly clickPaymentId: string | undefined;
  readonly captureTime: Date;
  readonly leaseExpireTime: Date;
  readonly tryNumber: number;
}

/** What the holder of a lease may do from now on. */
export interface StartedSave {
  readonly leaseExpireTime: Date;
  readonly outsideTransaction: boolean;
}

/** So many saves of an update may fail in a transaction of the shop's database, which leaves nothing of them. The next ones do without. */
export const SAVES_IN_TRANSACTION_MAX = 3;

/** From hand-out to the start of the save. */
export const LEASE_SECONDS = 30;
/** From the start of the save: PHP's max_execution_time does not count waits for the database. */
export const STARTED_LEASE_SECONDS = 15 * 60;
export const RETRY_DELAY_SECONDS_MAX = 60 * 60;
export const RETRY_DELAY_SECONDS_FIRST = 5;
/** After so many tries a person is told; the tries go on. */
export const TRIES_BEFORE_STUCK = 5;

/** What a shop says of an outcome is kept at this length. */
export const DETAIL_CHARACTERS_MAX = 250;

/** How long to wait after the n-th try failed: 5 s, doubling to an hour. */
export function retryDelaySeconds(tryNumber: number): number {
  return Math.min(RETRY_DELAY_SECONDS_MAX, RETRY_DELAY_SECONDS_FIRST * 2 ** Math.max(0, tryNumber - 1));
}
