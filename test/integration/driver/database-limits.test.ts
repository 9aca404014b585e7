import { type Connection, createConnection } from "mysql2/promise";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { statement } from "../../../src/mysql/driver/statement.ts";
import { inTransaction } from "../../../src/mysql/driver/transaction.ts";
import type { DatabaseServer } from "../../support/servers/database-server.ts";
import { startMariadb } from "../../support/servers/mariadb.ts";
import { startTcpProxy } from "../../support/servers/tcp-proxy.ts";

/** A server that is there, and says "not now": each caller comes again within its budget, and then hears UNAVAILABLE. */

/** A server that began without such a limit takes none later. */
const USER_CONNECTIONS_MAX = 200;

let server: DatabaseServer;

beforeAll(async () => {
  server = await startMariadb({ tcp: true, args: [`--max-user-connections=${USER_CONNECTIONS_MAX}`] });
  await root("CREATE DATABASE shop");
  await root("CREATE USER shop");
  await root("GRANT ALL ON shop.* TO shop");
  await root("CREATE TABLE shop.t (id int AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB");
  await root("CREATE TABLE shop.small (filling char(250)) ENGINE=MEMORY MAX_ROWS=10");
});
beforeEach(async () => {
  await root(`SET GLOBAL max_user_connections = ${USER_CONNECTIONS_MAX}, max_connections = 300, read_only = 0`);
  await root("ALTER USER shop WITH MAX_USER_CONNECTIONS 0");
  await root("TRUNCATE shop.small");
});
afterAll(() => server.stop());

async function root(sql: string): Promise<unknown> {
  const connection = await createConnection({ socketPath: server.socketPath, user: "root" });
  const [rows] = await connection.query(sql);
  await connection.end();
  return rows;
}

const url = () => `mysql://shop@127.0.0.1:${server.port}/shop`;

function poolOfTest(databaseUrl = url()): Pool {
  const pool = new Pool({ url: databaseUrl, connectionsMax: 2 });
  onTestFinished(() => pool.close());
  return pool;
}

const insert = (pool: Pool, table: "t" | "small") =>
  inTransaction(pool, async () => ({ writes: [statement(`INSERT INTO ${table} VALUES ()`)], value: "written" }));

/** Somebody else's connections, as many as may be. */
async function takeConnections(): Promise<() => Promise<void>> {
  const others: Connection[] = [];
  for (;;) {
    const other = await createConnection({ uri: url() }).catch(() => undefined);
    if (other === undefined) break;
    others.push(other);
  }
  return async () => void (await Promise.all(others.map((other) => other.end())));
}

/** Of one refused call, its connection included. */
const REFUSED_CHUNKS = 8;

interface Limit {
  readonly errno: number;
  readonly what: string;
  /** Settles with what ends it. */
  readonly reach: () => Promise<() => Promise<unknown>>;
  readonly table?: "t" | "small";
}

const LIMITS: readonly Limit[] = [
  {
    errno: 1226,
    what: "this user has as many connections as it may",
    reach: async () => {
      await root("ALTER USER shop WITH MAX_USER_CONNECTIONS 1");
      return takeConnections();
    },
  },
  {
    errno: 1203,
    what: "every user may have so many connections, and this one has",
    reach: async () => {
      await root("SET GLOBAL max_user_connections = 1");
      return takeConnections();
    },
  },
  {
    errno: 1040,
    what: "the server has as many connections as it may",
    reach: async () => {
      await root("SET GLOBAL max_connections = 10");
      return takeConnections();
    },
  },
  {
    errno: 1114,
    what: "the table is full",
    table: "small",
    reach: async () => {
      await root("INSERT INTO shop.small SELECT 'x' FROM information_schema.COLUMNS LIMIT 100000").catch(
        () => undefined,
      );
      return () => root("TRUNCATE shop.small");
    },
  },
  {
    errno: 1290,
    what: "the server only reads",
    reach: async () => {
      await root("SET GLOBAL read_only = 1");
      return () => root("SET GLOBAL read_only = 0");
    },
  },
];

describe.each(LIMITS)("while $what ($errno)", ({ errno, reach, table = "t" }) => {
  test("a caller waits, and hears UNAVAILABLE", async () => {
    const pool = poolOfTest();
    const end = await reach();

    const failure = await insert(pool, table).catch((error: unknown) => error);
    await end();

    expect(failure).toMatchObject({ failure: { reason: "DATABASE_UNAVAILABLE" } });
    expect(((failure as Error).cause as Error).message).toContain(errno === 1290 ? "READ_ONLY" : `(${errno})`);
  });

  test("a caller that waits still when it is over is served", async () => {
    const wire = await startTcpProxy(url());
    onTestFinished(() => wire.stop());
    const pool = poolOfTest(wire.url);
    const end = await reach();

    const waiting = insert(pool, table);
    await vi.waitFor(() => expect(wire.passed().toClient.chunks).toBeGreaterThan(REFUSED_CHUNKS), { timeout: 3_000 });
    await end();

    expect(await waiting).toBe("written");
  });
});
