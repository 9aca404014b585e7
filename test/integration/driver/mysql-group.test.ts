import { createConnection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { statement } from "../../../src/mysql/driver/statement.ts";
import { inTransaction } from "../../../src/mysql/driver/transaction.ts";
import type { DatabaseServer } from "../../support/servers/database-server.ts";
import { freePort } from "../../support/servers/ports.ts";
import { IS_MYSQL, startServerOfRun } from "../../support/servers/server-of-run.ts";

const GROUP = "6f8a3c1e-0b5d-4c62-9d0e-2f1a7b3c4d5e";

// Only MySQL has such groups: `npm run test:mysql` runs these.
describe.runIf(IS_MYSQL)("a member of a MySQL group", () => {
  let server: DatabaseServer;

  beforeAll(async () => {
    const address = `127.0.0.1:${await freePort()}`;
    server = await startServerOfRun({
      tcp: true,
      args: [
        ...["--log-bin", "--server-id=1", "--gtid-mode=ON", "--enforce-gtid-consistency=ON", "--report-host=127.0.0.1"],
        "--plugin-load-add=group_replication.so",
        `--loose-group-replication-group-name=${GROUP}`,
        `--loose-group-replication-local-address=${address}`,
        `--loose-group-replication-group-seeds=${address}`,
        "--loose-group-replication-start-on-boot=OFF",
      ],
    });
    await asRoot("SET GLOBAL group_replication_bootstrap_group = ON");
    await asRoot("START GROUP_REPLICATION");
    await asRoot("CREATE DATABASE shop");
    await asRoot("CREATE TABLE shop.t (id int PRIMARY KEY)");
    await asRoot("CREATE USER shop@localhost IDENTIFIED BY 'secret'");
    await asRoot("GRANT SELECT, INSERT ON shop.* TO shop@localhost");
  });
  afterAll(() => server.stop());

  async function asRoot(sql: string): Promise<void> {
    const connection = await createConnection({ uri: server.url("") });
    await connection.query(sql).finally(() => connection.end());
  }

  /** With a user that may do no more than the shop's own. */
  function poolOfTest(): Pool {
    const url = new URL(server.url("shop"));
    url.username = "shop";
    url.password = "secret";
    const pool = new Pool({ url: url.href, connectionsMax: 1 });
    onTestFinished(() => pool.close());
    return pool;
  }

  const consistencyOf = async (pool: Pool) =>
    (await pool.run(statement("SELECT @@group_replication_consistency AS consistency")))[0]?.rows[0]?.["consistency"];

  test("is asked to wait for what the other members have written", async () => {
    const pool = poolOfTest();

    expect(await consistencyOf(pool)).toBe("BEFORE");
    await inTransaction(pool, async () => ({ writes: [statement("INSERT INTO t VALUES (1)")], value: undefined }));
    expect((await pool.run(statement("SELECT id FROM t")))[0]?.rows).toEqual([{ id: 1 }]);
  });

  test("keeps the stronger promise that its owner asked for", async () => {
    await asRoot("SET GLOBAL group_replication_consistency = 'BEFORE_AND_AFTER'");

    expect(await consistencyOf(poolOfTest())).toBe("BEFORE_AND_AFTER");
  });
});
