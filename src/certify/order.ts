import { formatSoums, parseAmountTiyin } from "../protocol/amount.ts";
import type { SuiteName } from "./step.ts";

/** An unpaid order of the shop under test. */
export interface TestOrder {
  /** What Click sends as merchant_trans_id. */
  readonly reference: string;
  /** The sum as it was typed: it is sent, and signed, in this spelling. */
  readonly amount: string;
  readonly amountTiyin: bigint;
}

const TIYIN_PER_SOUM = 100n;
const POSTMAN_WRONG_AMOUNT = "300";

/** Reads `REF:SUM`, `57:150000` or `57/2:150000.50`. A reference may hold colons: the last one divides. Undefined when it is neither. */
export function parseOrder(text: string): TestOrder | undefined {
  const colon = text.lastIndexOf(":");
  const reference = text.slice(0, Math.max(colon, 0));
  const amount = text.slice(colon + 1);
  const amountTiyin = parseAmountTiyin(amount);
  return reference === "" || amountTiyin === undefined || amountTiyin === 0n
    ? undefined
    : { reference, amount, amountTiyin };
}

/** The wrong sum of a suite: the tool sends one sum less (499 for 500), Postman always 300. Never the right one, never zero. */
export function wrongAmount(suite: SuiteName, { amountTiyin }: TestOrder): string {
  if (suite === "postman" && amountTiyin !== parseAmountTiyin(POSTMAN_WRONG_AMOUNT)) return POSTMAN_WRONG_AMOUNT;
  const wrongTiyin = amountTiyin > TIYIN_PER_SOUM ? amountTiyin - TIYIN_PER_SOUM : amountTiyin + TIYIN_PER_SOUM;
  return wrongTiyin % TIYIN_PER_SOUM === 0n ? String(wrongTiyin / TIYIN_PER_SOUM) : formatSoums(wrongTiyin);
}
