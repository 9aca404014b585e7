import { readFile, stat } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import {
  COLUMN_ROLES,
  type ColumnRole,
  type Columns,
  cellOf,
  columnIndex,
  columnName,
} from "../app/statement/layout.ts";
import { type LayoutDecision, NO_COLUMN } from "../app/statement/layout-decision.ts";
import { type MatchedFile, matchStatementFile } from "../app/statement/match-statement-file.ts";
import { periodOfDays, periodOfMonth } from "../app/statement/period.ts";
import type { Recognised } from "../app/statement/recognise-columns.ts";
import { FILE_BYTES_MAX } from "../app/statement/spreadsheet.ts";
import { statusKey } from "../app/statement/statement-words.ts";
import { FailureError } from "../payment/failure.ts";
import { asServiceId } from "../payment/ids.ts";
import type { Period } from "../payment/match-statement.ts";
import { STATEMENT_STATUSES, type StatementStatus } from "../payment/statement.ts";
import { EXIT_MISUSE, misuse, serviceIdArgument } from "./arguments.ts";
import { matchTables } from "./match-tables.ts";
import { printTable, toStdout } from "./print-table.ts";
import { textOfBigint } from "./text-of-bigint.ts";
import { withDeps } from "./with-deps.ts";
import { isTableFile, printTables, writeTables } from "./write-tables.ts";

const EXIT_DIFFERENCES = 1;
const EXIT_UNCONFIRMED = 3;

interface Flags {
  readonly service: string;
  readonly month?: string;
  readonly from?: string;
  readonly to?: string;
  readonly confirmColumns?: true;
  readonly column: Readonly<Record<string, number>>;
  readonly status: Readonly<Record<string, StatementStatus>>;
  readonly output?: string;
  readonly json?: true;
}

const HELP = `
FILE is what Click's cabinet exports: CSV (semicolons, commas or tabs; UTF-8 or windows-1251) or XLSX. It is matched with the
ledger and with the orders that the shop shows paid. Nothing is changed; docs/accounting.md says what to do about each difference.

The first file of a service is read and its columns are shown: --confirm-columns says that they are right, --column gives
one by its letter (--column AMOUNT=E) or takes it away (--column COMMISSION=none). That is remembered for files with this header.

Roles of columns: ${COLUMN_ROLES.join(", ")}
Exit code: 0 no difference, 1 differences, 2 wrong usage or a file that cannot be read, 3 the columns are to be confirmed.`;

/** Declares `match`. */
export function register(program: Command): void {
  program
    .command("match")
    .description("match the file of Click's cabinet with the ledger and the shop's orders")
    .argument("<file>", "CSV or XLSX")
    .requiredOption("--service <id>", "the service_id whose payments the file has", serviceIdArgument)
    .option("--month <month>", "the month in Tashkent, as 2026-10; without it the days that the file has")
    .option("--from <day>", "the first day in Tashkent, as 2026-10-01")
    .option("--to <day>", "the last day in Tashkent, as 2026-10-31")
    .option("--confirm-columns", "the columns are right as they were shown; remember them")
    .option("--column <role=letter>", "which column it is; may be given several times", readColumn, {})
    .option("--status <word=meaning>", `what a status means: ${STATEMENT_STATUSES.join(", ")}`, readStatus, {})
    .option("--output <file>", "write the result to this .csv or .xlsx as well")
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action(match);
}

async function match(path: string, flags: Flags): Promise<void> {
  const period = periodOf(flags);
  if (period === "WRONG")
    return misuse(
      "match",
      "give --month as 2026-10, or --from and --to as 2026-10-01, 400 days at most, or none of them.",
    );
  if (flags.output !== undefined && !isTableFile(flags.output))
    return misuse("match", "--output must end in .csv or .xlsx.");
  const file = await readStatement(path);
  if (typeof file === "string") return misuse("match", file);
  const asked = { serviceId: asServiceId(flags.service), file, period, caller: process.env["USER"] ?? "" };
  try {
    await report(await withDeps((deps) => matchStatementFile(deps, { ...asked, decision: decisionOf(flags) })), flags);
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    const { failure } = error;
    if (failure.reason === "INVALID_REQUEST")
      for (const { field, rule } of failure.faults) console.error(`match: ${field}: ${rule}`);
    else console.error(`match: ${failure.reason} ${"why" in failure ? failure.why : ""}`);
    process.exitCode = EXIT_MISUSE;
  }
}

