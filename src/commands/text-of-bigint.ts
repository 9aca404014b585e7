/** For JSON.stringify, which does not support bigint. */
export function textOfBigint(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
