import { createConnection } from "mysql2/promise";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DatabaseError } from "../../../src/mysql/driver/database-error.ts";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { compareAndSet, integer, statement } from "../../../src/mysql/driver/statement.ts";
import { inTransaction, StaleReadError } from "../../../src/mysql/driver/transaction.ts";
import { FailureError } from "../../../src/payment/failure.ts";
import { createTestDatabase, type TestDatabase } from "../../support/servers/database.ts";
import { sentStatements } from "../../support/service/sent-statements.ts";

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new Pool({ url: database.url, connectionsMax: 8 });
  await pool.run(
    statement("CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL, word varchar(5) NOT NULL) ENGINE=InnoDB"),
  );
});
beforeEach(async () => {
  await pool.run(statement("DELETE FROM t"), statement("INSERT INTO t VALUES (1, 0, 'a'), (2, 0, 'b')"));
});
afterAll(async () => {
  await pool.close();
  await database.drop();
});

const lock = (id: number) => statement("SELECT n FROM t WHERE id = ? FOR UPDATE", id);
const add = (id: number) => statement("UPDATE t SET n = n + 1 WHERE id = ?", id);
const numbers = async () => (await pool.run(statement("SELECT n FROM t ORDER BY id")))[0]?.rows.map((row) => row["n"]);

/** Settles when `count` have come. */
function barrier(count: number): () => Promise<void> {
  let waiting = 0;
  let open = () => {};
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    waiting += 1;
    if (waiting >= count) open();
    return all;
  };
}

describe("a race", () => {
  test("that ends in a deadlock is retried, and both succeed", async () => {
    const bothHold = barrier(2);
    let runs = 0;
    const crossing = (first: number, second: number) =>
      inTransaction(pool, async (tx) => {
        runs += 1;
        await tx.run(lock(first));
        await bothHold();
        await tx.run(lock(second));
        return { writes: [add(first), add(second)], value: "done" };
      });

    const ended = await Promise.all([crossing(1, 2), crossing(2, 1)]);

    expect(ended).toEqual(["done", "done"]);
    expect(await numbers()).toEqual([2, 2]);
    expect(runs).toBeGreaterThan(2);
  });

  test("for a lock that comes free in time is won after waiting", async () => {
    const other = await createConnection({ uri: database.url });
    await other.query("START TRANSACTION");
    await other.query("UPDATE t SET n = 10 WHERE id = 1");
    let runs = 0;

    const waiting = inTransaction(pool, async (tx) => {
      runs += 1;
      // The lock wait is one second: the first run loses it.
      if (runs === 2) await other.query("COMMIT");
      await tx.run(lock(1));
      return { writes: [add(1)], value: runs };
    });

    expect(await waiting).toBe(2);
    expect(await numbers()).toEqual([11, 0]);
    await other.end();
  });

  test("that cannot be won is given up in bounded time, and nothing is written", async () => {
    const other = await createConnection({ uri: database.url });
    await other.query("START TRANSACTION");
    await other.query("UPDATE t SET n = 10 WHERE id = 1");

    const lost = inTransaction(pool, async (tx) => {
      await tx.run(add(2), lock(1));
      return { writes: [add(1)], value: "never" };
    }).catch((error: unknown) => error);

    const error = await lost;
    await other.query("ROLLBACK");
    await other.end();
    expect(error).toBeInstanceOf(FailureError);
    expect((error as FailureError).failure).toEqual({ reason: "DATABASE_UNAVAILABLE" });
    expect(await numbers()).toEqual([0, 0]);
  });

  test("for the same new row is retried, and finds the row", async () => {
    const bothLooked = barrier(2);
    const insertOrFind = (id: number) =>
      inTransaction<string>(pool, async (tx) => {
        const [found] = await tx.run(statement("SELECT n FROM t WHERE id = ?", id));
        if (found?.rows.length === 1) return { writes: [], value: "found" };
        await bothLooked();
        return { writes: [statement("INSERT INTO t VALUES (?, 0, 'c')", id)], value: "made" };
      });

    const ended = await Promise.all([insertOrFind(3), insertOrFind(3)]);

    expect(ended.sort()).toEqual(["found", "made"]);
  });

  test("that the function itself noticed is retried", async () => {
    let runs = 0;

    const value = await inTransaction(pool, async () => {
      runs += 1;
      if (runs < 3) throw new StaleReadError("too early");
      return { writes: [add(1)], value: runs };
    });

    expect(value).toBe(3);
    expect(await numbers()).toEqual([1, 0]);
  });

  test("of twenty for one row is won by all of them, one after the other", async () => {
    const all = Array.from({ length: 20 }, () =>
      inTransaction(pool, async (tx) => {
        await tx.run(lock(1));
        return { writes: [add(1)], value: 1 };
      }),
    );

    await Promise.all(all);

    expect(await numbers()).toEqual([20, 0]);
  });
});

