import fc from "fast-check";
import { expect, test } from "vitest";
import { type FeeRate, feeTiyin, NO_FEE, parseFeeRate } from "../../../src/payment/fee.ts";
import { asksFor, withFee } from "../../../src/payment/shop-payment.ts";
import { shopPayment } from "../../support/service/attempt-of-test.ts";

const RATE_MAX = 2_000;
const rate = fc.integer({ min: 0, max: RATE_MAX }).map((hundredths) => hundredths as FeeRate);
const sum = fc.bigInt({ min: 0n, max: 10n ** 14n });

test.each([
  ["0", 0],
  ["1", 100],
  ["1.5", 150],
  ["1.05", 105],
  ["0.01", 1],
  ["02.50", 250],
  ["20", RATE_MAX],
  ["20.00", RATE_MAX],
])("%s percent is read", (percent, hundredths) => {
  expect(parseFeeRate(percent)).toBe(hundredths);
});

test.each(["", "20.01", "21", "100", "1.555", "1,5", "-1", "+1", "1.", ".5", "1 %", "1e1", "one", "١"])(
  "%j is no percentage",
  (percent) => {
    expect(parseFeeRate(percent)).toBeUndefined();
  },
);

test.each([
  [100_000n, 150, 1_500n],
  // 1.5 tiyin, 1.4985 tiyin, half a tiyin and a hair less.
  [100n, 150, 2n],
  [9_990n, 1, 1n],
  [5_000n, 1, 1n],
  [4_999n, 1, 0n],
  [3_840_050n, 225, 86_401n],
])("of %d tiyin at %d hundredths of a percent: %d tiyin, half a tiyin up", (sumTiyin, hundredths, fee) => {
  expect(feeTiyin(sumTiyin, hundredths as FeeRate)).toBe(fee);
});

test("it is the whole tiyin nearest to the exact share, and never the smaller of two that are as near", () => {
  fc.assert(
    fc.property(sum, rate, (sumTiyin, hundredths) => {
      const errorInTenThousandths = feeTiyin(sumTiyin, hundredths) * 10_000n - sumTiyin * BigInt(hundredths);
      expect(errorInTenThousandths).toBeGreaterThan(-5_000n);
      expect(errorInTenThousandths).toBeLessThanOrEqual(5_000n);
    }),
  );
});

test("it grows with the sum and with the percentage, and is nothing of nothing", () => {
  fc.assert(
    fc.property(sum, sum, rate, rate, (one, two, low, high) => {
      const [less, more] = one < two ? [one, two] : [two, one];
      const [lower, higher] = low < high ? [low, high] : [high, low];
      expect(feeTiyin(less, lower)).toBeLessThanOrEqual(feeTiyin(more, higher));
      expect([feeTiyin(0n, high), feeTiyin(one, NO_FEE)]).toEqual([0n, 0n]);
    }),
  );
});

test("a payment asks for its sum and the fee, and for no other amount", () => {
  fc.assert(
    fc.property(sum, rate, fc.bigInt({ min: -3n, max: 3n }), (sumTiyin, hundredths, difference) => {
      const asked = withFee(shopPayment({ sumTiyin }), hundredths);
      expect(asksFor(asked, sumTiyin + asked.feeTiyin + difference)).toBe(difference === 0n);
    }),
  );
});

test("a sum that is not whole tiyin asks for nothing that Click can take", () => {
  const asked = withFee(shopPayment({ sumTiyin: undefined }), 150 as FeeRate);

  expect([asked.feeTiyin, asksFor(asked, 0n)]).toEqual([0n, false]);
});
