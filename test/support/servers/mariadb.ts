import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type DatabaseServer, type Product, type ServerOptions, startDatabaseServer } from "./database-server.ts";

const run = promisify(execFile);

const MARIADB: Product = {
  name: "mariadbd",
  command: ["mariadbd"],
  options: ["--innodb-log-file-size=32M", "--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_ci"],
  install: (dataDir, shared) =>
    run("mariadb-install-db", [
      "--no-defaults",
      `--datadir=${dataDir}`,
      "--auth-root-authentication-method=normal",
      "--skip-test-db",
      ...shared,
    ]),
};

/** Starts a MariaDB of our own. */
export function startMariadb(options: ServerOptions = {}): Promise<DatabaseServer> {
  return startDatabaseServer(MARIADB, options);
}
