import type { AnomalyKind } from "./anomaly.ts";
import { type Attempt, holdsPayment, isOfPayment, orderTiyin } from "./attempt.ts";
import type { PaymentId } from "./ids.ts";
import { hasSum, type ShopPayment, takenInShop } from "./shop-payment.ts";

/** What preceded the capture; it decides which sum the payment accepts. */
export type Captured = {
  readonly paymentId: PaymentId | undefined;
} & (
  | /** An accepted Prepare: its money pays the payment, in any state of the order. */
  { readonly after: "ACCEPTED_PREPARE" }
  /** A refused Prepare: only if the payment now asks for exactly that sum. */
  | { readonly after: "REFUSED_PREPARE"; readonly orderTiyin: bigint }
  /** Our own charge, of the sum at that time. */
  | { readonly after: "CHARGE" }
  /** Nothing that we know; Click does not tell the sum. */
  | { readonly after: "NOTHING" }
);

export interface KeeperView {
  /** The other attempts of the payment; additional ones are ignored. */
  readonly others: readonly Attempt[];
  /** The shop's payment now; undefined when it is deleted or was never found. */
  readonly payment: ShopPayment | undefined;
}

/** Why the payment cannot keep captured money; undefined: it can. */
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

/** The kind of capture, by the answer to the attempt's Prepare. */
export function capturedBy(attempt: Attempt): Captured {
  const { paymentId, state } = attempt;
  return state === "REFUSED"
    ? { paymentId, after: "REFUSED_PREPARE", orderTiyin: orderTiyin(attempt) }
    : { paymentId, after: "ACCEPTED_PREPARE" };
}
