import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { grants } from "../../../src/app/setup/database.ts";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { MIGRATION_NAMES } from "../../../src/mysql/migrations/index.ts";
import { setupReader } from "../../../src/mysql/setup/setup-reader.ts";
import { runCli } from "../../support/service/run-cli.ts";
import { shopOfTest } from "../../support/shop/shop.ts";

/** The lines that an admin copies from docs/running.md, for a database and a user of the test's own. */
async function documentedGrants(database: string, user: string): Promise<readonly string[]> {
  const page = await readFile(new URL("../../../docs/running.md", import.meta.url), "utf8");
  const [, block = ""] = /```sql\n(CREATE USER.*?)```/s.exec(page) ?? [];
  return block
    .replaceAll("sitemanager.", `${database}.`)
    .replaceAll("'click-bridge'@'localhost'", `'${user}'@'%'`)
    .replace("…", "a-password")
    .trim()
    .split("\n");
}

test("the rights that the documentation lists are what migrate and doctor want, and no more", async () => {
  const shop = await shopOfTest({ migrated: false });
  const user = `clickbridge_${randomBytes(6).toString("hex")}`;
  for (const line of await documentedGrants(shop.database.name, user)) await shop.query(line);
  onTestFinished(async () => void (await shop.query(`DROP USER '${user}'@'%'`)));
  const url = new URL(shop.url);
  url.username = user;
  url.password = "a-password";
  const pool = new Pool({ url: url.href, connectionsMax: 2 });
  onTestFinished(() => pool.close());

  const migrated = await runCli(["migrate"], { CLICKBRIDGE_DATABASE_URL: url.href });
  const check = await grants(setupReader(pool));
  const undone = await runCli(["migrate", "--down"], { CLICKBRIDGE_DATABASE_URL: url.href });

  expect(migrated).toMatchObject({ code: 0, stderr: "" });
  expect(migrated.stdout.trim().split("\n")).toHaveLength(MIGRATION_NAMES.length);
  expect(check).toMatchObject({ status: "OK" });
  expect(undone.code).toBe(0);
});
