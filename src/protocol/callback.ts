import { parseAmountTiyin } from "./amount.ts";

/** The eleven fields of a callback, verbatim. Absent and empty are different faults. */
export interface CallbackFields {
  readonly clickTransId?: string | undefined;
  readonly serviceId?: string | undefined;
  readonly clickPaydocId?: string | undefined;
  readonly merchantTransId?: string | undefined;
  readonly merchantPrepareId?: string | undefined;
  readonly amount?: string | undefined;
  readonly action?: string | undefined;
  readonly error?: string | undefined;
  readonly errorNote?: string | undefined;
  readonly signTime?: string | undefined;
  readonly signString?: string | undefined;
}

/** A callback with well-formed fields. It must not be trusted before its signature is checked. */
export interface Callback {
  /** The texts as received, which are signed. */
  readonly raw: {
    readonly clickTransId: string;
    readonly serviceId: string;
    readonly merchantTransId: string;
    readonly merchantPrepareId: string | undefined;
    readonly amount: string;
    readonly action: string;
    readonly signTime: string;
    readonly signString: string;
  };
  readonly amountTiyin: bigint;
  /** 0, or Click's negative code. Not signed. */
  readonly error: number;
  /** Click\'s text for `error`. Not signed. */
  readonly errorNote: string;
  /** Undefined when missing or not a number: it is not signed, and no verdict needs it. */
  readonly clickPaydocId: string | undefined;
  /** An ignored fault, for the log; normally undefined. */
  readonly oddity: string | undefined;
  /** Undefined when absent, empty or `0`: then the attempt is found by click_trans_id. */
  readonly merchantPrepareId: string | undefined;
}

export interface ShapeFault {
  readonly field: string;
  readonly rule: string;
}

const MERCHANT_TRANS_ID_CHARACTERS_MAX = 255;
const TEXT_CHARACTERS_MAX = 255;
/** A positive number without leading zeros: the signed text has no separators, so digits must not move between adjacent fields. */
const CLICK_ID = /^[1-9]\d{0,18}$/;
const CLICK_ID_MAX = 2n ** 63n - 1n;
const PREPARE_ID = /^\d{1,30}$/;
const ERROR_CODE = /^(?:0|-[1-9]\d{0,8})$/;
/**
 * `YYYY-MM-DD HH:mm:ss`, or ISO 8601. Strict, because it ends the signed text: if any text were allowed, a Prepare with a suitable reference
 * could be read as a Complete with the same hash. A date at the end fixes the place of the action.
 */
const SIGN_TIME = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})?$/;

/** Reads the fields, or names the first one that breaks a rule (−8). */
export function readCallback(fields: CallbackFields): Callback | ShapeFault {
  return firstFault(fields) ?? callbackOf(fields);
}

/** The usable fields of a malformed callback. An invalid sum becomes 0; the reference is cut to the length of its column. */
export function readMalformed(fields: CallbackFields): Callback {
  return callbackOf({
    ...fields,
    merchantTransId: text(fields.merchantTransId).slice(0, MERCHANT_TRANS_ID_CHARACTERS_MAX),
    error: ERROR_CODE.test(text(fields.error)) ? fields.error : "0",
  });
}

function callbackOf(fields: CallbackFields): Callback {
  const prepareId = text(fields.merchantPrepareId);
  return {
    raw: signedTexts(fields),
    amountTiyin: parseAmountTiyin(text(fields.amount)) ?? 0n,
    error: Number(fields.error),
    errorNote: text(fields.errorNote),
    clickPaydocId: isClickId(text(fields.clickPaydocId)) ? fields.clickPaydocId : undefined,
    oddity:
      fields.clickPaydocId && !isClickId(fields.clickPaydocId) ? `click_paydoc_id ${DIGITS_RULE}: ignored` : undefined,
    merchantPrepareId: /^0*$/.test(prepareId) ? undefined : prepareId,
  };
}

/** The signed texts, well-formed or not. */
export function signedTexts(fields: CallbackFields): Callback["raw"] {
  return {
    clickTransId: text(fields.clickTransId),
    serviceId: text(fields.serviceId),
    merchantTransId: text(fields.merchantTransId),
    merchantPrepareId: fields.merchantPrepareId,
    amount: text(fields.amount),
    action: text(fields.action),
    signTime: text(fields.signTime),
    signString: text(fields.signString),
  };
}

const text = (value: string | undefined) => value ?? "";

export function isShapeFault(result: Callback | ShapeFault): result is ShapeFault {
  return "rule" in result;
}

interface Rule {
  readonly field: string;
  readonly read: (fields: CallbackFields) => string | undefined;
  readonly optional?: boolean;
  readonly fits: (text: string) => boolean;
  readonly rule: string;
}

export const isSignTime = (text: string) => SIGN_TIME.test(text);
export const isClickId = (text: string) => CLICK_ID.test(text) && BigInt(text) <= CLICK_ID_MAX;
const isText = (text: string) => text.length <= TEXT_CHARACTERS_MAX;
const DIGITS_RULE = "must be a positive whole number of at most 19 digits, without leading zeros";

const RULES: readonly Rule[] = [
  { field: "click_trans_id", read: (f) => f.clickTransId, fits: isClickId, rule: DIGITS_RULE },
  { field: "service_id", read: (f) => f.serviceId, fits: isClickId, rule: DIGITS_RULE },
  {
    field: "merchant_trans_id",
    read: (f) => f.merchantTransId,
    fits: (text) => text.length <= MERCHANT_TRANS_ID_CHARACTERS_MAX,
    rule: `must have at most ${MERCHANT_TRANS_ID_CHARACTERS_MAX} characters`,
  },
  {
    field: "merchant_prepare_id",
    read: (f) => f.merchantPrepareId,
    optional: true,
    fits: (text) => PREPARE_ID.test(text),
    rule: "must be digits, at most 30",
  },
  {
    field: "amount",
    read: (f) => f.amount,
    fits: (text) => parseAmountTiyin(text) !== undefined,
    rule: "must be soums: digits without leading zeros, with at most two decimals after a point",
  },
  { field: "action", read: (f) => f.action, fits: isText, rule: `must have at most ${TEXT_CHARACTERS_MAX} characters` },
  {
    field: "error",
    read: (f) => f.error,
    fits: (text) => ERROR_CODE.test(text),
    rule: "must be 0 or a negative whole number",
  },
  {
    field: "sign_time",
    read: (f) => f.signTime,
    fits: isSignTime,
    rule: "must be a time, YYYY-MM-DD HH:mm:ss",
  },
  {
    field: "sign_string",
    read: (f) => f.signString,
    fits: isText,
    rule: `must have at most ${TEXT_CHARACTERS_MAX} characters`,
  },
];

function firstFault(fields: CallbackFields): ShapeFault | undefined {
  for (const rule of RULES) {
    const text = rule.read(fields);
    if (text === undefined || text === "") {
      if (rule.optional) continue;
      return { field: rule.field, rule: text === undefined ? "is missing" : "is empty" };
    }
    if (!rule.fits(text)) return { field: rule.field, rule: rule.rule };
  }
  return undefined;
}
