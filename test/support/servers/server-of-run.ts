import type { DatabaseServer, ServerOptions } from "./database-server.ts";
import { startMariadb } from "./mariadb.ts";
import { startMysql } from "./mysql.ts";

/** Whether this run of the suites is on MySQL; `npm run test:mysql` says so. */
export const IS_MYSQL = process.env["CLICKBRIDGE_TEST_SERVER"] === "mysql";

/** A server of the product that this run is on. */
export function startServerOfRun(options: ServerOptions = {}): Promise<DatabaseServer> {
  return IS_MYSQL ? startMysql(options) : startMariadb(options);
}
