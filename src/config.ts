import { readFileSync } from "node:fs";
import { z } from "zod";
import type { ServiceOverride } from "./app/click-service.ts";
import { Secret } from "./app/secret.ts";
import { type ListenAddress, parseListenAddress } from "./grpc/listen-address.ts";
import { SCOPES, type Token } from "./grpc/tokens.ts";
import type { ServiceId } from "./payment/ids.ts";
import { ANSWER } from "./protocol/answer.ts";
import { SECRET_KEY_CHARACTERS_MIN } from "./protocol/signature.ts";

const TOKEN_CHARACTERS_MIN = 16;

const secret = (charactersMin: number) =>
  z
    .string()
    .min(charactersMin)
    .transform((value) => new Secret(value));
const milliseconds = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

const databaseUrl = z
  .string()
  .refine((url) => URL.canParse(url), "must be mysql://user:password@host:port/database, a socket as ?socketPath=")
  .refine(
    (url) => !/^postgres(ql)?:/.test(url),
    "is PostgreSQL: click-bridge keeps its tables beside Bitrix's own in MySQL or MariaDB, and runs on nothing else",
  )
  .refine((url) => /^(mysql|mariadb|postgres(ql)?):/.test(url), "must begin with mysql:// or mariadb://")
  .transform((url) => new Secret(url.replace(/^mariadb:/, "mysql:")));

/** Every variable that the service reads. `.env.example` has them all; a test holds the two together. */
export const ENVIRONMENT = z.object({
  CLICKBRIDGE_DATABASE_URL: databaseUrl,
  CLICKBRIDGE_LISTEN: z
    .string()
    .default("unix:/run/click-bridge/click-bridge.sock")
    .transform((text, context) =>
      text.split(",").map((part): ListenAddress => {
        const address = parseListenAddress(part.trim());
        if (typeof address !== "string") return address;
        context.addIssue(address);
        return z.NEVER;
      }),
    ),
  CLICKBRIDGE_TRUSTED_NETWORK: z.enum(["yes", "no"]).default("no"),
  CLICKBRIDGE_SOCKET_GROUP: z.coerce.number().int().min(0).optional(),
  CLICKBRIDGE_TLS_CERT_FILE: z.string().optional(),
  CLICKBRIDGE_TLS_KEY_FILE: z.string().optional(),
  CLICKBRIDGE_TLS_CLIENT_CA_FILE: z.string().optional(),
  CLICKBRIDGE_TOKENS_FILE: z.string().optional(),
  CLICKBRIDGE_SERVICES_FILE: z.string().optional(),
  CLICKBRIDGE_REFERENCE: z.enum(["order_number", "payment_id"]).default("order_number"),
  CLICKBRIDGE_PAY_URL: z.url({ protocol: /^https?$/ }).default("https://my.click.uz/services/pay"),
  CLICKBRIDGE_CLICK_API_URL: z.url({ protocol: /^https?$/ }).default("https://api.click.uz/v2/merchant/"),
  CLICKBRIDGE_SETTINGS_TTL_MS: milliseconds(0, 600_000).default(15_000),
  CLICKBRIDGE_DATABASE_CONNECTIONS_MAX: z.coerce.number().int().min(1).max(200).default(16),
  CLICKBRIDGE_DRAIN_TIMEOUT_MS: milliseconds(100, 300_000).default(15_000),
  CLICKBRIDGE_REFLECTION: z.enum(["on", "off"]).default("on"),
  CLICKBRIDGE_LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
});

const TOKENS = z
  .array(
    z.strictObject({
      name: z.string().min(1).max(64),
      token: secret(TOKEN_CHARACTERS_MIN),
      scopes: z.array(z.enum(SCOPES)).min(1),
    }),
  )
  .refine((tokens) => new Set(tokens.map((t) => t.name)).size === tokens.length, "names must differ");

const CIDR = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()]);
const SERVICES = z.record(
  z.string().regex(/^[1-9]\d{0,17}$/, "must be a service_id"),
  z
    .strictObject({
      secrets: z.array(secret(SECRET_KEY_CHARACTERS_MIN)).min(1).max(2).optional(),
      dialect: z.enum(["click", "legacy"]).default("click"),
      reference: z.enum(["order_number", "payment_id"]).optional(),
      callers: z.array(CIDR).default([]),
      taken_answer: z.union([z.literal(-4), z.literal(-9)]).default(ANSWER.TRANSACTION_CANCELLED),
    })
    .refine(
      (service) => service.dialect === "click" || service.callers.length > 0,
      "dialect legacy needs callers: its signature does not tell Prepare from Complete",
    ),
);

