import { readFileSync } from "node:fs";
import { z } from "zod";
import type { ServiceOverride } from "./app/services/click-service.ts";
import { type ListenAddress, parseListenAddress } from "./grpc/server/listen-address.ts";
import { SCOPES, type Token } from "./grpc/server/tokens.ts";
import { DatabaseUrlError, readDatabaseUrl } from "./mysql/driver/database-url.ts";
import type { ServiceId } from "./payment/ids.ts";
import { ANSWER } from "./protocol/answer.ts";
import { Secret } from "./protocol/secret.ts";
import { SECRET_KEY_CHARACTERS_MIN } from "./protocol/signature.ts";
import { unlimitedRefunds, weakSettings } from "./weak-settings.ts";

const TOKEN_CHARACTERS_MIN = 16;
/** The name of an installation without one. */
const NO_NAME = "";

const secret = (charactersMin: number) =>
  z
    .string()
    .min(charactersMin)
    .transform((value) => new Secret(value));
const milliseconds = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

const databaseUrl = z.string().transform((text, context) => {
  try {
    readDatabaseUrl(text);
  } catch (error) {
    if (!(error instanceof DatabaseUrlError)) throw error;
    context.addIssue(error.message);
  }
  return new Secret(text.replaceAll(/(^|,)mariadb:/g, "$1mysql:"));
});

/** Addresses separated by commas; empty: none. */
function listenAddresses(text: string, context: { addIssue(message: string): void }): readonly ListenAddress[] {
  if (text === "") return [];
  return text.split(",").map((part) => {
    const address = parseListenAddress(part.trim());
    if (typeof address !== "string") return address;
    context.addIssue(address);
    return z.NEVER;
  });
}

/** Every variable that the service reads. Tests compare it with `.env.example` and docs/settings.md. */
export const ENVIRONMENT = z.object({
  CLICKBRIDGE_DATABASE_URL: databaseUrl,
  CLICKBRIDGE_INSTANCE: z
    .string()
    .regex(/^[A-Za-z0-9._-]{0,64}$/, "may have 64 letters, digits, dots and dashes")
    .optional(),
  CLICKBRIDGE_LISTEN: z.string().default("unix:/run/click-bridge/click-bridge.sock").transform(listenAddresses),
  CLICKBRIDGE_JSON_LISTEN: z.string().transform(listenAddresses).optional(),
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
  CLICKBRIDGE_RECONCILE_REQUESTS_PER_MINUTE: z.coerce.number().int().min(0).max(6_000).default(60),
  CLICKBRIDGE_STATE_FILE: z.string().optional(),
  CLICKBRIDGE_EVENT_RETENTION_DAYS: z.coerce.number().int().min(1).max(36_500).default(400),
  CLICKBRIDGE_PERSONAL_DATA_DAYS: z.coerce.number().int().min(0).max(36_500).default(365),
  CLICKBRIDGE_REFLECTION: z.enum(["on", "off"]).default("on"),
  CLICKBRIDGE_LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
});

/** One caller in CLICKBRIDGE_TOKENS_FILE. */
export const TOKEN = z.strictObject({
  name: z.string().min(1).max(64),
  token: secret(TOKEN_CHARACTERS_MIN),
  scopes: z.array(z.enum(SCOPES)).min(1),
  refund_tiyin_per_day: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
});

const TOKENS = z
  .array(TOKEN)
  .refine((tokens) => new Set(tokens.map((t) => t.name)).size === tokens.length, "names must differ")
  .refine(differ, "tokens must differ");

/** Also called for invalid tokens, which are still texts. */
function differ(tokens: readonly { readonly token: unknown }[]): boolean {
  const texts = tokens.flatMap(({ token }) => (token instanceof Secret ? [token.reveal()] : []));
  return new Set(texts).size === texts.length;
}

const CIDR = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()]);

