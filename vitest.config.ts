import { defineConfig } from "vitest/config";

/** Long enough for a start of several servers on a busy machine; no test asserts a time. */
const SLOW_MACHINE_TIMEOUT_MS = 120_000;

export default defineConfig({
  test: {
    globalSetup: ["test/support/global-setup.ts"],
    reporters: ["default", ["junit", { outputFile: "var/reports/vitest.xml" }]],
    testTimeout: SLOW_MACHINE_TIMEOUT_MS,
    hookTimeout: SLOW_MACHINE_TIMEOUT_MS,
    teardownTimeout: SLOW_MACHINE_TIMEOUT_MS,
    // A test without an assertion proves nothing and fails.
    expect: { requireAssertions: true },
    // Two cores: more workers would only queue.
    maxWorkers: 2,
    pool: "forks",
    projects: [
      {
        extends: true,
        test: {
          name: "inner",
          include: ["test/{unit,model,contract,integration,fault}/**/*.test.ts"],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          // Each of these starts a whole shop.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
