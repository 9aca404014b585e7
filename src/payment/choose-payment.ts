import { type Attempt, isOfPayment, isSameMoney } from "./attempt.ts";
import { type AskedPayment, asksFor, isTaken } from "./shop-payment.ts";

export interface ChoiceView {
  /** The payments that the reference names and whose pay system belongs to the service. */
  readonly candidates: readonly AskedPayment[];
  /** All attempts of the candidates, without the one being judged. */
  readonly attempts: readonly Attempt[];
  readonly amountTiyin: bigint;
  readonly clickPaydocId: string | undefined;
}

/**
 * Which payment of an order a Prepare is about: among the untaken ones with that sum, the one that this very payment of Click's already
 * has an attempt for (Click asks again under a new number), then those without a live attempt, then the lowest id. When none of them fits, the payment that tells best why: a taken one of that sum, then any untaken one.
 */
export function choosePayment({
  candidates,
  attempts,
  amountTiyin,
  clickPaydocId,
}: ChoiceView): AskedPayment | undefined {
  const rank = (payment: AskedPayment) => {
    const taken = isTaken(payment, attempts);
    const fits = asksFor(payment, amountTiyin);
    if (fits && !taken)
      return rankOfAttempts(
        attempts.filter((a) => isOfPayment(a, payment.paymentId)),
        clickPaydocId,
      );
    if (fits) return 3;
    return taken ? 5 : 4;
  };
  return [...candidates].sort((a, b) => rank(a) - rank(b) || a.paymentId - b.paymentId)[0];
}

function rankOfAttempts(ofPayment: readonly Attempt[], clickPaydocId: string | undefined): number {
  const accepted = ofPayment.filter((a) => a.state === "PREPARED" || a.state === "EXPIRED");
  if (accepted.some((a) => isSameMoney(a, clickPaydocId))) return 0;
  return accepted.some((a) => a.state === "PREPARED") ? 2 : 1;
}
