import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import projects from "./test/projects.json" with { type: "json" };

/** Long enough for a start of several servers on a busy machine; no test asserts a time. */
const SLOW_MACHINE_TIMEOUT_MS = 120_000;

const { quick, inner, e2e } = projects;
const testsOf = (folders: readonly string[]) => folders.map((folder) => `${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    reporters: ["default", ["junit", { outputFile: "var/reports/vitest.xml" }]],
    testTimeout: SLOW_MACHINE_TIMEOUT_MS,
    hookTimeout: SLOW_MACHINE_TIMEOUT_MS,
    teardownTimeout: SLOW_MACHINE_TIMEOUT_MS,
    // A test without an assertion proves nothing and fails.
    expect: { requireAssertions: true },
    // Two cores: more workers would only queue.
    maxWorkers: 2,
    pool: "forks",
    // Half the time of a start of the command line is the compiler's; hundreds of tests start one.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL("var/compile-cache", import.meta.url)) },
    projects: [
      {
        extends: true,
        test: {
          name: "quick",
          include: [...testsOf(quick.folders), ...quick.files],
          // They change nothing that the next file would see, and to load everything anew for each took longer than the tests.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "inner",
          include: testsOf(inner.folders),
          exclude: [...testsOf(quick.folders), ...quick.files],
          globalSetup: ["test/support/global-setup.ts"],
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: testsOf(e2e.folders),
          globalSetup: ["test/support/global-setup.ts"],
          // Each of these starts a whole shop.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
