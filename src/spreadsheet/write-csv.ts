import { sumsText, type Table, type TableCell } from "./table.ts";

/** A spreadsheet takes a text that begins like this for a formula, and runs it. The wide letters are Excel's own view of the same. */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
const NEEDS_QUOTES = /[";,\t\r\n]/;
const BYTE_ORDER_MARK = "\uFEFF";

/** As Excel in Russian opens it by a double click: UTF-8 with a mark, semicolons, decimal commas. A text is never a formula. */
export function csvFile({ head, rows }: Table): Buffer {
  const lines = [head, ...rows].map((cells) => cells.map(cellOf).join(";"));
  return Buffer.from(`${BYTE_ORDER_MARK}${lines.join("\r\n")}\r\n`);
}

function cellOf(cell: TableCell): string {
  if (typeof cell === "bigint") return sumsText(cell).replace(".", ",");
  if (typeof cell === "number") return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
