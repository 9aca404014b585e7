import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { contractBreaks } from "./contract-breaks.ts";

/** The gate: every step runs, one line each; a failure shows its output. */
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const BIN = join(ROOT, "node_modules/.bin");

const SHIM_FOLDERS = ["lib", "public", "handler", "install", "lang"].map((folder) => join("php-bridge", folder));
const PHP_FOLDERS = [...SHIM_FOLDERS, "test/php", "test/bitrix-kernel", "examples/php"];

/** Undefined: passed. Else what to show. */
type Step = () => string | undefined;

const STEPS: Readonly<Record<string, Step>> = {
  "generated PHP is what the contract says": generatedPhpIsFresh,
  "docs/api.md is what the contract says": () => run(process.execPath, ["tools/generate-api-docs.ts", "--check"]),
  "buf lint": () => run(join(BIN, "buf"), ["lint"]),
  "buf format": () =>
    run(join(BIN, "buf"), [
      "format",
      "--exclude-path",
      "proto/google",
      "--exclude-path",
      "proto/grpc",
      "--diff",
      "--exit-code",
    ]),
  "buf breaking": breaking,
  biome: () => run(join(BIN, "biome"), ["ci", "--error-on-warnings", "--colors=off"]),
  tsc: () => run(join(BIN, "tsc"), ["--noEmit", "-p", "tsconfig.json"]),
  layers: () => run(join(BIN, "vitest"), ["run", "test/unit/repository/layers.test.ts", "--reporter=dot"]),
  "unused code (knip)": () => run(join(BIN, "knip"), ["--no-progress"]),
  "PHP syntax": phpSyntax,
  "PHP style (phpcs)": () => phpTool("phpcs"),
  "PHP types (phpstan)": phpTypes,
};

let failures = 0;
for (const [name, step] of Object.entries(STEPS)) {
  const startMs = performance.now();
  const failure = step();
  const tookSeconds = ((performance.now() - startMs) / 1_000).toFixed(1);
  console.log(`${failure === undefined ? "ok    " : "FAILED"} ${name} (${tookSeconds} s)`);
  if (failure !== undefined) console.log(failure);
  failures += failure === undefined ? 0 : 1;
}
if (failures > 0) console.log(`check: ${failures} of ${Object.keys(STEPS).length} steps failed`);
process.exitCode = failures > 0 ? 1 : 0;

function run(command: string, args: readonly string[], cwd = ROOT): string | undefined {
  const done = spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: OUTPUT_BYTES_MAX });
  if (done.error !== undefined) return String(done.error);
  return done.status === 0 ? undefined : `${done.stdout}${done.stderr}`.trimEnd();
}

/** In a copy, so that the tree is never changed by looking at it. */
function generatedPhpIsFresh(): string | undefined {
  const copy = mkdtempSync(join(tmpdir(), "clickbridge-generate-"));
  try {
    for (const name of ["proto", "buf.yaml", "buf.gen.php.yaml"])
      cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    // What the templates import lies below node_modules.
    const linked = run("ln", ["-s", join(ROOT, "node_modules"), join(copy, "node_modules")]);
    return (
      linked ??
      run(join(BIN, "buf"), ["generate", "--template", "buf.gen.php.yaml"], copy) ??
      run("diff", ["-r", join(ROOT, "php-bridge/generated"), join(copy, "php-bridge/generated")])
    );
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function breaking(): string | undefined {
  const { note, faults } = contractBreaks(ROOT);
  console.log(`       ${note}`);
  return faults;
}

function phpSyntax(): string | undefined {
  const files = PHP_FOLDERS.filter((folder) => existsSync(join(ROOT, folder))).flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".php") && !name.startsWith("vendor/"))
      .map((name) => join(folder, name)),
  );
  const faults = files
    .map((file) => run("php", ["-l", "-d", "display_errors=1", file]))
    .filter((fault) => fault !== undefined);
  return faults.length === 0 ? undefined : faults.join("\n");
}

/** The module on the signatures of each recorded core of Bitrix, then the tests on the stand-in. */
function phpTypes(): string | undefined {
  const stubs = ["core25", "core26"].map((core) =>
    run("php", ["test/bitrix-kernel/conformance/write-stubs.php", core, `var/bitrix-stubs/${core}.php`]),
  );
  const read = ["core25", "core26", "hidden-calls", "standin"].map((of) =>
    phpTool("phpstan", [
      "analyse",
      `--configuration=../test/php/phpstan/${of}.neon`,
      "--no-progress",
      "--memory-limit=1G",
    ]),
  );
  const faults = [...stubs, ...read].filter((fault) => fault !== undefined);
  return faults.length === 0 ? undefined : faults.join("\n");
}

function phpTool(name: string, args: readonly string[] = []): string | undefined {
  return run("php", [`../test/php/vendor/bin/${name}`, ...args], join(ROOT, "php-bridge"));
}
