import { strToU8, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import type { Row } from "../../../src/app/statement/layout.ts";
import { FailureError } from "../../../src/payment/failure.ts";
import { spreadsheetReader } from "../../../src/spreadsheet/read-spreadsheet.ts";
import { xlsxFile } from "../../support/click/xlsx-file.ts";

async function rowsOf(file: Uint8Array): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const row of spreadsheetReader.rows(file)) rows.push(row);
  return rows;
}

const cellsOf = async (file: Uint8Array) => (await rowsOf(file)).map(({ cells }) => cells);

/** `place: rule` of each fault. */
async function refusalOf(file: Uint8Array): Promise<string> {
  const error: unknown = await (async () => rowsOf(file))().catch((thrown: unknown) => thrown);
  if (!(error instanceof FailureError) || error.failure.reason !== "INVALID_REQUEST") return `not refused: ${error}`;
  return error.failure.faults.map(({ field, rule }) => `${field}: ${rule}`).join("; ");
}

describe("CSV", () => {
  test.each([";", ",", "\t"])("with %j between the cells", async (delimiter) => {
    const text = [["Отчёт"], ["a", "b", "c"], ["1", "2", "3"], ["4", "5", "6"]];

    expect(await cellsOf(Buffer.from(text.map((cells) => cells.join(delimiter)).join("\r\n")))).toEqual(text);
  });

  test("decimal commas do not hide the semicolon", async () => {
    const file = Buffer.from("id;сумма;комиссия\n1;1 000,50;10,5\n2;2 000,50;20,5\n");

    expect((await cellsOf(file))[1]).toEqual(["1", "1 000,50", "10,5"]);
  });

  test.each([
    ["UTF-8", Buffer.from("Сумма;Дата\n1;2\n")],
    ["UTF-8 with a mark", Buffer.from("\uFEFFСумма;Дата\n1;2\n")],
    ["windows-1251", Buffer.from([0xd1, 0xf3, 0xec, 0xec, 0xe0, 0x3b, 0xc4, 0xe0, 0xf2, 0xe0, 0x0a, 0x31, 0x3b, 0x32])],
    ["UTF-16", Buffer.from("\uFEFFСумма;Дата\n1;2\n", "utf16le")],
  ])("in %s", async (_, file) => {
    expect(await cellsOf(file)).toEqual([
      ["Сумма", "Дата"],
      ["1", "2"],
    ]);
  });

  test("numbers that were kept as texts by an apostrophe or a formula", async () => {
    expect(await cellsOf(Buffer.from(`'3000000001;="57";'abc\n`))).toEqual([["3000000001", "57", "'abc"]]);
  });

  test("quotes, line ends within them, and the line that a person sees", async () => {
    const rows = await rowsOf(Buffer.from('a;b\n"x;\ny";2\nООО "Ромашка";3\n'));

    expect(rows).toEqual([
      { line: 1, cells: ["a", "b"] },
      { line: 3, cells: ["x;\ny", "2"] },
      { line: 4, cells: ['ООО "Ромашка"', "3"] },
    ]);
  });
});

