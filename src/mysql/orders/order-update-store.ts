import type { OrderUpdateStore } from "../../app/orders/order-update-store.ts";
import type { OrderUpdateId } from "../../payment/ids.ts";
import { startSave } from "../../payment/lease-order-update.ts";
import type { StartedSave } from "../../payment/order-update.ts";
import type { Pool } from "../driver/pool.ts";
import { inTransaction } from "../driver/transaction.ts";
import { applyEffects } from "../effects/apply-effects.ts";
import { acknowledgeTransaction } from "./acknowledge-transaction.ts";
import { claim, type OnClaimFault } from "./claim-transaction.ts";
import { readLockedUpdate } from "./locked-order-update.ts";

export function orderUpdateStore(pool: Pool, onClaimFault: OnClaimFault): OrderUpdateStore {
  return {
    claim: (limit, newToken) => claim(pool, { limit, newToken, onFault: onClaimFault }),
    start: (id, token) => start(pool, id, token),
    acknowledge: (id, token, outcome) => acknowledgeTransaction(pool, id, { token, outcome }),
  };
}

function start(pool: Pool, id: OrderUpdateId, token: string): Promise<StartedSave | "LEASE_LOST" | "NOT_FOUND"> {
  return inTransaction<StartedSave | "LEASE_LOST" | "NOT_FOUND">(pool, async (tx) => {
    const locked = await readLockedUpdate(tx, id);
    if (locked === undefined) return { writes: [], value: "NOT_FOUND" };
    const { answer, effects } = startSave(locked.update, token, locked.now);
    return applyEffects(effects, answer);
  });
}
