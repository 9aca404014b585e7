import { DIALECTS } from "./dialect.ts";

/**
 * The `Auth` header of the Merchant API: `merchant_user_id:sha1(timestamp + secret_key):timestamp`, the timestamp in unix seconds
 * (click-protocol.md 2).
 */
export function authHeader(parts: {
  readonly merchantUserId: string;
  readonly secretKey: string;
  readonly timestampSeconds: number;
}): string {
  return DIALECTS.click.authHeader({ merchantId: "", ...parts });
}
