import { refuseFile } from "./refuse-file.ts";
import { textsOf } from "./texts.ts";
import { unzipPart } from "./unzip.ts";
import { type XmlHandlers, xmlReader } from "./xml.ts";

/** What the cells of a sheet refer to. */
export interface Workbook {
  /** The part of the first sheet that is not hidden. */
  readonly sheet: string;
  /** Days are counted from 1904 instead of 1900. */
  readonly is1904: boolean;
  readonly sharedStrings: readonly string[];
  /** Whether a cell of this style is a time. */
  isTime(style: number): boolean;
}

const SHARED_STRINGS_MAX = 500_000;
const SHARED_CHARACTERS_MAX = 16_000_000;
const STYLES_MAX = 10_000;

export async function readWorkbook(file: Uint8Array): Promise<Workbook> {
  const { sheetId, is1904 } = await readSheets(file);
  const { sheet, strings, styles } = await readRelations(file, sheetId);
  return {
    sheet,
    is1904,
    sharedStrings: await readSharedStrings(file, strings),
    isTime: await readStyles(file, styles),
  };
}

async function readPart(file: Uint8Array, part: string, handlers: XmlHandlers): Promise<boolean> {
  const reader = xmlReader(part, handlers);
  let isThere = false;
  for await (const piece of unzipPart(file, part)) {
    isThere = true;
    reader.write(piece);
  }
  return isThere;
}

async function readSheets(file: Uint8Array): Promise<{ readonly sheetId: string; readonly is1904: boolean }> {
  let sheetId: string | undefined;
  let is1904 = false;
  const isThere = await readPart(file, "xl/workbook.xml", {
    open: (name, attributes) => {
      if (name === "workbookPr") is1904 = ["1", "true"].includes(attributes["date1904"] ?? "");
      if (name === "sheet" && (attributes["state"] ?? "visible") === "visible") sheetId ??= attributes["id"];
    },
  });
  if (!isThere || sheetId === undefined)
    refuseFile("file", "must be an XLSX file with a sheet; XLS must be saved as XLSX");
  return { sheetId, is1904 };
}

interface Parts {
  readonly sheet: string;
  readonly strings: string;
  readonly styles: string;
}

async function readRelations(file: Uint8Array, sheetId: string): Promise<Parts> {
  const parts = { sheet: "", strings: "", styles: "" };
  await readPart(file, "xl/_rels/workbook.xml.rels", {
    open: (name, { Id: id, Type: type = "", Target: target = "" }) => {
      if (name !== "Relationship") return;
      const part = target.startsWith("/") ? target.slice(1) : `xl/${target}`;
      if (id === sheetId) parts.sheet = part;
      if (type.endsWith("/sharedStrings")) parts.strings = part;
      if (type.endsWith("/styles")) parts.styles = part;
    },
  });
  return parts;
}

async function readSharedStrings(file: Uint8Array, part: string): Promise<readonly string[]> {
  const strings: string[] = [];
  const texts = textsOf(["si"], ["t"]);
  let characters = 0;
  await readPart(file, part, {
    open: texts.open,
    text: (piece) => {
      texts.text(piece);
      characters += piece.length;
      if (strings.length > SHARED_STRINGS_MAX || characters > SHARED_CHARACTERS_MAX)
        refuseFile(part, `may have ${SHARED_STRINGS_MAX} texts with ${SHARED_CHARACTERS_MAX} characters together`);
    },
    close: (name) => {
      texts.close(name);
      if (name === "si") strings.push(texts.value());
    },
  });
  return strings;
}

/** Numbers of formats that every program knows. */
const BUILT_IN_TIMES = [14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47];
const NOT_FORMAT = /"[^"]*"|\[[^\]]*\]|\\./g;

async function readStyles(file: Uint8Array, part: string): Promise<(style: number) => boolean> {
  const times = new Set(BUILT_IN_TIMES);
  const styles: boolean[] = [];
  let isCellStyles = false;
  await readPart(file, part, {
    open: (name, { numFmtId = "0", formatCode = "" }) => {
      if (name === "numFmt" && isTimeFormat(formatCode)) times.add(Number(numFmtId));
      if (name === "cellXfs") isCellStyles = true;
      if (name === "xf" && isCellStyles && styles.length < STYLES_MAX) styles.push(times.has(Number(numFmtId)));
    },
    close: (name) => {
      if (name === "cellXfs") isCellStyles = false;
    },
  });
  return (style) => styles[style] ?? false;
}

function isTimeFormat(code: string): boolean {
  const bare = code.replaceAll(NOT_FORMAT, "").toLowerCase();
  return /[ydh]/.test(bare) && !/[#%]|general|standard/.test(bare);
}
