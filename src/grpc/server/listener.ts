import { Server, ServerCredentials, type ServerInterceptor } from "@grpc/grpc-js";
import { limitHalfOpenStreams } from "./half-open-streams.ts";
import { explainLibraryErrors } from "./library-errors.ts";
import { formatListenAddress, isLoopback, type ListenAddress } from "./listen-address.ts";
import { MESSAGE_BYTES_MAX } from "./message-size.ts";
import { STREAM_AGE_MS_MAX } from "./server-stream.ts";
import { prepareSocketPath, protectSocket } from "./unix-socket.ts";

/** Of one peer at a time; a module has a connection for each call, and a service as many calls as it has threads. */
const STREAMS_MAX = 256;
/** Megabytes that the streams of one connection may hold, headers and all. The library's own default is no bound. */
const SESSION_MEMORY_MB_MAX = 10;
/** A connection without a call under way. */
const CONNECTION_IDLE_MS_MAX = 60_000;
/** New replicas get traffic only when old connections end. */
const CONNECTION_AGE_MS_MAX = 5 * 60_000;
/** Whoever began a stream just before is told why it ends. */
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
  /** Looks at each call before anything of it is read. */
  readonly admit?: ServerInterceptor;
}

/** A server on one address. */
export interface Listener {
  readonly server: Server;
  /** With the port that was really taken. */
  readonly address: string;
  /**
   * Takes no new connections and ends those that are idle. Settles when all have ended, by themselves or when `cut` settles:
   * a stream that is watched would stay open for ever.
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
    // Nobody can ask for it here, and it keeps a record of every call.
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
    // The socket's file goes when the server lets go of it; by now its name may be a successor's.
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
