import type { StatementStatus } from "../../payment/statement.ts";

/** One row of a table as its file has it, every cell a text. */
export interface Row {
  /** In the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** What a column of Click's file may tell. */
export const COLUMN_ROLES = [
  "CLICK_PAYMENT_ID",
  "CLICK_TRANS_ID",
  "REFERENCE",
  "SERVICE_ID",
  "AMOUNT",
  "COMMISSION",
  "TIME",
  "STATUS",
] as const;
export type ColumnRole = (typeof COLUMN_ROLES)[number];

/** Which column, from 0, has which role. */
export type Columns = Readonly<Partial<Record<ColumnRole, number>>>;

/** How to read the rows of a file. */
export interface Layout {
  readonly columns: Columns;
  /** What the words of the status column mean; the words in small letters. */
  readonly statuses: Readonly<Record<string, StatementStatus>>;
}

const LETTERS = 26;
const LETTER_A = 65;

/** As spreadsheets name them: 0 is A, 26 is AA. */
export function columnName(index: number): string {
  const last = String.fromCharCode(LETTER_A + (index % LETTERS));
  return index < LETTERS ? last : columnName(Math.floor(index / LETTERS) - 1) + last;
}

/** Undefined for what is no column's name. */
export function columnIndex(name: string): number | undefined {
  if (!/^[A-Z]{1,2}$/i.test(name)) return undefined;
  return (
    [...name.toUpperCase()].reduce((index, letter) => index * LETTERS + letter.charCodeAt(0) - LETTER_A + 1, 0) - 1
  );
}

export function cellOf(row: Row, index: number | undefined): string {
  return index === undefined ? "" : (row.cells[index] ?? "");
}

/** Rows of a table begin after titles, which fill a cell or two. */
export function filledCount({ cells }: Row): number {
  return cells.filter((cell) => cell !== "").length;
}
