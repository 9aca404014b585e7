import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const SRC = join(dirname(fileURLToPath(import.meta.url)), "../../../src");

/** Which rooms of src a room may import from, itself aside. Files that lie in src itself are rooms of their own. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  payment: ["protocol"],
  app: ["payment", "protocol"],
  grpc: ["app", "payment", "protocol", "gen", "telemetry"],
  json: ["gen", "grpc", "payment"],
  mysql: ["app", "payment", "protocol"],
  click: ["app", "protocol"],
  spreadsheet: ["app", "payment"],
  telemetry: [],
  certify: ["click", "protocol"],
  simulator: ["protocol"],
  gen: [],
  config: ["app", "grpc", "mysql", "payment", "protocol", "weak-settings"],
  "weak-settings": [],
  "periodic-task": [],
  "high-water-mark": ["app"],
  deps: ["app", "click", "config", "grpc", "high-water-mark", "mysql", "spreadsheet", "guard-money"],
  "guard-money": ["app"],
  background: ["app", "config", "deps", "mysql", "periodic-task"],
  "database-watch": ["mysql", "periodic-task"],
  server: ["background", "click", "config", "database-watch", "deps", "grpc", "json", "mysql", "telemetry"],
  commands: ["app", "click", "config", "deps", "grpc", "mysql", "payment", "protocol", "spreadsheet", "telemetry"],
  cli: ["program"],
  program: ["app", "certify", "commands", "config", "mysql", "server", "simulator", "telemetry"],
};

/**
 * The same for the capabilities, which have one name in `app`, `mysql` and `grpc/services`: what stands further left knows nothing of what stands
 * further right. `app/click` (the Merchant API as the use cases see it), `outbox`, `instance` and `services` carry all others, and so do `driver`,
 * `rows`, `effects` and `migrations` in `mysql`.
 */
const CARRIERS = ["click", "driver", "outbox", "services", "instance", "migrations", "rows", "effects"];
const MAY_IMPORT_CAPABILITY: Readonly<Record<string, readonly string[]>> = {
  ...{
    click: [],
    driver: [],
    outbox: ["effects"],
    services: ["click", "rows"],
    instance: ["services", "rows", "effects"],
    migrations: [],
    rows: [],
    effects: ["rows"],
  },
  payments: [],
  callbacks: [],
  charges: ["payments"],
  checkout: ["payments"],
  events: [],
  fiscal: [],
  ledger: ["payments"],
  orders: ["payments"],
  refunds: ["payments"],
  anomalies: ["payments", "charges", "refunds"],
  reconcile: ["payments", "charges", "checkout", "fiscal", "refunds", "orders"],
  setup: ["callbacks"],
  statement: ["ledger"],
};
const LAYERS_OF_CAPABILITIES = ["app", "mysql"];

/** Rooms that must run anywhere: not even a package of npm, let alone a socket or a clock. */
const PURE = { protocol: ["node:crypto"], payment: [] as string[] };

/** Every `from "…"` of a file, and every `import("…")`. */
const IMPORT = /(?:\bfrom\s+|\bimport\s*\(?\s*)"([^"]+)"/g;

interface Import {
  readonly file: string;
  readonly room: string;
  readonly target: string;
}

function roomOf(path: string): string {
  return (relative(SRC, path).split(sep)[0] ?? "").replace(/\.ts$/, "");
}

function importsOf(path: string): Import[] {
  const text = readFileSync(path, "utf8");
  return [...text.matchAll(IMPORT)].map(([, target = ""]) => ({
    file: relative(SRC, path),
    room: roomOf(path),
    target,
  }));
}

const IMPORTS = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.startsWith("gen"))
  .flatMap((name) => importsOf(join(SRC, name)));

test("every room of src is on the map of arrows", () => {
  const rooms = new Set(readdirSync(SRC).map((name) => name.replace(/\.ts$/, "")));

  expect([...rooms].filter((room) => !(room in MAY_IMPORT))).toEqual([]);
});

test("imports point inwards", () => {
  const strays = IMPORTS.filter(({ target }) => target.startsWith(".")).filter(({ file, room, target }) => {
    const targetRoom = roomOf(join(SRC, dirname(file), target));
    return targetRoom !== room && !(MAY_IMPORT[room] ?? []).includes(targetRoom);
  });

  expect(strays).toEqual([]);
});

