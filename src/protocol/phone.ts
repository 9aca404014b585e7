/**
 * Converts Uzbek phone numbers as people write them to the twelve digits of `invoice/create` (`998…`, no plus).
 */

const SEPARATORS = /[\s\u00a0\u2009\u202f().\-\u2010-\u2015/]/g;
/** Country code, the old trunk prefix 8, or neither; then a two-digit operator code and seven digits. */
const UZBEK_NUMBER = /^(?:\+998|998|00998|8)?([2-9]\d{8})$/;

/** `+998 (90) 123-45-67`, `998901234567`, `90 123 45 67`, `8 90 1234567` → `998901234567`; undefined for anything else. */
export function normalisePhone(text: string): string | undefined {
  const subscriber = UZBEK_NUMBER.exec(text.replace(SEPARATORS, ""))?.[1];
  return subscriber === undefined ? undefined : `998${subscriber}`;
}

/** `998901234567` → `********4567`, for screens and audits. */
export function maskPhone(phone: string): string {
  return phone.slice(-4).padStart(phone.length, "*");
}
