import { expect, test } from "vitest";
import { authHeader } from "../../../src/protocol/auth-header.ts";
import { DIALECTS } from "../../../src/protocol/dialect.ts";

const OURS = { merchantUserId: "33333", secretKey: "test_secret_key", timestampSeconds: 1_736_935_200 };

test.each([
  ["ours", OURS, "33333:d6100c8da90d236067c30686ca74818bc9ee0cfc:1736935200"],
  [
    "independent",
    { merchantUserId: "3333", secretKey: "SECRET123", timestampSeconds: 1_712_345_678 },
    "3333:4d3f62489dbc19114297581bcfa0d906f84df0cd:1712345678",
  ],
])("the Auth header is user:sha1(timestamp+secret):timestamp: %s", (_, parts, header) => {
  expect(authHeader(parts)).toBe(header);
});

test("dialect legacy takes MD5 and the merchant's id", () => {
  expect(DIALECTS.legacy.authHeader({ ...OURS, merchantId: "22222" })).toBe(
    "22222:be79c52f00606e88a2c27d33effa1f34:1736935200",
  );
});
