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
  /** inParts: the save stopped half-way and could not be rolled back. */
  | { readonly kind: "APPLIED"; readonly inParts: boolean; readonly detail: string }
  /** The applier does not know the kind of the update, which waits for a newer applier. */
  | { readonly kind: "KIND_UNKNOWN"; readonly detail: string }
  | { readonly kind: "REFUSED"; readonly refusal: ApplyRefusal; readonly detail: string }
  | { readonly kind: "RETRY"; readonly detail: string };

/** An order update for Bitrix and its lease, read under the payment's lock. */
export interface OrderUpdate {
  readonly id: OrderUpdateId;
  readonly state: OrderUpdateState;
  /** It was leased and not returned since. */
  readonly leased: boolean;
  /** The lease has not expired. */
  readonly leaseLive: boolean;
  /** The last holder announced a save, so the shop may have it. */
  readonly started: boolean;
  /** Token of the last lease. */
  readonly token: string | undefined;
  readonly due: boolean;
  readonly tryCount: number;
  /** Number of saves that were begun. */
  readonly saveCount: number;
  /** Why the last try failed. */
  readonly detail: string;
  readonly serviceId: ServiceId;
  readonly update: Omit<LeasedOrderUpdate, "token" | "leaseExpireTime" | "tryNumber">;
}

/** An order update leased to one applier. */
export interface LeasedOrderUpdate {
  readonly id: OrderUpdateId;
  /** A secret of this lease: its holder may save. */
  readonly token: string;
  readonly kind: OrderUpdateKind;
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly attemptId: AttemptId;
  /** The capture without the fee, which Bitrix does not know. */
  readonly amountTiyin: bigint;
  /** The fee that Click took in addition. */
  readonly feeTiyin: bigint;
  readonly clickTransId: string | undefined;
  readonly clickPaymentId: string | undefined;
  readonly captureTime: Date;
  readonly leaseExpireTime: Date;
  readonly tryNumber: number;
}

/** What the holder of a lease may do now. */
export interface StartedSave {
  readonly leaseExpireTime: Date;
  readonly outsideTransaction: boolean;
}

/** After this many failed saves in a transaction of the shop's database, which rolls them back, the next saves use no transaction. */
export const SAVES_IN_TRANSACTION_MAX = 3;

/** From the claim to the start of the save. */
export const LEASE_SECONDS = 30;
/** From the start of the save: PHP's max_execution_time does not count waits for the database. */
export const STARTED_LEASE_SECONDS = 15 * 60;
export const RETRY_DELAY_SECONDS_MAX = 60 * 60;
export const RETRY_DELAY_SECONDS_FIRST = 5;
/** After this many tries an anomaly is raised; retries continue. */
export const TRIES_BEFORE_STUCK = 5;

/** The shop's detail of a result is cut to this length. */
export const DETAIL_CHARACTERS_MAX = 250;

/** The delay after the n-th failed try: 5 s, doubled up to an hour. */
export function retryDelaySeconds(tryNumber: number): number {
  return Math.min(RETRY_DELAY_SECONDS_MAX, RETRY_DELAY_SECONDS_FIRST * 2 ** Math.max(0, tryNumber - 1));
}
