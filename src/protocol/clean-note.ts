import type { Secret } from "./secret.ts";

/** Card numbers and phones have more digits; Click's codes and sums have fewer. */
const NUMBER_DIGITS_MIN = 8;
const LONG_NUMBER = new RegExp(`\\d(?:[ \\u00a0\\-.]?\\d){${NUMBER_DIGITS_MIN - 1},}`, "g");

const HIDDEN = "…";

/**
 * Click's notes may repeat our request. The secrets of the call, and everything that may be a card number or a phone, are removed where
 * replies are read (`src/click`), so that they never reach a table, an error, an event or a log.
 */
export function cleanNote(note: string, secrets: readonly Secret[]): string {
  const texts = secrets.map((secret) => secret.reveal()).filter((text) => text !== "");
  const hide = (text: string, hidden: readonly string[]) =>
    hidden.reduce((rest, one) => rest.replaceAll(one, HIDDEN), text);
  // Neither step may leave a part of the other's match: a token may contain a long number, and a long number a short code.
  const withoutLong = hide(
    note,
    texts.filter((text) => text.length >= NUMBER_DIGITS_MIN),
  );
  return hide(withoutLong.replace(LONG_NUMBER, HIDDEN), texts);
}
