import type { Row } from "../app/statement/layout.ts";
import { FILE_BYTES_MAX, type SpreadsheetReader } from "../app/statement/spreadsheet.ts";
import { refuseFile } from "./refuse-file.ts";

const ZIP = [0x50, 0x4b];
const OLD_EXCEL = [0xd0, 0xcf, 0x11, 0xe0];

/** Tells by the first bytes what a file is: its name may lie. */
export const spreadsheetReader: SpreadsheetReader = {
  rows: (file: Uint8Array): AsyncIterable<Row> => {
    if (file.length === 0) refuseFile("file", "must not be empty");
    if (file.length > FILE_BYTES_MAX) refuseFile("file", `may have ${FILE_BYTES_MAX / 1024 / 1024} MiB`);
    if (begins(file, OLD_EXCEL))
      refuseFile("file", "must be XLSX or CSV: save this XLS, or a file with a password, as XLSX");
    return read(file);
  },
};

/** Loads the readers when somebody has a file: a service that matches none starts without them. */
async function* read(file: Uint8Array): AsyncIterable<Row> {
  if (begins(file, ZIP)) yield* (await import("./read-xlsx.ts")).readXlsx(file);
  else yield* (await import("./read-csv.ts")).readCsv(file);
}

function begins(file: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => file[index] === byte);
}
