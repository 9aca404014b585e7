import { createConnection } from "mysql2/promise";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { watchDatabase } from "../../src/database-watch.ts";
import { Pool } from "../../src/mysql/driver/pool.ts";
import { statement } from "../../src/mysql/driver/statement.ts";
import { startMariadb } from "../support/servers/mariadb.ts";
import { startTcpProxy } from "../support/servers/tcp-proxy.ts";
import { watchHealth } from "../support/service/health-watch.ts";
import { logOfTest } from "../support/service/log-of-test.ts";
import { startTestService } from "../support/service/service.ts";
import { createShop, type Shop } from "../support/shop/shop.ts";

let shop: Shop;

beforeAll(async () => {
  shop = await createShop();
});
afterAll(() => shop.stop());

async function servedOverWire() {
  const wire = await startTcpProxy(shop.url);
  const { log, lines } = logOfTest("info");
  const service = await startTestService({ databaseUrl: wire.url, log });
  const health = watchHealth(service.address);
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= service.stop();
    return stopped;
  };
  onTestFinished(async () => {
    health.stop();
    await stop();
    await wire.stop();
  });
  await health.status("SERVING");
  const told = () => lines().filter(({ msg }) => /the database (is away|answers again)/.test(String(msg)));
  return { wire, stop, health, told };
}

test.each<["refuse" | "freeze"]>([["refuse"], ["freeze"]])(
  "a database that stays away (%s) makes health NOT_SERVING, and SERVING again by itself when it is back",
  async (mode) => {
    const { wire, health, told } = await servedOverWire();

    wire.mode(mode);
    await health.status("NOT_SERVING");
    const away = told();
    const back = health.next("SERVING");
    wire.mode("pass");
    await back;

    expect(health.statuses).toEqual(["SERVING", "NOT_SERVING", "SERVING"]);
    expect(away).toMatchObject([{ level: "error", err: { message: expect.stringContaining(new URL(wire.url).host) } }]);
    expect(told().map(({ level }) => level)).toEqual(["error", "warn"]);
  },
);

test("a database that takes no writes any more is away too, though it answers", async () => {
  const server = await startMariadb({ tcp: true });
  onTestFinished(() => server.stop());
  const root = await createConnection({ socketPath: server.socketPath, user: "root", multipleStatements: true });
  onTestFinished(() => root.end());
  await root.query("CREATE DATABASE shop; CREATE TABLE shop.t (id int); CREATE USER shop; GRANT ALL ON shop.* TO shop");
  const pool = new Pool({ url: `mysql://shop@127.0.0.1:${server.port}/shop`, connectionsMax: 2 });
  const { log, lines } = logOfTest();
  const told: boolean[] = [];
  let onTold = () => {};
  const nextTold = () =>
    new Promise<void>((resolve) => {
      onTold = resolve;
    });
  const watch = watchDatabase(pool, log, (isThere) => {
    told.push(isThere);
    onTold();
  });
  await pool.run(statement("SELECT 1"));

  const gone = nextTold();
  await root.query("SET GLOBAL read_only = 1");
  const refused = await pool.run(statement("INSERT INTO t VALUES (1)")).catch((error: Error) => error.message);
  await gone;
  const back = nextTold();
  await root.query("SET GLOBAL read_only = 0");
  await back;
  await watch.stop();
  await pool.close();

  expect(refused).toBe("database: ER_OPTION_PREVENTS_STATEMENT (1290)");
  expect(told).toEqual([false, true]);
  expect(lines()[0]).toMatchObject({ err: { message: expect.stringContaining("READ_ONLY at 127.0.0.1") } });
});

test("a drain that comes while the database is away stays NOT_SERVING when it is back", async () => {
  const { wire, stop, health } = await servedOverWire();
  wire.mode("refuse");
  await health.status("NOT_SERVING");

  const stopped = stop();
  wire.mode("pass");
  await stopped;

  expect(health.statuses.lastIndexOf("SERVING")).toBe(0);
});
