import { type FieldFault, fail } from "../payment/failure.ts";
import { asOrderUpdateId, asPaymentId, type OrderUpdateId, type PaymentId } from "../payment/ids.ts";

/** A field and its rule, and whether the rule holds. */
export type Check = readonly [field: string, holds: boolean, rule: string];

const INT_MAX = 2 ** 31 - 1;

/** Names every field that breaks its rule, or returns. */
export function check(...checks: readonly Check[]): void {
  const faults: FieldFault[] = checks.filter(([, holds]) => !holds).map(([field, , rule]) => ({ field, rule }));
  if (faults.length > 0) fail({ reason: "INVALID_REQUEST", faults });
}

export function isPaymentId(value: bigint): boolean {
  return value > 0n && value <= BigInt(INT_MAX);
}

export const PAYMENT_ID_RULE = `must be 1 … ${INT_MAX}`;

export function paymentIdOf(value: bigint): PaymentId {
  check(["payment_id", isPaymentId(value), PAYMENT_ID_RULE]);
  return asPaymentId(Number(value));
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const USER_ID_CHARACTERS_MAX = 64;

export function isRequestId(text: string): boolean {
  return UUID.test(text);
}
export const REQUEST_ID_RULE = "must be a UUID";

export function isUserId(text: string): boolean {
  return text.length <= USER_ID_CHARACTERS_MAX;
}
export const USER_ID_RULE = `must have at most ${USER_ID_CHARACTERS_MAX} characters`;

export function isOrderUpdateId(value: bigint): boolean {
  return value > 0n && value <= BigInt(Number.MAX_SAFE_INTEGER);
}

export function orderUpdateIdOf(value: bigint): OrderUpdateId {
  return asOrderUpdateId(Number(value));
}
