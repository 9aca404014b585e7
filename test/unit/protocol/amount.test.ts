import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatSoums, parseAmountTiyin, parseDecimalTiyin } from "../../../src/protocol/amount.ts";

/** 15 digits of soums and two decimals: far above 2^53, where a float would round. */
const TIYIN_MAX = 99_999_999_999_999_999n;
const anyTiyin = fc.bigInt({ min: 0n, max: TIYIN_MAX });

const REFUSED_BY_BOTH = [
  ["empty", ""],
  ["a sign", "+1"],
  ["negative", "-1"],
  ["negative zero", "-0"],
  ["an exponent", "1e3"],
  ["hexadecimal", "0x10"],
  ["a space before", " 1"],
  ["a space after", "1 "],
  ["a space between thousands", "1 000"],
  ["a line end", "1\n"],
  ["a decimal comma", "1,00"],
  ["thousands by comma", "1,000.00"],
  ["nothing before the point", ".5"],
  ["nothing after the point", "1."],
  ["two points", "1.0.0"],
  ["sixteen digits of soums", "1000000000000000"],
  ["digits of another script", "١٠٠"],
  ["full-width digits", "１０"],
  ["not a number", "NaN"],
  ["infinite", "Infinity"],
] as const;

describe("a sum as Click sends it", () => {
  test.each([
    ["38400", 3_840_000n],
    ["38400.5", 3_840_050n],
    ["38400.05", 3_840_005n],
    ["38400.00", 3_840_000n],
    ["33139.73", 3_313_973n],
    ["0", 0n],
    ["0.01", 1n],
    ["0.10", 10n],
    ["999999999999999.99", TIYIN_MAX],
    // Not whole in binary: a float gives 114.99999999999999 tiyin here.
    ["1.15", 115n],
  ] as const)("%s is %d tiyin", (text, tiyin) => {
    expect(parseAmountTiyin(text)).toBe(tiyin);
  });

  test.each([
    ...REFUSED_BY_BOTH,
    ["a third decimal", "1.000"],
    ["a leading zero: it could be another field's digit", "01.10"],
    ["leading zeros only", "00"],
  ] as const)("refuses %s", (_, text) => {
    expect(parseAmountTiyin(text)).toBeUndefined();
  });

  test("whatever is written with two decimals is read back to the tiyin", () => {
    const property = fc.property(anyTiyin, (tiyin) => {
      expect(parseAmountTiyin(formatSoums(tiyin))).toBe(tiyin);
    });
    fc.assert(property);
  });

  test("a shorter spelling of the same sum is the same money", () => {
    const property = fc.property(anyTiyin, (tiyin) => {
      const shortest = formatSoums(tiyin).replace(/\.?0{1,2}$/, "");
      expect(parseAmountTiyin(shortest)).toBe(tiyin);
    });
    fc.assert(property);
  });

  test("any text is either refused or digits that say the same", () => {
    const character = fc.constantFrom(..."0123456789..,-+e \n");
    const text = fc.oneof(fc.string(), fc.string({ unit: character, maxLength: 20 }));
    const property = fc.property(text, (candidate) => {
      const tiyin = parseAmountTiyin(candidate);
      if (tiyin !== undefined) expect(candidate).toMatch(/^\d+(\.\d{1,2})?$/);
      expect(tiyin === undefined || tiyin >= 0n).toBe(true);
    });
    fc.assert(property);
  });
});

describe("a DECIMAL(18,4) column", () => {
  test.each([
    ["1000.0000", 100_000n],
    ["1000.5000", 100_050n],
    ["1000.0100", 100_001n],
    ["0.0000", 0n],
    ["99999999999999.9900", 9_999_999_999_999_999n],
    ["1000", 100_000n],
    ["1000.00", 100_000n],
  ] as const)("%s is %d tiyin", (text, tiyin) => {
    expect(parseDecimalTiyin(text)).toBe(tiyin);
  });

  test.each([...REFUSED_BY_BOTH, ["half a tiyin", "1000.0050"], ["the least that is no tiyin", "1000.0001"]] as const)(
    "refuses %s",
    (_, text) => {
      expect(parseDecimalTiyin(text)).toBeUndefined();
    },
  );
});

test.each([
  [0n, "0.00"],
  [1n, "0.01"],
  [10n, "0.10"],
  [100n, "1.00"],
  [3_840_050n, "38400.50"],
  [TIYIN_MAX, "999999999999999.99"],
] as const)("%d tiyin are written as %s", (tiyin, text) => {
  expect(formatSoums(tiyin)).toBe(text);
});
