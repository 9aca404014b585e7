import { expect, test } from "vitest";
import { retryDelaySeconds } from "../../../src/payment/order-update.ts";

test.each([
  [0, 5],
  [1, 5],
  [2, 10],
  [3, 20],
  [10, 2_560],
  [11, 3_600],
  [1_000, 3_600],
  [100_000, 3_600],
])("after try %d the next one comes %d seconds later: 5 doubling to an hour", (tries, seconds) => {
  expect(retryDelaySeconds(tries)).toBe(seconds);
});
