import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { NODE } from "./npm.mjs";
import { must, ROOT, say } from "./say.mjs";
import { isFresh, markFresh } from "./stamp.mjs";

const TYPESCRIPT = {
  stamp: "src/gen/.clickbridge-stamp",
  inputs: ["proto", "buf.yaml", "buf.gen.yaml", "package-lock.json", "tools/openapi.ts"],
};
const DIST = { stamp: "dist/.clickbridge-stamp", inputs: ["src", "tsconfig.json", "tsconfig.build.json"] };

/** What reflection serves: every message of ours and of what they import, as one file. */
const DESCRIPTOR_SET = "clickbridge.binpb";
/** What the JSON listener serves beside the RPCs. */
const OPENAPI = "openapi.json";

/** The messages of both languages, the descriptor set, the OpenAPI and docs/api.md, anew. */
export function generate() {
  generateTypescript();
  say("generating PHP messages into php-bridge/generated");
  buf("generate", "--template", "buf.gen.php.yaml");
  say("writing docs/api.md");
  must(NODE, ["tools/generate-api-docs.ts"]);
}

/** What is in src/gen, when the contract has changed since. PHP's messages and docs/api.md are in the tree. */
export function generateIfStale() {
  const isThere = [DESCRIPTOR_SET, OPENAPI].every((name) => existsSync(join(ROOT, "src/gen", name)));
  if (!isFresh(TYPESCRIPT) || !isThere) generateTypescript();
}

/** dist/, when a source has changed since. */
export function buildIfStale() {
  if (isFresh(DIST)) return;
  say("building dist");
  // A file that is gone from src must not live on in dist.
  for (const name of existsSync(join(ROOT, "dist")) ? readdirSync(join(ROOT, "dist")) : []) {
    // The module's archive is made by a command of its own.
    if (name !== "bitrix") rmSync(join(ROOT, "dist", name), { recursive: true, force: true });
  }
  must(NODE, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"]);
  // As npm does for an installed package: its first line names the options of Node that it wants.
  chmodSync(join(ROOT, "dist/cli.js"), 0o755);
  mkdirSync(join(ROOT, "dist/gen"), { recursive: true });
  for (const name of [DESCRIPTOR_SET, OPENAPI]) cpSync(join(ROOT, "src/gen", name), join(ROOT, "dist/gen", name));
  markFresh(DIST);
}

function generateTypescript() {
  say("generating TypeScript messages into src/gen");
  buf("generate");
  buf("build", "--output", join("src/gen", DESCRIPTOR_SET));
  must(NODE, ["tools/generate-openapi.ts"]);
  markFresh(TYPESCRIPT);
}

function buf(...args) {
  // The plugins are found by name: the dev dependencies' own come first.
  const path = `${join(ROOT, "node_modules/.bin")}:${process.env.PATH ?? ""}`;
  must(join(ROOT, "node_modules/.bin/buf"), args, { PATH: path });
}
