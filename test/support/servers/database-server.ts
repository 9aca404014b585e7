import { access, chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { freePort } from "./ports.ts";
import { type Part, startPart } from "./process.ts";

export interface ServerOptions {
  /** Where the data live. A folder given is kept at stop() and used again; without one a temporary folder is removed. */
  readonly dataDir?: string;
  /** A file that gets every statement the server was sent. */
  readonly generalLog?: string;
  /** Listen on a free port of 127.0.0.1 as well, for what can only speak TCP (a fault proxy). */
  readonly tcp?: boolean;
  /** Write a binary log in this format; none by default. */
  readonly binlogFormat?: "STATEMENT" | "MIXED";
  /** What else the server is told. */
  readonly args?: readonly string[];
}

/** A private database server. Durable as a shop's (every commit is flushed), reachable by its socket. */
export interface DatabaseServer {
  readonly socketPath: string;
  /** Only with the option `tcp`. */
  readonly port: number | undefined;
  readonly part: Part;
  /** A mysql:// URL over the socket; the database need not exist yet. An empty name gives a URL without one. */
  url(database: string): string;
  /** Stops the server by its own pid and removes what was temporary. */
  stop(): Promise<void>;
}

/** What one product needs that another does not. */
export interface Product {
  readonly name: string;
  /** The program that serves, and what it is told before anything else. */
  readonly command: readonly [string, ...string[]];
  /** Options of its own. */
  readonly options: readonly string[];
  /** Makes an empty database in an empty folder. `shared` are options that every program of the product gets. */
  readonly install: (dataDir: string, shared: readonly string[]) => Promise<unknown>;
}

/** Starts a server of our own on its own data. Throws with the server's log when it does not come up. */
export async function startDatabaseServer(product: Product, options: ServerOptions = {}): Promise<DatabaseServer> {
  // The socket lies in a short path whatever the checkout's is: the kernel allows 107 bytes.
  const runDir = await mkdtemp(join(tmpdir(), "clickbridge-db-"));
  // PHP's workers run as another user and must pass through to the socket.
  await chmod(runDir, 0o711);
  const dataDir = options.dataDir ?? join(runDir, "data");
  // Of its own: a server that starts takes away every temporary table in its folder, also those of another server that is running.
  const shared = [`--tmpdir=${await makeFolder(join(runDir, "tmp"))}`, ...asRoot()];
  await installIfEmpty(product, dataDir, shared);

  const socketPath = join(runDir, "mysqld.sock");
  const port = options.tcp === true ? await freePort() : undefined;
  const [command, ...first] = product.command;
  const part = await startPart(product.name, command, [
    ...first,
    "--no-defaults",
    `--datadir=${dataDir}`,
    ...shared,
    `--socket=${socketPath}`,
    `--pid-file=${join(dataDir, "server.pid")}`,
    ...(port === undefined ? ["--skip-networking"] : ["--bind-address=127.0.0.1", `--port=${port}`]),
    "--innodb-flush-log-at-trx-commit=1",
    "--innodb-buffer-pool-size=64M",
    "--max-connections=300",
    "--skip-name-resolve",
    ...product.options,
    ...(options.binlogFormat === undefined
      ? ["--skip-log-bin"]
      : ["--log-bin", "--server-id=1", `--binlog-format=${options.binlogFormat}`]),
    ...(options.generalLog === undefined ? [] : ["--general-log=1", `--general-log-file=${options.generalLog}`]),
    ...(options.args ?? []),
  ]);
  const stop = async (): Promise<void> => {
    await part.stop();
    await rm(runDir, { recursive: true, force: true });
  };
  try {
    await part.line(/ready for connections/);
    await (await createConnection({ socketPath, user: "root" })).end();
  } catch (error) {
    await stop();
    throw error;
  }
  const url = (database: string): string =>
    `mysql://root@localhost/${database}?socketPath=${encodeURIComponent(socketPath).replaceAll("%2F", "/")}`;
  return { socketPath, port, part, url, stop };
}

async function makeFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true });
  return path;
}

async function installIfEmpty(product: Product, dataDir: string, shared: readonly string[]): Promise<void> {
  // The last thing an installation writes: a folder without it was left half made by a kill.
  const installed = join(dataDir, "clickbridge-installed");
  if (await exists(installed)) return;
  await rm(dataDir, { recursive: true, force: true });
  await mkdir(dataDir, { recursive: true });
  await product.install(dataDir, shared);
  await writeFile(installed, "");
}

function asRoot(): string[] {
  // Both servers refuse to run as root unless they are told by name.
  return process.getuid?.() === 0 ? ["--user=root"] : [];
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
