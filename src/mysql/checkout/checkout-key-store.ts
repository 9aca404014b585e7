import { randomBytes } from "node:crypto";
import type { CheckoutKeyStore, CheckoutKeys } from "../../app/checkout/checkout-key-store.ts";
import { CHECKOUT_TOKEN_HOURS } from "../../app/checkout/checkout-token.ts";
import { Secret } from "../../protocol/secret.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, type Statement, type StatementResult, statement, text } from "../driver/statement.ts";
import { inTransaction, read } from "../driver/transaction.ts";

const KEY_BYTES = 32;
/** The signing key and the previous one. */
const CURRENT = 1;
const PREVIOUS = 2;
/** All replicas know a rotation after this; until then some sign with the previous key. */
const KNOWN_MS = 60_000;
const KNOWN_HOURS = 1;
/** Limits the reads that forged tokens can cause. */
const FRESH_MS = 5_000;

/** The keys of checkout tokens, shared by all replicas. The first use makes the first key. */
export function checkoutKeyStore(pool: Pool, nowMs: () => number): CheckoutKeyStore {
  let known: { readonly keys: CheckoutKeys; readonly readMs: number } | undefined;
  const notOlder = async (ageMs: number) => {
    if (known === undefined || nowMs() - known.readMs >= ageMs) {
      const readMs = nowMs();
      known = { keys: await keysIn(pool), readMs };
    }
    return known.keys;
  };
  return { keys: () => notOlder(KNOWN_MS), freshKeys: () => notOlder(FRESH_MS) };
}

/** Makes a new key. Tokens of the previous key stay valid until they expire, or with `endsTokens` until every replica knows the new one. */
export function rotateCheckoutKey(pool: Pool, { endsTokens }: { readonly endsTokens: boolean }): Promise<void> {
  const keep = statement(
    "INSERT INTO clickbridge_checkout_key (id, key_bytes) SELECT ?, key_bytes FROM clickbridge_checkout_key WHERE id = ?",
    PREVIOUS,
    CURRENT,
  );
  const renew = statement(
    "UPDATE clickbridge_checkout_key SET key_bytes = UNHEX(?), create_time = NOW(3) WHERE id = ?",
    newKey(),
    CURRENT,
  );
  return inTransaction<void>(pool, async (tx) => {
    await tx.run(insertKey());
    return {
      writes: [
        statement("DELETE FROM clickbridge_checkout_key WHERE id = ?", PREVIOUS),
        ...(endsTokens ? [] : [keep]),
        renew,
      ],
      value: undefined,
    };
  });
}

/** Reads first, because a SELECT is cheaper than an INSERT that finds the row. */
async function keysIn(pool: Pool): Promise<CheckoutKeys> {
  const hours = CHECKOUT_TOKEN_HOURS + KNOWN_HOURS;
  const select = statement(
    `SELECT id, HEX(key_bytes) AS key_hex FROM clickbridge_checkout_key
     WHERE id = ${CURRENT} OR create_time > NOW(3) - INTERVAL ${hours} HOUR`,
  );
  const [found] = await read(pool, select);
  const isThere = keyOf(found, CURRENT) !== undefined;
  const [made] = isThere ? [found] : (await read(pool, insertKey(), select)).slice(1);
  const current = keyOf(made, CURRENT);
  if (current === undefined) throw new TypeError("the key of checkout tokens was stored and is not there");
  return { current, previous: keyOf(made, PREVIOUS) };
}

function keyOf(result: StatementResult | undefined, id: number): Secret | undefined {
  const row = result?.rows.find((one) => integer(one, "id") === id);
  return row === undefined ? undefined : new Secret(text(row, "key_hex"));
}

/** When two replicas insert at once, the second one uses the key of the first. */
function insertKey(): Statement {
  return statement(
    "INSERT INTO clickbridge_checkout_key (id, key_bytes) VALUES (?, UNHEX(?)) ON DUPLICATE KEY UPDATE id = id",
    CURRENT,
    newKey(),
  );
}

function newKey(): string {
  return randomBytes(KEY_BYTES).toString("hex");
}
