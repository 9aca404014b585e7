import { expect, test } from "vitest";
import { MIGRATION_TABLE } from "../../../src/mysql/migrations/index.ts";
import { OWN_TABLES } from "../../../src/mysql/rows/table-names.ts";
import { shopOfTest } from "../../support/shop/shop.ts";

test("every table of ours is in the list of those that the database user must write", async () => {
  const shop = await shopOfTest();

  const tables = (await shop.query("SHOW TABLES LIKE 'clickbridge\\_%'")).map((row) => String(Object.values(row)[0]));
  const ofMigrations = [MIGRATION_TABLE, `${MIGRATION_TABLE}_lock`];

  expect(tables.filter((table) => !ofMigrations.includes(table)).sort()).toEqual([...OWN_TABLES].sort());
});
