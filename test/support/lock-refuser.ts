import mysql, { type Connection } from "mysql2";
import { freePort } from "./ports.ts";

/** What mysql2's types leave out of its server. */
interface Peer {
  sequenceId: number;
  serverHandshake(options: object): void;
  on(event: "query", listener: (sql: string) => void): void;
  on(event: "error", listener: () => void): void;
  writeTextResult(rows: unknown, fields: unknown): void;
  writeOk(result: unknown): void;
  writeError(error: { readonly code: number; readonly message: string }): void;
}

const CAPABILITIES = 0xff_ff_ff & ~0x20 & ~0x8_00; // neither compressed nor TLS

/** Stands before a server and refuses GET_LOCK, as a cluster does; the rest is passed on. */
export async function startLockRefuser(
  databaseUrl: string,
  refusal: { readonly code: number; readonly message: string },
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
    peer.on("query", (sql) => {
      if (sql.includes("GET_LOCK")) return reply(() => peer.writeError(refusal));
      return connection.query(sql, (error, result: unknown, fields) =>
        reply(() => {
          if (error !== null) peer.writeError({ code: error.errno ?? 1105, message: error.message });
          else if (Array.isArray(result)) peer.writeTextResult(result, fields);
          else peer.writeOk(result);
        }),
      );
    });
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
