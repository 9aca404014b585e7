import type { Command } from "commander";
import { CALLBACK_URL_RULE, isCallbackUrl } from "../app/setup/callback-url.ts";
import type { CallbackUrls } from "../app/setup/callbacks.ts";
import { checkSetup } from "../app/setup/check-setup.ts";
import type { SetupCheck } from "../app/setup/setup-check.ts";
import { MerchantHttp } from "../click/merchant-http.ts";
import { readConfig } from "../config.ts";
import { makeDeps } from "../deps.ts";
import { Pool } from "../mysql/driver/pool.ts";
import { createLog } from "../telemetry/log.ts";
import { EXIT_MISUSE } from "./arguments.ts";
import { askHealth, askJsonHealth } from "./ask-health.ts";
import { printChecks } from "./print-checks.ts";

const EXIT_FAULT = 1;
const CONNECTIONS_MAX = 4;
const URLS_COUNT = 2;

interface Flags {
  readonly callback: readonly string[];
  readonly json?: true;
}

const HELP = `
Reads the configuration of \`click-bridge serve\`, changes nothing, and asks: the service at its addresses, the database, the shop's
settings and currency, Click's API, and with --callback the two addresses of Click's cabinet.
Exit code: 0 no fault (warnings and unknowns are none), 1 a fault, 2 wrong usage, 78 the configuration cannot be read.`;

/** Declares `doctor`. */
export function register(program: Command): void {
  program
    .command("doctor")
    .description("Look over the installation, and say what to do about each thing that is wrong")
    .option("--callback <url>", "an address of Click's cabinet; twice: Prepare, then Complete", collect, [])
    .option("--json", "print the checks as JSON")
    .addHelpText("after", HELP)
    .action(doctor);
}

async function doctor({ callback, json }: Flags): Promise<void> {
  const isUsable = callback.length === 0 || callback.length === URLS_COUNT;
  if (!isUsable || !callback.every(isCallbackUrl)) {
    console.error(`doctor: --callback must be given twice, Prepare and then Complete, each ${CALLBACK_URL_RULE}.`);
    process.exitCode = EXIT_MISUSE;
    return;
  }
  const [prepare, complete] = callback;
  const checks = await look(prepare === undefined || complete === undefined ? undefined : { prepare, complete });
  const isSound = checks.every((check) => check.status !== "FAULT");
  if (json) console.log(JSON.stringify({ sound: isSound, checks }, null, 2));
  else printChecks(checks);
  if (!isSound) process.exitCode = EXIT_FAULT;
}

async function look(urls: CallbackUrls | undefined): Promise<readonly SetupCheck[]> {
  const config = readConfig(process.env);
  const pool = new Pool({ url: config.databaseUrl.reveal(), connectionsMax: CONNECTIONS_MAX });
  const http = new MerchantHttp({ baseUrl: config.clickApiUrl, now: () => new Date() });
  try {
    const service = await Promise.all([...config.listen.map(askHealth), ...config.jsonListen.map(askJsonHealth)]);
    return await checkSetup(makeDeps(config, { pool, http, log: createLog("silent") }), { service, urls });
  } finally {
    await http.close();
    await pool.close();
  }
}

function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value];
}
