import type { ClickPaymentStatus } from "../app/click/click-api.ts";

/** Reads values of Click's replies, which may be numbers or text, under any of their names (click-protocol.md 2). */

export type JsonObject = Readonly<Record<string, unknown>>;

/** The maximum of BIGINT and int64. */
const ID_MAX = 2n ** 63n - 1n;
const INTEGER_TEXT = /^-?\d{1,9}$/;

/** An object's fields, or undefined. Integers above 2^53 stay text, because a float would round them silently. */
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

/** A Click id above 0, as decimal text. */
export function readId(value: unknown): string | undefined {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && /^[1-9]\d{0,18}$/.test(text) && BigInt(text) <= ID_MAX ? text : undefined;
}

/** Click may write "none" in several forms. */
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

/** 0, 1, false or true, also as text. */
export function readFlag(value: unknown): boolean | undefined {
  const text = String(value).toLowerCase();
  if (text === "1" || text === "true") return true;
  return text === "0" || text === "false" ? false : undefined;
}

const LISTED: readonly ClickPaymentStatus[] = ["CREATED", "PROCESSING", "PAID"];

/** Undefined for an undocumented status. */
export function readPaymentStatus(value: unknown): ClickPaymentStatus | undefined {
  const status = readInteger(value);
  if (status === undefined) return undefined;
  return status < 0 ? "FAILED" : LISTED[status];
}

/** A whole card number. */
const BARE_CARD_NUMBER = /^\d{12,19}$/;

/** A card or phone number that Click should have masked. A whole card number is masked here. */
export function readMasked(value: unknown): string {
  const text = readText(value);
  const digits = text.replace(/[\s-]/g, "");
  // Twelve digits that begin with 998 are a phone; cards have 16 or more, but other numbers may be masked too.
  if (!BARE_CARD_NUMBER.test(digits) || /^998\d{9}$/.test(digits)) return text;
  return `${digits.slice(0, 6)}${"*".repeat(digits.length - 10)}${digits.slice(-4)}`;
}
