import type { InstanceStore } from "../../app/instance/instance.ts";
import type { Pool } from "../driver/pool.ts";
import { statement, text } from "../driver/statement.ts";
import { inTransaction, read } from "../driver/transaction.ts";

/** The single row of clickbridge_instance, which `migrate` inserts. */
export function instanceStore(pool: Pool): InstanceStore {
  return {
    name: async () => {
      const [found] = await read(pool, statement("SELECT name FROM clickbridge_instance WHERE id = 1"));
      const [row] = found?.rows ?? [];
      return row === undefined ? undefined : text(row, "name");
    },
    adopt: (name) => {
      const adopt = "INSERT INTO clickbridge_instance (id, name) VALUES (1, ?) ON DUPLICATE KEY UPDATE name = ?";
      return inTransaction<void>(pool, async () => ({ writes: [statement(adopt, name, name)], value: undefined }));
    },
  };
}
