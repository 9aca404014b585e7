import type { LeaseStore } from "../../app/instance/lease.ts";
import { isFree } from "../driver/clock.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, statement, text } from "../driver/statement.ts";
import { inTransaction, read } from "../driver/transaction.ts";

/** Leases by the database's clock. A holder renews its lease by taking it again. */
export function leaseStore(pool: Pool): LeaseStore {
  return {
    take: ({ name, holder, seconds }) =>
      inTransaction<boolean>(pool, async (tx) => {
        const [found] = await tx.run(
          statement(
            `SELECT holder, ${isFree("expire_time", seconds)} AS expired FROM clickbridge_lease WHERE name = ? FOR UPDATE`,
            name,
          ),
        );
        const [row] = found?.rows ?? [];
        if (row === undefined) {
          // Of two at once, the unique key lets one through, and the other retries.
          const first =
            "INSERT INTO clickbridge_lease (name, holder, expire_time) VALUES (?, ?, NOW(3) + INTERVAL ? SECOND)";
          return { writes: [statement(first, name, holder, seconds)], value: true };
        }
        if (text(row, "holder") !== holder && integer(row, "expired") === 0) return { writes: [], value: false };
        const take = "UPDATE clickbridge_lease SET holder = ?, expire_time = NOW(3) + INTERVAL ? SECOND WHERE name = ?";
        return { writes: [statement(take, holder, seconds, name)], value: true };
      }),
    release: async ({ name, holder }) => {
      await read(
        pool,
        statement("UPDATE clickbridge_lease SET expire_time = NOW(3) WHERE name = ? AND holder = ?", name, holder),
      );
    },
  };
}
