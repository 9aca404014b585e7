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
 * Chooses the payment of an order for a Prepare. Of the untaken ones with that sum: first the one that already has an attempt of the same
 * Click payment (Click repeats with a new click_trans_id), then those without an open attempt, then the lowest id. If none matches, the
 * payment that explains the refusal best: a taken one of that sum, then any untaken one.
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
