import { pipeline } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { CsvError, type Info, parse } from "csv-parse";
import type { Row } from "../app/statement/layout.ts";
import { CELL_CHARACTERS_MAX, COLUMNS_MAX, ROWS_MAX, refuseFile } from "./refuse-file.ts";

const DELIMITERS = [";", ",", "\t"] as const;
/** Of the beginning of a file: enough for titles, header and some rows. */
const DELIMITER_LINES = 30;
const RECORD_CHARACTERS_MAX = 100_000;
const CHUNK_CHARACTERS = 64 * 1024;
const BYTE_ORDER_MARK = "\uFEFF";

/** Excel writes windows-1251 in Russian and Uzbek, everybody else UTF-8. */
function decodeText(file: Uint8Array): string {
  const isUtf16 = (file[0] === 0xff && file[1] === 0xfe) || (file[0] === 0xfe && file[1] === 0xff);
  if (isUtf16) return new TextDecoder(file[0] === 0xff ? "utf-16le" : "utf-16be").decode(file);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(file);
  } catch {
    return new TextDecoder("windows-1251").decode(file);
  }
}

export async function* readCsv(file: Uint8Array): AsyncGenerator<Row> {
  const text = decodeText(file).replace(BYTE_ORDER_MARK, "");
  if (text.includes("\0")) refuseFile("file", "must be a table as CSV or XLSX");
  const parser = parse({
    delimiter: delimiterOf(text),
    info: true,
    relax_column_count: true,
    // A quote in the middle of a name is a letter.
    relax_quotes: true,
    max_record_size: RECORD_CHARACTERS_MAX,
  });
  // What fails is told by the parser, which is read below.
  pipeline(piecesOf(text), parser, () => undefined);
  let count = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      count += 1;
      // Where the record ends, and `lines` counts from 1.
      yield toRow(record, info.lines);
      if (count >= ROWS_MAX) refuseFile(`line ${info.lines}`, `a file may have ${ROWS_MAX} rows`);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    refuseFile(`line ${error["lines"] ?? count + 1}`, `must be CSV: ${error.message}`);
  } finally {
    parser.destroy();
  }
}

/** Pieces, so that the calls of others get their turn. */
async function* piecesOf(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += CHUNK_CHARACTERS) {
    yield text.slice(at, at + CHUNK_CHARACTERS);
    await nextTurn();
  }
}

function toRow(record: readonly string[], line: number): Row {
  if (record.length > COLUMNS_MAX) refuseFile(`line ${line}`, `a row may have ${COLUMNS_MAX} columns`);
  if (record.some((cell) => cell.length > CELL_CHARACTERS_MAX))
    refuseFile(`line ${line}`, `a cell may have ${CELL_CHARACTERS_MAX} characters`);
  return { line, cells: record.map(trimCell) };
}

/** Some programs keep the digits of a number together with an apostrophe or as ="57". */
function trimCell(cell: string): string {
  const bare = cell.trim();
  const [, kept] = /^="([^"]*)"$/.exec(bare) ?? [];
  return kept ?? bare.replace(/^'(?=[\d+=@-])/, "");
}

/** The one that stands most often, and about as often, in the first lines. */
function delimiterOf(text: string): string {
  const lines = text.split(/\r\n|\n|\r/, DELIMITER_LINES);
  const counts = DELIMITERS.map((delimiter) => {
    const perLine = lines.map((line) => line.replaceAll(/"[^"]*"/g, "").split(delimiter).length - 1);
    // In most rows of a table, where a comma may be a decimal one.
    return { delimiter, count: [...perLine].sort((a, b) => a - b)[Math.floor(perLine.length / 2)] ?? 0 };
  });
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).delimiter;
}
