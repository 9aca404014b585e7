import type { Attempt, AttemptState } from "../../../src/payment/attempt.ts";
import type { Effect, PaymentOfAttempt } from "../../../src/payment/effects.ts";
import { asAttemptId, asOrderId, asPaymentId, asServiceId } from "../../../src/payment/ids.ts";
import type { AskedPayment } from "../../../src/payment/shop-payment.ts";

export const ATTEMPT_STATES = [
  "REFUSED",
  "PREPARED",
  "EXPIRED",
  "CAPTURED",
  "SETTLED",
  "OWED",
  "CANCELLED",
  "REVERSED",
] as const satisfies readonly AttemptState[];

/** An attempt to take 1000 soums for payment 7 of order 57. */
export function attempt(change: Partial<Attempt> = {}): Attempt {
  return {
    id: asAttemptId(1),
    state: "PREPARED",
    serviceId: asServiceId("11111"),
    clickTransId: "3000000001",
    clickPaydocId: "5000000001",
    clickPaymentId: undefined,
    merchantTransId: "57",
    paymentId: asPaymentId(7),
    orderId: asOrderId(5),
    amountTiyin: 100_000n,
    feeTiyin: 0n,
    ...change,
  };
}

/** Payment 7 of order 57, asking for 1000 soums and no fee. */
export function shopPayment(change: Partial<AskedPayment> = {}): AskedPayment {
  return {
    paymentId: asPaymentId(7),
    orderId: asOrderId(5),
    orderNumber: "57",
    paymentNumber: "57/1",
    paySystemId: 1,
    personTypeId: 1,
    sumTiyin: 100_000n,
    feeTiyin: 0n,
    currency: "UZS",
    paid: false,
    returned: false,
    orderCancelled: false,
    ...change,
  };
}

/** What a decision writes of its attempt; nothing when it stays. */
export function writtenBy(effects: readonly Effect[]): {
  readonly state?: AttemptState;
  readonly payment?: PaymentOfAttempt | undefined;
} {
  const made = effects.find((effect) => effect.effect === "NewAttempt");
  if (made !== undefined) return made;
  const moved = effects.find((effect) => effect.effect === "MoveAttempt");
  return moved === undefined ? {} : { state: moved.to, payment: moved.set?.payment };
}
