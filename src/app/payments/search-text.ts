import { parseAmountTiyin } from "../../protocol/amount.ts";
import { isClickId } from "../../protocol/callback.ts";
import { normalisePhone } from "../../protocol/phone.ts";

/** A search text and everything that it can match. */
export interface SearchText {
  /** An order's number, a part of it, or a payment's number. */
  readonly text: string;
  readonly clickId: string | undefined;
  readonly phone: string | undefined;
  readonly requestId: string | undefined;
  readonly amountTiyin: bigint | undefined;
}

const SPACES = /[\s\u00a0\u2009\u202f]/g;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Undefined for a blank text. */
export function readSearchText(typed: string): SearchText | undefined {
  const text = typed.trim();
  if (text === "") return undefined;
  const figures = text.replace(SPACES, "");
  return {
    text,
    clickId: isClickId(figures) ? figures : undefined,
    phone: normalisePhone(text),
    requestId: UUID.test(text) ? text.toLowerCase() : undefined,
    amountTiyin: parseAmountTiyin(figures.replace(",", ".")),
  };
}
