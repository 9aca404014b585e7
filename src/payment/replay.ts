import { type Attempt, isAnotherDebit } from "./attempt.ts";

/**
 * Click's signed text has no separators (click-protocol.md 1.4): `72` + `500.00` has the same signature as `7` + `2500.00`. Whoever reads a
 * callback can split its text differently and replay it without the secret. The click_trans_id at the front cannot change, because service
 * and key follow it: so one click_trans_id serves one reference.
 */

/**
 * Whether a Prepare replays a text signed for another reference. `siblings`: the attempts of its click_trans_id under other references.
 */
export function isReplay(reference: string, siblings: readonly Attempt[]): boolean {
  return siblings.some((sibling) => !isUnknownReference(sibling) || isPrefix(reference, sibling.merchantTransId));
}

/** Click's Postman collection sends an unknown order first, and then a real one with the same click_trans_id. */
function isUnknownReference({ state, paymentId }: Attempt): boolean {
  return state === "REFUSED" && paymentId === undefined;
}

/** If one text is split in two ways, one reference is always a prefix of the other. */
function isPrefix(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

/**
 * The attempt of a Complete: the one with its click_trans_id. Click's certification tool sends a new click_trans_id with every request, so
 * a click_trans_id without attempt may select one by its prepare id.
 * @param ofTransId the attempts that this click_trans_id prepared or completed, under any reference
 */
export function boundAttempt(
  named: Attempt | undefined,
  event: { readonly clickTransId: string; readonly clickPaydocId: string | undefined },
  ofTransId: readonly Attempt[],
): Attempt | undefined {
  if (named === undefined || named.clickTransId === event.clickTransId) return named;
  const servesAnother = ofTransId.some(({ id }) => id !== named.id);
  return servesAnother || isAnotherDebit(named, event) ? undefined : named;
}
