import type { Cell } from "write-excel-file/node";
import { sumsText, type Table, type TableCell } from "./table.ts";

const SUMS_FORMAT = "#,##0.00";
const SHEET_NAME_CHARACTERS_MAX = 31;
/** Signs that XML cannot hold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken away.
const NOT_XML = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;
const WIDTH_MIN = 8;
const WIDTH_MAX = 60;

/** One sheet a table. A cell that is a text says so, so that no program takes it for a formula. */
export async function xlsxFile(tables: readonly Table[]): Promise<Buffer> {
  const sheets = tables.map(({ name, head, rows }) => ({
    sheet: name.slice(0, SHEET_NAME_CHARACTERS_MAX),
    data: [
      head.map((text) => ({ ...cellOf(text), fontWeight: "bold" as const })),
      ...rows.map((row) => row.map(cellOf)),
    ],
    columns: head.map((text, column) => ({ width: widthOf([text, ...rows.map((row) => row[column] ?? "")]) })),
    stickyRowsCount: 1,
  }));
  // Here and not above: a service that runs never writes one.
  const { default: writeExcelFile } = await import("write-excel-file/node");
  return writeExcelFile(sheets).toBuffer();
}

function cellOf(cell: TableCell): Exclude<Cell, null | undefined | string | number | boolean | Date> {
  if (typeof cell === "bigint") return { type: Number, value: Number(sumsText(cell)), format: SUMS_FORMAT };
  if (typeof cell === "number") return { type: Number, value: cell };
  return { type: String, value: cell.replaceAll(NOT_XML, "") };
}

function widthOf(cells: readonly TableCell[]): number {
  const longest = cells.reduce<number>((most, cell) => Math.max(most, String(cell).length), WIDTH_MIN);
  return Math.min(longest + 2, WIDTH_MAX);
}
