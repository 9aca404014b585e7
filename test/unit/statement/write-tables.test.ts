import { describe, expect, test } from "vitest";
import { spreadsheetReader } from "../../../src/spreadsheet/read-spreadsheet.ts";
import type { Table } from "../../../src/spreadsheet/table.ts";
import { csvFile } from "../../../src/spreadsheet/write-csv.ts";
import { xlsxFile } from "../../../src/spreadsheet/write-xlsx.ts";

async function cellsOf(file: Uint8Array): Promise<readonly (readonly string[])[]> {
  const rows: (readonly string[])[] = [];
  for await (const { cells } of spreadsheetReader.rows(file)) rows.push(cells);
  return rows;
}

const table = (...rows: Table["rows"][number][]): Table => ({ name: "A", head: ["a", "b", "c"], rows });

const FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\uFF1D1", '=HYPERLINK("http://a")'];

describe("CSV", () => {
  test("sums with a decimal comma and two decimals, also below 0, so that Excel in Russian adds them up", () => {
    const file = csvFile(table([123_456n, -5n, 7], [-150_050n, 0n, 0]));

    expect(file.toString()).toBe("\uFEFFa;b;c\r\n1234,56;-0,05;7\r\n-1500,50;0,00;0\r\n");
  });

  test("quotes what has a semicolon, a quote or a line end", () => {
    expect(csvFile(table(['x;"y"', "1\n2", ""])).toString()).toContain('"x;""y""";"1\n2";\r\n');
  });

  test.each(FORMULAS)("the text %j is no formula", (text) => {
    const [, line = ""] = csvFile({ ...table([text]), head: ["a"] })
      .toString()
      .split("\r\n");

    expect(line.replace(/^"/, "")).toMatch(/^'/);
  });
});

describe("XLSX", () => {
  test("texts, counts and sums come back as they were, long numbers too", async () => {
    const file = await xlsxFile([table(["Заказ 57", 3, 123_456n], ["3000000001", 0, -5n], ["", 1, 0n])]);

    expect(await cellsOf(file)).toEqual([
      ["a", "b", "c"],
      ["Заказ 57", "3", "1234.5600"],
      ["3000000001", "0", "-0.0500"],
      ["", "1", "0"],
    ]);
  });

  test.each(FORMULAS)("the text %j is a text", async (text) => {
    const file = await xlsxFile([{ ...table([text]), head: ["a"] }]);

    expect((await cellsOf(file))[1]).toEqual([text.trim()]);
  });

  test("signs that XML cannot hold are left out", async () => {
    expect((await cellsOf(await xlsxFile([{ ...table(["a\u0000b\u0007"]), head: ["a"] }])))[1]).toEqual(["ab"]);
  });
});
