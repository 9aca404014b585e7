import type { Secret } from "./secret.ts";

/** Enough for a card number or a phone, however it is grouped; Click's codes and sums are shorter. */
const NUMBER_DIGITS_MIN = 8;
const LONG_NUMBER = new RegExp(`\\d(?:[ \\u00a0\\-.]?\\d){${NUMBER_DIGITS_MIN - 1},}`, "g");

const HIDDEN = "…";

/**
 * Click's notes may repeat what was sent to it. The secrets of the call, and anything that may be a card number or a phone, are taken out
 * where replies are read (`src/click`), so that no note with them can reach a table, an error, an event or a log.
 */
export function cleanNote(note: string, secrets: readonly Secret[]): string {
  const words = secrets.map((secret) => secret.reveal()).filter((word) => word !== "");
  const hide = (text: string, hidden: readonly string[]) =>
    hidden.reduce((rest, word) => rest.replaceAll(word, HIDDEN), text);
  // Neither may leave a part of the other: a token may have a long number in it, and a long number a short code.
  const withoutLong = hide(
    note,
    words.filter((word) => word.length >= NUMBER_DIGITS_MIN),
  );
  return hide(withoutLong.replace(LONG_NUMBER, HIDDEN), words);
}
