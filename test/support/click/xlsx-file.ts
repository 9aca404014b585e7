import { strToU8, zipSync } from "fflate";

export interface XlsxParts {
  /** What stands in `<sheetData>`. */
  readonly rows: string;
  readonly sharedStrings?: readonly string[];
  /** Codes of number formats; style 1 has the first, style 2 the second … */
  readonly formats?: readonly string[];
  readonly workbookPr?: string;
  readonly sheets?: string;
  /** Of each element of the sheet, as some programs write it. */
  readonly prefix?: string;
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/** An XLSX file as another program might write it. */
export function xlsxFile({
  rows,
  sharedStrings,
  formats = [],
  workbookPr = "",
  sheets,
  prefix = "",
}: XlsxParts): Buffer {
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`;
  const namespace = prefix === "" ? `xmlns="${MAIN}"` : `xmlns:${prefix.replace(":", "")}="${MAIN}"`;
  const files: Record<string, string> = {
    "[Content_Types].xml": `${XML}<Types/>`,
    "xl/workbook.xml": `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}">${workbookPr}<sheets>${
      sheets ?? '<sheet name="A" sheetId="1" r:id="rId1"/>'
    }</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `${XML}<Relationships>${relation("rId1", "worksheet", "worksheets/sheet1.xml")}${relation(
      "rId2",
      "styles",
      "/xl/styles.xml",
    )}${relation("rId3", "sharedStrings", "sharedStrings.xml")}</Relationships>`,
    "xl/worksheets/sheet1.xml": `${XML}<${prefix}worksheet ${namespace}><${prefix}sheetData>${rows}</${prefix}sheetData></${prefix}worksheet>`,
    "xl/styles.xml": `${XML}<styleSheet><numFmts>${formats
      .map((code, index) => `<numFmt numFmtId="${200 + index}" formatCode="${code}"/>`)
      .join("")}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${formats
      .map((_, index) => `<xf numFmtId="${200 + index}"/>`)
      .join("")}<xf numFmtId="22"/></cellXfs></styleSheet>`,
  };
  if (sharedStrings !== undefined)
    files["xl/sharedStrings.xml"] = `${XML}<sst>${sharedStrings.map((text) => `<si>${text}</si>`).join("")}</sst>`;
  return Buffer.from(zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))));
}
