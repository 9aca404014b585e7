import type { Drive } from "./exchange.ts";
import { debit, finishPaid, finishUnpaid, hang, type Payment, process } from "./payment.ts";

/** Payments that a shop requested itself: Click sends no Prepare and no Complete, only the reply. */

/** What Click's own cancelling looks like is undocumented. */
const UNCONFIRMED_STATUS = -1;

/** Pays as the customer decides; a payment that must be confirmed waits. */
export async function payQuietly(drive: Drive): Promise<void> {
  const { payment, behaviour } = drive;
  process(payment, "asking the customer's bank");
  if (behaviour.outcome === "confirm" && payment.confirmBefore !== undefined) {
    hang(payment, "waits for the shop's confirmation");
    return;
  }
  payment.confirmBefore = undefined;
  if (behaviour.outcome === "hang") hang(payment, "the bank does not answer");
  else decide(drive);
}

/** The bank of a hung payment answers now. */
export async function resumeQuietly(drive: Drive): Promise<void> {
  if (drive.payment.stage === "hung" && drive.behaviour.outcome !== "hang") decide(drive);
}

/** Click cancels what was not confirmed in time. */
export function cancelUnconfirmed(payment: Payment, now: Date): void {
  if (payment.confirmBefore === undefined || payment.stage !== "hung" || now < payment.confirmBefore) return;
  payment.confirmBefore = undefined;
  finishUnpaid(payment, UNCONFIRMED_STATUS, "cancelled: the shop did not confirm it in time");
}

function decide({ payment, behaviour }: Drive): void {
  if (behaviour.outcome === "decline") {
    finishUnpaid(payment, behaviour.decline_error, "declined");
    return;
  }
  debit(payment);
  finishPaid(payment, "paid; the shop hears of it in the answer alone");
}