describe("XLSX", () => {
  test("shared texts, texts in the cell, numbers, and cells that are not there", async () => {
    const file = xlsxFile({
      sharedStrings: ["<t>Сумма</t>", "<r><t>Да</t></r><r><t>та</t></r><rPh><t>x</t></rPh>"],
      rows: `<row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c></row>
        <row r="5"><c r="B5" t="inlineStr"><is><t>57 &amp; 58</t></is></c><c r="C5"><v>1234567.89</v></c><c r="D5" t="str"><f>A1</f><v>x</v></c></row>`,
    });

    expect(await rowsOf(file)).toEqual([
      { line: 2, cells: ["Сумма", "", "Дата"] },
      { line: 5, cells: ["", "57 & 58", "1234567.8900", "x"] },
    ]);
  });

  test("numbers as they are, without the noise of a double", async () => {
    const numbers = [
      "3000000001",
      "1234567890123456789",
      "0.1",
      "1000.1000000000001",
      "123.456",
      "0.30000000000000004",
      "2.5E3",
    ];
    const rows = `<row>${numbers.map((number) => `<c><v>${number}</v></c>`).join("")}</row>`;

    expect(await cellsOf(xlsxFile({ rows }))).toEqual([
      ["3000000001", "1234567890123456789", "0.1000", "1000.1000", "123.4560", "0.3000", "2500"],
    ]);
  });

  test("times by the format of their cell", async () => {
    const formats = ["dd.mm.yyyy hh:mm:ss", "#,##0.00 &quot;day&quot;", "[$-419]d mmm yyyy;@", "0.00"];
    const cell = (style: number) => `<c s="${style}"><v>46310.5242592593</v></c>`;
    const rows = `<row>${[1, 2, 3, 4, 5].map(cell).join("")}</row>`;

    expect(await cellsOf(xlsxFile({ formats, rows }))).toEqual([
      ["2026-10-15 12:34:56", "46310.5242592593", "2026-10-15 12:34:56", "46310.5242592593", "2026-10-15 12:34:56"],
    ]);
  });

  test("days that are counted from 1904", async () => {
    const file = xlsxFile({
      workbookPr: '<workbookPr date1904="1"/>',
      formats: ["yyyy"],
      rows: '<row><c s="1"><v>44848</v></c></row>',
    });

    expect(await cellsOf(file)).toEqual([["2026-10-15 00:00:00"]]);
  });

  test("the first sheet that is not hidden, whatever prefix its program writes", async () => {
    const sheets = '<sheet name="A" state="hidden" r:id="rId9"/><sheet name="B" r:id="rId1"/>';

    expect(await cellsOf(xlsxFile({ sheets, prefix: "x:", rows: "<x:row><x:c><x:v>1</x:v></x:c></x:row>" }))).toEqual([
      ["1"],
    ]);
  });
});

describe("refuses", () => {
  const bomb = " ".repeat(140 * 1024 * 1024);

  test.each<readonly [string, Uint8Array, RegExp]>([
    ["an empty file", Buffer.alloc(0), /^file: must not be empty$/],
    ["one that is too long", Buffer.alloc(17 * 1024 * 1024, "1;2\n"), /^file: may have 16 MiB$/],
    ["an XLS", Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), /^file: must be XLSX or CSV: save/],
    ["a picture", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0]), /^file: must be a table/],
    [
      "a ZIP of something else",
      Buffer.from(zipSync({ "a.txt": strToU8("x") })),
      /^file: must be an XLSX file with a sheet/,
    ],
    [
      "half an XLSX",
      xlsxFile({ rows: "<row><c><v>1</v></c></row>".repeat(9_000) }).subarray(0, 1_200),
      /^file: must be/,
    ],
    ["a quote that does not end", Buffer.from('a;b\n1;"2\n3;4\n'), /^line \d+: must be CSV: /],
    ["too many columns", Buffer.from(`${"1;".repeat(300)}\n`), /^line 1: a row may have 256 columns$/],
    ["a cell without end", Buffer.from(`${"1".repeat(5_000)};2\n`), /^line 1: a cell may have 4000 characters$/],
    ["too many rows", Buffer.from("1;2\n".repeat(150_001)), /^line 150000: a file may have 150000 rows$/],
    ["a DOCTYPE", xlsxFile({ rows: "", workbookPr: "<!DOCTYPE x>" }), /must be the XML of a spreadsheet/],
    ["broken XML", xlsxFile({ rows: "<row><c></row>" }), /^xl\/worksheets\/sheet1.xml: must be the XML/],
    ["an entity of its own", xlsxFile({ rows: "<row><c><v>&bomb;</v></c></row>" }), /must be the XML/],
    [
      "a row far to the right",
      xlsxFile({ rows: '<row r="1"><c r="XFD1"><v>1</v></c></row>' }),
      /^line 1: a row may have 256 columns$/,
    ],
    ["elements in elements without end", xlsxFile({ rows: "<a>".repeat(100) }), /lie too deep in each other/],
    [
      "an element with attributes without end",
      xlsxFile({ rows: `<row ${Array.from({ length: 10_000 }, (_, index) => `a${index}="" `).join("")}/>` }),
      /an element has too many attributes$/,
    ],
    [
      "texts that fill the memory",
      xlsxFile({ rows: "", sharedStrings: [`<t>${"x".repeat(17_000_000)}</t>`] }),
      /^xl\/sharedStrings.xml: may have 500000 texts/,
    ],
    ["what fills the memory when it is unpacked", xlsxFile({ rows: bomb }), /^file: a part of it may have 128 MiB/],
  ])("%s", async (_, file, words) => {
    expect(await refusalOf(file)).toMatch(words);
  });
});
