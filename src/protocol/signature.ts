import { hash, timingSafeEqual } from "node:crypto";
import { DIALECTS, type DialectName, type SignedCallback } from "./dialect.ts";

/** A shorter secret counts as not configured: with an empty one anybody could sign. */
export const SECRET_KEY_CHARACTERS_MIN = 8;

/** The `sign_string` of a Prepare, lowercase hexadecimal MD5 over the texts exactly as sent (click-protocol.md 1.4). */
export function prepareSignature(callback: Omit<SignedCallback, "merchantPrepareId">): string {
  return sign("click", { ...callback, merchantPrepareId: undefined });
}

/** The `sign_string` of a Complete; the prepare id as sent comes before the amount (click-protocol.md 1.4). */
export function completeSignature(callback: SignedCallback & { readonly merchantPrepareId: string }): string {
  return sign("click", callback);
}

/** The `sign_string` of a callback in a dialect. */
export function sign(dialect: DialectName, callback: SignedCallback): string {
  return hash("md5", DIALECTS[dialect].signedText(callback), "hex");
}

/** Compares two signatures in constant time. */
export function sameSignature(expected: string, received: string): boolean {
  const a = Buffer.from(expected, "utf8");
  const b = Buffer.from(received, "utf8");
  return a.length === b.length && timingSafeEqual(a, b);
}
