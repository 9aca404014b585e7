import type { AnomalyKind } from "./anomaly.ts";
import { type Attempt, holdsPayment, isOfPayment, orderTiyin } from "./attempt.ts";
import type { PaymentId } from "./ids.ts";
import { hasSum, type ShopPayment, takenInShop } from "./shop-payment.ts";

/** What came before the capture, which says how much the payment was promised. */
export type Captured = {
  readonly paymentId: PaymentId | undefined;
} & (
  | /** An accepted Prepare: money for it is the payment's, whatever the order has become. */
  { readonly after: "ACCEPTED_PREPARE" }
  /** A refused one: only if the payment asks for that very sum by now. */
  | { readonly after: "REFUSED_PREPARE"; readonly orderTiyin: bigint }
  /** A charge of our own, of what the payment asked then. */
  | { readonly after: "CHARGE" }
  /** Nothing that we know of: Click does not say the sum. */
  | { readonly after: "NOTHING" }
);

export interface KeeperView {
  /** The other attempts of the payment; more do no harm. */
  readonly others: readonly Attempt[];
  /** As the shop has it now; undefined when it is gone or was never found. */
  readonly payment: ShopPayment | undefined;
}

/** Why captured money is not the payment's to keep; undefined: it is. */
export function whyNotKept(captured: Captured, { others, payment }: KeeperView): AnomalyKind | undefined {
  const isHeld = others.some((a) => isOfPayment(a, captured.paymentId) && holdsPayment(a));
  const isTakenInShop = payment !== undefined && takenInShop(payment);
  switch (captured.after) {
    case "ACCEPTED_PREPARE":
      if (isHeld) return "SECOND_CAPTURE";
      return isTakenInShop ? "PAID_OTHERWISE" : undefined;
    case "REFUSED_PREPARE": {
      if (isHeld) return "SECOND_CAPTURE";
      const asks = payment !== undefined && !isTakenInShop && hasSum(payment, captured.orderTiyin);
      return asks ? undefined : "CAPTURED_AFTER_REFUSAL";
    }
    case "CHARGE":
      if (payment === undefined || isTakenInShop) return "PAID_OTHERWISE";
      return isHeld ? "SECOND_CAPTURE" : undefined;
    case "NOTHING":
      return "PAID_WITHOUT_ATTEMPT";
    default:
      return captured satisfies never;
  }
}

/** What an attempt's own Prepare promised. */
export function capturedBy(attempt: Attempt): Captured {
  const { paymentId, state } = attempt;
  return state === "REFUSED"
    ? { paymentId, after: "REFUSED_PREPARE", orderTiyin: orderTiyin(attempt) }
    : { paymentId, after: "ACCEPTED_PREPARE" };
}
