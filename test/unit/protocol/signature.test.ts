import { describe, expect, test } from "vitest";
import { completeSignature, prepareSignature, sameSignature, sign } from "../../../src/protocol/signature.ts";

/** Computed by `md5sum` over the concatenation, not by us: click-protocol.md 1.4, and two from an independent contract note. */
const OURS = {
  clickTransId: "1234567890",
  serviceId: "11111",
  secretKey: "test_secret_key",
  merchantTransId: "777",
  amount: "150000.00",
  signTime: "2025-01-15 12:00:00",
};
const INDEPENDENT = {
  clickTransId: "3737503",
  serviceId: "12345",
  secretKey: "SECRET123",
  merchantTransId: "order_9001",
  amount: "1000.00",
  signTime: "2026-08-22 14:03:11",
};

describe("dialect click", () => {
  test.each([
    ["ours", OURS, "ff125bd6023f73cf6e25ce2ea9a06f7f"],
    ["ours, the sum without decimals", { ...OURS, amount: "150000" }, "34a044ba5258bf1a913a46fed91fbefd"],
    ["independent", INDEPENDENT, "9f73df6a589039c3afde3e2039720e46"],
  ])("a Prepare is signed as the vector says: %s", (_, callback, digest) => {
    expect(prepareSignature({ ...callback, action: "0" })).toBe(digest);
  });

  test.each([
    ["ours", { ...OURS, merchantPrepareId: "42", signTime: "2025-01-15 12:00:05" }, "e0de0e17c32b2e28e65909c87c2c15bb"],
    [
      "independent",
      { ...INDEPENDENT, merchantPrepareId: "778", signTime: "2026-08-22 14:03:19" },
      "a55a9138d88a9f9ee6fa86bece724e0b",
    ],
  ])("a Complete is signed with its prepare id before the sum: %s", (_, callback, digest) => {
    expect(completeSignature({ ...callback, action: "1" })).toBe(digest);
  });

  test("texts beyond ASCII are hashed as UTF-8", () => {
    expect(prepareSignature({ ...OURS, action: "0", merchantTransId: "Заказ-7" })).toBe(
      "23fe3f84ff611a6437b36ea84eb8378f",
    );
  });

  test("digits may move between neighbouring fields without a change: the fields' shapes must forbid it", () => {
    const prepare = prepareSignature({ ...OURS, action: "1", merchantTransId: "100" });

    expect(completeSignature({ ...OURS, action: "1", merchantTransId: "1", merchantPrepareId: "00" })).toBe(prepare);
  });
});

describe("dialect legacy", () => {
  const digest = "824938d64bc3fc3ad303413d69b1f736";

  test.each([
    ["Prepare", { ...OURS, action: "0" }],
    ["Complete", { ...OURS, action: "1", merchantPrepareId: "42" }],
  ])("one hash, without action and prepare id, signs a %s", (_, callback) => {
    expect(sign("legacy", callback)).toBe(digest);
  });

  test("it is not the hash of dialect click", () => {
    expect(sign("click", { ...OURS, action: "0" })).not.toBe(digest);
  });
});

describe("comparison", () => {
  const right = "ff125bd6023f73cf6e25ce2ea9a06f7f";

  test("the same text is the same signature", () => {
    expect(sameSignature(right, right)).toBe(true);
  });

  test.each([
    ["one digit differs", "ff125bd6023f73cf6e25ce2ea9a06f70"],
    ["upper case", right.toUpperCase()],
    ["empty", ""],
    ["cut short", right.slice(0, -1)],
    ["longer", `${right}0`],
    ["as many characters, other bytes", "ю".repeat(32)],
  ])("another text is another signature: %s", (_, received) => {
    expect(sameSignature(right, received)).toBe(false);
  });
});
