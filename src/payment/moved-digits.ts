import { parseAmountTiyin } from "../protocol/amount.ts";
import type { Attempt } from "./attempt.ts";

/**
 * Click's hash has no separators (click-protocol.md 1.4): `72` + `500.00` is signed like `7` + `2500.00`. Who heard a callback can
 * divide its text anew and play it again without the secret. The click_trans_id before it cannot move, for the service and the key
 * stand between; so the genuine reading is that of an attempt with the same click_trans_id.
 */

/** The neighbouring texts of a callback as they were signed. */
export interface SignedTexts {
  readonly merchantTransId: string;
  /** Undefined in a Prepare. */
  readonly merchantPrepareId: string | undefined;
  readonly amount: string;
}

/** Whether the signed text of a Prepare is also that of another attempt's Prepare. */
export function readsAsPrepareOf(other: Attempt, { merchantTransId, amount }: SignedTexts): boolean {
  return readsAs(merchantTransId + amount, other.merchantTransId, other);
}

/** Click may have no prepare id of a Prepare that was refused: then it signs an empty one, or a zero. */
const NO_PREPARE_ID = ["", "0"];

/** Whether the signed text of a Complete is also that of another attempt's Complete. */
function readsAsCompleteOf(other: Attempt, { merchantTransId, merchantPrepareId, amount }: SignedTexts): boolean {
  const signed = merchantTransId + (merchantPrepareId ?? "") + amount;
  return [String(other.id), ...NO_PREPARE_ID].some((id) => readsAs(signed, other.merchantTransId + id, other));
}

/**
 * Whether a Complete that names an attempt is another attempt's: by its text; or by its click_trans_id, which is not the named one's but
 * was prepared under another reference, or in a form that could not be judged. A click_trans_id that nobody has prepared is fine: Click's certification tool sends such.
 * One that names no attempt can be borrowed too: a cancel must not leave a row that the genuine Complete is then taken for.
 */
export function isBorrowed(
  named: Attempt | undefined,
  clickTransId: string,
  signed: SignedTexts,
  siblings: readonly Attempt[],
): boolean {
  return siblings.some((sibling) => {
    if (sibling.id === named?.id) return false;
    const isPreparedElsewhere =
      sibling.clickTransId === clickTransId && (sibling.merchantTransId !== signed.merchantTransId || isMark(sibling));
    const isByNumber = named !== undefined && named.clickTransId !== clickTransId && isPreparedElsewhere;
    return readsAsCompleteOf(sibling, signed) || isByNumber;
  });
}

/** What only keeps a number of Click's: no Prepare was judged under it. */
function isMark({ state, paymentId }: Attempt): boolean {
  return state === "CANCELLED" && paymentId === undefined;
}

/** The sum may be spelt in several ways, so its value is compared. */
function readsAs(signed: string, before: string, { amountTiyin }: Attempt): boolean {
  return signed.startsWith(before) && parseAmountTiyin(signed.slice(before.length)) === amountTiyin;
}
