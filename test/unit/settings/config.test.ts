import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError, ENVIRONMENT, readConfig, readInstallation } from "../../../src/config.ts";
import { asServiceId } from "../../../src/payment/ids.ts";
import { unlimitedRefunds } from "../../../src/weak-settings.ts";
import { logOfTest } from "../../support/service/log-of-test.ts";

type Environment = Readonly<Record<string, string>>;

const DATABASE: Environment = { CLICKBRIDGE_DATABASE_URL: "mysql://bitrix:database_word@localhost/shop" };
const TOKEN = "token_word_of_front";
const KEY = "secret_key_word";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "clickbridge-config-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

/** The lines of the fault, or none. */
function faults(environment: Environment): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n");
    throw error;
  }
}

const tokens = (content: unknown): Environment => ({
  ...DATABASE,
  CLICKBRIDGE_TOKENS_FILE: file("tokens.json", content),
});
const services = (content: unknown): Environment => ({
  ...DATABASE,
  CLICKBRIDGE_SERVICES_FILE: file("services.json", content),
});
const module = { name: "module", token: TOKEN, scopes: ["callback"] };

describe("a whole configuration", () => {
  test("needs no more than the database", () => {
    const config = readConfig(DATABASE);

    expect(config).toMatchObject({
      listen: [{ kind: "unix", path: "/run/click-bridge/click-bridge.sock" }],
      tokens: [],
      tls: undefined,
      trustedNetwork: false,
      payUrl: "https://my.click.uz/services/pay",
      clickApiUrl: "https://api.click.uz/v2/merchant/",
      databaseConnectionsMax: 16,
      reflection: true,
      logLevel: "info",
    });
    expect(config.overrideOf(asServiceId("1"))).toEqual({
      secretKeys: undefined,
      dialect: "click",
      reference: "order_number",
      callers: [],
      owedPolicy: "hold",
      partialRefund: false,
      takenAnswer: -9,
    });
  });

  test("takes an empty variable for one that is not set", () => {
    const empty = Object.fromEntries(Object.keys(ENVIRONMENT.shape).map((name) => [name, ""]));

    expect(readConfig({ ...empty, ...DATABASE }).logLevel).toBe("info");
  });

  test("gives each service its own settings", () => {
    const { overrideOf, legacyServices } = readConfig(
      services({
        "100": { secrets: [KEY, `${KEY}_new`], taken_answer: -4, reference: "payment_id" },
        "200": { dialect: "legacy", callers: ["10.0.0.0/8", "2001:db8::/32", "127.0.0.1"] },
      }),
    );

    expect(overrideOf(asServiceId("100"))).toMatchObject({
      owedPolicy: "hold",
      partialRefund: false,
      takenAnswer: -4,
      reference: "payment_id",
      dialect: "click",
    });
    expect(overrideOf(asServiceId("100")).secretKeys?.map((secret) => secret.reveal())).toEqual([KEY, `${KEY}_new`]);
    expect(overrideOf(asServiceId("200"))).toMatchObject({ dialect: "legacy", reference: "order_number" });
    expect(legacyServices).toEqual(["200"]);
  });

  test("serves JSON only on the configured addresses", () => {
    const listen = "tcp://127.0.0.1:8080,tls://0.0.0.0:8443";

    expect(readConfig(DATABASE).jsonListen).toEqual([]);
    expect(readConfig({ ...DATABASE, CLICKBRIDGE_JSON_LISTEN: listen }).jsonListen).toEqual([
      { kind: "tcp", host: "127.0.0.1", port: 8080 },
      { kind: "tls", host: "0.0.0.0", port: 8443 },
    ]);
  });

  test("listens on several addresses of several kinds", () => {
    const listen = "unix:/run/x.sock, tcp://127.0.0.1:1, tls://[::1]:2";

    expect(readConfig({ ...DATABASE, CLICKBRIDGE_LISTEN: listen }).listen).toEqual([
      { kind: "unix", path: "/run/x.sock" },
      { kind: "tcp", host: "127.0.0.1", port: 1 },
      { kind: "tls", host: "::1", port: 2 },
    ]);
  });

  test("takes mariadb:// for what it is", () => {
    const { databaseUrl: url } = readInstallation({ CLICKBRIDGE_DATABASE_URL: "mariadb://u@localhost/shop" });

    expect(url.reveal()).toBe("mysql://u@localhost/shop");
  });

  test("shows no secret when it is logged, printed or made into JSON", () => {
    const config = readConfig({ ...tokens([module]), ...services({ "100": { secrets: [KEY] } }) });
    const { log, lines } = logOfTest("trace");

    log.info({ config, override: config.overrideOf(asServiceId("100")) }, "whole configuration");
    const shown = [
      JSON.stringify(lines()),
      JSON.stringify(config),
      inspect(config, { depth: 9 }),
      String(config),
    ].join();

    expect(shown).toContain("[secret]");
    for (const word of ["database_word", TOKEN, KEY]) expect(shown).not.toContain(word);
  });
});

