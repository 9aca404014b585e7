import { serialToWallClockMs } from "../app/statement/cell-time.ts";
import { columnIndex, type Row } from "../app/statement/layout.ts";
import { CELL_CHARACTERS_MAX, COLUMNS_MAX, ROWS_MAX, refuseFile } from "./refuse-file.ts";
import { textsOf } from "./texts.ts";
import { unzipPart } from "./unzip.ts";
import { readWorkbook, type Workbook } from "./workbook.ts";
import { type Attributes, xmlReader } from "./xml.ts";

const DAYS_FROM_1900_TO_1904 = 1_462;
/** What a double holds of a decimal number. */
const SIGNIFICANT_DIGITS = 15;
/** So many that none can take the mark for one between thousands. */
const DECIMALS_MIN = 4;

export async function* readXlsx(file: Uint8Array): AsyncGenerator<Row> {
  const workbook = await readWorkbook(file);
  let rows: Row[] = [];
  const reader = sheetReader(workbook, (row) => rows.push(row));
  for await (const piece of unzipPart(file, workbook.sheet)) {
    reader.write(piece);
    yield* rows;
    rows = [];
  }
}

/** Formulas are not reckoned: a cell is what its program has written down as its value. */
function sheetReader(workbook: Workbook, onRow: (row: Row) => void): { write(piece: Uint8Array): void } {
  let [line, column, rowCount] = [0, 0, 0];
  let cells: string[] = [];
  let cell: Attributes = {};
  const texts = textsOf(["c"], ["v", "t"]);
  return xmlReader(workbook.sheet, {
    open: (name, attributes) => {
      texts.open(name);
      if (name === "row") {
        line = Number(attributes["r"] ?? line + 1);
        [cells, column] = [[], 0];
      } else if (name === "c") {
        column = columnOf(attributes["r"]) ?? column;
        if (column >= COLUMNS_MAX) refuseFile(`line ${line}`, `a row may have ${COLUMNS_MAX} columns`);
        cell = attributes;
      }
    },
    text: (piece) => {
      texts.text(piece);
      if (texts.value().length > CELL_CHARACTERS_MAX)
        refuseFile(`line ${line}`, `a cell may have ${CELL_CHARACTERS_MAX} characters`);
    },
    close: (name) => {
      texts.close(name);
      if (name === "c") {
        while (cells.length < column) cells.push("");
        cells[column] = cellText(cell, texts.value(), workbook).trim();
        column += 1;
      } else if (name === "row") {
        rowCount += 1;
        if (rowCount > ROWS_MAX) refuseFile(`line ${line}`, `a file may have ${ROWS_MAX} rows`);
        onRow({ line, cells });
      }
    },
  });
}

/** `BC12` is column 54. */
function columnOf(reference: string | undefined): number | undefined {
  const [name] = /^[A-Z]+/.exec(reference ?? "") ?? [];
  return name === undefined ? undefined : (columnIndex(name) ?? COLUMNS_MAX);
}

function cellText({ t: type = "n", s: style = "0" }: Attributes, value: string, workbook: Workbook): string {
  if (type === "s") return workbook.sharedStrings[Number(value)] ?? "";
  if (type !== "n" || value === "") return value;
  const number = Number(value);
  if (!Number.isFinite(number)) return value;
  return workbook.isTime(Number(style)) ? timeText(number, workbook.is1904) : numberText(value, number);
}

function timeText(serial: number, is1904: boolean): string {
  const ms = serialToWallClockMs(serial + (is1904 ? DAYS_FROM_1900_TO_1904 : 0));
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) ? String(serial) : time.toISOString().slice(0, 19).replace("T", " ");
}

/** Whole numbers as they stand there: Click's have more digits than a double. */
function numberText(text: string, number: number): string {
  if (/^-?\d+$/.test(text)) return text;
  const rounded = Number(number.toPrecision(SIGNIFICANT_DIGITS));
  if (Number.isInteger(rounded)) return BigInt(rounded).toString();
  const [whole = "0", fraction = ""] = (Math.abs(rounded) < 1e-6 ? "0" : String(rounded)).split(".");
  return `${whole}.${fraction.padEnd(DECIMALS_MIN, "0")}`;
}
