import { createConnection } from "mysql2/promise";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { statement } from "../../../src/mysql/driver/statement.ts";
import { inTransaction, read } from "../../../src/mysql/driver/transaction.ts";
import { FailureError } from "../../../src/payment/failure.ts";
import type { DatabaseServer } from "../../support/servers/database-server.ts";
import { startMeddler } from "../../support/servers/lock-refuser.ts";
import { startMariadb } from "../../support/servers/mariadb.ts";
import { startTcpProxy, type TcpProxy } from "../../support/servers/tcp-proxy.ts";

/** Two servers that know nothing of each other, each behind a wire, with one user who may not write where it is forbidden. */

let servers: readonly [DatabaseServer, DatabaseServer];
let wires: readonly [TcpProxy, TcpProxy];

beforeAll(async () => {
  servers = [await startMariadb({ tcp: true }), await startMariadb({ tcp: true })];
  for (const server of servers) {
    await ask(server, "CREATE DATABASE shop");
    await ask(server, "CREATE TABLE shop.t (id int AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB");
    await ask(server, "CREATE USER shop IDENTIFIED BY 'word,with@signs'");
    await ask(server, "GRANT ALL ON shop.* TO shop");
  }
  const wire = ({ port }: DatabaseServer) => startTcpProxy(`mysql://127.0.0.1:${port}/shop`);
  wires = [await wire(servers[0]), await wire(servers[1])];
});
beforeEach(async () => {
  for (const wire of wires) wire.mode("pass");
  for (const server of servers) {
    await ask(server, "SET GLOBAL read_only = 0");
    await ask(server, "DELETE FROM shop.t");
  }
});
afterAll(async () => {
  for (const wire of wires) await wire.stop();
  for (const server of servers) await server.stop();
});

async function ask(server: DatabaseServer, sql: string): Promise<unknown> {
  const connection = await createConnection({ socketPath: server.socketPath, user: "root" });
  const [rows] = await connection.query(sql);
  await connection.end();
  return rows;
}

const LOGIN = "shop:word,with%40signs";
const hostOf = (url: string) => new URL(url).host;
const bothHosts = () => `mysql://${LOGIN}@${hostOf(wires[0].url)},${hostOf(wires[1].url)}/shop`;

function poolOfTest(url: string, connectionsMax = 4): Pool {
  const pool = new Pool({ url, connectionsMax });
  onTestFinished(() => pool.close());
  return pool;
}

/** Which server answered: 0 or 1. */
async function answering(pool: Pool): Promise<number> {
  const [found] = await read(pool, statement("SELECT @@port AS port"));
  return servers.findIndex(({ port }) => port === Number(found?.rows[0]?.["port"]));
}

const write = (pool: Pool) =>
  inTransaction(pool, async () => ({ writes: [statement("INSERT INTO t VALUES ()")], value: "written" }));

const written = async () =>
  Promise.all(servers.map(async (server) => ((await ask(server, "SELECT id FROM shop.t")) as unknown[]).length));