interface Fault {
  readonly name: string;
  readonly environment: () => Environment;
  readonly fault: string | RegExp;
}

const set = (name: string, value: string) => (): Environment => ({ ...DATABASE, [`CLICKBRIDGE_${name}`]: value });

const FAULTS: readonly Fault[] = [
  { name: "no database", environment: () => ({}), fault: /^CLICKBRIDGE_DATABASE_URL: / },
  {
    name: "a database that is no URL",
    environment: set("DATABASE_URL", "localhost"),
    fault: /^CLICKBRIDGE_DATABASE_URL: must be mysql:\/\/user:password@host/,
  },
  {
    name: "PostgreSQL",
    environment: set("DATABASE_URL", "postgres://u:database_word@localhost/shop"),
    fault: /^CLICKBRIDGE_DATABASE_URL: is PostgreSQL: click-bridge keeps its tables beside Bitrix's own/,
  },
  {
    name: "another database",
    environment: set("DATABASE_URL", "sqlite:///shop.db"),
    fault: "CLICKBRIDGE_DATABASE_URL: must begin with mysql:// or mariadb://",
  },
  {
    name: "an address of no kind",
    environment: set("LISTEN", "127.0.0.1:50051"),
    fault: /^CLICKBRIDGE_LISTEN: "127.0.0.1:50051" is none of unix:\/absolute\/path.sock, tcp:\/\/host:port/,
  },
  { name: "a port that is none", environment: set("LISTEN", "tcp://127.0.0.1:70000"), fault: /^CLICKBRIDGE_LISTEN: / },
  {
    name: "a socket whose path is too long",
    environment: set("LISTEN", `unix:/${"a".repeat(107)}`),
    fault: "CLICKBRIDGE_LISTEN: the path of a socket has at most 107 bytes",
  },
  { name: "a relative socket", environment: set("LISTEN", "unix:service.sock"), fault: /^CLICKBRIDGE_LISTEN: / },
  { name: "another word for yes", environment: set("TRUSTED_NETWORK", "true"), fault: /"yes"\|"no"/ },
  { name: "a group's name", environment: set("SOCKET_GROUP", "bitrix"), fault: /^CLICKBRIDGE_SOCKET_GROUP: .*number/ },
  { name: "no connections", environment: set("DATABASE_CONNECTIONS_MAX", "0"), fault: />=1/ },
  {
    name: "half a millisecond",
    environment: set("DRAIN_TIMEOUT_MS", "100.5"),
    fault: /^CLICKBRIDGE_DRAIN_TIMEOUT_MS: /,
  },
  {
    name: "a page that is no web page",
    environment: set("PAY_URL", "ftp://click.uz"),
    fault: /^CLICKBRIDGE_PAY_URL: /,
  },
  { name: "an unknown reference", environment: set("REFERENCE", "order_id"), fault: /^CLICKBRIDGE_REFERENCE: / },
  { name: "an unknown level", environment: set("LOG_LEVEL", "loud"), fault: /^CLICKBRIDGE_LOG_LEVEL: / },
  {
    name: "a tokens file that is not there",
    environment: set("TOKENS_FILE", "/no/such/file"),
    fault: "CLICKBRIDGE_TOKENS_FILE: /no/such/file cannot be read (ENOENT)",
  },
  {
    name: "a tokens file that is no JSON",
    environment: () => tokens(`[{"token": "${TOKEN}" oops]`),
    fault: /^CLICKBRIDGE_TOKENS_FILE: .*tokens.json is not JSON$/,
  },
  {
    name: "a short token",
    environment: () => tokens([{ ...module, token: "short" }]),
    fault: /^CLICKBRIDGE_TOKENS_FILE 0 token: .*>=16 characters/,
  },
  {
    name: "a scope that does not exist",
    environment: () => tokens([{ ...module, scopes: ["everything"] }]),
    fault: /^CLICKBRIDGE_TOKENS_FILE 0 scopes 0: /,
  },
  {
    name: "no scopes",
    environment: () => tokens([{ ...module, scopes: [] }]),
    fault: /^CLICKBRIDGE_TOKENS_FILE 0 scopes: /,
  },
  {
    name: "one name for two tokens",
    environment: () => tokens([module, { ...module, token: `${TOKEN}_2` }]),
    fault: "CLICKBRIDGE_TOKENS_FILE: names must differ",
  },
  {
    name: "one token for two names",
    environment: () => tokens([module, { ...module, name: "office" }]),
    fault: "CLICKBRIDGE_TOKENS_FILE: tokens must differ",
  },
  {
    name: "a misspelt field of a token",
    environment: () => tokens([{ ...module, scope: [] }]),
    fault: /^CLICKBRIDGE_TOKENS_FILE 0: Unrecognized key: "scope"/,
  },
  {
    name: "a short secret",
    environment: () => services({ "100": { secrets: ["1234567"] } }),
    fault: /^CLICKBRIDGE_SERVICES_FILE 100 secrets 0: .*>=8 characters/,
  },
  {
    name: "three secrets",
    environment: () => services({ "100": { secrets: [KEY, `${KEY}2`, `${KEY}3`] } }),
    fault: /^CLICKBRIDGE_SERVICES_FILE 100 secrets: .*<=2 items/,
  },
  {
    name: "a service that is no number",
    environment: () => services({ shop: {} }),
    fault: /^CLICKBRIDGE_SERVICES_FILE shop: /,
  },
  {
    name: "the legacy dialect for anybody who calls",
    environment: () => services({ "100": { dialect: "legacy" } }),
    fault:
      "CLICKBRIDGE_SERVICES_FILE 100: dialect legacy needs callers: its signature does not tell Prepare from Complete",
  },
  {
    name: "a caller that is no address",
    environment: () => services({ "100": { callers: ["click.uz"] } }),
    fault: /^CLICKBRIDGE_SERVICES_FILE 100 callers 0: /,
  },
  {
    name: "a certificate without a key",
    environment: () => set("TLS_CERT_FILE", file("tls.pem", "x"))(),
    fault: "CLICKBRIDGE_TLS_CERT_FILE and CLICKBRIDGE_TLS_KEY_FILE go together",
  },
  {
    name: "a client authority without a certificate",
    environment: () => set("TLS_CLIENT_CA_FILE", file("ca.pem", "x"))(),
    fault: "CLICKBRIDGE_TLS_CERT_FILE and CLICKBRIDGE_TLS_KEY_FILE go together",
  },
  {
    name: "a key that is not there",
    environment: () => ({ ...set("TLS_CERT_FILE", file("tls.pem", "x"))(), CLICKBRIDGE_TLS_KEY_FILE: "/no/such/key" }),
    fault: "CLICKBRIDGE_TLS_KEY_FILE: /no/such/key cannot be read (ENOENT)",
  },
];