/** One Click service in CLICKBRIDGE_SERVICES_FILE. A test compares its keys with docs/settings.md. */
export const SERVICE = z.strictObject({
  secrets: z.array(secret(SECRET_KEY_CHARACTERS_MIN)).min(1).max(2).optional(),
  dialect: z.enum(["click", "legacy"]).default("click"),
  reference: z.enum(["order_number", "payment_id"]).optional(),
  callers: z.array(CIDR).default([]),
  partial_refund: z.boolean().default(false),
  owed_policy: z.enum(["hold", "refund"]).default("hold"),
  confirm_before_paid: z.boolean().optional(),
  taken_answer: z.union([z.literal(-4), z.literal(-9)]).default(ANSWER.TRANSACTION_CANCELLED),
});

const SERVICES = z.record(
  z.string().regex(/^[1-9]\d{0,17}$/, "must be a service_id"),
  SERVICE.refine(
    (service) => service.dialect === "click" || service.callers.length > 0,
    "dialect legacy needs callers: its signature does not tell Prepare from Complete",
  ),
);

export interface Config {
  readonly databaseUrl: Secret;
  /** Name of this installation: only the one stored in the database moves money. */
  readonly instance: string;
  readonly listen: readonly ListenAddress[];
  /** Addresses that serve JSON over HTTP/1.1; none by default. */
  readonly jsonListen: readonly ListenAddress[];
  readonly trustedNetwork: boolean;
  readonly socketGroup: number | undefined;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer; readonly clientCa: Buffer | undefined } | undefined;
  readonly tokens: readonly Token[];
  readonly overrideOf: (serviceId: ServiceId) => ServiceOverride;
  /** Services with the dialect `legacy`, about which every start warns. */
  readonly legacyServices: readonly string[];
  readonly payUrl: string;
  readonly clickApiUrl: string;
  readonly settingsTtlMs: number;
  readonly databaseConnectionsMax: number;
  readonly drainTimeoutMs: number;
  /** Requests per minute that reconciliation may send to Click; 0: it does not run. */
  readonly reconcileRequestsPerMinute: number;
  /** After so long phones and addresses of buyers are wiped; 0: never. */
  readonly personalDataDays: number;
  readonly eventRetentionDays: number;
  /** The file of the high water outside the database; undefined: none. */
  readonly stateFile: string | undefined;
  readonly reflection: boolean;
  readonly logLevel: string;
  /** One sentence for each setting that is weaker than necessary. */
  readonly weakSettings: readonly string[];
  /** The same, of what a shop may well want so. */
  readonly advice: readonly string[];
}

/** The configuration is wrong: one line per fault, without values. */
export class ConfigError extends Error {}

