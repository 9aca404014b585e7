import type { ClickPaymentStatus } from "../app/click/click-api.ts";

/** How values in Click's replies are read: as number or text, in whichever of their spellings came (click-protocol.md 2). */

export type JsonObject = Readonly<Record<string, unknown>>;

/** What our BIGINT columns and int64 hold. */
const ID_MAX = 2n ** 63n - 1n;
const INTEGER_TEXT = /^-?\d{1,9}$/;

/** An object's fields, or undefined. Integers beyond 2^53 stay the digits that came: a float would round them in silence. */
export function parseObject(text: string): JsonObject | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown);
  } catch {
    return undefined;
  }
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

function keepDigits(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER ? source : value;
}

/** A number of Click's above 0, as decimal text. */
export function readId(value: unknown): string | undefined {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && /^[1-9]\d{0,18}$/.test(text) && BigInt(text) <= ID_MAX ? text : undefined;
}

/** Click may say "none" in words of its own. */
export function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === "" || value === 0 || value === "0";
}

export function readInteger(value: unknown): number | undefined {
  if (typeof value === "string") return INTEGER_TEXT.test(value) ? Number(value) : undefined;
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

export function readText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** 0, 1, false, true, and each of them as text. */
export function readFlag(value: unknown): boolean | undefined {
  const text = String(value).toLowerCase();
  if (text === "1" || text === "true") return true;
  return text === "0" || text === "false" ? false : undefined;
}

const LISTED: readonly ClickPaymentStatus[] = ["CREATED", "PROCESSING", "PAID"];

/** Undefined for a status that Click does not list. */
export function readPaymentStatus(value: unknown): ClickPaymentStatus | undefined {
  const status = readInteger(value);
  if (status === undefined) return undefined;
  return status < 0 ? "FAILED" : LISTED[status];
}

/** Enough for a card number with nothing left out. */
const BARE_CARD_NUMBER = /^\d{12,19}$/;

/** A card or phone number that Click promises to have masked. A whole card number goes no further than here. */
export function readMasked(value: unknown): string {
  const text = readText(value);
  const digits = text.replace(/[\s-]/g, "");
  // Twelve digits that begin with 998 are a phone; a card's have 16 or more, but nothing is lost by masking others.
  if (!BARE_CARD_NUMBER.test(digits) || /^998\d{9}$/.test(digits)) return text;
  return `${digits.slice(0, 6)}${"*".repeat(digits.length - 10)}${digits.slice(-4)}`;
}
