/** `click-bridge serve` that does nothing unasked: what passes over its wire to the database belongs to the calls that a test makes. */
import { readConfig } from "../../../src/config.ts";
import { start } from "../../../src/server.ts";
import { createLog, stdoutLog } from "../../../src/telemetry/log.ts";

const config = readConfig(process.env);
await start(config, createLog(config.logLevel, stdoutLog().stream), { withoutRounds: true });
