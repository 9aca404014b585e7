import type { Row } from "./layout.ts";

/** Reads the tables that people export: CSV in the usual dialects, and XLSX. */
export interface SpreadsheetReader {
  /** Its rows from the first to the last, each time anew. A FailureError for what is no such file, or one beyond the limits. */
  rows(file: Uint8Array): AsyncIterable<Row>;
}

/** Of the file as it comes. */
export const FILE_BYTES_MAX = 16 * 1024 * 1024;
