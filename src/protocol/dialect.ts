import { createHash } from "node:crypto";

/**
 * How texts are signed. `click` is Click's own (click-protocol.md 1.4 and 2). `legacy` has two formulas from integrators' guides that are
 * not Click's (click-protocol.md 0): no `action` in the callback's hash, and MD5 over the merchant id in the Auth header. Under `legacy` one
 * hash signs both Prepare and Complete, so a service must opt in by configuration, list its callers, and wait for payment/status before an
 * order update.
 */
export type DialectName = "click" | "legacy";

export interface SignedCallback {
  readonly clickTransId: string;
  readonly serviceId: string;
  readonly secretKey: string;
  readonly merchantTransId: string;
  /** Undefined in a Prepare, the text as received in a Complete. */
  readonly merchantPrepareId?: string | undefined;
  readonly amount: string;
  readonly action: string;
  readonly signTime: string;
}

export interface AuthParts {
  readonly merchantId: string;
  readonly merchantUserId: string;
  readonly secretKey: string;
  /** Unix time. */
  readonly timestampSeconds: number;
}

export interface Dialect {
  /** Bare concatenation in this order; the digest is lowercase hexadecimal MD5 over UTF-8. */
  readonly signedText: (callback: SignedCallback) => string;
  /** Value of the `Auth` header. */
  readonly authHeader: (parts: AuthParts) => string;
  /** True when the signature does not distinguish Prepare and Complete, so that a capture needs confirmation. */
  readonly needsConfirmation: boolean;
}

const sha1 = (text: string) => createHash("sha1").update(text, "utf8").digest("hex");
const md5 = (text: string) => createHash("md5").update(text, "utf8").digest("hex");

/** The only place where the two dialects differ. */
export const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  click: {
    signedText: (c) =>
      c.clickTransId +
      c.serviceId +
      c.secretKey +
      c.merchantTransId +
      (c.merchantPrepareId ?? "") +
      c.amount +
      c.action +
      c.signTime,
    authHeader: (a) => `${a.merchantUserId}:${sha1(a.timestampSeconds + a.secretKey)}:${a.timestampSeconds}`,
    needsConfirmation: false,
  },
  legacy: {
    signedText: (c) => c.clickTransId + c.serviceId + c.secretKey + c.merchantTransId + c.amount + c.signTime,
    authHeader: (a) => `${a.merchantId}:${md5(a.timestampSeconds + a.secretKey)}:${a.timestampSeconds}`,
    needsConfirmation: true,
  },
};
