import { describe, expect, onTestFinished, test, vi } from "vitest";
import { MIGRATION_NAMES } from "../../../src/mysql/migrations/index.ts";
import { migrateUp } from "../../../src/mysql/migrations/migrate.ts";
import { createTestDatabase } from "../../support/servers/database.ts";
import { startLockRefuser } from "../../support/servers/lock-refuser.ts";
import { startServerOfRun } from "../../support/servers/server-of-run.ts";
import { logOfTest } from "../../support/service/log-of-test.ts";
import { startTestService } from "../../support/service/service.ts";
import { shopOfTest } from "../../support/shop/shop.ts";

describe("a database that writes a binary log", () => {
  const migrated = async (binlogFormat: "STATEMENT" | "MIXED") => {
    const server = await startServerOfRun({ binlogFormat });
    onTestFinished(() => server.stop());
    // Any database will do: the shop's tables are read later.
    const databaseUrl = server.url("mysql");
    await migrateUp(databaseUrl);
    return databaseUrl;
  };

  test("of statements is refused at start, with a sentence that says what to do", async () => {
    const databaseUrl = await migrated("STATEMENT");

    const started = startTestService({ databaseUrl });

    await expect(started).rejects.toThrow(
      "the database has binlog_format=STATEMENT, which refuses writes at READ COMMITTED: set binlog_format to ROW or MIXED",
    );
  });

  test("of rows where they are needed is served", async () => {
    const service = await startTestService({ databaseUrl: await migrated("MIXED") });

    expect(service.address).toMatch(/^unix:/);
    await service.stop();
  });
});

describe("the attempt ids", () => {
  const HALF = 1_073_741_823;

  const warnings = async (lastId: number) => {
    const shop = await shopOfTest();
    await shop.query(
      `INSERT INTO clickbridge_attempt (id, service_id, click_trans_id, merchant_trans_id, merchant_trans_key, amount_tiyin, state,
         last_answer) VALUES (?, 1, 2, 'x', UNHEX(SHA2('x', 256)), 1, 'REFUSED', -5)`,
      [lastId],
    );
    const { log, lines } = logOfTest();
    const service = await startTestService({ databaseUrl: shop.url, log });
    onTestFinished(() => service.stop());
    return () => lines().filter(({ msg }) => msg === "more than half of the attempt ids are used up");
  };

  test("more than half used up are warned of at start", async () => {
    const warned = await warnings(HALF + 1);

    await vi.waitFor(() => expect(warned()).toMatchObject([{ level: "warn", lastAttemptId: HALF + 1 }]));
  });

  test("up to half are not spoken of", async () => {
    const warned = await warnings(HALF);

    expect(warned()).toEqual([]);
  });
});

describe("migrating a cluster", () => {
  const migrate = async (refusal: { readonly code: number; readonly message: string }) => {
    const database = await createTestDatabase();
    const cluster = await startLockRefuser(database.url, refusal);
    onTestFinished(async () => {
      await cluster.stop();
      await database.drop();
    });
    return [await migrateUp(cluster.url), await migrateUp(cluster.url)];
  };

  test.each([
    [1105, "Percona-XtraDB-Cluster prohibits use of GET_LOCK with pxc_strict_mode = ENFORCING"],
    [1235, "This version of MySQL doesn't yet support 'GET_LOCK in cluster (WSREP)'"],
  ])("that refuses locks (%i) goes without one", async (code, message) => {
    expect(await migrate({ code, message })).toEqual([MIGRATION_NAMES, []]);
  });

  test("that fails otherwise ends with its error", async () => {
    await expect(migrate({ code: 1105, message: "Unknown error" })).rejects.toThrow("(1105)");
  });
});
