import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createConnection } from "mysql2/promise";
import { until } from "../until.ts";
import { freePort } from "./ports.ts";
import { type Part, startPart } from "./process.ts";

const run = promisify(execFile);

/** Debian's galera-4 and mariadb-server; tools/bootstrap/programs.mjs looks for the same file. */
const PROVIDER = "/usr/lib/galera/libgalera_smm.so";
const NODES = 3;
/** A node that was killed fetches a whole copy of the data from another one before it serves again. */
const JOIN_TIMEOUT_MS = 60_000;

/** As root the transfer of a state is refused, so the nodes run as the user of the package. */
const AS_NODE_USER = process.getuid?.() === 0 ? ["--reuid=mysql", "--regid=mysql", "--clear-groups"] : [];

export interface GaleraNode {
  /** A mysql:// URL; the database need not exist yet. */
  url(database: string): string;
  /** SIGKILL, as a machine dies; or SIGSTOP and SIGCONT, as one hangs. */
  signal(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on what it left, and waits until it serves. */
  restart(): Promise<void>;
  /** Waits until it is a synced member of a cluster of this size. */
  synced(members?: number): Promise<void>;
}

export interface Galera {
  readonly nodes: readonly GaleraNode[];
  stop(): Promise<void>;
}

interface Ports {
  readonly sql: number;
  readonly group: number;
  readonly increments: number;
  readonly state: number;
}

/** Three MariaDB Galera nodes of our own on loopback. All take writes. */
export async function startGalera(): Promise<Galera> {
  const folder = await mkdtemp(join(tmpdir(), "clickbridge-galera-"));
  await chmod(folder, 0o755);
  const ports: Ports[] = [];
  for (let i = 0; i < NODES; i += 1) {
    ports.push({
      sql: await freePort(),
      group: await freePort(),
      increments: await freePort(),
      state: await freePort(),
    });
  }
  const nodes: Node[] = [];
  const stop = async (): Promise<void> => {
    // The last one to leave must not wait for the others.
    for (const node of nodes) await node.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const [index, own] of ports.entries()) {
      const node = new Node(join(folder, `node${index + 1}`), own, ports);
      await node.makeFolders();
      nodes.push(node);
      if (index === 0) await node.install();
      await node.start({ bootstrap: index === 0 });
    }
    await Promise.all(nodes.map((node) => node.synced(NODES)));
  } catch (error) {
    await stop();
    throw error;
  }
  return { nodes, stop };
}

class Node implements GaleraNode {
  readonly #folder: string;
  readonly #ports: Ports;
  readonly #all: readonly Ports[];
  #part: Part | undefined;

  constructor(folder: string, ports: Ports, all: readonly Ports[]) {
    this.#folder = folder;
    this.#ports = ports;
    this.#all = all;
  }

  get #data(): string {
    return join(this.#folder, "data");
  }

  url(database: string): string {
    return `mysql://root@127.0.0.1:${this.#ports.sql}/${database}`;
  }

  async makeFolders(): Promise<void> {
    for (const path of [this.#data, join(this.#folder, "tmp")]) await mkdir(path, { recursive: true });
    if (AS_NODE_USER.length > 0) await run("chown", ["-R", "mysql:mysql", this.#folder]);
  }

  async install(): Promise<void> {
    const args = ["--no-defaults", `--datadir=${this.#data}`, "--auth-root-authentication-method=normal"];
    await run("setpriv", [...AS_NODE_USER, "--", "mariadb-install-db", ...args, "--skip-test-db", "--wsrep-on=OFF"]);
  }

  async start({ bootstrap = false }: { readonly bootstrap?: boolean } = {}): Promise<void> {
    this.#part = await startPart("galera node", "setpriv", [
      ...[...AS_NODE_USER, "--pdeathsig", "TERM", "--", "mariadbd"],
      ...serverOptions(this.#folder, this.#ports),
      ...clusterOptions(this.#ports, bootstrap ? [] : this.#all),
    ]);
    await this.#part.line(/ready for connections/);
    await this.synced();
  }

  async restart(): Promise<void> {
    await this.#part?.ended;
    await this.start();
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    const part = this.#part;
    if (part === undefined) throw new Error("the node is not started");
    process.kill(part.pid, signal);
    if (signal === "SIGKILL") await part.ended;
  }

  async synced(members?: number): Promise<void> {
    await until("the node is not synced", () => this.#isSynced(members), JOIN_TIMEOUT_MS);
  }

  async #isSynced(members: number | undefined): Promise<boolean> {
    const status = await this.#status().catch(() => undefined);
    if (status === undefined) return false;
    const size = members === undefined || status.get("wsrep_cluster_size") === String(members);
    return size && status.get("wsrep_local_state_comment") === "Synced" && status.get("wsrep_ready") === "ON";
  }

  async #status(): Promise<ReadonlyMap<string, string>> {
    const connection = await createConnection({ uri: this.url(""), connectTimeout: 1_000 });
    try {
      const [rows] = await connection.query({ sql: "SHOW STATUS LIKE 'wsrep_%'", rowsAsArray: true, timeout: 1_000 });
      return new Map(rows as unknown as [string, string][]);
    } finally {
      connection.destroy();
    }
  }

  async stop(): Promise<void> {
    await this.#part?.stop();
  }
}

function serverOptions(folder: string, { sql }: Ports): readonly string[] {
  return [
    "--no-defaults",
    `--datadir=${join(folder, "data")}`,
    `--tmpdir=${join(folder, "tmp")}`,
    `--socket=${join(folder, "mysqld.sock")}`,
    `--pid-file=${join(folder, "mariadbd.pid")}`,
    "--bind-address=127.0.0.1",
    `--port=${sql}`,
    // What a commit needs is at the other nodes too; three flushes a commit on one disk say nothing about a real cluster.
    "--innodb-flush-log-at-trx-commit=2",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=16M",
    "--innodb-autoinc-lock-mode=2",
    "--binlog-format=ROW",
    "--max-connections=300",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_unicode_ci",
    "--skip-name-resolve",
  ];
}

/** Without others the node founds the cluster. */
function clusterOptions({ group, increments, state }: Ports, others: readonly Ports[]): readonly string[] {
  const provider = [
    `gmcast.listen_addr=tcp://127.0.0.1:${group}`,
    `base_port=${group}`,
    `ist.recv_addr=127.0.0.1:${increments}`,
    "gcache.size=32M",
    // A node that hangs is left after two seconds, so that a test need not wait for longer.
    "evs.keepalive_period=PT0.5S;evs.suspect_timeout=PT2S;evs.inactive_timeout=PT4S;evs.install_timeout=PT4S",
  ];
  return [
    "--wsrep-on=ON",
    `--wsrep-provider=${PROVIDER}`,
    "--wsrep-cluster-name=clickbridge-test",
    `--wsrep-cluster-address=gcomm://${others.map((other) => `127.0.0.1:${other.group}`).join(",")}`,
    `--wsrep-node-address=127.0.0.1:${group}`,
    `--wsrep-provider-options=${provider.join(";")}`,
    "--wsrep-sst-method=rsync",
    `--wsrep-sst-receive-address=127.0.0.1:${state}`,
    "--wsrep-slave-threads=2",
  ];
}
