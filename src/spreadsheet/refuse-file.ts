import { fail } from "../payment/failure.ts";

/** The file cannot be read: where, and which rule it breaks. */
export function refuseFile(place: string, rule: string): never {
  return fail({ reason: "INVALID_REQUEST", faults: [{ field: place, rule }] });
}

/** What a program writes into a cell has an end; what has none is no table. */
export const CELL_CHARACTERS_MAX = 4_000;
export const COLUMNS_MAX = 256;
export const ROWS_MAX = 150_000;
