import { expect, test } from "vitest";
import { asAttemptId, asOrderId, asPaymentId, asServiceId, type PaymentId } from "../../../src/payment/ids.ts";

/** tsc reads this file in the gate: an id that could be given for another would make an unused directive, which is an error. */
test("an id is its number at run time, and of its own kind to the compiler", () => {
  const takesPayment = (id: PaymentId): number => id;

  // @ts-expect-error an order is no payment
  takesPayment(asOrderId(1));
  // @ts-expect-error an attempt is no payment
  takesPayment(asAttemptId(1));
  // @ts-expect-error a bare number is nothing yet
  takesPayment(1);

  expect(takesPayment(asPaymentId(7))).toBe(7);
  expect(asServiceId("11111")).toBe("11111");
});
