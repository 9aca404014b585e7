import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { type Account, DEMO_ACCOUNT, parseAccounts } from "./account.ts";
import { type CallRecord, resultText } from "./call-record.ts";
import { SMS_CODE } from "./card-token.ts";
import { isLoopback } from "./guard.ts";
import type { MerchantCallRecord } from "./merchant-call-record.ts";
import type { Payment } from "./payment.ts";
import { startSimulator } from "./start.ts";
import { isWebUrl } from "./web-url.ts";

const EXIT_MISUSE = 2;
const DEFAULT_LISTEN = "127.0.0.1:8090";
const TOKEN_CHARACTERS_MIN = 16;

interface Flags {
  readonly listen: string;
  readonly allowRemote?: true;
  readonly allowHost: readonly string[];
  readonly servicesFile?: string;
  readonly prepare?: string;
  readonly complete?: string;
}

const HELP = `
Needs no configuration: without services it plays one demo service and prints its numbers and key. The pay page is at /services/pay, the
Merchant API under /v2/merchant/, a page with everything at /, and /simulator says how to steer it and make it misbehave. The SMS code of
every card is ${SMS_CODE}.

Keys are never given as arguments, which every user of the machine can read: --services-file, or the same lines in CLICKBRIDGE_SIMULATE_SERVICES.
CLICKBRIDGE_SIMULATE_TOKEN: the start token, ${TOKEN_CHARACTERS_MIN} characters at least; without it a new one is made and printed.
Never give it a live key: who reaches it can pay any order of a shop that believes the key. A pay system's CLICK_TEST_SECRET_KEY is made for it.`;

/** Declares `simulate`. */
export function register(program: Command): void {
  program
    .command("simulate")
    .description("Run a stand-in for Click: pay page, Merchant API, signed callbacks, a ledger, and faults on demand")
    .option("--listen <host:port>", "address to listen on; port 0 takes a free one", DEFAULT_LISTEN)
    .option("--allow-remote", "listen on an address that is not the loopback's")
    .option(
      "--allow-host <name>",
      "a name under which it is reached, beside the loopback's; may be repeated",
      collect,
      [],
    )
    .option("--services-file <file>", "services to play, one SERVICE_ID:MERCHANT_ID:MERCHANT_USER_ID:SECRET_KEY a line")
    .option("--prepare <url>", "the shop's Prepare URL")
    .option("--complete <url>", "the shop's Complete URL (default: the Prepare URL)")
    .addHelpText("after", HELP)
    .action(simulate);
}

async function simulate(flags: Flags): Promise<void> {
  const options = readFlags(flags, process.env);
  if (typeof options === "string") {
    console.error(`simulate: ${options}`);
    process.exitCode = EXIT_MISUSE;
    return;
  }
  const simulator = await startSimulator({ ...options, onCall: printCall, onMerchantCall: printMerchantCall });
  console.log(`Click stand-in on ${simulator.url}`);
  if (options.token === undefined) console.log(`start token ${simulator.token}`);
  for (const account of options.accounts) console.log(describe(account, account === DEMO_ACCOUNT));
  await new Promise<void>((resolve) => {
    process.on("SIGTERM", resolve).on("SIGINT", resolve);
  });
  await simulator.stop();
}

function readFlags(
  { listen, allowRemote, allowHost, servicesFile, prepare, complete }: Flags,
  env: Readonly<Record<string, string | undefined>>,
) {
  const match = /^(.+):(\d{1,5})$/.exec(listen);
  const host = match?.[1] ?? "";
  if (match === null || Number(match[2]) > 65_535) return `--listen ${listen} must be HOST:PORT.`;
  if (!isLoopback(host) && allowRemote === undefined)
    return `--listen ${listen} is not the loopback's: anybody there could pay. Say --allow-remote if that is meant.`;
  const services = servicesOf(servicesFile, env);
  if (typeof services === "string") return `${services}.`;
  const token = env["CLICKBRIDGE_SIMULATE_TOKEN"] || undefined;
  if (token !== undefined && token.length < TOKEN_CHARACTERS_MIN)
    return `CLICKBRIDGE_SIMULATE_TOKEN must have ${TOKEN_CHARACTERS_MIN} characters at least.`;
  for (const [name, url] of Object.entries({ "--prepare": prepare, "--complete": complete })) {
    if (url !== undefined && !isWebUrl(url)) return `${name} must be an http or https URL.`;
  }
  if (prepare === undefined && complete !== undefined) return "--complete needs --prepare.";
  return {
    host: host.replace(/^\[|\]$/g, ""),
    port: Number(match[2]),
    hosts: allowHost,
    token,
    accounts: services.length > 0 ? services : [DEMO_ACCOUNT],
    shop: prepare === undefined ? undefined : { prepareUrl: prepare, completeUrl: complete ?? prepare },
  };
}

function servicesOf(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): readonly Account[] | string {
  if (file === undefined) return parseAccounts(env["CLICKBRIDGE_SIMULATE_SERVICES"] ?? "");
  try {
    return parseAccounts(readFileSync(file, "utf8"));
  } catch (error) {
    return `--services-file ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
}

/** The demo's key is not a secret; a real key is not printed. */
function describe({ serviceId, merchantId, merchantUserId, secretKey }: Account, isDemo: boolean): string {
  return `service_id ${serviceId}, merchant_id ${merchantId}, merchant_user_id ${merchantUserId}${isDemo ? `, secret_key ${secretKey}` : ""}`;
}

function printCall({ paymentId }: Payment, { call, result, durationMs }: CallRecord): void {
  console.log(`${call} of payment ${paymentId}: ${resultText(result)} (${durationMs} ms)`);
}

function printMerchantCall({ method, path, result }: MerchantCallRecord): void {
  console.log(`${method} ${path}: ${result}`);
}

function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value];
}
