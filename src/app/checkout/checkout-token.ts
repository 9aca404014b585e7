import { createHmac, timingSafeEqual } from "node:crypto";
import { asPaymentId, type PaymentId } from "../../payment/ids.ts";
import type { Secret } from "../../protocol/secret.ts";

/**
 * Token of a checkout page: `v1.<payment id and expiry, 8 bytes>.<HMAC-SHA256>`, in base64url. The version is signed too, so that a
 * token of a later version cannot be used as this one.
 */
const VERSION = "v1";
const FORM = /^v1\.([A-Za-z0-9_-]{11})\.([A-Za-z0-9_-]{43})$/;
/** Domain separation: the key may sign other texts. */
const PURPOSE = "click-bridge checkout token";

export const CHECKOUT_TOKEN_HOURS = 12;
const MS_PER_HOUR = 3_600_000;
const MS_PER_SECOND = 1_000;

export interface CheckoutToken {
  readonly token: string;
  /** Whole seconds. */
  readonly expireTime: Date;
}

export function makeCheckoutToken(key: Secret, paymentId: PaymentId, now: Date): CheckoutToken {
  const endSeconds = Math.floor((now.getTime() + CHECKOUT_TOKEN_HOURS * MS_PER_HOUR) / MS_PER_SECOND);
  const claim = Buffer.alloc(8);
  claim.writeUInt32BE(paymentId, 0);
  claim.writeUInt32BE(endSeconds, 4);
  const text = claim.toString("base64url");
  return {
    token: `${VERSION}.${text}.${signatureOf(key, text).toString("base64url")}`,
    expireTime: new Date(endSeconds * MS_PER_SECOND),
  };
}

/** The payment of a token that is well-formed, signed by us and not expired. */
export function paymentOfToken(key: Secret, token: string, now: Date): PaymentId | undefined {
  const [, text = "", signature = ""] = FORM.exec(token) ?? [];
  if (text === "" || !timingSafeEqual(Buffer.from(signature, "base64url"), signatureOf(key, text))) return undefined;
  const claim = Buffer.from(text, "base64url");
  return claim.readUInt32BE(4) * MS_PER_SECOND > now.getTime() ? asPaymentId(claim.readUInt32BE(0)) : undefined;
}

/** Signs the text, not the decoded bytes: base64url can encode the same bytes in more than one way. */
function signatureOf(key: Secret, text: string): Buffer {
  return createHmac("sha256", Buffer.from(key.reveal(), "hex")).update(`${PURPOSE}\n${VERSION}.${text}`).digest();
}
