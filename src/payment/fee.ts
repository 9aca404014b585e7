/** The buyer's fee as a share of the sum, in hundredths of a percent: 150 is 1.5 %. */
export type FeeRate = number & { readonly unit: "hundredths of a percent" };

export const NO_FEE = 0 as FeeRate;
/** A higher percentage is taken as a typing error. */
const PERCENT_MAX = 20;
const PERCENT = /^(\d{1,2})(?:\.(\d{1,2}))?$/;
const HUNDREDTHS_OF_PERCENT_IN_ALL = 100n * 100n;

export const FEE_PERCENT_RULE = `must be a percentage from 0 to ${PERCENT_MAX} with at most two decimals, as 1.5`;

/** `1.5` → 150; undefined when it is not a percentage, or too high. */
export function parseFeeRate(percent: string): FeeRate | undefined {
  const [, whole, decimals = ""] = PERCENT.exec(percent) ?? [];
  if (whole === undefined) return undefined;
  const hundredths = Number(whole) * 100 + Number(decimals.padEnd(2, "0"));
  return hundredths <= PERCENT_MAX * 100 ? (hundredths as FeeRate) : undefined;
}

/** The fee on a sum, rounded to the nearest tiyin, half up. This is the only rounding rule. */
export function feeTiyin(sumTiyin: bigint, rate: FeeRate): bigint {
  const half = HUNDREDTHS_OF_PERCENT_IN_ALL / 2n;
  return (sumTiyin * BigInt(rate) + half) / HUNDREDTHS_OF_PERCENT_IN_ALL;
}
