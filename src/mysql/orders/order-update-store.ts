import type { OrderUpdateStore } from "../../app/orders/order-update-store.ts";
import type { OrderUpdateId } from "../../payment/ids.ts";
import { SAVES_IN_TRANSACTION_MAX, STARTED_LEASE_SECONDS, type StartedSave } from "../../payment/order-update.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, statement, text, time } from "../driver/statement.ts";
import { inTransaction } from "../driver/transaction.ts";
import { holdsLease, lockPaymentOfUpdate, orderUpdateById } from "../rows/order-update-rows.ts";
import { acknowledgeTransaction } from "./acknowledge-transaction.ts";
import { claim, type OnClaimFault } from "./claim-transaction.ts";

export function orderUpdateStore(pool: Pool, onClaimFault: OnClaimFault): OrderUpdateStore {
  return {
    claim: (limit, newToken) => claim(pool, { limit, newToken, onFault: onClaimFault }),
    start: (id, token) => start(pool, id, token),
    acknowledge: (id, token, outcome) => acknowledgeTransaction(pool, id, { token, outcome }),
  };
}

type Started = StartedSave | "NOT_FOUND" | "LEASE_LOST";

/** The compare-and-set just before a save. Called twice with the live token: the lease starts anew, and it is one save. */
async function start(pool: Pool, id: OrderUpdateId, token: string): Promise<Started> {
  return inTransaction<Started>(pool, async (tx) => {
    const [found] = await tx.run(orderUpdateById(id));
    const [first] = found?.rows ?? [];
    if (first === undefined) return { writes: [], value: "NOT_FOUND" };
    const [, locked, clock] = await tx.run(
      lockPaymentOfUpdate(first),
      orderUpdateById(id),
      statement(`SELECT NOW(3) + INTERVAL ${STARTED_LEASE_SECONDS} SECOND AS lease_end`),
    );
    const [row] = locked?.rows ?? [];
    const end = clock?.rows[0];
    if (row === undefined || end === undefined || !holdsLease(row, token)) return { writes: [], value: "LEASE_LOST" };
    const saves = integer(row, "save_count") + (row["start_time"] === null ? 1 : 0);
    const extend = statement(
      `UPDATE clickbridge_order_update SET lease_expire_time = ?, save_count = ?, start_time = NOW(3) WHERE id = ? AND token = ?`,
      text(end, "lease_end"),
      saves,
      id,
      token,
    );
    return {
      writes: [extend],
      value: { leaseExpireTime: time(end, "lease_end"), outsideTransaction: saves > SAVES_IN_TRANSACTION_MAX },
    };
  });
}