/** Its size is looked at first: a wrong name may be a disk's image. */
async function readStatement(path: string): Promise<Buffer | string> {
  try {
    if ((await stat(path)).size > FILE_BYTES_MAX) return `${path} may have ${FILE_BYTES_MAX / 1024 / 1024} MiB.`;
    return await readFile(path);
  } catch (error) {
    return `${path} cannot be read: ${error instanceof Error ? error.message : error}`;
  }
}

async function report({ recognised, matched }: MatchedFile, { output, json }: Flags): Promise<void> {
  if (matched === undefined) {
    process.exitCode = EXIT_UNCONFIRMED;
    return json ? toStdout(JSON.stringify({ recognised }, null, 2)) : printColumns(recognised);
  }
  const tables = matchTables(matched);
  if (output !== undefined) await writeTables(output, tables);
  if (json) toStdout(JSON.stringify(matched, textOfBigint, 2));
  else printTables(matched.differences.length > 0 ? tables : tables.slice(1));
  if (matched.differences.length > 0) process.exitCode = EXIT_DIFFERENCES;
}

function printColumns(recognised: Recognised): void {
  const { columns, headers, proven, unknownStatuses, sample } = recognised;
  printTable(
    ["role", "column", "header", "first payment", "known by"],
    COLUMN_ROLES.flatMap((role) => {
      const index = columns[role];
      if (index === undefined) return [];
      const known = proven.includes(role) ? "its cells" : "its header";
      return [[role, columnName(index), headers[index] ?? "", cellOf(sample, index), known]];
    }),
  );
  const missing = COLUMN_ROLES.filter((role) => columns[role] === undefined);
  if (missing.length > 0) toStdout(`\nnot found: ${missing.join(", ")}`);
  for (const word of unknownStatuses) toStdout(`\nnot known: say what "${word}" means with --status "${word}=PAID"`);
  toStdout("\nNothing was matched yet. Run it again with --confirm-columns, or name them with --column ROLE=LETTER.");
}

function periodOf({ month, from, to }: Flags): Period | undefined | "WRONG" {
  if (month === undefined && from === undefined && to === undefined) return undefined;
  if (month !== undefined) return from === undefined && to === undefined ? (periodOfMonth(month) ?? "WRONG") : "WRONG";
  return periodOfDays(from ?? "", to ?? "") ?? "WRONG";
}

/** A column of `none` is one that the file does not have. */
function decisionOf({ confirmColumns, column, status }: Flags): LayoutDecision | undefined {
  const isNamed = Object.keys(column).length > 0;
  if (!confirmColumns && !isNamed && Object.keys(status).length === 0) return undefined;
  return { confirmed: confirmColumns ?? isNamed, changes: column as Columns, statuses: status };
}

function readColumn(text: string, earlier: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const [, role = "", letter = ""] = /^([A-Z_]+)=([A-Za-z]{1,2}|none)$/.exec(text) ?? [];
  const index = letter === "none" ? NO_COLUMN : columnIndex(letter);
  if (!COLUMN_ROLES.includes(role as ColumnRole) || index === undefined)
    throw new InvalidArgumentError(`It must be as AMOUNT=E; roles are ${COLUMN_ROLES.join(", ")}.`);
  return { ...earlier, [role]: index };
}

function readStatus(
  text: string,
  earlier: Readonly<Record<string, StatementStatus>>,
): Readonly<Record<string, StatementStatus>> {
  const at = text.lastIndexOf("=");
  const [word, meaning] = [statusKey(text.slice(0, at)), text.slice(at + 1)];
  if (word === "" || !STATEMENT_STATUSES.includes(meaning as StatementStatus))
    throw new InvalidArgumentError(`It must be as "Заморожен=UNPAID"; meanings are ${STATEMENT_STATUSES.join(", ")}.`);
  return { ...earlier, [word]: meaning as StatementStatus };
}