describe("of two servers", () => {
  test("the first is used, by a URL with two hosts as by two URLs", async () => {
    const [first, second] = wires.map(({ url }) => `mysql://${LOGIN}@${hostOf(url)}/shop`);

    const used = [await answering(poolOfTest(bothHosts())), await answering(poolOfTest(`${first},${second}`))];

    expect(used).toEqual([0, 0]);
  });

  test.each<["refuse" | "freeze"]>([["refuse"], ["freeze"]])(
    "one that is away (%s) is left for the other, also in the middle of service",
    async (mode) => {
      const pool = poolOfTest(bothHosts());
      const before = await answering(pool);
      wires[0].mode(mode);

      expect([before, await write(pool), await answering(pool)]).toEqual([0, "written", 1]);
      expect(await written()).toEqual([0, 1]);
    },
  );

  test("the second is kept when the first comes back, and left again when it goes", async () => {
    const pool = poolOfTest(bothHosts());
    wires[0].mode("refuse");
    const away = await answering(pool);
    wires[0].mode("pass");
    const back = await answering(pool);
    wires[1].mode("refuse");

    expect([away, back, await answering(pool)]).toEqual([1, 1, 0]);
  });

  test("one that only reads is not used", async () => {
    await ask(servers[0], "SET GLOBAL read_only = 1");

    expect(await answering(poolOfTest(bothHosts()))).toBe(1);
  });

  test("one that became a replica is left at the first refused write, with every connection to it", async () => {
    const pool = poolOfTest(bothHosts());
    await Promise.all([1, 2, 3].map(() => read(pool, statement("SELECT SLEEP(0.05)"))));
    await ask(servers[0], "SET GLOBAL read_only = 1");

    const done = await write(pool);
    const used = await Promise.all([1, 2, 3, 4].map(() => answering(pool)));

    expect([done, ...used]).toEqual(["written", 1, 1, 1, 1]);
    expect(await written()).toEqual([0, 1]);
  });

  test("of which none takes writes: UNAVAILABLE, and the cause names each with its fault", async () => {
    await ask(servers[0], "SET GLOBAL read_only = 1");
    wires[1].mode("refuse");

    const failure = await write(poolOfTest(bothHosts())).catch((error: unknown) => error);

    expect(failure).toMatchObject({ failure: { reason: "DATABASE_UNAVAILABLE" } });
    const { cause } = failure as { readonly cause: Error };
    expect(cause.message).toContain(`READ_ONLY at ${hostOf(wires[0].url)}`);
    expect(cause.message).toMatch(
      new RegExp(`(PROTOCOL_CONNECTION_LOST|ECONN\\w+)( \\(-?\\d+\\))? at ${hostOf(wires[1].url)}`),
    );
    expect(cause.message).not.toContain("word");
  });
});

describe("of two nodes of a cluster", () => {
  /** The first server, as a node that says this of itself. */
  async function clusterWith(status: Readonly<Record<string, string>>) {
    let broken = (): { readonly code: number; readonly message: string } | undefined => undefined;
    const rowsOf = (values: Readonly<Record<string, string>>) =>
      Object.entries(values).map(([name, value]) => ({ Variable_name: name, Value: value }));
    const node = await startMeddler(`mysql://${LOGIN}@${hostOf(wires[0].url)}/shop`, {
      refuse: () => broken(),
      change: (sql, rows) => {
        if (sql.startsWith("SHOW GLOBAL VARIABLES")) return rowsOf({ wsrep_on: "ON" });
        return sql.startsWith("SHOW GLOBAL STATUS") ? rowsOf(status) : rows;
      },
    });
    onTestFinished(() => node.stop());
    return {
      url: node.url,
      breakDown: (code: number, message: string) => {
        broken = () => ({ code, message });
      },
    };
  }
  const READY = { wsrep_ready: "ON", wsrep_local_state: "4" };
  const other = () => `mysql://${LOGIN}@${hostOf(wires[1].url)}/shop`;

  test.each([
    ["is synced", READY, 0],
    ["has not joined the cluster", { ...READY, wsrep_ready: "OFF" }, 1],
    ["gives its data to another", { ...READY, wsrep_local_state: "2" }, 1],
  ])("the first one %s", async (_, status, used) => {
    const node = await clusterWith(status);

    expect(await answering(poolOfTest(`${node.url},${other()}`))).toBe(used);
  });

  test("one that gives its data to another is used where no other is left", async () => {
    const node = await clusterWith({ ...READY, wsrep_local_state: "2" });
    wires[1].mode("refuse");

    expect(await answering(poolOfTest(`${node.url},${other()}`))).toBe(0);
  });

  test("one that leaves the cluster in the middle of service is left", async () => {
    const node = await clusterWith(READY);
    const pool = poolOfTest(`${node.url},${other()}`);
    const before = await answering(pool);
    node.breakDown(1047, "WSREP has not yet prepared node for application use");

    expect([before, await answering(pool)]).toEqual([0, 1]);
  });
});

test("a caller that waits for a connection which does not come hears so while it still has time", async () => {
  const pool = poolOfTest(bothHosts(), 1);
  const connection = await pool.acquire();

  const waiting = await read(pool, statement("SELECT 1")).catch((error: unknown) => error);
  pool.release(connection);

  expect(waiting).toBeInstanceOf(FailureError);
  expect(waiting).toMatchObject({
    failure: { reason: "DATABASE_UNAVAILABLE" },
    cause: { message: "database: POOL_NO_CONNECTION" },
  });
  expect(await answering(pool)).toBe(0);
});
