import { randomBytes } from "node:crypto";
import { createConnection } from "mysql2/promise";

/** A database of a test file's own. */
export interface TestDatabase {
  readonly name: string;
  readonly url: string;
  drop(): Promise<void>;
}

/**
 * Creates an empty database with a name nobody else has, in the server of this run.
 * `collation` stands for the shop's own, which the service must not depend on.
 */
export async function createTestDatabase(collation = "utf8mb4_unicode_ci"): Promise<TestDatabase> {
  const server = process.env["CLICKBRIDGE_TEST_DATABASE_URL"];
  if (server === undefined)
    throw new Error(
      "no database server was started: a test that needs one belongs to another project of test/projects.json",
    );
  const name = `clickbridge_test_${randomBytes(6).toString("hex")}`;
  await statement(server, `CREATE DATABASE ${name} COLLATE ${collation}`);
  return {
    name,
    url: urlOfDatabase(server, name),
    drop: () => statement(server, `DROP DATABASE IF EXISTS ${name}`),
  };
}

/** The URL of another database in the same server. */
function urlOfDatabase(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

async function statement(serverUrl: string, sql: string): Promise<void> {
  const connection = await createConnection({ uri: serverUrl });
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}
