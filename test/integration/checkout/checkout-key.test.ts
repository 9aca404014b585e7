import { afterAll, beforeAll, expect, test } from "vitest";
import { checkoutKeyStore, rotateCheckoutKey } from "../../../src/mysql/checkout/checkout-key-store.ts";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { statement } from "../../../src/mysql/driver/statement.ts";
import { migrateUp } from "../../../src/mysql/migrations/migrate.ts";
import { createTestDatabase, type TestDatabase } from "../../support/servers/database.ts";

/** What a replica knows of the keys of checkout tokens while they change under it. */

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  await migrateUp(database.url);
  pool = new Pool({ url: database.url, connectionsMax: 2 });
});
afterAll(async () => {
  await pool.close();
  await database.drop();
});

test("a replica that runs learns of another key within a minute, or when it meets a token that it does not know", async () => {
  let nowMs = 0;
  const store = checkoutKeyStore(pool, () => nowMs);
  const reveal = async (keys = store.keys()) => (await keys).current.reveal();
  const first = await reveal();
  await rotateCheckoutKey(pool, { endsTokens: false });

  nowMs = 4_999;
  const tooSoon = await reveal(store.freshKeys());
  nowMs = 5_000;
  const fresh = await store.freshKeys();
  await rotateCheckoutKey(pool, { endsTokens: true });
  nowMs = 64_999;
  const kept = await reveal();
  nowMs = 65_000;
  const last = await store.keys();

  expect(tooSoon).toBe(first);
  expect(fresh.current.reveal()).not.toBe(first);
  expect(fresh.previous?.reveal()).toBe(first);
  expect(kept).toBe(fresh.current.reveal());
  expect(last.current.reveal()).not.toBe(kept);
  expect(last.previous).toBeUndefined();
});

test("a deleted row is made again, although the one before it exists", async () => {
  const store = checkoutKeyStore(pool, () => 0);
  await rotateCheckoutKey(pool, { endsTokens: false });
  await pool.run(statement("DELETE FROM clickbridge_checkout_key WHERE id = 1"));

  expect((await store.keys()).current.reveal()).toMatch(/^[0-9A-F]{64}$/);
});