/** `["app", "callbacks"]`; undefined outside of the capabilities. */
function capabilityOf(path: string): readonly [layer: string, capability: string] | undefined {
  const [layer = "", capability = "", file] = relative(SRC, path).split(sep);
  return LAYERS_OF_CAPABILITIES.includes(layer) && file !== undefined ? [layer, capability] : undefined;
}

test("every capability is on the map of arrows", () => {
  const found = LAYERS_OF_CAPABILITIES.flatMap((layer) => readdirSync(join(SRC, layer)));

  expect(found.filter((name) => !(name in MAY_IMPORT_CAPABILITY))).toEqual([]);
});

test("a capability knows only of those that carry it", () => {
  const arrows = IMPORTS.filter(({ target }) => target.startsWith(".")).flatMap(({ file, target }) => {
    const [from, to] = [capabilityOf(join(SRC, file)), capabilityOf(join(SRC, dirname(file), target))];
    if (from === undefined || to === undefined || from[0] !== to[0] || from[1] === to[1]) return [];
    const allowed = [...(CARRIERS.includes(from[1]) ? [] : CARRIERS), ...(MAY_IMPORT_CAPABILITY[from[1]] ?? [])];
    const isCarried = allowed.includes(to[1]) || (from[0] === "mysql" && to[1] === "driver");
    return isCarried ? [] : [`${from[0]} ${from[1]}>${to[1]}`];
  });

  expect([...new Set(arrows)]).toEqual([]);
});

/** Files without imports, and files that nobody imports, taken away until none is left to take: what stays lies on a cycle, or between two. */
function onCycles(imports: ReadonlyMap<string, readonly string[]>): readonly string[] {
  let left = [...imports.keys()];
  for (;;) {
    const isLeft = new Set(left);
    const imported = new Set(left.flatMap((file) => imports.get(file) ?? []));
    const next = left.filter((file) => imported.has(file) && imports.get(file)?.some((target) => isLeft.has(target)));
    if (next.length === left.length) return left;
    left = next;
  }
}

test("no file imports itself over others, not even for a type", () => {
  const files = [...new Set(IMPORTS.map(({ file }) => file))];
  const importsOfFile = (of: string) =>
    IMPORTS.filter(({ file, target }) => file === of && target.startsWith(".")).map(({ target }) =>
      join(dirname(of), target),
    );
  const graph = new Map(files.map((file) => [file, importsOfFile(file)]));
  const pair = new Map([
    ["a", ["b"]],
    ["b", ["c", "d"]],
    ["c", ["b"]],
    ["d", []],
  ]);

  expect(graph.size).toBeGreaterThan(100);
  expect(onCycles(pair)).toEqual(["b", "c"]);
  expect(onCycles(graph)).toEqual([]);
});

test("the rules of Click and of a payment import no package", () => {
  const strays = IMPORTS.filter(({ room, target }) => {
    const allowed = PURE[room as keyof typeof PURE];
    return allowed !== undefined && !target.startsWith(".") && !allowed.includes(target);
  });

  expect(strays).toEqual([]);
});

test("nothing changes or removes an entry of the ledger", () => {
  const change = /(?:UPDATE|DELETE FROM|REPLACE INTO|TRUNCATE(?: TABLE)?)\s+clickbridge_ledger|ON DUPLICATE KEY/;
  const changers = readdirSync(SRC, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && readFileSync(join(SRC, name), "utf8").includes("clickbridge_ledger"))
    .filter((name) => change.test(readFileSync(join(SRC, name), "utf8")));

  expect(changers).toEqual([]);
});

test.each([
  ["clickbridge_attempt", "mysql/effects/attempt-statements.ts"],
  ["clickbridge_order_update", "mysql/effects/order-update-statements.ts"],
  ["clickbridge_anomaly", "mysql/effects/anomaly-statements.ts"],
  ["clickbridge_ledger", "mysql/effects/ledger-statements.ts"],
])("%s is written in one place", (table, place) => {
  const write = new RegExp(String.raw`(?:INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+${table}\b`);

  const writers = readdirSync(SRC, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.startsWith(join("mysql", "migrations")))
    .filter((name) => write.test(readFileSync(join(SRC, name), "utf8")));

  expect(writers).toEqual([place]);
});
