import { once } from "node:events";
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from "node:net";

export type Direction = "toServer" | "toClient";

/** Where a connection breaks: after so many bytes in one direction, or after so many chunks (one is what arrives at a time). */
export interface Cut {
  readonly direction: Direction;
  readonly bytes?: number;
  readonly chunks?: number;
  /** Done at the moment of the cut, before either side hears of it. */
  readonly onCut?: () => void;
}

/** A wire to a database that breaks on demand. */
export interface TcpProxy {
  /** The database behind the wire. */
  readonly url: string;
  /** Bytes and chunks that passed since the last call of `count`. */
  passed(): Readonly<Record<Direction, { readonly bytes: number; readonly chunks: number }>>;
  count(): void;
  /** Counts anew and breaks one connection, once. Settles when it happened. */
  cut(cut: Cut): Promise<void>;
  /** `refuse`: breaks all connections and takes no new one. `freeze`: keeps them, and nothing passes any more. `pass`: as usual. */
  mode(mode: "pass" | "refuse" | "freeze"): void;
  /** Nothing passes any more over the connections that are there, which stay; new ones are as usual. */
  silence(): void;
  stop(): Promise<void>;
}

/** Puts a wire before the server of a mysql:// URL, over TCP or a socket. */
export async function startTcpProxy(databaseUrl: string): Promise<TcpProxy> {
  const state = new ProxyState(targetOf(databaseUrl));
  const server = createServer((client) => state.join(client));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(databaseUrl);
  url.searchParams.delete("socketPath");
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    passed: () => state.passed(),
    count: () => state.count(),
    cut: (cut) => state.cut(cut),
    mode: (mode) => state.setMode(mode),
    silence: () => state.silence(),
    stop: async () => {
      state.setMode("refuse");
      server.close();
      await once(server, "close");
    },
  };
}

function targetOf(databaseUrl: string): NetConnectOpts {
  const url = new URL(databaseUrl);
  const path = url.searchParams.get("socketPath");
  return path === null ? { host: url.hostname, port: Number(url.port || 3306) } : { path };
}

class ProxyState {
  readonly #target: NetConnectOpts;
  readonly #sockets = new Set<Socket>();
  readonly #silent = new WeakSet<Socket>();
  #mode: "pass" | "refuse" | "freeze" = "pass";
  #passed = { toServer: { bytes: 0, chunks: 0 }, toClient: { bytes: 0, chunks: 0 } };
  #cut: (Cut & { readonly tell: () => void }) | undefined;

  constructor(target: NetConnectOpts) {
    this.#target = target;
  }

  passed = () => structuredClone(this.#passed);

  count(): void {
    this.#passed = { toServer: { bytes: 0, chunks: 0 }, toClient: { bytes: 0, chunks: 0 } };
  }

  cut(cut: Cut): Promise<void> {
    this.count();
    return new Promise((tell) => {
      this.#cut = { ...cut, tell };
    });
  }

  setMode(mode: "pass" | "refuse" | "freeze"): void {
    this.#mode = mode;
    if (mode === "refuse") for (const socket of this.#sockets) socket.destroy();
  }

  silence(): void {
    for (const socket of this.#sockets) this.#silent.add(socket);
  }

  join(client: Socket): void {
    if (this.#mode === "refuse") return void client.destroy();
    const server = connect(this.#target);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    client.on("data", (chunk) => this.#pass("toServer", chunk as Buffer, { from: client, to: server }));
    server.on("data", (chunk) => this.#pass("toClient", chunk as Buffer, { from: server, to: client }));
  }

  #pass(direction: Direction, chunk: Buffer, { from, to }: { readonly from: Socket; readonly to: Socket }): void {
    if (this.#mode === "freeze" || this.#silent.has(from)) return;
    const before = this.#passed[direction].bytes;
    this.#passed[direction].bytes += chunk.length;
    this.#passed[direction].chunks += 1;
    const cut = this.#cut;
    if (cut === undefined || cut.direction !== direction || !this.#reached(cut)) return void to.write(chunk);
    this.#cut = undefined;
    cut.onCut?.();
    const rest = cut.bytes === undefined ? chunk : chunk.subarray(0, Math.max(0, cut.bytes - before));
    // What passed before the cut arrives; the other side learns of the end a moment later.
    to.end(rest, () => {
      from.destroy();
      cut.tell();
    });
  }

  #reached({ direction, bytes, chunks }: Cut): boolean {
    const passed = this.#passed[direction];
    return (bytes !== undefined && passed.bytes >= bytes) || (chunks !== undefined && passed.chunks >= chunks);
  }
}
