import fc from "fast-check";
import { expect, test } from "vitest";
import { shopAndService } from "../support/shop/shop-and-service.ts";
import { PAYMENT_COMMANDS } from "./payment-commands.ts";
import type { Real } from "./payment-invariants.ts";
import { newModel } from "./payment-model.ts";

/**
 * Random lives of a payment against the real service and MariaDB. The gate runs the same lives every time; for others set
 * CLICKBRIDGE_MODEL_SEED to a number or `random`, and CLICKBRIDGE_MODEL_RUNS. fast-check prints the seed and the shortest life that fails.
 */
const SEED = process.env["CLICKBRIDGE_MODEL_SEED"] ?? "20260115";
const RUNS = Number(process.env["CLICKBRIDGE_MODEL_RUNS"] ?? 100);
const COMMANDS_MAX = 30;

const fixture = shopAndService();

test("whatever happens to a payment, money is captured once, none is forgotten, and repeats keep their ids", async () => {
  let lives = 0;
  const property = fc.asyncProperty(
    fc.commands([...PAYMENT_COMMANDS], { maxCommands: COMMANDS_MAX, size: "max" }),
    async (commands) => {
      lives += 1;
      const setup = async () => {
        const real: Real = { fixture, order: await fixture.shop.addOrder(), seen: new Map() };
        return { model: newModel(), real };
      };
      await fc.asyncModelRun(setup, commands);
    },
  );

  await fc.assert(property, { numRuns: RUNS, ...(SEED === "random" ? {} : { seed: Number(SEED) }) });

  expect(lives).toBeGreaterThanOrEqual(RUNS);
});
