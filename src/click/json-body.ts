import { formatSoums } from "../protocol/amount.ts";
import { Secret } from "../protocol/secret.ts";

/** A number as the text that is sent. */
class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Secret digits that are visible only in the written JSON. */
class SecretNumber {
  readonly digits: Secret;
  constructor(digits: Secret) {
    this.digits = digits;
  }
}

export type JsonField =
  | string
  | number
  | bigint
  | Secret
  | JsonNumber
  | SecretNumber
  | readonly JsonField[]
  | { readonly [name: string]: JsonField | undefined };

/** Soums as a number with two decimals, written from digits: money is never a float. */
export function soums(tiyin: bigint): JsonNumber {
  return new JsonNumber(formatSoums(tiyin));
}

/** A Click id of any length as a number. Other text stays text: Click refuses it, and the JSON stays valid. */
export function idNumber(digits: string): JsonNumber | string {
  return /^(0|[1-9]\d*)$/.test(digits) ? new JsonNumber(digits) : digits;
}

/** An SMS code: a number in Click's documentation, but text when it begins with 0, which a number would lose. */
export function codeNumber(code: Secret): SecretNumber {
  return new SecretNumber(code);
}

/** JSON text in the order of the fields, without absent ones. This is the only place that writes secrets. */
export function writeJson(value: JsonField): string {
  if (typeof value === "bigint") return String(value);
  if (value instanceof JsonNumber) return value.text;
  if (value instanceof SecretNumber) return writeJson(idNumber(value.digits.reveal()));
  if (value instanceof Secret) return JSON.stringify(value.reveal());
  if (typeof value !== "object") return JSON.stringify(value);
  if (isList(value)) return `[${value.map(writeJson).join(",")}]`;
  const fields = Object.entries(value).flatMap(([name, field]) =>
    field === undefined ? [] : [`${JSON.stringify(name)}:${writeJson(field)}`],
  );
  return `{${fields.join(",")}}`;
}

function isList(value: object): value is readonly JsonField[] {
  return Array.isArray(value);
}
