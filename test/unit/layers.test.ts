import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const SRC = join(dirname(fileURLToPath(import.meta.url)), "../../src");

/** Which rooms of src a room may import from, itself aside. Files that lie in src itself are rooms of their own. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  payment: ["protocol"],
  app: ["payment", "protocol"],
  grpc: ["app", "payment", "protocol", "gen", "telemetry"],
  mysql: ["app", "payment", "protocol"],
  click: ["app", "protocol"],
  telemetry: [],
  certify: ["click", "protocol"],
  simulator: ["protocol"],
  gen: [],
  config: ["app", "grpc", "mysql", "payment", "protocol", "weak-settings"],
  "weak-settings": [],
  rounds: [],
  "high-water-mark": ["app"],
  deps: ["app", "click", "config", "grpc", "high-water-mark", "mysql"],
  background: ["app", "config", "deps", "mysql", "rounds"],
  "database-watch": ["mysql", "rounds"],
  server: ["background", "click", "config", "database-watch", "deps", "grpc", "mysql", "telemetry"],
  commands: ["app", "click", "config", "deps", "grpc", "mysql", "payment", "telemetry"],
  cli: ["program"],
  program: ["certify", "commands", "config", "mysql", "server", "simulator", "telemetry"],
};

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

test("the rules of Click and of a payment import no package", () => {
  const strays = IMPORTS.filter(({ room, target }) => {
    const allowed = PURE[room as keyof typeof PURE];
    return allowed !== undefined && !target.startsWith(".") && !allowed.includes(target);
  });

  expect(strays).toEqual([]);
});
