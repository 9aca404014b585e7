import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import type { ConnectionOptions, SslOptions } from "mysql2";

/** One server of the database URL. */
export interface DatabaseHost {
  /** For people: `db1.shop.uz:3306`, or the path of a socket. */
  readonly name: string;
  /** Options for the driver. All connections share the object, and so its TLS context. */
  readonly options: ConnectionOptions;
}

/** The URL is invalid. The message names the rule and never contains the login. */
export class DatabaseUrlError extends Error {}

const SHAPE = "must be mysql://user:password@host:port/database, a socket as ?socketPath=, several hosts with commas";
/** A login may contain commas, but no slashes. */
const BETWEEN_URLS = /,(?=\w+:\/\/)/;
const URL_PARTS = /^\w+:\/\/(?<login>[^/?#]*@)?(?<hosts>[^/?#@]*)(?<rest>[/?][^#]*)?$/;
const OPTIONS = ["socketPath", "ssl-mode", "ssl-ca", "ssl-cert", "ssl-key"] as const;
const SSL_MODES = ["DISABLED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"] as const;
const PORT = 3306;

/**
 * Reads `mysql://user:password@host1:3306,host2:3306/database?option=…`, or several such URLs separated by commas, and the files that they
 * name. Returns the servers in the order in which they are tried, or throws a DatabaseUrlError.
 */
export function readDatabaseUrl(text: string): readonly DatabaseHost[] {
  const hosts = text.split(BETWEEN_URLS).flatMap(hostsOf);
  if (new Set(hosts.map(({ options }) => options.database)).size > 1) {
    throw new DatabaseUrlError("names several databases: all hosts must have the same one");
  }
  return hosts;
}

function hostsOf(text: string): readonly DatabaseHost[] {
  if (/^postgres(ql)?:/.test(text)) {
    throw new DatabaseUrlError(
      "is PostgreSQL: click-bridge keeps its tables beside Bitrix's own in MySQL or MariaDB, and runs on nothing else",
    );
  }
  const { login = "", hosts, rest = "" } = URL_PARTS.exec(text)?.groups ?? {};
  if (hosts === undefined) throw new DatabaseUrlError(SHAPE);
  if (!/^(mysql|mariadb):/.test(text)) throw new DatabaseUrlError("must begin with mysql:// or mariadb://");
  const urls = hosts.split(",").map((host) => `mysql://${login}${host}${rest}`);
  const isEmptyBetween = urls.length > 1 && hosts.split(",").includes("");
  if (isEmptyBetween || !urls.every((url) => URL.canParse(url))) throw new DatabaseUrlError(SHAPE);
  const [first = "", ...more] = urls;
  const options = optionsOf(new URL(first).searchParams);
  if (options.socketPath !== undefined && more.length > 0) {
    throw new DatabaseUrlError(
      "socketPath is one server's: give each server a URL of its own, with commas between them",
    );
  }
  return urls.map((url) => hostOf(new URL(url), options));
}

function hostOf(url: URL, { socketPath, ssl }: UrlOptions): DatabaseHost {
  const host = decoded(url.hostname.replace(/^\[|\]$/g, "")) || "localhost";
  const port = Number(url.port) || PORT;
  if (ssl?.verifyIdentity === true && isIP(host) !== 0) {
    // Otherwise the driver compares the certificate with "localhost".
    throw new DatabaseUrlError(
      "ssl-mode VERIFY_IDENTITY needs the server's name as host: with an address use VERIFY_CA",
    );
  }
  return {
    name: socketPath ?? `${url.hostname || host}:${port}`,
    options: {
      ...(socketPath === undefined ? {} : { socketPath }),
      ...(ssl === undefined ? {} : { ssl }),
      host,
      port,
      user: decoded(url.username),
      password: decoded(url.password),
      database: decoded(url.pathname.slice(1)),
    },
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new DatabaseUrlError("has a % that is not one of a %XX: write % itself as %25");
  }
}

interface UrlOptions {
  readonly socketPath: string | undefined;
  readonly ssl: SslOptions | undefined;
}

function optionsOf(given: URLSearchParams): UrlOptions {
  const options: Partial<Record<(typeof OPTIONS)[number], string>> = {};
  for (const [name, value] of given) {
    const known = OPTIONS.find((option) => option === name);
    if (known === undefined) throw new DatabaseUrlError(`has an option that is none of ${OPTIONS.join(", ")}`);
    options[known] = value;
  }
  return { socketPath: options.socketPath, ssl: sslOf(options) };
}

/** A CA in the URL means that the server's certificate is verified. There is no optional encryption. */
function sslOf(options: Partial<Record<(typeof OPTIONS)[number], string>>): SslOptions | undefined {
  const { "ssl-ca": ca, "ssl-cert": cert, "ssl-key": key } = options;
  const files = [ca, cert, key].filter((file) => file !== undefined);
  const mode = options["ssl-mode"]?.toUpperCase() ?? (files.length === 0 ? "DISABLED" : "VERIFY_IDENTITY");
  if (!SSL_MODES.some((known) => known === mode)) {
    throw new DatabaseUrlError(`ssl-mode must be one of ${SSL_MODES.join(", ")}`);
  }
  if (mode === "DISABLED" && files.length > 0) throw new DatabaseUrlError("ssl-mode DISABLED takes no files");
  if (mode === "REQUIRED" && ca !== undefined) {
    throw new DatabaseUrlError(
      "ssl-mode REQUIRED looks at no certificate: with ssl-ca use VERIFY_CA or VERIFY_IDENTITY",
    );
  }
  if ((cert === undefined) !== (key === undefined)) throw new DatabaseUrlError("ssl-cert and ssl-key go together");
  if (mode === "DISABLED") return undefined;
  return {
    ...(ca === undefined ? {} : { ca: fileOf("ssl-ca", ca) }),
    ...(cert === undefined || key === undefined ? {} : { cert: fileOf("ssl-cert", cert), key: fileOf("ssl-key", key) }),
    rejectUnauthorized: mode !== "REQUIRED",
    verifyIdentity: mode === "VERIFY_IDENTITY",
  };
}

function fileOf(option: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new DatabaseUrlError(`${option}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
