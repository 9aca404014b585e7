import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { Pool } from "../../src/mysql/driver/pool.ts";
import { compareAndSet, statement } from "../../src/mysql/driver/statement.ts";
import { inTransaction } from "../../src/mysql/driver/transaction.ts";
import { createTestDatabase, type TestDatabase } from "../support/servers/database.ts";
import { sentStatements } from "../support/service/sent-statements.ts";
import { askNode, atNode } from "./nodes.ts";

const TRANSACTIONS_A_WRITER = 150;
const WRITERS_A_NODE = 3;

let database: TestDatabase;
let pools: readonly Pool[];
const urls = inject("galeraNodeUrls");

beforeAll(async () => {
  database = await createTestDatabase();
  pools = urls.map((url) => new Pool({ url: atNode(url, database.name), connectionsMax: WRITERS_A_NODE }));
  const [first] = pools;
  await first?.run(statement("CREATE TABLE counter (id int PRIMARY KEY, n int NOT NULL) ENGINE=InnoDB"));
  await first?.run(statement("CREATE TABLE entry (id int AUTO_INCREMENT PRIMARY KEY, n int NOT NULL) ENGINE=InnoDB"));
});
beforeEach(async () => {
  await pools[0]?.run(statement("DELETE FROM entry"), statement("REPLACE INTO counter VALUES (1, 0)"));
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
  await database.drop();
});

const addOne = (pool: Pool): Promise<number> =>
  inTransaction(
    pool,
    async (tx) => {
      await tx.run(statement("UPDATE counter SET n = n + 1 WHERE id = 1"));
      const [found] = await tx.run(statement("SELECT n FROM counter WHERE id = 1"));
      const n = Number(found?.rows[0]?.["n"]);
      return { writes: [statement("INSERT INTO entry (n) VALUES (?)", n)], value: n };
    },
    // Every writer wants the same row all the time: the last one waits for its turn.
    { budgetMs: 60_000 },
  );

test("transactions at three nodes that all want one row: each is there as a whole, or run anew", async () => {
  const writer = async (pool: Pool): Promise<number[]> => {
    const said: number[] = [];
    while (said.length < TRANSACTIONS_A_WRITER) said.push(await addOne(pool));
    return said;
  };

  const said = (
    await Promise.all(pools.flatMap((pool) => Array.from({ length: WRITERS_A_NODE }, () => writer(pool))))
  ).flat();

  const there = await askNode(atNode(urls[2] ?? "", database.name), "SELECT n FROM entry ORDER BY n");
  const all = Array.from({ length: TRANSACTIONS_A_WRITER * WRITERS_A_NODE * urls.length }, (_, index) => index + 1);
  expect(said.sort((a, b) => a - b)).toEqual(all);
  expect(there.map((row) => row["n"])).toEqual(all);
});

test("every statement goes alone to a node of a cluster", async () => {
  const sent = sentStatements();
  const [pool] = pools as readonly [Pool];

  await sent.during(() =>
    inTransaction(pool, async (tx) => {
      await tx.run(statement("SELECT 1"), statement("SELECT 2"));
      return { writes: [statement("DELETE FROM entry"), statement("DELETE FROM counter")], value: undefined };
    }),
  );

  const statements = ["SELECT 1", "SELECT 2", "DELETE FROM entry", "DELETE FROM counter"];
  expect(sent.packets).toEqual(["START TRANSACTION", ...statements, "COMMIT"]);
});

test("a row that was written at one node is found at the next one at once", async () => {
  const [here, there] = pools as readonly [Pool, Pool];

  for (let id = 2; id < 200; id += 1) {
    await here.run(statement("INSERT INTO counter VALUES (?, 0)", id));
    const [found] = await there.run(statement("SELECT id FROM counter WHERE id = ?", id));
    expect(found?.rows).toEqual([{ id }]);
  }
});

test("a write that does not find what it expects, at a node: nothing of its transaction is written, and it runs anew", async () => {
  const [first, second] = pools;
  let runs = 0;

  const value = await inTransaction(first as Pool, async (tx) => {
    runs += 1;
    const [found] = await tx.run(statement("SELECT n FROM counter WHERE id = 1"));
    const n = Number(found?.rows[0]?.["n"]);
    // Somebody at another node is faster.
    if (runs === 1) await second?.run(statement("UPDATE counter SET n = n + 1 WHERE id = 1"));
    const isThere = compareAndSet("UPDATE counter SET n = n + 1 WHERE id = 1 AND n = ?", n);
    return { writes: [statement("INSERT INTO entry (n) VALUES (?)", n), isThere], value: n };
  });

  const there = await askNode(atNode(urls[2] ?? "", database.name), "SELECT n FROM entry");
  expect([value, runs, there.map((row) => row["n"])]).toEqual([1, 2, [1]]);
});
