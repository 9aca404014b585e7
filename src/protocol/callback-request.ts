import type { CallbackFields } from "./callback.ts";

/**
 * A callback as the web server received it. The fields are read from the raw body, byte for byte, because Click signed those bytes: form
 * parsers of web frameworks rename fields, drop one of two with the same name, or replace bytes.
 */
export interface CallbackHttpRequest {
  readonly method: string;
  /** Empty when the header is absent, which counts as a form. */
  readonly contentType: string;
  /** Undefined when it is longer than CALLBACK_BODY_BYTES_MAX. */
  readonly body: Uint8Array | undefined;
}

/** Click's eleven fields, percent-encoded, are under 2 KB. */
const CALLBACK_BODY_BYTES_MAX = 65_536;
const VALUE_BYTES_MAX = 2_048;
const PAIRS_MAX = 256;
const FORM = "application/x-www-form-urlencoded";

const NAMES = {
  click_trans_id: "clickTransId",
  service_id: "serviceId",
  click_paydoc_id: "clickPaydocId",
  merchant_trans_id: "merchantTransId",
  merchant_prepare_id: "merchantPrepareId",
  amount: "amount",
  action: "action",
  error: "error",
  error_note: "errorNote",
  sign_time: "signTime",
  sign_string: "signString",
} as const satisfies Record<string, keyof CallbackFields>;
type Name = keyof typeof NAMES;

/** Neither signed nor needed for a verdict: a fault in these must not stop the answer. */
const UNSIGNED: ReadonlySet<Name> = new Set(["error_note", "click_paydoc_id"]);

/** Click's fields as text, or the broken rule for the answer −8. The rule never quotes input. */
export function readCallbackRequest({ method, contentType, body }: CallbackHttpRequest): CallbackFields | string {
  if (method !== "POST") return "send a POST";
  const type = (contentType.split(";")[0] ?? "").trim().toLowerCase();
  if (contentType !== "" && type !== FORM) return `the body must be ${FORM}`;
  if (body === undefined || body.length > CALLBACK_BODY_BYTES_MAX) {
    return `the body must have at most ${CALLBACK_BODY_BYTES_MAX} bytes`;
  }
  if (body.length === 0) return "the body is empty";
  const pairs = Buffer.from(body).toString("latin1").split("&");
  if (pairs.length > PAIRS_MAX) return `there must be at most ${PAIRS_MAX} fields`;
  const texts = readPairs(pairs);
  return typeof texts === "string" ? texts : decoded(texts);
}

/** A text whose characters are the received bytes; their encoding is checked last. */
type Bytes = string;

function readPairs(pairs: readonly Bytes[]): ReadonlyMap<Name, Bytes> | string {
  const values = new Map<Name, Bytes>();
  for (const pair of pairs) {
    const end = pair.indexOf("=");
    const name = unescaped(end < 0 ? pair : pair.slice(0, end));
    const field = fieldMeantBy(name);
    if (field === undefined) continue;
    if (field === name && !values.has(field)) values.set(field, unescaped(end < 0 ? "" : pair.slice(end + 1)));
    else if (!UNSIGNED.has(field)) return field === name ? `${field} is there twice` : `${field} must be text`;
  }
  return values;
}

/** The field of a name: the name itself, or with an index as in `amount[]`. */
function fieldMeantBy(name: Bytes): Name | undefined {
  const base = name.split("[")[0] ?? "";
  return Object.hasOwn(NAMES, base) ? (base as Name) : undefined;
}

function unescaped(text: Bytes): Bytes {
  const spaced = text.replaceAll("+", " ");
  return spaced.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function decoded(values: ReadonlyMap<Name, Bytes>): CallbackFields | string {
  const fields: Partial<Record<keyof CallbackFields, string>> = {};
  for (const [name, bytes] of values) {
    const text = name === "error_note" ? noteOf(bytes) : utf8(bytes);
    if (typeof text === "string") fields[NAMES[name]] = text;
    else if (!UNSIGNED.has(name)) return `${name} ${text.rule}`;
  }
  return fields;
}

const UTF8 = { ignoreBOM: true } as const;
const strictUtf8 = new TextDecoder("utf-8", { ...UTF8, fatal: true });
const lenientUtf8 = new TextDecoder("utf-8", UTF8);

function utf8(bytes: Bytes): string | { readonly rule: string } {
  if (bytes.length > VALUE_BYTES_MAX) return { rule: `must have at most ${VALUE_BYTES_MAX} bytes` };
  try {
    return strictUtf8.decode(Buffer.from(bytes, "latin1"));
  } catch {
    return { rule: "must be UTF-8" };
  }
}

/** Cut to length, with invalid bytes replaced. */
function noteOf(bytes: Bytes): string {
  return lenientUtf8.decode(Buffer.from(bytes.slice(0, VALUE_BYTES_MAX), "latin1"));
}
