import { describe, expect, test } from "vitest";
import { type CallbackFields, readCallback } from "../../../src/protocol/callback.ts";

const RIGHT: CallbackFields = {
  clickTransId: "3647147957",
  serviceId: "11111",
  clickPaydocId: "5231141285",
  merchantTransId: "57/2",
  merchantPrepareId: "42",
  amount: "38400.00",
  action: "1",
  error: "0",
  errorNote: "Success",
  signTime: "2026-01-15 12:00:00",
  signString: "ff125bd6023f73cf6e25ce2ea9a06f7f",
};

const DIGITS_RULE = "must be a positive whole number of at most 19 digits, without leading zeros";
const INT64_MAX = "9223372036854775807";

test("the texts are kept as received in addition to their values", () => {
  expect(readCallback(RIGHT)).toEqual({
    raw: {
      clickTransId: "3647147957",
      serviceId: "11111",
      merchantTransId: "57/2",
      merchantPrepareId: "42",
      amount: "38400.00",
      action: "1",
      signTime: "2026-01-15 12:00:00",
      signString: "ff125bd6023f73cf6e25ce2ea9a06f7f",
    },
    amountTiyin: 3_840_000n,
    error: 0,
    errorNote: "Success",
    clickPaydocId: "5231141285",
    merchantPrepareId: "42",
  });
});

test.each([
  ["clickTransId", "click_trans_id"],
  ["serviceId", "service_id"],
  ["merchantTransId", "merchant_trans_id"],
  ["amount", "amount"],
  ["action", "action"],
  ["error", "error"],
  ["signTime", "sign_time"],
  ["signString", "sign_string"],
] as const)("%s missing and empty are two faults, and both name %s", (key, field) => {
  expect(readCallback({ ...RIGHT, [key]: undefined })).toEqual({ field, rule: "is missing" });
  expect(readCallback({ ...RIGHT, [key]: "" })).toEqual({ field, rule: "is empty" });
});

test("the first fault in Click's own order of fields is named", () => {
  expect(readCallback({})).toEqual({ field: "click_trans_id", rule: "is missing" });
});

describe.each([
  ["clickTransId", "click_trans_id"],
  ["serviceId", "service_id"],
] as const)("%s", (key, field) => {
  test.each(["1", "3647911201", INT64_MAX])("takes %s", (text) => {
    expect(readCallback({ ...RIGHT, [key]: text })).not.toHaveProperty("rule");
  });

  test.each([
    ["zero", "0"],
    ["leading zeros", "0042"],
    ["one above int64", "9223372036854775808"],
    ["twenty digits", "10000000000000000000"],
    ["negative", "-1"],
    ["a sign", "+1"],
    ["a fraction", "1.0"],
    ["an exponent", "1e3"],
    ["a space", " 1"],
    ["a line end", "1\n"],
    ["letters", "abc"],
    ["an injection", "1 OR 1=1"],
    ["digits of another script", "١٢"],
  ])("refuses %s", (_, text) => {
    expect(readCallback({ ...RIGHT, [key]: text })).toEqual({ field, rule: DIGITS_RULE });
  });
});

describe("click_paydoc_id", () => {
  test.each([undefined, ""])("may be absent or empty: %j", (clickPaydocId) => {
    expect(readCallback({ ...RIGHT, clickPaydocId })).toMatchObject({ clickPaydocId: undefined, oddity: undefined });
  });

  test.each(["1", "3647911201", INT64_MAX])("is kept: %s", (clickPaydocId) => {
    expect(readCallback({ ...RIGHT, clickPaydocId })).toMatchObject({ clickPaydocId, oddity: undefined });
  });

  test.each(["0", "0042", "9223372036854775808", "-1", "1.0", "abc"])(
    "counts as absent when it is no number of Click's, for it is not signed: %s",
    (clickPaydocId) => {
      expect(readCallback({ ...RIGHT, clickPaydocId })).toMatchObject({
        clickPaydocId: undefined,
        oddity: `click_paydoc_id ${DIGITS_RULE}: ignored`,
      });
    },
  );
});

describe("merchant_prepare_id", () => {
  test.each([undefined, "", "0", "000"])("counts as none: %j", (merchantPrepareId) => {
    expect(readCallback({ ...RIGHT, merchantPrepareId })).toMatchObject({
      merchantPrepareId: undefined,
      raw: { merchantPrepareId },
    });
  });

  test.each(["42", "123456789012", "9".repeat(30), "0042"])("stays text however long: %s", (merchantPrepareId) => {
    expect(readCallback({ ...RIGHT, merchantPrepareId })).toMatchObject({ merchantPrepareId });
  });

  test.each(["-1", "4 2", "4.2", "x", "9".repeat(31)])("refuses %s", (merchantPrepareId) => {
    expect(readCallback({ ...RIGHT, merchantPrepareId })).toEqual({
      field: "merchant_prepare_id",
      rule: "must be digits, at most 30",
    });
  });
});

describe("error", () => {
  test.each([
    ["0", 0],
    ["-1", -1],
    ["-5017", -5017],
    ["-999999999", -999_999_999],
  ])("%s is %d", (error, number) => {
    expect(readCallback({ ...RIGHT, error })).toMatchObject({ error: number });
  });

  test.each(["1", "+0", "-0", "-01", "00", "0.0", "-1.5", "- 1", "null", "-1000000000", "−1"])(
    "refuses %s",
    (error) => {
      expect(readCallback({ ...RIGHT, error })).toEqual({
        field: "error",
        rule: "must be 0 or a negative whole number",
      });
    },
  );
});

test.each(["1,00", "-1", "1e3", "1.000"])("refuses the sum %s", (amount) => {
  expect(readCallback({ ...RIGHT, amount })).toEqual({
    field: "amount",
    rule: "must be soums: digits without leading zeros, with at most two decimals after a point",
  });
});

test.each([
  ["merchantTransId", "merchant_trans_id"],
  ["action", "action"],
  ["signString", "sign_string"],
] as const)("%s takes 255 characters and not one more", (key, field) => {
  expect(readCallback({ ...RIGHT, [key]: "Я".repeat(255) })).not.toHaveProperty("rule");
  expect(readCallback({ ...RIGHT, [key]: "Я".repeat(256) })).toEqual({
    field,
    rule: "must have at most 255 characters",
  });
});

describe("sign_time", () => {
  test.each(["2026-01-15 12:00:00", "2026-01-15T12:00:00", "2026-01-15T12:00:00.123Z", "2026-01-15 12:00:00+05:00"])(
    "takes %s",
    (signTime) => {
      expect(readCallback({ ...RIGHT, signTime })).toMatchObject({ raw: { signTime } });
    },
  );

  // It ends the signed text: whatever may stand before its date could be the digits of other fields.
  test.each([
    "1.0002026-01-15 12:00:00",
    "000.0002026-01-15 12:00:00",
    " 2026-01-15 12:00:00",
    "2026-01-01 00:00:001.0002026-01-15 12:00:00",
    "2026-01-15 12:00:00\n",
    "2026-01-15",
    "15.01.2026 12:00:00",
    "1768478400",
    "now",
  ])("refuses %j", (signTime) => {
    expect(readCallback({ ...RIGHT, signTime })).toEqual({
      field: "sign_time",
      rule: "must be a time, YYYY-MM-DD HH:mm:ss",
    });
  });
});

test("an action that is neither 0 nor 1 has a right shape: it is signed, and answered with -3", () => {
  expect(readCallback({ ...RIGHT, action: "7" })).toMatchObject({ raw: { action: "7" } });
});
