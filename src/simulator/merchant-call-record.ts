/** One call of the Merchant API as it came, with its card data masked, and what became of it. */
export interface MerchantCallRecord {
  /** Its name here, `payment/reversal`; undefined when Click has no such call. */
  readonly call: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly at: Date;
  /** JSON text, cut when it is long; empty when there was none. */
  readonly body: string;
  /** `200 0`: the HTTP status and the error_code; or what was done instead of answering. */
  result: string;
}

const BODY_CHARACTERS_MAX = 8_000;
const MASKED = "[masked]";
const SECRET_FIELDS: readonly string[] = ["card_number", "expire_date", "sms_code", "card_token", "otp_data"];

/** What a shop must not see in our ledger either. What is no JSON may be anything, and is not kept. */
export function maskBody(body: string): string {
  if (body === "") return "";
  try {
    const masked = (name: string, value: unknown) => (SECRET_FIELDS.includes(name) ? MASKED : value);
    return JSON.stringify(JSON.parse(body), masked).slice(0, BODY_CHARACTERS_MAX);
  } catch {
    return "[no JSON]";
  }
}

/** `card_token/:service_id/:card_token` has the token in its path. */
export function maskPath(path: string): string {
  return path.replace(/(\/card_token\/[^/]+\/).+$/, `$1${MASKED}`);
}
