import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readJunit, summaryLine, summed } from "./test-summary.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const REPORTS = join(ROOT, "var/reports");

/** Each suite with the report that it leaves; arguments are for vitest, and then it runs alone. */
const VITEST = {
  name: "vitest",
  report: join(REPORTS, "vitest.xml"),
  command: [join(ROOT, "node_modules/.bin/vitest"), "run"],
};
const PHPUNIT = {
  name: "PHPUnit",
  report: join(REPORTS, "phpunit.xml"),
  command: [
    "php",
    "test/php/vendor/bin/phpunit",
    "-c",
    "test/php/phpunit.xml.dist",
    "--log-junit",
    join(REPORTS, "phpunit.xml"),
  ],
};

const args = process.argv.slice(2);
mkdirSync(REPORTS, { recursive: true });
const suites = args.length > 0 ? [{ ...VITEST, command: [...VITEST.command, ...args] }] : [VITEST, PHPUNIT];
const results = suites.map(({ report, command: [program = "", ...rest] }) => {
  // A report of an earlier run must not stand for a suite that never came to write one.
  rmSync(report, { force: true });
  const { status } = spawnSync(program, rest, { cwd: ROOT, stdio: "inherit" });
  return readJunit(report, status ?? 1);
});
const total = summed(results);
console.log(summaryLine(total));
process.exitCode = total.failed > 0 ? 1 : 0;
