import type { Refund } from "../../payment/refund.ts";
import { refundMoved } from "../../payment/settle-refund.ts";
import type { Statement } from "../driver/statement.ts";
import { statementsOf } from "../effects/apply-effects.ts";
import type { LockedAttempt } from "../payments/locked-attempt.ts";

/** `returnedTiyin` went back in parts before. */
export function movedRefund(
  next: Refund,
  before: Refund,
  { view: { attempt }, updates }: LockedAttempt,
  returnedTiyin: bigint,
): readonly Statement[] {
  return refundMoved(next, before, { attempt, updates, returnedTiyin }).flatMap(statementsOf);
}
