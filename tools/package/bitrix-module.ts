import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { guarded } from "./web-guard.ts";
import { type ZipEntry, zipOf } from "./zip.ts";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const BRIDGE = join(ROOT, "php-bridge");

export const MODULE_ID = "clickbridge.payment";
/** The folder that the marketplace wants a whole build to be in. */
const MARKETPLACE_FOLDER = ".last_version";

/** Of developers: a shop neither builds nor checks. vendor is looked into by itself. */
const LEFT_OUT = ["composer.json", "composer.lock", "phpcs.xml.dist", "vendor"];
/** The runtime of the messages, without Composer and without what the package keeps for its own developers. */
const RUNTIME = "vendor/google/protobuf";
/**
 * Of those files' names and bytes, for the version that composer.json names: what a registry hands out under that version must not change in
 * silence. A lock file cannot say it: it keeps the address of the registry that made it.
 */
const RUNTIME_SHA256 = "008ea79226c302ba11032cd21a559bf8d1cabacb52e044fcb8582f344a205463";
/** PHP is started for these by design: the stubs once they are copied, the script by cron. They look where they are themselves. */
const ENTRY_POINTS = /^install\/(tools|cron)\//;

export interface BitrixModule {
  /** As in install/version.php. */
  readonly version: string;
  /** Unpacked into /local/modules or /bitrix/modules. */
  readonly zip: Buffer;
  /** What the marketplace takes as .last_version.zip. */
  readonly marketplaceZip: Buffer;
}

/** Everything that a shop without Composer needs, as two archives of the same files. Needs php-bridge/vendor. */
export function bitrixModule(): BitrixModule {
  const files = moduleFiles();
  const { version, time } = readVersion();
  const below = (folder: string): ZipEntry[] => files.map(({ name, bytes }) => ({ name: `${folder}/${name}`, bytes }));
  return { version, zip: zipOf(below(MODULE_ID), time), marketplaceZip: zipOf(below(MARKETPLACE_FOLDER), time) };
}

function moduleFiles(): ZipEntry[] {
  const own = trackedFiles(BRIDGE).filter((name) => !LEFT_OUT.includes(name));
  const runtime = [
    ...filesBelow(`${RUNTIME}/src`).filter((name) => name.endsWith(".php")),
    ...filesBelow(RUNTIME).filter((name) => name === `${RUNTIME}/LICENSE`),
  ];
  if (!runtime.includes(`${RUNTIME}/src/Google/Protobuf/Internal/Message.php`)) {
    throw new Error("php-bridge/vendor has no google/protobuf: run composer install in php-bridge");
  }
  const sha256 = digestOf(runtime);
  if (sha256 !== RUNTIME_SHA256) {
    throw new Error(`php-bridge/vendor has another google/protobuf than the one that was looked at: ${sha256}`);
  }
  const entries = [...own, ...runtime].map((name) => ({ name, bytes: contentOf(name) }));
  return [...entries, { name: "LICENSE", bytes: readFileSync(join(ROOT, "LICENSE")) }];
}

/** What git tracks below a folder, and nothing else: what lies about in a checkout, a key for instance, is nobody's business. */
export function trackedFiles(folder: string): string[] {
  const names = execFileSync("git", ["ls-files", "-z"], { cwd: folder, encoding: "utf8" });
  return names.split("\0").filter((name) => name !== "");
}

function digestOf(names: readonly string[]): string {
  const hash = createHash("sha256");
  for (const name of [...names].sort())
    hash
      .update(name)
      .update("\0")
      .update(readFileSync(join(BRIDGE, name)));
  return hash.digest("hex");
}

function filesBelow(folder: string): string[] {
  const path = join(BRIDGE, folder);
  if (statSync(path).isFile()) return [folder];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .map((below) => join(folder, below))
    .filter((file) => statSync(join(BRIDGE, file)).isFile());
}

function contentOf(name: string): Buffer {
  const bytes = readFileSync(join(BRIDGE, name));
  if (!name.endsWith(".php") || ENTRY_POINTS.test(name)) return bytes;
  // Byte for byte: descriptors among the generated files hold bytes that are no UTF-8.
  return Buffer.from(guarded(bytes.toString("latin1")), "latin1");
}

/** Every version has a time of its own: PHP would not compile a file anew whose time is that of the old one. */
function readVersion(): { readonly version: string; readonly time: Date } {
  const php = readFileSync(join(BRIDGE, "install/version.php"), "utf8");
  const value = (name: string): string => {
    const found = new RegExp(`"${name}" => "([^"]+)"`).exec(php)?.[1];
    if (found === undefined) throw new Error(`install/version.php has no ${name} in double quotes`);
    return found;
  };
  return { version: value("VERSION"), time: new Date(`${value("VERSION_DATE").replace(" ", "T")}Z`) };
}
