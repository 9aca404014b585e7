import mysql, { type Connection } from "mysql2";
import { freePort } from "./ports.ts";

/** What mysql2's types leave out of its server. */
interface Peer {
  sequenceId: number;
  serverHandshake(options: object): void;
  /** `stmt_prepare`: what begins with SET, which mysql2 takes for that. */
  on(event: "query" | "stmt_prepare", listener: (sql: string) => void): void;
  on(event: "error", listener: () => void): void;
  writeTextResult(rows: unknown, fields: unknown): void;
  writeOk(result: unknown): void;
  writeError(error: { readonly code: number; readonly message: string }): void;
}

const CAPABILITIES = 0xff_ff_ff & ~0x20 & ~0x8_00; // neither compressed nor TLS

interface Refusal {
  readonly code: number;
  readonly message: string;
}

type Rows = readonly Readonly<Record<string, unknown>>[];

/** Changes of a server's answers. */
interface Meddling {
  /** Undefined: the statement is passed on. */
  refuse?(sql: string): Refusal | undefined;
  /** What becomes of the rows that it gave. */
  change?(sql: string, rows: Rows): Rows;
}

/** Stands before a server and refuses GET_LOCK, as a cluster does; the rest is passed on. */
export function startLockRefuser(databaseUrl: string, refusal: Refusal) {
  return startMeddler(databaseUrl, { refuse: (sql) => (sql.includes("GET_LOCK") ? refusal : undefined) });
}

/** Stands before a server and changes what it says. It takes one statement at a time, no batches. */
export async function startMeddler(
  databaseUrl: string,
  { refuse = () => undefined, change = (_, rows) => rows }: Meddling,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const behind: Connection[] = [];
  const server = mysql.createServer((client) => {
    const peer = client as unknown as Peer;
    const connection = mysql.createConnection({ uri: databaseUrl });
    behind.push(connection);
    peer.on("error", () => {});
    const reply = (write: () => void) => {
      write();
      // Each command counts its packets from 0.
      peer.sequenceId = 0;
    };
    peer.serverHandshake({
      ...{ protocolVersion: 10, serverVersion: "8.0.36", connectionId: 1, statusFlags: 2, characterSet: 45 },
      capabilityFlags: CAPABILITIES,
      authCallback: (_: unknown, letIn: () => void) => reply(letIn),
    });
    const answer = (sql: string) => {
      const refusal = refuse(sql);
      if (refusal !== undefined) return reply(() => peer.writeError(refusal));
      return connection.query(sql, (error, result: unknown, fields) =>
        reply(() => {
          if (error !== null) peer.writeError({ code: error.errno ?? 1105, message: error.message });
          else if (Array.isArray(result)) peer.writeTextResult(change(sql, result as Rows), fields);
          else peer.writeOk(result);
        }),
      );
    };
    peer.on("query", answer);
    peer.on("stmt_prepare", answer);
  });
  const port = await freePort();
  (server as unknown as { listen(port: number, host: string): void }).listen(port, "127.0.0.1");
  const url = new URL(databaseUrl);
  url.searchParams.delete("socketPath");
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    stop: async () => {
      for (const connection of behind) connection.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
