import type { Secret } from "./secret.ts";

/** Enough for a card number or a phone, however it is grouped; Click's codes and sums are shorter. */
const LONG_NUMBER = /\d(?:[ \u00a0\-.]?\d){7,}/g;

/**
 * Click's words may repeat what was sent to it. The secrets of the call, and anything that may be a card number or a phone, are taken out
 * before the words go to a table, an error or a log.
 */
export function cleanNote(note: string, secrets: readonly Secret[]): string {
  return secrets
    .map((secret) => secret.reveal())
    .filter((secret) => secret !== "")
    .reduce((text, secret) => text.replaceAll(secret, HIDDEN), note)
    .replace(LONG_NUMBER, HIDDEN);
}

const HIDDEN = "…";
