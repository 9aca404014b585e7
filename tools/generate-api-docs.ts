import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readContract } from "./api-docs/contract.ts";
import { apiPage } from "./api-docs/page.ts";

/** Writes docs/api.md from the contract; with --check it only says whether the page there is what it would write. */
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PAGE = join(ROOT, "docs/api.md");
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

const built = spawnSync(join(ROOT, "node_modules/.bin/buf"), ["build", "--as-file-descriptor-set", "--output", "-"], {
  cwd: ROOT,
  maxBuffer: OUTPUT_BYTES_MAX,
});
if (built.status !== 0) throw new Error(`buf build failed: ${built.error ?? built.stderr}`);
const page = apiPage(readContract(built.stdout));

if (!process.argv.includes("--check")) writeFileSync(PAGE, page);
else if (readFileSync(PAGE, "utf8") !== page) {
  console.error("docs/api.md is not what the contract says: npm run generate");
  process.exitCode = 1;
}
