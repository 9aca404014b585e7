import { randomBytes } from "node:crypto";
import type { CheckoutKeyStore } from "../app/ports.ts";
import { Secret } from "../app/secret.ts";
import type { Pool } from "./pool.ts";
import { type Statement, statement, text } from "./statement.ts";
import { read } from "./transaction.ts";

const KEY_BYTES = 32;

/** The key of checkout tokens: made by whoever needs it first, the same for every replica, and read once a process. */
export function checkoutKeyStore(pool: Pool): CheckoutKeyStore {
  let known: Secret | undefined;
  return {
    key: async () => {
      known ??= await keyIn(pool);
      return known;
    },
  };
}

/** Looked for first: a question is cheaper than an INSERT that finds the row there. */
async function keyIn(pool: Pool): Promise<Secret> {
  const select = statement("SELECT HEX(key_bytes) AS key_hex FROM clickbridge_checkout_key WHERE id = 1");
  const [found] = await read(pool, select);
  const [made] = found?.rows[0] === undefined ? (await read(pool, insertKey(), select)).slice(1) : [found];
  const row = made?.rows[0];
  if (row === undefined) throw new TypeError("the key of checkout tokens was stored and is not there");
  return new Secret(text(row, "key_hex"));
}

/** Of two replicas that make one at once the second keeps the first one's. */
function insertKey(): Statement {
  return statement(
    "INSERT INTO clickbridge_checkout_key (id, key_bytes) VALUES (1, UNHEX(?)) ON DUPLICATE KEY UPDATE id = id",
    randomBytes(KEY_BYTES).toString("hex"),
  );
}
