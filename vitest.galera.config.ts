import { defineConfig } from "vitest/config";

const SLOW_MACHINE_TIMEOUT_MS = 180_000;

/** `npm run test:galera`: what only several nodes that all take writes can show, and the callbacks' own suites on one of them. */
export default defineConfig({
  test: {
    globalSetup: ["test/galera/global-setup.ts"],
    reporters: ["default", ["junit", { outputFile: "var/reports/vitest.xml" }]],
    include: [
      "test/galera/**/*.test.ts",
      "test/contract/callbacks/{prepare,complete,races}.test.ts",
      "test/contract/orders/order-updates.test.ts",
    ],
    env: { CLICKBRIDGE_TEST_CALLS_AT_ONCE: "8" },
    testTimeout: SLOW_MACHINE_TIMEOUT_MS,
    hookTimeout: SLOW_MACHINE_TIMEOUT_MS,
    teardownTimeout: SLOW_MACHINE_TIMEOUT_MS,
    expect: { requireAssertions: true },
    pool: "forks",
    // Six servers on two cores are load enough.
    fileParallelism: false,
  },
});
