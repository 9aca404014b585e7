/**
 * Converts sums between the texts of Click and Bitrix and our whole tiyin in a bigint (1 soum = 100 tiyin). Money is never a float.
 */

/** More than any sum that Click takes, less than BIGINT and int64 can hold. */
const SUMS_DIGITS_MAX = 15;
/** Without leading zeros, as in Click's ids: digits must not move between adjacent fields of the signed text. */
const CALLBACK_AMOUNT = new RegExp(`^(0|[1-9]\\d{0,${SUMS_DIGITS_MAX - 1}})(?:\\.(\\d{1,2}))?$`);
const DECIMAL_COLUMN = new RegExp(`^(\\d{1,${SUMS_DIGITS_MAX}})(?:\\.(\\d{1,2})(0*))?$`);

/**
 * The tiyin of an amount in soums as Click sends it: `38400`, `38400.5`, `38400.00`.
 * Undefined for a sign, an exponent, a space, a comma, a leading zero, a third decimal or more than 15 digits of soums.
 */
export function parseAmountTiyin(text: string): bigint | undefined {
  return toTiyin(CALLBACK_AMOUNT.exec(text));
}

/**
 * The tiyin of a DECIMAL(18,4) column read as text: `150000.0000`. Undefined when it is negative or not whole tiyin, because Click cannot
 * take such a sum.
 */
export function parseDecimalTiyin(text: string): bigint | undefined {
  return toTiyin(DECIMAL_COLUMN.exec(text));
}

/** Soums with two decimals, the format of the pay link and the Merchant API: 3840050n → `38400.50`. */
export function formatSoums(tiyin: bigint): string {
  return `${tiyin / 100n}.${String(tiyin % 100n).padStart(2, "0")}`;
}

function toTiyin(match: RegExpExecArray | null): bigint | undefined {
  const [, sums, fraction = ""] = match ?? [];
  return sums === undefined ? undefined : BigInt(sums) * 100n + BigInt(fraction.padEnd(2, "0"));
}
