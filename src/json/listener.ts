import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { formatListenAddress, isLoopback, type ListenAddress } from "../grpc/server/listen-address.ts";
import type { TlsFiles } from "../grpc/server/listener.ts";

/** Callers are an office's programs; each connection has one call at a time. One more is closed at once. */
const CONNECTIONS_MAX = 256;
const HEADERS_BYTES_MAX = 16 * 1024;
/** For a stranger's handshake, and for a caller that sends a byte now and then. */
const HANDSHAKE_TIMEOUT_MS = 10_000;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** How often the two above are looked at. */
const TIMEOUTS_CHECK_INTERVAL_MS = 5_000;
/** A connection without a call under way. */
const CONNECTION_IDLE_MS_MAX = 60_000;
/** Neither read nor written: a caller that does not fetch its answer. Above the time that a call may take. */
const CONNECTION_SILENT_MS_MAX = 120_000;

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

/** Binds one address. */
export async function listenJson(
  address: ListenAddress,
  tls: TlsFiles | undefined,
  handle: RequestListener,
): Promise<JsonListener> {
  const refusal = refuseJsonAddress(address, tls);
  if (refusal !== undefined || address.kind === "unix") throw new Error(refusal);
  let isStopping = false;
  const answering = new Set<ServerResponse>();
  const server = createHttpServer(address.kind === "tls" ? tls : undefined, (request, response) => {
    answering.add(response);
    response.once("close", () => answering.delete(response));
    if (isStopping) sayGoodbye(response);
    handle(request, response);
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.timeout = CONNECTION_SILENT_MS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
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

function createHttpServer(tls: TlsFiles | undefined, handle: RequestListener): Server {
  const limits = {
    maxHeaderSize: HEADERS_BYTES_MAX,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: TIMEOUTS_CHECK_INTERVAL_MS,
    keepAliveTimeout: CONNECTION_IDLE_MS_MAX,
    insecureHTTPParser: false,
  };
  if (tls === undefined) return createServer(limits, handle);
  const { cert, key, clientCa } = tls;
  const trust = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  return createTlsServer({ ...limits, ...trust, cert, key, handshakeTimeout: HANDSHAKE_TIMEOUT_MS }, handle);
}