describe("a write that says what it expects", () => {
  const expecting = (n: number) => compareAndSet("UPDATE t SET n = n + 1 WHERE id = 1 AND n = ?", n);

  test("and does not find it writes nothing, and the transaction is retried", async () => {
    let runs = 0;

    const value = await inTransaction(pool, async (tx) => {
      runs += 1;
      const [seen] = await tx.run(statement("SELECT n FROM t WHERE id = 1"));
      const n = integer(seen?.rows[0] ?? {}, "n");
      // Nobody holds a lock: another one is faster.
      if (runs === 1) await pool.run(add(1));
      return { writes: [add(2), expecting(n), add(2)], value: runs };
    });

    expect(value).toBe(2);
    expect(await numbers()).toEqual([2, 2]);
  });

  test("finds a row that stays as it is", async () => {
    const same = compareAndSet("UPDATE t SET n = 0 WHERE id = 1 AND n = 0");

    const matched = await inTransaction(pool, async () => ({
      writes: [same, add(2)],
      value: (written) => written.map(({ matchedCount }) => matchedCount),
    }));

    expect(matched).toEqual([1, 1]);
  });

  test("costs no round trip", async () => {
    const sent = sentStatements();

    await sent.during(() =>
      inTransaction(pool, async (tx) => {
        await tx.run(lock(1));
        return { writes: [expecting(0)], value: undefined };
      }),
    );

    expect(sent.packets).toHaveLength(2);
  });

  test("and never finds it is given up in bounded time", async () => {
    const lost = inTransaction(pool, async () => ({ writes: [add(2), expecting(-1)], value: "never" }));

    await expect(lost).rejects.toMatchObject({ failure: { reason: "DATABASE_UNAVAILABLE" } });
    expect(await numbers()).toEqual([0, 0]);
  });
});

describe("an error in COMMIT's own batch", () => {
  test("is a lost race like any other", async () => {
    const other = await createConnection({ uri: database.url });
    await other.query("START TRANSACTION");
    await other.query("UPDATE t SET n = 5 WHERE id = 2");
    let runs = 0;

    const value = await inTransaction(pool, async (tx) => {
      runs += 1;
      if (runs === 2) await other.query("COMMIT");
      await tx.run(lock(1));
      // The lock of row 2 is asked for in the batch that ends with COMMIT.
      return { writes: [add(1), add(2)], value: runs };
    });

    await other.end();
    expect(value).toBe(2);
    expect(await numbers()).toEqual([1, 6]);
  });
});

describe("a transaction", () => {
  test("goes out in a packet for each reading and one for its end: a round trip costs more than a statement", async () => {
    const sent = sentStatements();

    await sent.during(() =>
      inTransaction(pool, async (tx) => {
        await tx.run(lock(1), lock(2));
        return { writes: [add(1), add(2)], value: undefined };
      }),
    );

    expect(sent.packets).toHaveLength(2);
  });

  test("without writes leaves nothing behind", async () => {
    await inTransaction(pool, async (tx) => {
      await tx.run(add(1));
      return { writes: [], value: undefined };
    });

    expect(await numbers()).toEqual([0, 0]);
  });

  test("of a function that throws leaves nothing behind, and is not run again", async () => {
    let runs = 0;
    const broken = inTransaction(pool, async (tx) => {
      runs += 1;
      await tx.run(add(1));
      throw new TypeError("a bug");
    });

    await expect(broken).rejects.toThrow("a bug");
    expect([runs, await numbers()]).toEqual([1, [0, 0]]);
  });

  test("whose connection is killed in the middle is retried on another", async () => {
    let runs = 0;

    const value = await inTransaction(pool, async (tx) => {
      runs += 1;
      const [found] = await tx.run(statement("SELECT CONNECTION_ID() AS id"));
      if (runs === 1) await pool.run(statement(`KILL ${Number(found?.rows[0]?.["id"])}`));
      await tx.run(lock(1));
      return { writes: [add(1)], value: runs };
    });

    expect(value).toBe(2);
    expect(await numbers()).toEqual([1, 0]);
  });
});

