import { type FieldFault, fail } from "../../payment/failure.ts";
import type { StatementLine, StatementStatus } from "../../payment/statement.ts";
import { parseCellTiyin, parseCellTiyinRounded } from "./cell-money.ts";
import { parseCellTime } from "./cell-time.ts";
import { type ColumnRole, cellOf, columnName, type Layout, type Row } from "./layout.ts";
import { isTotalWord, statusKey, statusOfWord } from "./statement-words.ts";

/** Twice what a month of a large shop has. */
export const LINES_MAX = 100_000;
/** Enough to see what is wrong with a file. */
const FAULTS_MAX = 20;
const CLICK_ID = /^[1-9]\d{0,18}$/;
const SHOWN_CHARACTERS_MAX = 60;

export interface ReadLines {
  readonly lines: readonly StatementLine[];
  /** Of other services, in a file of several. */
  readonly otherServiceCount: number;
}

export interface Reading extends Layout {
  /** What stands above each column. */
  readonly headers: readonly string[];
  /** Of the first payment; what is above it are titles. */
  readonly firstLine: number;
  readonly serviceId: string;
}

/** The payments of the rows. Titles, totals and empty rows are passed over; anything else that cannot be read is a fault. */
export async function readLines(rows: AsyncIterable<Row>, reading: Reading): Promise<ReadLines> {
  const { columns, headers, firstLine, serviceId } = reading;
  const lines: StatementLine[] = [];
  const faults: FieldFault[] = [];
  let otherServiceCount = 0;
  for await (const row of rows) {
    if (isPassedOver(row, reading) || (row.line < firstLine && !isPayment(row, columns))) continue;
    if (columns.SERVICE_ID !== undefined && cellOf(row, columns.SERVICE_ID) !== serviceId) {
      otherServiceCount += 1;
      continue;
    }
    const line = lineOf(row, reading, (role, rule) => faults.push(faultOf(row, columns[role], headers, rule)));
    lines.push(line);
    if (lines.length > LINES_MAX)
      faults.push({ field: `line ${row.line}`, rule: `a file may have ${LINES_MAX} payments` });
    if (faults.length >= FAULTS_MAX || lines.length > LINES_MAX) break;
  }
  if (faults.length > 0) fail({ reason: "INVALID_REQUEST", faults });
  return { lines, otherServiceCount };
}

const KEYS = ["CLICK_PAYMENT_ID", "CLICK_TRANS_ID", "REFERENCE"] as const;

/** A row of no payment: empty, a total, or the header again, as where pages were put together. */
function isPassedOver(row: Row, { columns, headers }: Reading): boolean {
  const isKeyless = KEYS.every((role) => {
    const cell = cellOf(row, columns[role]);
    return cell === "" || isTotalWord(cell);
  });
  if (!isKeyless) return isHeaderAgain(row, headers);
  return row.cells.some(isTotalWord) || (cellOf(row, columns.TIME) === "" && cellOf(row, columns.STATUS) === "");
}

/** Above what looked like the first one: a short row is no title because of that. */
function isPayment(row: Row, columns: Layout["columns"]): boolean {
  const hasKey = KEYS.some((role) => /\d/.test(cellOf(row, columns[role])));
  return hasKey && parseCellTiyin(cellOf(row, columns.AMOUNT)) !== undefined;
}

function isHeaderAgain(row: Row, headers: readonly string[]): boolean {
  return row.cells.every((cell, index) => cell === "" || cell === headers[index]);
}

function lineOf(
  row: Row,
  { columns, statuses }: Reading,
  fault: (role: ColumnRole, rule: string) => void,
): StatementLine {
  const at = (role: ColumnRole) => cellOf(row, columns[role]);
  const read = <T>(role: ColumnRole, parse: (text: string) => T | undefined, rule: string): T | undefined => {
    const text = at(role);
    const value = text === "" ? undefined : parse(text);
    if (value === undefined && text !== "") fault(role, `${shown(text)} ${rule}`);
    return value;
  };
  const clickId = (role: ColumnRole) =>
    read(role, (text) => (CLICK_ID.test(text) ? text : undefined), "is no number of Click's");
  const amountTiyin = read("AMOUNT", parseCellTiyin, "is no sum in whole tiyin");
  if (at("AMOUNT") === "") fault("AMOUNT", "must not be empty");
  if (KEYS.every((role) => at(role) === "")) fault("AMOUNT", "stands beside no number of Click's or of an order");
  return {
    line: row.line,
    clickPaymentId: clickId("CLICK_PAYMENT_ID"),
    clickTransId: clickId("CLICK_TRANS_ID"),
    reference: at("REFERENCE") === "" ? undefined : at("REFERENCE"),
    amountTiyin: amountTiyin ?? 0n,
    commissionTiyin: read("COMMISSION", parseCellTiyinRounded, "is no sum"),
    time: read("TIME", parseCellTime, "is no time such as 31.12.2026 23:59:59"),
    status: statusOf(at("STATUS"), columns.STATUS !== undefined, statuses, (rule) => fault("STATUS", rule)),
  };
}

/** A file without such a column has what was paid. */
function statusOf(
  text: string,
  hasColumn: boolean,
  statuses: Layout["statuses"],
  fault: (rule: string) => void,
): StatementStatus {
  if (!hasColumn) return "PAID";
  const status = meaningOf(statusKey(text), statuses) ?? statusOfWord(text);
  if (status === undefined)
    fault(text === "" ? "must not be empty" : `${shown(text)} is no status that is known: say what it means`);
  return status ?? "UNPAID";
}

/** Not what every object has, such as a constructor. */
function meaningOf(word: string, statuses: Layout["statuses"]): StatementStatus | undefined {
  return Object.hasOwn(statuses, word) ? statuses[word] : undefined;
}

function faultOf(row: Row, index: number | undefined, headers: readonly string[], rule: string): FieldFault {
  const header = index === undefined ? "" : (headers[index] ?? "");
  const column =
    index === undefined ? "" : `, column ${columnName(index)}${header === "" ? "" : ` (${shown(header)})`}`;
  return { field: `line ${row.line}${column}`, rule };
}

function shown(text: string): string {
  return `"${text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}…` : text}"`;
}
