import { type FieldFault, fail } from "../../payment/failure.ts";
import { asOrderUpdateId, asPaymentId, type OrderUpdateId, type PaymentId } from "../../payment/ids.ts";

/** A field and its rule, and whether the rule holds. */
export type Check = readonly [field: string, holds: boolean, rule: string];

const INT_MAX = 2 ** 31 - 1;

/** Faults are sent in trailers, whose size is limited: a receipt with hundreds of goods may have thousands of faults. */
const FAULTS_MAX = 50;

/** Fails with the fields that break their rules, at most FAULTS_MAX, or returns. */
export function check(...checks: readonly Check[]): void {
  const broken = checks.filter(([, holds]) => !holds).slice(0, FAULTS_MAX);
  const faults: FieldFault[] = broken.map(([field, , rule]) => ({ field, rule }));
  if (faults.length > 0) fail({ reason: "INVALID_REQUEST", faults });
}

export function isPaymentId(value: bigint): boolean {
  return value > 0n && value <= BigInt(INT_MAX);
}

export const PAYMENT_ID_RULE = `must be 1 … ${INT_MAX}`;

/** Of a filter, in which 0 is any: an id of the shop's. */
export function checkShopIdFilter(field: "order_id" | "payment_id", value: bigint): Check {
  return [field, value === 0n || isPaymentId(value), `must be 0 … ${INT_MAX}`];
}

/** Of a filter, in which 0 is any. */
export function checkServiceIdFilter(serviceId: bigint): Check {
  return ["service_id", serviceId >= 0n, "must not be below 0"];
}

/** As a caller of ours may hand on the address of its own caller. */
export const CALLER_ADDRESS_CHARACTERS_MAX = 64;

export function paymentIdOf(value: bigint): PaymentId {
  check(["payment_id", isPaymentId(value), PAYMENT_ID_RULE]);
  return asPaymentId(Number(value));
}

const REQUEST_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const USER_ID_CHARACTERS_MAX = 64;

/** The idempotency key of a request: see `sendOnce`. Upper and lower case are the same id. */
export function requestIdOf(text: string): { readonly requestId: string; readonly check: Check } {
  const requestId = text.toLowerCase();
  return { requestId, check: ["request_id", REQUEST_ID.test(requestId), "must be a UUID"] };
}

export function checkUserId(userId: string): Check {
  const rule = `must have at most ${USER_ID_CHARACTERS_MAX} characters`;
  return ["user_id", userId.length <= USER_ID_CHARACTERS_MAX, rule];
}

/** The largest service_id that settings allow. */
const SERVICE_ID_MAX = 10n ** 18n - 1n;

export function checkServiceId(serviceId: bigint): Check {
  return ["service_id", serviceId > 0n && serviceId <= SERVICE_ID_MAX, `must be 1 … ${SERVICE_ID_MAX}`];
}

export function characterCount(text: string): number {
  return [...text].length;
}

export function isOrderUpdateId(value: bigint): boolean {
  return value > 0n && value <= BigInt(Number.MAX_SAFE_INTEGER);
}

export function orderUpdateIdOf(value: bigint): OrderUpdateId {
  return asOrderUpdateId(Number(value));
}
