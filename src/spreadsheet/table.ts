/** A text, a count, or money: whole tiyin as a bigint. */
export type TableCell = string | number | bigint;

/** What is written for people, as a table. */
export interface Table {
  readonly name: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly TableCell[])[];
}

/** Soums with two decimals: -150050n is `-1500.50`. */
export function sumsText(tiyin: bigint): string {
  const digits = String(tiyin < 0n ? -tiyin : tiyin).padStart(3, "0");
  return `${tiyin < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** For the screen. */
export function cellText(cell: TableCell): string {
  return typeof cell === "bigint" ? sumsText(cell) : String(cell);
}
