import type { Command } from "commander";
import { type Account, DEMO_ACCOUNT, parseAccount } from "./account.ts";
import { type CallRecord, resultText } from "./call-record.ts";
import { SMS_CODE } from "./card-token.ts";
import type { MerchantCallRecord } from "./merchant-call-record.ts";
import type { Payment } from "./payment.ts";
import { startSimulator } from "./start.ts";
import { isWebUrl } from "./web-url.ts";

const EXIT_MISUSE = 2;
const DEFAULT_LISTEN = "127.0.0.1:8090";

interface Flags {
  readonly listen: string;
  readonly service: readonly string[];
  readonly prepare?: string;
  readonly complete?: string;
}

const HELP = `
Needs no configuration: without --service it plays one demo service and prints its numbers and key. The pay page is at /services/pay, the
Merchant API under /v2/merchant/, a page with everything at /, and /simulator says how to steer it and make it misbehave. The SMS code of
every card is ${SMS_CODE}.`;

/** Declares `simulate`. */
export function register(program: Command): void {
  program
    .command("simulate")
    .description("Run a stand-in for Click: pay page, Merchant API, signed callbacks, a ledger, and faults on demand")
    .option("--listen <host:port>", "address to listen on; port 0 takes a free one", DEFAULT_LISTEN)
    .option(
      "--service <id:merchant:user:key>",
      "a service to play, SERVICE_ID:MERCHANT_ID:MERCHANT_USER_ID:SECRET_KEY; may be repeated",
      collect,
      [],
    )
    .option("--prepare <url>", "the shop's Prepare URL")
    .option("--complete <url>", "the shop's Complete URL (default: the Prepare URL)")
    .addHelpText("after", HELP)
    .action(simulate);
}

async function simulate(flags: Flags): Promise<void> {
  const options = readFlags(flags);
  if (typeof options === "string") {
    console.error(`simulate: ${options}`);
    process.exitCode = EXIT_MISUSE;
    return;
  }
  const simulator = await startSimulator({ ...options, onCall: printCall, onMerchantCall: printMerchantCall });
  console.log(`Click stand-in on ${simulator.url}`);
  for (const account of options.accounts) console.log(describe(account, flags.service.length === 0));
  await new Promise<void>((resolve) => {
    process.on("SIGTERM", resolve).on("SIGINT", resolve);
  });
  await simulator.stop();
}

function readFlags({ listen, service, prepare, complete }: Flags) {
  const match = /^(.+):(\d{1,5})$/.exec(listen);
  if (match === null || Number(match[2]) > 65_535) return `--listen ${listen} must be HOST:PORT.`;
  const accounts: Account[] = [];
  for (const text of service) {
    const account = parseAccount(text);
    if (typeof account === "string") return `${account}.`;
    accounts.push(account);
  }
  for (const [name, url] of Object.entries({ "--prepare": prepare, "--complete": complete })) {
    if (url !== undefined && !isWebUrl(url)) return `${name} must be an http or https URL.`;
  }
  if (prepare === undefined && complete !== undefined) return "--complete needs --prepare.";
  return {
    host: (match[1] ?? "").replace(/^\[|\]$/g, ""),
    port: Number(match[2]),
    accounts: accounts.length > 0 ? accounts : [DEMO_ACCOUNT],
    shop: prepare === undefined ? undefined : { prepareUrl: prepare, completeUrl: complete ?? prepare },
  };
}

/** The demo's key is no secret; a real one is not printed. */
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