/** Reads the environment and the files that it names. Throws a ConfigError with all faults at once. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = withoutEmpty(environment);
  const [env, services, entries, tls] = all(
    () => parse(ENVIRONMENT, given, ""),
    () => parse(SERVICES, readJson("CLICKBRIDGE_SERVICES_FILE", given, {}), "CLICKBRIDGE_SERVICES_FILE"),
    () => parse(TOKENS, readJson("CLICKBRIDGE_TOKENS_FILE", given, []), "CLICKBRIDGE_TOKENS_FILE"),
    () => readTls(given),
  );
  const tokens = entries.map(({ refund_tiyin_per_day: limit, ...token }) => ({
    ...token,
    refundLimitTiyin: limit === undefined ? undefined : BigInt(limit),
  }));
  return {
    databaseUrl: env.CLICKBRIDGE_DATABASE_URL,
    instance: env.CLICKBRIDGE_INSTANCE ?? NO_NAME,
    listen: env.CLICKBRIDGE_LISTEN,
    jsonListen: env.CLICKBRIDGE_JSON_LISTEN ?? [],
    trustedNetwork: env.CLICKBRIDGE_TRUSTED_NETWORK === "yes",
    socketGroup: env.CLICKBRIDGE_SOCKET_GROUP,
    tls,
    tokens,
    overrideOf: (serviceId) => {
      const service = services[serviceId];
      return {
        secretKeys: service?.secrets,
        dialect: service?.dialect ?? "click",
        reference: service?.reference ?? env.CLICKBRIDGE_REFERENCE,
        callers: service?.callers ?? [],
        partialRefund: service?.partial_refund ?? false,
        owedPolicy: service?.owed_policy ?? "hold",
        confirmBeforePaid: service?.confirm_before_paid,
        takenAnswer: service?.taken_answer ?? ANSWER.TRANSACTION_CANCELLED,
      };
    },
    legacyServices: Object.keys(services).filter((id) => services[id]?.dialect === "legacy"),
    payUrl: env.CLICKBRIDGE_PAY_URL,
    clickApiUrl: env.CLICKBRIDGE_CLICK_API_URL,
    settingsTtlMs: env.CLICKBRIDGE_SETTINGS_TTL_MS,
    databaseConnectionsMax: env.CLICKBRIDGE_DATABASE_CONNECTIONS_MAX,
    drainTimeoutMs: env.CLICKBRIDGE_DRAIN_TIMEOUT_MS,
    reconcileRequestsPerMinute: env.CLICKBRIDGE_RECONCILE_REQUESTS_PER_MINUTE,
    stateFile: env.CLICKBRIDGE_STATE_FILE,
    personalDataDays: env.CLICKBRIDGE_PERSONAL_DATA_DAYS,
    eventRetentionDays: env.CLICKBRIDGE_EVENT_RETENTION_DAYS,
    reflection: env.CLICKBRIDGE_REFLECTION === "on",
    logLevel: env.CLICKBRIDGE_LOG_LEVEL,
    weakSettings: weakSettings(given),
    advice: unlimitedRefunds(tokens),
  };
}

/** Only the database URL and the name, for `migrate` and `adopt`. */
export function readInstallation(
  environment: Readonly<Record<string, string | undefined>>,
): Pick<Config, "databaseUrl" | "instance"> {
  const needed = { CLICKBRIDGE_DATABASE_URL: true, CLICKBRIDGE_INSTANCE: true } as const;
  const env = parse(ENVIRONMENT.pick(needed), withoutEmpty(environment), "");
  return { databaseUrl: env.CLICKBRIDGE_DATABASE_URL, instance: env.CLICKBRIDGE_INSTANCE ?? NO_NAME };
}

/** Runs all readers and returns their results, or throws all of their faults. */
function all<T extends readonly unknown[]>(...readers: { readonly [K in keyof T]: () => T[K] }): T {
  const faults: string[] = [];
  const values = readers.map((read: () => unknown) => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      faults.push(error.message);
      return undefined;
    }
  });
  if (faults.length > 0) throw new ConfigError(faults.join("\n"));
  return values as unknown as T;
}

type Given = Readonly<Record<string, string | undefined>>;

/** An empty variable counts as not set. */
function withoutEmpty(environment: Readonly<Record<string, string | undefined>>): Given {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""));
}

function parse<T>(schema: z.ZodType<T>, value: unknown, place: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  // Messages of zod contain rules and types, never values.
  const lines = result.error.issues.map(
    ({ path, message }) => `${[place, ...path].filter((p) => p !== "").join(" ")}: ${message}`,
  );
  throw new ConfigError(lines.join("\n"));
}

function readJson(variable: string, given: Given, absent: unknown): unknown {
  const file = given[variable];
  if (file === undefined) return absent;
  const text = readBytes(variable, file).toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    // A JSON error quotes the text around the fault, which may be a secret.
    throw new ConfigError(`${variable}: ${file} is not JSON`);
  }
}

function readTls(given: Given): Config["tls"] {
  const read = (variable: string) => {
    const file = given[variable];
    return file === undefined ? undefined : readBytes(variable, file);
  };
  const [cert, key, clientCa] = all(
    () => read("CLICKBRIDGE_TLS_CERT_FILE"),
    () => read("CLICKBRIDGE_TLS_KEY_FILE"),
    () => read("CLICKBRIDGE_TLS_CLIENT_CA_FILE"),
  );
  if (cert === undefined && key === undefined && clientCa === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new ConfigError("CLICKBRIDGE_TLS_CERT_FILE and CLICKBRIDGE_TLS_KEY_FILE go together");
  }
  return { cert, key, clientCa };
}

function readBytes(variable: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ConfigError(`${variable}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
