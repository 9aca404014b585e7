import { Server, ServerCredentials, type ServerInterceptor } from "@grpc/grpc-js";
import { limitHalfOpenStreams } from "./half-open-streams.ts";
import { explainLibraryErrors } from "./library-errors.ts";
import { formatListenAddress, isLoopback, type ListenAddress } from "./listen-address.ts";
import { MESSAGE_BYTES_MAX } from "./message-size.ts";
import { STREAM_AGE_MS_MAX } from "./server-stream.ts";
import { prepareSocketPath, protectSocket } from "./unix-socket.ts";

/** Concurrent streams per connection: the module opens a connection per call, and a service has as many calls as threads. */
const STREAMS_MAX = 256;
/** Memory limit of one connection's streams, including headers. The library has no limit by default. */
const SESSION_MEMORY_MB_MAX = 10;
/** Closes a connection without calls after this. */
const CONNECTION_IDLE_MS_MAX = 60_000;
/** New replicas get traffic only when old connections end. */
const CONNECTION_AGE_MS_MAX = 5 * 60_000;
/** Time for a stream that began just before to end with its own reason. */
const CONNECTION_AGE_GRACE_MS = STREAM_AGE_MS_MAX + 30_000;
const KEEPALIVE_TIME_MS = 30_000;
const KEEPALIVE_TIMEOUT_MS = 10_000;

export interface TlsFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Clients must show a certificate of this authority. */
  readonly clientCa: Buffer | undefined;
}

export interface ListenerOptions {
  readonly tls: TlsFiles | undefined;
  /** Plaintext outside the loopback is allowed. */
  readonly trustedNetwork: boolean;
  readonly socketGroup: number | undefined;
  /** Checks each call before its message is read. */
  readonly admit?: ServerInterceptor;
}

/** A server on one address. */
export interface Listener {
  readonly server: Server;
  /** With the port that was bound. */
  readonly address: string;
  /**
   * Accepts no new connections and closes idle ones. Settles when all have ended, by themselves or by `cut`, because a watched stream would
   * stay open for ever.
   */
  stop(cut: Promise<void>): Promise<void>;
}

/** Why an address may not be served like this; undefined when it may. */
export function refuseAddress(address: ListenAddress, { tls, trustedNetwork }: ListenerOptions): string | undefined {
  if (address.kind === "tls" && tls === undefined) {
    return `${formatListenAddress(address)} needs CLICKBRIDGE_TLS_CERT_FILE and CLICKBRIDGE_TLS_KEY_FILE`;
  }
  if (address.kind === "tcp" && !isLoopback(address.host) && !trustedNetwork) {
    return `${formatListenAddress(address)} is plaintext outside the loopback: use tls://, or say CLICKBRIDGE_TRUSTED_NETWORK=yes`;
  }
  return undefined;
}

/** Binds one address. `register` adds the services before anybody can connect. */
export async function listen(
  address: ListenAddress,
  options: ListenerOptions,
  register: (server: Server) => void,
): Promise<Listener> {
  const refusal = refuseAddress(address, options);
  if (refusal !== undefined) throw new Error(refusal);
  const server = new Server({
    interceptors: options.admit === undefined ? [] : [options.admit],
    "grpc.max_concurrent_streams": STREAMS_MAX,
    "grpc-node.max_session_memory": SESSION_MEMORY_MB_MAX,
    "grpc.max_connection_idle_ms": CONNECTION_IDLE_MS_MAX,
    "grpc.max_receive_message_length": MESSAGE_BYTES_MAX,
    "grpc.max_connection_age_ms": CONNECTION_AGE_MS_MAX,
    "grpc.max_connection_age_grace_ms": CONNECTION_AGE_GRACE_MS,
    "grpc.keepalive_time_ms": KEEPALIVE_TIME_MS,
    "grpc.keepalive_timeout_ms": KEEPALIVE_TIMEOUT_MS,
    // channelz is not served, and it would record every call.
    "grpc.enable_channelz": 0,
  });
  register(server);
  if (address.kind === "unix") await prepareSocketPath(address.path, options.socketGroup);
  const port = await bind(server, address, options);
  limitHalfOpenStreams(server);
  explainLibraryErrors(server);
  if (address.kind === "unix") await protectSocket(address.path, options.socketGroup);
  return {
    server,
    address: formatListenAddress(address.kind === "unix" ? address : { ...address, port }),
    // The server removes its socket file itself; by now the path may belong to a new process.
    stop: (cut) => shutDown(server, cut),
  };
}

function bind(server: Server, address: ListenAddress, { tls }: ListenerOptions): Promise<number> {
  const target =
    address.kind === "unix" ? `unix:${address.path}` : formatListenAddress(address).replace(/^\w+:\/\//, "");
  const credentials =
    address.kind === "tls" && tls !== undefined
      ? ServerCredentials.createSsl(
          tls.clientCa ?? null,
          [{ cert_chain: tls.cert, private_key: tls.key }],
          tls.clientCa !== undefined,
        )
      : ServerCredentials.createInsecure();
  return new Promise((resolve, reject) => {
    server.bindAsync(target, credentials, (error, port) => (error === null ? resolve(port) : reject(error)));
  });
}

function shutDown(server: Server, cut: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    server.tryShutdown(() => resolve());
    void cut.then(() => {
      server.forceShutdown();
      resolve();
    });
  });
}
