import type { OrderUpdateId } from "../../payment/ids.ts";
import { type AcknowledgementAnswer, judgeAcknowledgement } from "../../payment/judge-acknowledgement.ts";
import type { ApplyOutcome } from "../../payment/order-update.ts";
import type { Pool } from "../driver/pool.ts";
import { inTransaction } from "../driver/transaction.ts";
import { applyEffects } from "../effects/apply-effects.ts";
import { readLockedUpdate } from "./locked-order-update.ts";

/** Stores the result of an order update. */
export function acknowledgeTransaction(
  pool: Pool,
  id: OrderUpdateId,
  reported: { readonly token: string; readonly outcome: ApplyOutcome },
): Promise<AcknowledgementAnswer | "NOT_FOUND"> {
  return inTransaction<AcknowledgementAnswer | "NOT_FOUND">(pool, async (tx) => {
    const locked = await readLockedUpdate(tx, id);
    if (locked === undefined) return { writes: [], value: "NOT_FOUND" };
    const { answer, effects } = judgeAcknowledgement(reported, locked);
    return applyEffects(effects, answer);
  });
}
