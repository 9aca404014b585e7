import { expect, test } from "vitest";
import { CHECKOUT_TOKEN_HOURS, makeCheckoutToken, paymentOfToken } from "../../../src/app/checkout/checkout-token.ts";
import { callerNetwork } from "../../../src/app/checkout/invoice-limits.ts";
import { asPaymentId } from "../../../src/payment/ids.ts";
import { Secret } from "../../../src/protocol/secret.ts";

const KEY = new Secret("0f".repeat(32));
const NOW = new Date("2026-11-24T10:00:00.500Z");
const PAYMENT = asPaymentId(2_147_483_647);
const HOUR_MS = 3_600_000;

test("a token is a short text for a URL, valid for its payment until its expiry", () => {
  const { token, expireTime } = makeCheckoutToken(KEY, PAYMENT, NOW);

  expect(token).toMatch(/^v1\.[\w-]{11}\.[\w-]{43}$/);
  expect(expireTime).toEqual(new Date("2026-11-24T22:00:00Z"));
  expect(paymentOfToken(KEY, token, NOW)).toBe(PAYMENT);
  expect(paymentOfToken(KEY, token, new Date(expireTime.getTime() - 1))).toBe(PAYMENT);
  expect(paymentOfToken(KEY, token, expireTime)).toBeUndefined();
  expect(paymentOfToken(KEY, token, new Date(NOW.getTime() + CHECKOUT_TOKEN_HOURS * HOUR_MS))).toBeUndefined();
});

test("a token of another key is none", () => {
  const { token } = makeCheckoutToken(new Secret("10".repeat(32)), PAYMENT, NOW);

  expect(paymentOfToken(KEY, token, NOW)).toBeUndefined();
});

test("a token with any letter changed is none", () => {
  const { token } = makeCheckoutToken(KEY, PAYMENT, NOW);
  // The last letter holds two bits that mean nothing.
  const changed = Array.from({ length: token.length - 1 }, (_, at) => {
    const letter = token[at] === "A" ? "B" : "A";
    return token.slice(0, at) + letter + token.slice(at + 1);
  });

  expect(changed.filter((other) => paymentOfToken(KEY, other, NOW) !== undefined)).toEqual([]);
});

test.each(["", "v1", "v1..", "v2.AAAAAAAAAAA.AAAA", "v1.AAAAAAAAAAA", "\u0000", "v1.AAAAAAAAAAA.".padEnd(200, "A")])(
  "%j is no token",
  (text) => {
    expect(paymentOfToken(KEY, text, NOW)).toBeUndefined();
  },
);

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:0DB8:0000:0000:ffff::2", "2001:db8:0:0::/64"],
  ["2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["", "unknown"],
  ["203.0.113.7, 10.0.0.1", "unknown"],
])("the address %j counts as %s", (address, network) => {
  expect(callerNetwork(address)).toBe(network);
});