describe("a fault names the variable and the rule:", () => {
  test.each(FAULTS)("$name", ({ environment, fault }) => {
    const found = faults(environment());

    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(fault);
    for (const word of ["database_word", TOKEN, KEY]) expect(found.join()).not.toContain(word);
  });

  test("all of them at once, those of the files too", () => {
    const found = faults({
      CLICKBRIDGE_DATABASE_URL: "postgres://localhost/shop",
      CLICKBRIDGE_LISTEN: "nowhere",
      CLICKBRIDGE_LOG_LEVEL: "loud",
      CLICKBRIDGE_TOKENS_FILE: file("bad-tokens.json", [{ name: "", token: "x", scopes: ["y"] }]),
      CLICKBRIDGE_SERVICES_FILE: "/no/such/file",
      CLICKBRIDGE_TLS_CERT_FILE: "/no/such/cert",
      CLICKBRIDGE_TLS_KEY_FILE: "/no/such/key",
    });

    expect(found.map((line) => line.replace(/:.*/, ""))).toEqual([
      "CLICKBRIDGE_DATABASE_URL",
      "CLICKBRIDGE_LISTEN",
      "CLICKBRIDGE_LOG_LEVEL",
      "CLICKBRIDGE_SERVICES_FILE",
      "CLICKBRIDGE_TOKENS_FILE 0 name",
      "CLICKBRIDGE_TOKENS_FILE 0 token",
      "CLICKBRIDGE_TOKENS_FILE 0 scopes 0",
      "CLICKBRIDGE_TLS_CERT_FILE",
      "CLICKBRIDGE_TLS_KEY_FILE",
    ]);
  });
});

