import { TARGET_IN_FLIGHT } from "./bench.ts";
import type { Figure, Target } from "./figures.ts";

const SQL_RATE_RATIO_MIN = 0.6;
const SQL_P99_RATIO_MAX = 3;
const PDO_P50_RATIO_MAX = 2.5;
const START_UP_MS_MAX = 1_000;
const RSS_MB_MAX = 150;

/** What the project promises of itself, held against what was measured. */
export function judgeTargets(figures: readonly Figure[]): readonly Target[] {
  return figures.flatMap((figure) => {
    const { name, inFlight, ratios = {}, value = Number.NaN } = figure;
    if (name === "gRPC Prepare+Complete" && inFlight === TARGET_IN_FLIGHT) {
      return [
        atLeast(`rate of pairs to the SQL floor at ${inFlight}`, ratios["rate/sql"], SQL_RATE_RATIO_MIN),
        atMost(`p99 of pairs to the SQL floor at ${inFlight}`, ratios["p99/sql"], SQL_P99_RATIO_MAX),
      ];
    }
    if ("p50/pdo" in ratios)
      return [atMost(`${name} at ${inFlight}: p50 to the PDO script`, ratios["p50/pdo"], PDO_P50_RATIO_MAX)];
    if (name.startsWith("start-up")) return [atMost("start-up, ms", value, START_UP_MS_MAX)];
    if (name.startsWith("memory")) return [atMost("memory, MB", value, RSS_MB_MAX)];
    return [];
  });
}

function atLeast(name: string, measured = Number.NaN, limit: number): Target {
  return { name, limit: `at least ${limit}`, measured, met: measured >= limit };
}

function atMost(name: string, measured = Number.NaN, limit: number): Target {
  return { name, limit: `at most ${limit}`, measured, met: measured <= limit };
}
