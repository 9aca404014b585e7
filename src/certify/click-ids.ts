import { randomInt } from "node:crypto";

/** Beyond int32, where real ids have been for years (click-protocol.md 1.9), and well inside what JSON numbers hold. */
const CLICK_TRANS_ID_MIN = 3_000_000_000;
const CLICK_PAYDOC_ID_MIN = 5_000_000_000;
const SPREAD = 100_000_000_000;

/** A run of numbers that no earlier run is likely to have used: a shop keeps what it has seen. */
function series(first: number): () => string {
  let next = first + randomInt(SPREAD);
  return () => String(next++);
}

export interface ClickIds {
  readonly nextTransId: () => string;
  readonly nextPaydocId: () => string;
}

export function clickIds(): ClickIds {
  return { nextTransId: series(CLICK_TRANS_ID_MIN), nextPaydocId: series(CLICK_PAYDOC_ID_MIN) };
}

/** Twelve digits, like the tool's: larger than int32, so that a shop must look and not overflow. */
export function twelveDigits(): string {
  return String(randomInt(100_000_000_000, 1_000_000_000_000));
}

/** A reference that nobody has, and that does not begin as the order's: under one click_trans_id those two could be one signed text. */
export function unknownReference(order: string): string {
  const reference = twelveDigits();
  return reference.startsWith(order) || order.startsWith(reference) ? unknownReference(order) : reference;
}
