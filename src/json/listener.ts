import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Logger } from "pino";
import { formatListenAddress, isLoopback, type ListenAddress } from "../grpc/server/listen-address.ts";
import type { TlsFiles } from "../grpc/server/listener.ts";

export interface JsonLimits {
  /** Callers are an office's programs; each connection has one call at a time. One more is closed at once. */
  readonly connectionsMax: number;
  readonly headersBytesMax: number;
  /** For a stranger's handshake, for headers, and for a whole request: of a caller that sends a byte now and then. */
  readonly handshakeTimeoutMs: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** How often the last two are looked at. */
  readonly checkIntervalMs: number;
  /** A connection without a call under way. */
  readonly idleMsMax: number;
  /** Neither read nor written: a caller that does not fetch its answer. Above the time that any call takes. */
  readonly silentMsMax: number;
}

/** Of one connection, without an answer: HTTP/1.1 lets a caller send many at once, and each would be a call. */
const UNANSWERED_MAX = 8;

const LIMITS: JsonLimits = {
  connectionsMax: 256,
  headersBytesMax: 16 * 1024,
  handshakeTimeoutMs: 10_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  checkIntervalMs: 5_000,
  idleMsMax: 60_000,
  silentMsMax: 120_000,
};

/** A server on one address. */
export interface JsonListener {
  /** With the port that was really taken. */
  readonly address: string;
  /** Takes no new connections and ends those that are idle. Settles when all have ended, by themselves or when `cut` settles. */
  stop(cut: Promise<void>): Promise<void>;
}

/** Why JSON may not be served there; undefined when it may. */
export function refuseJsonAddress(address: ListenAddress, tls: TlsFiles | undefined): string | undefined {
  const place = `CLICKBRIDGE_JSON_LISTEN: ${formatListenAddress(address)}`;
  if (address.kind === "unix") return `${place} is a socket: use tcp://127.0.0.1:port or tls://host:port`;
  if (address.kind === "tls")
    return tls === undefined ? `${place} needs CLICKBRIDGE_TLS_CERT_FILE and CLICKBRIDGE_TLS_KEY_FILE` : undefined;
  return isLoopback(address.host) ? undefined : `${place} is plaintext outside the loopback: use tls://`;
}

export interface JsonListenerDeps {
  readonly tls: TlsFiles | undefined;
  readonly log: Logger;
  readonly limits?: JsonLimits;
}

/** Binds one address. */
export async function listenJson(
  address: ListenAddress,
  { tls, log, limits = LIMITS }: JsonListenerDeps,
  handle: RequestListener,
): Promise<JsonListener> {
  const refusal = refuseJsonAddress(address, tls);
  if (refusal !== undefined || address.kind === "unix") throw new Error(refusal);
  let isStopping = false;
  const answering = new Set<ServerResponse>();
  const unanswered = new WeakMap<Socket, number>();
  const count = (socket: Socket, change: number): number => {
    const next = (unanswered.get(socket) ?? 0) + change;
    unanswered.set(socket, next);
    return next;
  };
  const server = createHttpServer(address.kind === "tls" ? tls : undefined, limits, (request, response) => {
    const { socket } = request;
    if (socket.destroyed || count(socket, 1) > UNANSWERED_MAX) return void socket.destroy();
    answering.add(response);
    response.once("close", () => {
      answering.delete(response);
      count(socket, -1);
    });
    if (isStopping) sayGoodbye(response);
    handle(request, response);
  });
  server.maxConnections = limits.connectionsMax;
  server.timeout = limits.silentMsMax;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  // No more files for a connection, for instance: without a listener it would end the process.
  server.on("error", (err) => log.error({ err, address: formatListenAddress(address) }, "a connection was lost"));
  const { port } = server.address() as AddressInfo;
  return {
    address: formatListenAddress({ ...address, port }),
    stop: (cut) => {
      isStopping = true;
      for (const response of answering) sayGoodbye(response);
      void cut.then(() => server.closeAllConnections());
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Whoever kept its connection would call a service that is going away. */
function sayGoodbye(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader("Connection", "close");
}

function createHttpServer(tls: TlsFiles | undefined, limits: JsonLimits, handle: RequestListener): Server {
  const options = {
    maxHeaderSize: limits.headersBytesMax,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: limits.checkIntervalMs,
    keepAliveTimeout: limits.idleMsMax,
    insecureHTTPParser: false,
  };
  if (tls === undefined) return createServer(options, handle);
  const { cert, key, clientCa } = tls;
  const trust = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  return createTlsServer({ ...options, ...trust, cert, key, handshakeTimeout: limits.handshakeTimeoutMs }, handle);
}