describe(".env.example", () => {
  const lines = readFileSync(new URL("../../../.env.example", import.meta.url), "utf8").split("\n");
  const VARIABLE = /^(#?)(CLICKBRIDGE_\w+)=(.*)$/;
  const variables = lines.flatMap((line, index) => {
    const [, hash, name = "", value = ""] = VARIABLE.exec(line) ?? [];
    return hash === undefined ? [] : [{ name, value, isSet: hash === "", comment: lines[index - 1] ?? "" }];
  });

  test("has every variable of the schema, in its order, and no other", () => {
    expect(variables.map(({ name }) => name)).toEqual(Object.keys(ENVIRONMENT.shape));
  });

  test("has one line of comment before each", () => {
    expect(variables.filter(({ comment }) => !/^# \S.*\.$/.test(comment))).toEqual([]);
  });

  test("sets what has to be set, and nothing else", () => {
    const required = variables.filter(
      ({ name }) => !ENVIRONMENT.shape[name as "CLICKBRIDGE_LISTEN"].safeParse(undefined).success,
    );

    expect(variables.filter(({ isSet }) => isSet)).toEqual(required);
    expect(faults(Object.fromEntries(required.map(({ name, value }) => [name, value])))).toEqual([]);
  });

  test("shows the defaults as they are, and values that would be taken", () => {
    for (const { name, value } of variables) {
      const schema = ENVIRONMENT.shape[name as "CLICKBRIDGE_LISTEN"];
      const unset = schema.safeParse(undefined);
      const shown = schema.safeParse(value);

      expect(shown.success, `${name}=${value}`).toBe(true);
      if (unset.success && unset.data !== undefined)
        expect({ name, value: shown.data }).toEqual({ name, value: unset.data });
    }
  });
});

test("a token's refund limit is in tiyin, and a token that may refund without one is reported", () => {
  const refunding = (name: string) => ({ name, token: `${TOKEN}_${name}`, scopes: ["refund"] });
  const path = file("limits.json", [{ ...refunding("office"), refund_tiyin_per_day: 5 }, refunding("bot"), module]);

  const { tokens: read, weakSettings } = readConfig({ ...DATABASE, CLICKBRIDGE_TOKENS_FILE: path });

  expect(read.map(({ refundLimitTiyin }) => refundLimitTiyin)).toEqual([5n, undefined, undefined]);
  expect(unlimitedRefunds(read)).toEqual([
    "CLICKBRIDGE_TOKENS_FILE: bot may give back any sum: set its refund_tiyin_per_day",
  ]);
  expect(weakSettings.join()).not.toContain("bot");
});

test.each([0, -1, 1.5, "5"])("a limit of refunds is no %j", (limit) => {
  const path = file("limit.json", [{ ...module, refund_tiyin_per_day: limit }]);

  expect(() => readConfig({ ...DATABASE, CLICKBRIDGE_TOKENS_FILE: path })).toThrow("refund_tiyin_per_day");
});

describe("weak settings are named, without secrets", () => {
  test.each([
    [0o600, []],
    [0o640, []],
    [0o644, ["CLICKBRIDGE_TOKENS_FILE: every user of this host may read FILE (mode 0644): chmod o= it"]],
  ])("a file of tokens of mode %o", (mode, expected) => {
    const path = file("of-a-mode.json", []);
    chmodSync(path, mode);

    const { weakSettings } = readConfig({ ...DATABASE, CLICKBRIDGE_TOKENS_FILE: path });

    expect(weakSettings.map((text) => text.replace(path, "FILE"))).toEqual(expected);
  });

  test.each([
    ["https://api.click.uz/v2/merchant/", []],
    ["http://127.0.0.1:8090/v2/merchant/", []],
    [
      "http://api.click.uz/v2/merchant/",
      [
        "CLICKBRIDGE_CLICK_API_URL: http://api.click.uz is http: whoever is on the way can answer in Click's place: use https",
      ],
    ],
  ])("Click's address %s", (address, expected) => {
    expect(readConfig({ ...DATABASE, CLICKBRIDGE_CLICK_API_URL: address }).weakSettings).toEqual(expected);
  });
});
