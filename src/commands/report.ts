import type { Command } from "commander";
import { monthlyReport } from "../app/statement/monthly-report.ts";
import { periodOfMonth } from "../app/statement/period.ts";
import { asServiceId } from "../payment/ids.ts";
import { misuse, serviceIdArgument } from "./arguments.ts";
import { toStdout } from "./print-table.ts";
import { reportTables } from "./report-tables.ts";
import { textOfBigint } from "./text-of-bigint.ts";
import { withDeps } from "./with-deps.ts";
import { isTableFile, printTables, writeTables } from "./write-tables.ts";

interface Flags {
  readonly month: string;
  readonly service?: string;
  readonly output?: string;
  readonly json?: true;
}

const HELP = `
Sums of the ledger by the day in Tashkent on which they were booked, and by service. "taken" is what Click took, "given back" what went
back, "corrected" what was booked wrongly before; "net" is by what the money that Click holds changed. All of it with the fees
that buyers paid on top of their orders, which "fees" says apart.`;

/** Declares `report`. */
export function register(program: Command): void {
  program
    .command("report")
    .description("sum up a month: what Click took and gave back, per day and service")
    .requiredOption("--month <month>", "the month in Tashkent, as 2026-10")
    .option("--service <id>", "of this service_id alone", serviceIdArgument)
    .option("--output <file>", "write it to this .csv or .xlsx as well")
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action(report);
}

async function report({ month, service, output, json }: Flags): Promise<void> {
  const period = periodOfMonth(month);
  if (period === undefined) return misuse("report", "--month must be as 2026-10.");
  if (output !== undefined && !isTableFile(output)) return misuse("report", "--output must end in .csv or .xlsx.");
  const serviceId = service === undefined ? undefined : asServiceId(service);
  const sums = await withDeps((deps) => monthlyReport(deps, { period, serviceId }));
  const tables = reportTables(sums);
  if (output !== undefined) await writeTables(output, tables);
  if (json) toStdout(JSON.stringify({ month, ...sums }, textOfBigint, 2));
  else printTables(tables);
}
