import type { Command } from "commander";
import { CALL_TIMEOUT_MS } from "../click/post-callback.ts";
import { parseOrder, type TestOrder } from "./order.ts";
import { isPlanFault, planCalls } from "./plan.ts";
import { printReport } from "./print-report.ts";
import { type CertificationOptions, runCertification } from "./run-certification.ts";
import { SUITE_NAMES, type SuiteName } from "./step.ts";

const EXIT_FAILED = 1;
const EXIT_MISUSE = 2;
const TIMEOUT_MS_MAX = 600_000;

interface Flags {
  readonly prepare: string;
  readonly complete: string;
  readonly serviceId: string;
  readonly secret: string;
  readonly order: readonly string[];
  readonly suite: string;
  readonly account?: true;
  readonly timeout: string;
  readonly json?: true;
}

const HELP = `
Both suites are run against any shop, with real signatures. The orders must be unpaid and have exactly the sums that are given; most end paid.

How many --order:
  one suite     3: steps 1-8 pay the first, 9-11 pay the second, 12-15 cancel the third
  both suites   6: three for each, as above
                5, 4: the cancelling steps share an order, and with 4 it is then paid (a cancelled attempt leaves an order payable)
                3: so too, and the Complete that ends steps 9-11 is sent once and judges step 11 of both suites
  --account     1: a shop of balances, where one account is paid many times

A sum is sent as it is written: 500, 500.5 and 500.00 are three spellings.
Exit code: 0 all passed, 1 something failed or could not be judged, 2 wrong usage. The key is never printed.`;

/** Declares `certify`. */
export function register(program: Command): void {
  program
    .command("certify")
    .description("Run Click's two published certification suites, 15 steps each, against a shop")
    .requiredOption("--prepare <url>", "the shop's Prepare URL")
    .requiredOption("--complete <url>", "the shop's Complete URL (may be the same)")
    .requiredOption("--service-id <id>", "service_id of the shop in Click")
    .addOption(
      program
        .createOption(
          "--secret <key>",
          "secret key of the service; from the environment it stays out of the process list",
        )
        .env("CLICKBRIDGE_CERTIFY_SECRET")
        .makeOptionMandatory(),
    )
    .requiredOption("--order <REF:SUM>", "an unpaid order and its sum in soums; repeat it", collect, [])
    .option("--suite <name>", "tool, postman or both", "both")
    .option("--account", "one account is paid many times: one --order")
    .option("--timeout <ms>", "longest wait for one answer", String(CALL_TIMEOUT_MS))
    .option("--json", "print the report as JSON")
    .addHelpText("after", HELP)
    .action(certify);
}

async function certify(flags: Flags): Promise<void> {
  const options = readFlags(flags);
  if (typeof options === "string") {
    console.error(`certify: ${options}`);
    process.exitCode = EXIT_MISUSE;
    return;
  }
  const report = await runCertification(options);
  if (flags.json) console.log(JSON.stringify(report, null, 2));
  else printReport(report);
  if (!report.passed) process.exitCode = EXIT_FAILED;
}

/** The options, or a sentence about the first flag that is wrong. */
function readFlags(flags: Flags): CertificationOptions | string {
  for (const [name, url] of [
    ["--prepare", flags.prepare],
    ["--complete", flags.complete],
  ] as const) {
    if (!isHttpUrl(url)) return `${name} must be an http or https URL without a user and password.`;
  }
  if (!/^\d{1,19}$/.test(flags.serviceId)) return "--service-id must be a number.";
  if (flags.secret === "") return "--secret is empty.";
  const suites = suitesOf(flags.suite);
  if (suites === undefined) return "--suite must be tool, postman or both.";
  const callTimeoutMs = /^\d{1,6}$/.test(flags.timeout) ? Number(flags.timeout) : 0;
  if (callTimeoutMs < 1 || callTimeoutMs > TIMEOUT_MS_MAX) return `--timeout must be 1 to ${TIMEOUT_MS_MAX} ms.`;
  const orders: TestOrder[] = [];
  for (const text of flags.order) {
    const order = parseOrder(text);
    if (order === undefined) return `--order ${text} must be REF:SUM, as 57:150000 or 57/2:150000.50.`;
    orders.push(order);
  }
  const account = flags.account ?? false;
  const plan = planCalls({ suites, orders, account });
  if (isPlanFault(plan)) return plan.fault;
  const { prepare, complete, serviceId, secret } = flags;
  return {
    prepareUrl: prepare,
    completeUrl: complete,
    serviceId,
    secretKey: secret,
    orders,
    suites,
    account,
    callTimeoutMs,
  };
}

function suitesOf(name: string): readonly SuiteName[] | undefined {
  if (name === "both") return SUITE_NAMES;
  const suite = SUITE_NAMES.find((known) => known === name);
  return suite && [suite];
}

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  return (url?.protocol === "http:" || url?.protocol === "https:") && url.username === "" && url.password === "";
}

function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value];
}
