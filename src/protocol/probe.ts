import { randomInt } from "node:crypto";

/**
 * A reference that matches no order: a setup check sends it, signed, through the module, and it leaves no row.
 *
 * A signed message could be replayed, so this one can be read in only one way. The signed text has no separators; the reference ends with a
 * letter and the sum is one digit, so no digit can move between them, and the action before sign_time is 0, which no Complete has. Anyone
 * can make Click sign such a Prepare with a pay link: the answer is that there is no such order, and a Complete for it is judged and stored
 * like any other.
 */
const PREFIX = "clickbridge-probe-";
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const LETTERS_COUNT = 24;
const PROBE = new RegExp(`^${PREFIX}[a-z]{${LETTERS_COUNT}}$`);

/** Soums. */
export const PROBE_AMOUNT = "1";
/** Part of the answer; it distinguishes this service from another module with the same key. */
export const PROBE_DETAIL = "click-bridge knows this probe";

/** A new, unused reference. */
export function newProbeReference(): string {
  const letters = Array.from({ length: LETTERS_COUNT }, () => LETTERS[randomInt(LETTERS.length)]);
  return PREFIX + letters.join("");
}

export function isProbeReference(reference: string): boolean {
  return PROBE.test(reference);
}
