import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";

const HEADER_BYTES = 4;

/** Stands before MariaDB and counts the commands that pass: each is a round trip for whoever sent it. */
export interface RoundTripCounter {
  /** The same database, through the counter. */
  readonly url: string;
  count(): number;
  stop(): Promise<void>;
}

export async function startRoundTripCounter(databaseUrl: string, folder: string): Promise<RoundTripCounter> {
  const url = new URL(databaseUrl);
  const target = url.searchParams.get("socketPath") ?? "";
  const path = join(folder, "counter.sock");
  const sockets = new Set<Socket>();
  let commands = 0;
  const server = createServer((client) => {
    const upstream = connect(target);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
    }
    const countCommands = commandCounter(() => {
      commands += 1;
    });
    client.on("data", countCommands).pipe(upstream);
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  url.searchParams.set("socketPath", path);
  return {
    url: url.href,
    count: () => commands,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A client's packet with sequence number 0 begins a command; the handshake's and the continued ones have others. */
function commandCounter(onCommand: () => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= HEADER_BYTES) {
      const length = HEADER_BYTES + rest.readUIntLE(0, 3);
      if (rest.length < length) return;
      if (rest[3] === 0) onCommand();
      rest = rest.subarray(length);
    }
  };
}
