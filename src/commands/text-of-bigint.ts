/** For JSON.stringify, which knows no bigint. */
export function textOfBigint(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
