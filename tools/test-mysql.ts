import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readJunit, summaryLine } from "./test-summary.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const REPORTS = join(ROOT, "var/reports");
const REPORT = join(REPORTS, "vitest.xml");

/** What speaks with a database: what a server of another product can change. */
const SUITES = ["test/integration/", "test/contract/", "test/model/", "test/fault/"];

mkdirSync(REPORTS, { recursive: true });
// A report of an earlier run must not stand for one that never came to write its own.
rmSync(REPORT, { force: true });
const args = process.argv.slice(2);
const { status } = spawnSync(
  join(ROOT, "node_modules/.bin/vitest"),
  ["run", "--project", "inner", ...(args.length > 0 ? args : SUITES)],
  { cwd: ROOT, stdio: "inherit", env: { ...process.env, CLICKBRIDGE_TEST_SERVER: "mysql" } },
);
const counts = readJunit(REPORT, status ?? 1);
console.log(summaryLine(counts));
process.exitCode = counts.failed > 0 ? 1 : 0;
