/** Sums as people and spreadsheets write them: `1 234 567,89`, `1,234,567.89`, `-500`, `500 UZS`. */

const SUMS_DIGITS_MAX = 15;
/** Spaces of every kind, and the apostrophe that some put between thousands. */
const BETWEEN_THOUSANDS = /[\s\u00A0\u202F\u2009']/g;
const CURRENCY = /(?:UZS|сумов|сум|сўм|so['ʻ‘’`]?m)\.?$/i;
const SIGN = /^[-\u2212\u2013+]/;
const GROUPED: Readonly<Record<string, RegExp>> = {
  ".": /^\d{1,3}(?:\.\d{3})+$/,
  ",": /^\d{1,3}(?:,\d{3})+$/,
};

/** Digits before the decimal mark and behind it. */
interface Decimal {
  readonly isNegative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

/** Whole tiyin. Undefined for anything else, and for `1,234` alone, which is one thing to one reader and another to the next. */
export function parseCellTiyin(text: string): bigint | undefined {
  const decimal = parseDecimal(text);
  return decimal === undefined || !/^\d{0,2}0*$/.test(decimal.fraction) ? undefined : toTiyin(decimal);
}

/** The same for a commission, which is a share of a sum: to the nearest tiyin, half a tiyin away from 0. */
export function parseCellTiyinRounded(text: string): bigint | undefined {
  const decimal = parseDecimal(text);
  if (decimal === undefined) return undefined;
  const isUp = (decimal.fraction[2] ?? "0") >= "5";
  const tiyin = toTiyin(decimal);
  return isUp ? tiyin + (decimal.isNegative ? -1n : 1n) : tiyin;
}

function parseDecimal(text: string): Decimal | undefined {
  const bare = text.trim().replace(CURRENCY, "").replaceAll(BETWEEN_THOUSANDS, "");
  const isNegative = SIGN.test(bare) && !bare.startsWith("+");
  const digits = splitAtMark(bare.replace(SIGN, ""));
  if (digits === undefined) return undefined;
  const [whole, fraction] = digits;
  if (!/^\d+$/.test(whole) || !/^\d*$/.test(fraction) || whole.length > SUMS_DIGITS_MAX) return undefined;
  return { isNegative, whole, fraction };
}

/** With both marks the last one is the decimal mark; several of one mark stand between thousands. */
function splitAtMark(text: string): readonly [whole: string, fraction: string] | undefined {
  const last = Math.max(text.lastIndexOf("."), text.lastIndexOf(","));
  if (last < 0) return [text, ""];
  const [mark = "", whole, fraction] = [text[last], text.slice(0, last), text.slice(last + 1)];
  const other = mark === "." ? "," : ".";
  if (whole.includes(other)) return GROUPED[other]?.test(whole) ? [whole.replaceAll(other, ""), fraction] : undefined;
  if (whole.includes(mark)) return GROUPED[mark]?.test(text) ? [text.replaceAll(mark, ""), ""] : undefined;
  const isAmbiguous = /^[1-9]\d{0,2}$/.test(whole) && fraction.length === 3;
  return isAmbiguous || fraction === "" ? undefined : [whole, fraction];
}

function toTiyin({ isNegative, whole, fraction }: Decimal): bigint {
  const tiyin = BigInt(whole) * 100n + BigInt(fraction.slice(0, 2).padEnd(2, "0"));
  return isNegative ? -tiyin : tiyin;
}
