import type { Command } from "commander";
import { askAndApply, type Finding } from "../app/reconcile/reconcile.ts";
import { RequestBudget, withinBudget } from "../app/reconcile/request-budget.ts";
import type { Deps } from "../deps.ts";
import { misuse } from "./arguments.ts";
import { printTable, toStdout } from "./print-table.ts";
import { readSince } from "./since.ts";
import { withDeps } from "./with-deps.ts";

const EXIT_UNANSWERED = 1;
const REQUESTS_DEFAULT = 300;
const REQUESTS_MAX = 100_000;

interface Flags {
  readonly since: string;
  readonly requests: string;
  readonly dryRun?: true;
  readonly json?: true;
}

interface Row extends Finding {
  /** The order number that the customer knows; empty when the order is deleted. */
  readonly order: string;
}

const HELP = `
Asks Click about every attempt that is open or has money and changed since then, and writes what Click says, as a round of
the service does. Reads the same settings as \`serve\`, beside a service that runs or not; opens no port.

What Click said:  PAID, FAILED, IN_PROGRESS, NOT_PROVEN (not filed under this order: it proves nothing),
                  NOT_KNOWN (it has no such payment), UNKNOWN (no answer), NOT_ASKED
Exit code: 0 all answered, 1 some status poll was not answered or not sent, 2 wrong usage.`;

/** Declares `reconcile`. */
export function register(program: Command): void {
  program
    .command("reconcile")
    .description("ask Click about the payments of some time, and correct the records")
    .requiredOption("--since <time>", "how far back: 2d, 6h, 30m, or a time as 2026-01-15T10:00:00Z")
    .option("--dry-run", "only show what would be written")
    .option("--requests <number>", "requests to Click, at most", String(REQUESTS_DEFAULT))
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action(reconcile);
}

async function reconcile(flags: Flags): Promise<void> {
  const since = readSince(flags.since, new Date());
  const requests = /^\d{1,6}$/.test(flags.requests) ? Number(flags.requests) : 0;
  if (since === undefined) return misuse("reconcile", "--since must be as 2d, 6h, 30m or 2026-01-15T10:00:00Z.");
  if (requests < 1 || requests > REQUESTS_MAX) return misuse("reconcile", `--requests must be 1 to ${REQUESTS_MAX}.`);
  const dryRun = flags.dryRun ?? false;
  const rows = await withDeps((deps) => rowsOf(deps, { since, requests, dryRun }));
  if (flags.json) console.log(JSON.stringify({ since: since.toISOString(), dryRun, rows }, null, 2));
  else print(rows, dryRun);
  if (rows.some(isUnanswered)) process.exitCode = EXIT_UNANSWERED;
}

async function rowsOf(
  deps: Deps,
  { since, requests, dryRun }: { readonly since: Date; readonly requests: number; readonly dryRun: boolean },
): Promise<readonly Row[]> {
  const budget = new RequestBudget(requests);
  const asking = { ...deps, click: withinBudget(deps.click, budget) };
  const rows: Row[] = [];
  // Each needs at least one request, so one more than the budget shows that there are more.
  for (const attempt of await deps.statusPolls.changedSince(since, requests + 1)) {
    const { paymentId } = attempt;
    const order = paymentId === undefined ? undefined : (await deps.shop.payment(paymentId))?.orderNumber;
    const finding =
      budget.left() === 0
        ? { subject: `attempt ${attempt.id} (${attempt.state})`, said: "NOT_ASKED", outcome: "beyond --requests" }
        : await askAndApply(asking, attempt, { dryRun });
    rows.push({ ...finding, order: order ?? "" });
  }
  return rows;
}

function print(rows: readonly Row[], dryRun: boolean): void {
  printTable(
    ["subject", "order", "Click said", dryRun ? "would be" : "outcome"],
    rows.map(({ subject, order, said, outcome }) => [subject, order, said, outcome]),
  );
  const changed = rows.filter(({ said, outcome }) => said !== "NOT_ASKED" && outcome !== "UNCHANGED").length;
  const unanswered = rows.filter(isUnanswered).length;
  toStdout("");
  toStdout(
    `${rows.length} looked at, ${changed} ${dryRun ? "would change: nothing was written" : "changed"}, ${unanswered} not answered`,
  );
}

function isUnanswered({ said }: Row): boolean {
  return said === "UNKNOWN" || said === "NOT_ASKED";
}
