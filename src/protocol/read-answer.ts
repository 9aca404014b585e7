/** A merchant's answer as Click reads it. */
export interface MerchantAnswer {
  readonly error: number;
  readonly errorNote: string | undefined;
  /** True when `error` came as text: a number is documented, but official modules send text and are accepted. */
  readonly errorIsText: boolean;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Why a body is not an answer, as the end of a sentence. */
export interface UnreadableAnswer {
  readonly unreadable: string;
}

const ERROR_TEXT = /^-?\d{1,9}$/;

/** Reads the JSON body of an answer. `error` may be an integer or its text (click-protocol.md 1.9). */
export function readAnswer(body: string): MerchantAnswer | UnreadableAnswer {
  if (body.trim() === "") return { unreadable: "the body is empty" };
  if (/^\s*</.test(body)) return { unreadable: "the body is HTML or XML, not JSON" };
  const fields = parseObject(body);
  if (fields === undefined) return { unreadable: "the body is not a JSON object" };
  const { error, error_note: note } = fields;
  if (error === undefined) return { unreadable: "the field error is missing" };
  const code = integer(error);
  if (code === undefined) return { unreadable: "the field error is not an integer" };
  return {
    error: code,
    errorNote: typeof note === "string" ? note : undefined,
    errorIsText: typeof error === "string",
    fields,
  };
}

export function isUnreadable(answer: MerchantAnswer | UnreadableAnswer): answer is UnreadableAnswer {
  return "unreadable" in answer;
}

function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    // To Click every syntax error is the same fault.
    return undefined;
  }
}

function integer(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  return typeof value === "string" && ERROR_TEXT.test(value) ? Number(value) : undefined;
}
