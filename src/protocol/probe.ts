import { randomInt } from "node:crypto";

/**
 * A reference that names no order anywhere: what a check of the set-up sends through the module, signed, and what leaves no row.
 *
 * A signed message is worth something to whoever gets hold of it, so this one has no second reading. The hash has no separators; the
 * reference ends in a letter and the sum is one digit, so no digit can move between them, and the action before sign_time is 0, which no
 * Complete has. Anybody may have Click sign a Prepare like this, by a pay link made for it: it is answered that there is no such order,
 * and a Complete that comes for it all the same is judged and kept like every other.
 */
const PREFIX = "clickbridge-probe-";
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const LETTERS_COUNT = 24;
const PROBE = new RegExp(`^${PREFIX}[a-z]{${LETTERS_COUNT}}$`);

/** Soums. */
export const PROBE_AMOUNT = "1";
/** Stands in the answer, and tells this service from another module that knows the same key. */
export const PROBE_DETAIL = "click-bridge knows this probe";

/** A reference that was never used before. */
export function newProbeReference(): string {
  const letters = Array.from({ length: LETTERS_COUNT }, () => LETTERS[randomInt(LETTERS.length)]);
  return PREFIX + letters.join("");
}

export function isProbeReference(reference: string): boolean {
  return PROBE.test(reference);
}
