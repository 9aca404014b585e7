import { isIPv4 } from "node:net";

/** An address that the service listens on. */
export type ListenAddress =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp" | "tls"; readonly host: string; readonly port: number };

/** The kernel's limit for the path of a socket. */
const SOCKET_PATH_BYTES_MAX = 107;
const HOST_AND_PORT = /^(tcp|tls):\/\/(\[[0-9a-f:.]+\]|[^\s:/[\]]+):(\d{1,5})$/i;

/** Parses `unix:/path.sock`, `tcp://127.0.0.1:50051` or `tls://0.0.0.0:50051`; returns an error sentence for anything else. */
export function parseListenAddress(text: string): ListenAddress | string {
  if (text.startsWith("unix:/")) {
    const path = text.slice("unix:".length);
    return Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX
      ? { kind: "unix", path }
      : `the path of a socket has at most ${SOCKET_PATH_BYTES_MAX} bytes`;
  }
  const [, kind, host = "", port] = HOST_AND_PORT.exec(text) ?? [];
  if (kind === undefined || Number(port) > 65_535) {
    return `"${text}" is none of unix:/absolute/path.sock, tcp://host:port, tls://host:port`;
  }
  return { kind: kind.toLowerCase() === "tls" ? "tls" : "tcp", host: host.replace(/^\[|\]$/g, ""), port: Number(port) };
}

/** Only a real IP address: `127.999.0.1` is a host name that a DNS may resolve. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}

/** The address in the format of the configuration. */
export function formatListenAddress(address: ListenAddress): string {
  if (address.kind === "unix") return `unix:${address.path}`;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `${address.kind}://${host}:${address.port}`;
}
