import { type Attempt, isOfPayment } from "./attempt.ts";
import { asksFor, isTaken, type ShopPayment } from "./shop-payment.ts";

export interface ChoiceView {
  /** The payments that the reference names and whose pay system belongs to the service. */
  readonly candidates: readonly ShopPayment[];
  /** All attempts of the candidates, without the one being judged. */
  readonly attempts: readonly Attempt[];
  readonly amountTiyin: bigint;
}

/**
 * Which payment of an order a Prepare is about: among the untaken ones with that sum, those without a live attempt
 * first, then the lowest id. When none of them fits, the payment that tells best why: a taken one of that sum, then any untaken one.
 */
export function choosePayment({ candidates, attempts, amountTiyin }: ChoiceView): ShopPayment | undefined {
  const rank = (payment: ShopPayment) => {
    const taken = isTaken(payment, attempts);
    const fits = asksFor(payment, amountTiyin);
    if (fits && !taken) return hasLiveAttempt(payment, attempts) ? 1 : 0;
    if (fits) return 2;
    return taken ? 4 : 3;
  };
  return [...candidates].sort((a, b) => rank(a) - rank(b) || a.paymentId - b.paymentId)[0];
}

function hasLiveAttempt(payment: ShopPayment, attempts: readonly Attempt[]): boolean {
  return attempts.some((a) => isOfPayment(a, payment.paymentId) && a.state === "PREPARED");
}
