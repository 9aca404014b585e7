import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type DatabaseServer, type Product, type ServerOptions, startDatabaseServer } from "./database-server.ts";

const run = promisify(execFile);

/** Where tools/bootstrap/programs.mjs unpacks it. */
const ROOT = fileURLToPath(new URL("../../../var/mysql", import.meta.url));
const LIBRARIES = join(ROOT, "usr/lib/x86_64-linux-gnu");

/** With the loader it was built for: the machine's own C library may be years older. */
const MYSQLD: Product["command"] = [
  join(LIBRARIES, "ld-linux-x86-64.so.2"),
  "--library-path",
  LIBRARIES,
  join(ROOT, "usr/sbin/mysqld"),
];

/** Everything that the program would look for where the package would have been installed. */
const PLACES = [
  `--lc-messages-dir=${join(ROOT, "usr/share/mysql")}`,
  `--character-sets-dir=${join(ROOT, "usr/share/mysql/charsets")}`,
  `--plugin-dir=${join(ROOT, "usr/lib/mysql/plugin")}`,
  "--secure-file-priv=NULL",
];

const MYSQL: Product = {
  name: "mysqld",
  command: MYSQLD,
  // The X protocol has a port of its own, which nothing here asks for. Files are not flushed: no test cuts the power, and a shop of
  // every test file is some fifty tables that MySQL would flush one by one.
  options: [...PLACES, "--innodb-redo-log-capacity=64M", "--loose-mysqlx=OFF", "--innodb-flush-method=nosync"],
  install: (dataDir, shared) => {
    const [command, ...first] = MYSQLD;
    return run(command, [
      ...first,
      "--no-defaults",
      "--initialize-insecure",
      `--datadir=${dataDir}`,
      ...shared,
      ...PLACES,
    ]);
  },
};

/** Starts a MySQL 9 of our own. `npm run test:mysql` has unpacked it before. */
export function startMysql(options: ServerOptions = {}): Promise<DatabaseServer> {
  return startDatabaseServer(MYSQL, options);
}