export interface Config {
  readonly databaseUrl: Secret;
  readonly listen: readonly ListenAddress[];
  readonly trustedNetwork: boolean;
  readonly socketGroup: number | undefined;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer; readonly clientCa: Buffer | undefined } | undefined;
  readonly tokens: readonly Token[];
  readonly overrideOf: (serviceId: ServiceId) => ServiceOverride;
  /** Services whose signatures prove too little: warned about at every start. */
  readonly legacyServices: readonly string[];
  readonly payUrl: string;
  readonly clickApiUrl: string;
  readonly settingsTtlMs: number;
  readonly databaseConnectionsMax: number;
  readonly drainTimeoutMs: number;
  readonly reflection: boolean;
  readonly logLevel: string;
}

/** The configuration is wrong: one line a fault, no values. */
export class ConfigError extends Error {}

/** Reads the environment and the files that it names. Throws a ConfigError with all faults at once. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const env = parse(ENVIRONMENT, withoutEmpty(environment), "");
  const services = parse(SERVICES, readJson(env.CLICKBRIDGE_SERVICES_FILE, {}), "CLICKBRIDGE_SERVICES_FILE");
  const tokens = parse(TOKENS, readJson(env.CLICKBRIDGE_TOKENS_FILE, []), "CLICKBRIDGE_TOKENS_FILE");
  return {
    databaseUrl: env.CLICKBRIDGE_DATABASE_URL,
    listen: env.CLICKBRIDGE_LISTEN,
    trustedNetwork: env.CLICKBRIDGE_TRUSTED_NETWORK === "yes",
    socketGroup: env.CLICKBRIDGE_SOCKET_GROUP,
    tls: readTls(env),
    tokens,
    overrideOf: (serviceId) => {
      const service = services[serviceId];
      return {
        secretKeys: service?.secrets,
        dialect: service?.dialect ?? "click",
        reference: service?.reference ?? env.CLICKBRIDGE_REFERENCE,
        callers: service?.callers ?? [],
        takenAnswer: service?.taken_answer ?? ANSWER.TRANSACTION_CANCELLED,
      };
    },
    legacyServices: Object.keys(services).filter((id) => services[id]?.dialect === "legacy"),
    payUrl: env.CLICKBRIDGE_PAY_URL,
    clickApiUrl: env.CLICKBRIDGE_CLICK_API_URL,
    settingsTtlMs: env.CLICKBRIDGE_SETTINGS_TTL_MS,
    databaseConnectionsMax: env.CLICKBRIDGE_DATABASE_CONNECTIONS_MAX,
    drainTimeoutMs: env.CLICKBRIDGE_DRAIN_TIMEOUT_MS,
    reflection: env.CLICKBRIDGE_REFLECTION === "on",
    logLevel: env.CLICKBRIDGE_LOG_LEVEL,
  };
}

/** Only the database's address: what `migrate` needs. */
export function readDatabaseUrl(environment: Readonly<Record<string, string | undefined>>): Secret {
  return parse(ENVIRONMENT.pick({ CLICKBRIDGE_DATABASE_URL: true }), withoutEmpty(environment), "")
    .CLICKBRIDGE_DATABASE_URL;
}

/** An empty variable is an unset one, as in the rest of the world. */
function withoutEmpty(environment: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""));
}

function parse<T>(schema: z.ZodType<T>, value: unknown, place: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  // Messages of zod name rules and types, never the value.
  const lines = result.error.issues.map(
    ({ path, message }) => `${[place, ...path].filter((p) => p !== "").join(" ")}: ${message}`,
  );
  throw new ConfigError(lines.join("\n"));
}

function readJson(file: string | undefined, absent: unknown): unknown {
  if (file === undefined) return absent;
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    // A JSON error quotes the text around the fault, which may be a secret.
    const why =
      error instanceof SyntaxError ? "is not JSON" : `cannot be read (${(error as NodeJS.ErrnoException).code})`;
    throw new ConfigError(`${file}: ${why}`);
  }
}

function readTls(env: z.infer<typeof ENVIRONMENT>): Config["tls"] {
  const { CLICKBRIDGE_TLS_CERT_FILE: cert, CLICKBRIDGE_TLS_KEY_FILE: key, CLICKBRIDGE_TLS_CLIENT_CA_FILE: ca } = env;
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new ConfigError("CLICKBRIDGE_TLS_CERT_FILE and CLICKBRIDGE_TLS_KEY_FILE go together");
  }
  return { cert: readBytes(cert), key: readBytes(key), clientCa: ca === undefined ? undefined : readBytes(ca) };
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ConfigError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
