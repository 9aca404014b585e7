import type { Logger } from "pino";
import { createLog } from "../../../src/telemetry/log.ts";

/** A log that is kept in memory. */
export function logOfTest(level = "debug"): { readonly log: Logger; lines(): readonly Record<string, unknown>[] } {
  const written: string[] = [];
  const log = createLog(level, { write: (line) => void written.push(line) });
  return { log, lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) };
}