describe("a transaction that the server ended silently", () => {
  test("before its writes: is retried, and nothing is written outside it", async () => {
    let runs = 0;

    await inTransaction(pool, async (tx) => {
      runs += 1;
      await tx.run(lock(1));
      if (runs === 1) await tx.run(statement("ROLLBACK"));
      return { writes: [add(1)], value: undefined };
    });

    expect([runs, await numbers()]).toEqual([2, [1, 0]]);
  });

  test("among its writes: gives no answer from them", async () => {
    let runs = 0;

    const value = await inTransaction(pool, async (tx) => {
      runs += 1;
      await tx.run(lock(1));
      return { writes: runs === 1 ? [add(1), statement("ROLLBACK"), add(2)] : [add(1)], value: runs };
    });

    expect(value).toBe(2);
  });
});

test("a lock wait ends with the server's own error, on every server, and costs no connection", async () => {
  const holder = await pool.acquire();
  await holder.run([statement("START TRANSACTION"), add(1)]);
  const one = new Pool({ url: database.url, connectionsMax: 1 });
  const id = async () => (await one.run(statement("SELECT CONNECTION_ID() AS id")))[0]?.rows;
  const before = await id();
  // MySQL ends a wait a second after the newest one began: this makes it 1.7 seconds.
  const second = await createConnection({ uri: database.url, multipleStatements: true });
  const waitToo = second.query("SET innodb_lock_wait_timeout = 1; SELECT SLEEP(0.7); UPDATE t SET n = 0 WHERE id = 1");

  const waits = await Promise.allSettled([
    inTransaction(one, async (tx) => ({ writes: [], value: await tx.run(add(1)) }), { budgetMs: 500 }),
    waitToo,
  ]);
  const after = await id();
  await holder.run([statement("ROLLBACK")]);
  pool.release(holder);
  await second.end();
  await one.close();

  expect(waits[0]).toMatchObject({ reason: { cause: { message: "database: ER_LOCK_WAIT_TIMEOUT (1205)" } } });
  expect(after).toEqual(before);
});

describe("a connection", () => {
  test("is strict, reads what is committed, lives in UTC and waits a second for a lock", async () => {
    const [found, isolation] = await pool.run(
      statement(
        "SELECT @@session.sql_mode AS sql_mode, @@session.time_zone AS zone, @@session.innodb_lock_wait_timeout AS wait",
      ),
      // MariaDB and MySQL call it otherwise.
      statement("SHOW SESSION VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation')"),
    );

    expect(found?.rows).toEqual([{ sql_mode: "STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION", zone: "+00:00", wait: "1" }]);
    expect(new Set(isolation?.rows.map((row) => row["Value"]))).toEqual(new Set(["READ-COMMITTED"]));
  });

  test("cuts nothing in silence", async () => {
    const tooLong = pool.run(statement("INSERT INTO t VALUES (9, 0, ?)", "longer than five"));

    await expect(tooLong).rejects.toThrow("database: ER_DATA_TOO_LONG (1406)");
  });

  test("gives BIGINT as it is, beyond what a number holds", async () => {
    const [found] = await pool.run(statement("SELECT CAST(? AS SIGNED) AS n", 9_007_199_254_740_993n));

    expect(found?.rows).toEqual([{ n: "9007199254740993" }]);
  });
});

describe("an error", () => {
  const SECRET = "998901234567";

  test.each<[string, () => Promise<unknown>]>([
    ["of a duplicate", () => pool.run(statement("INSERT INTO t SELECT 1, 0, LEFT(?, 5)", SECRET))],
    ["of a value too long", () => pool.run(statement("INSERT INTO t VALUES (9, 0, ?)", SECRET))],
    ["of the grammar", () => pool.run(statement("SELEKT ?", SECRET))],
    ["of a table that is away", () => pool.run(statement("SELECT * FROM away WHERE a = ?", SECRET))],
    ["of a wrong type", () => pool.run(statement("INSERT INTO t VALUES (9, ?, 'x')", `x${SECRET}`))],
  ])("%s carries neither the statement nor its values", async (_, fail) => {
    const error = await fail().catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(DatabaseError);
    const everything = JSON.stringify(error, Object.getOwnPropertyNames(error)) + String((error as Error).stack);
    expect(everything).not.toContain(SECRET);
    expect(everything).not.toMatch(/SELE|INSERT/);
  });
});
