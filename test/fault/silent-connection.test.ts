import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Pool } from "../../src/mysql/driver/pool.ts";
import { statement } from "../../src/mysql/driver/statement.ts";
import { inTransaction, read, search } from "../../src/mysql/driver/transaction.ts";
import { createTestDatabase, type TestDatabase } from "../support/servers/database.ts";
import { startTcpProxy, type TcpProxy } from "../support/servers/tcp-proxy.ts";

let database: TestDatabase;
let wire: TcpProxy;

beforeAll(async () => {
  database = await createTestDatabase();
  wire = await startTcpProxy(database.url);
});
afterAll(async () => {
  await wire.stop();
  await database.drop();
});

const ONE = statement("SELECT 'x' AS one");

/** A pool whose only connection was good, and is silent now: a firewall dropped it, or its node died without closing it. */
async function poolWithSilentConnection(): Promise<Pool> {
  const pool = new Pool({ url: wire.url, connectionsMax: 2 });
  onTestFinished(() => pool.close());
  await pool.run(ONE);
  wire.silence();
  return pool;
}

describe("on a connection that fell silent", () => {
  test("a reading is repeated on another one, and answered", async () => {
    const pool = await poolWithSilentConnection();

    const [found] = await read(pool, ONE);

    expect(found?.rows).toEqual([{ one: "x" }]);
  });

  test("a transaction is retried on another one, and ends", async () => {
    const pool = await poolWithSilentConnection();
    let runs = 0;

    const value = await inTransaction(pool, async (tx) => {
      runs += 1;
      await tx.run(ONE);
      return { writes: [], value: "done" };
    });

    expect([value, runs]).toEqual(["done", 2]);
  });
});

test("a search may take longer than a callback's statements", async () => {
  const pool = new Pool({ url: database.url, connectionsMax: 1 });
  onTestFinished(() => pool.close());
  // Longer than one of those may take; they have to give up while there is time for another connection.
  const slow = statement("SELECT CONCAT(SLEEP(1.6)) AS slept");

  const [found] = await search(pool, slow);

  expect(found?.rows).toEqual([{ slept: "0" }]);
});
