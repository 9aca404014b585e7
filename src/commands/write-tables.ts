import { writeFile } from "node:fs/promises";
import { cellText, type Table } from "../spreadsheet/table.ts";
import { csvFile } from "../spreadsheet/write-csv.ts";
import { xlsxFile } from "../spreadsheet/write-xlsx.ts";
import { printTable, toStdout } from "./print-table.ts";

/** Whether a table can be written to a file of this name. */
export function isTableFile(path: string): boolean {
  return /\.(csv|xlsx)$/i.test(path);
}

/** XLSX has a sheet for each table, CSV the first one alone. The file is for its owner: it tells of people's purchases. */
export async function writeTables(path: string, tables: readonly Table[]): Promise<void> {
  const [first] = tables;
  if (first === undefined) return;
  const file = /\.xlsx$/i.test(path) ? await xlsxFile(tables) : csvFile(first);
  await writeFile(path, file, { mode: 0o600 });
}

export function printTables(tables: readonly Table[]): void {
  for (const [index, { head, rows }] of tables.entries()) {
    if (index > 0) toStdout("");
    printTable(
      head,
      rows.map((row) => row.map(cellText)),
    );
  }
}
